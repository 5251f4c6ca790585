/* check.h - one check of one target at one resolver, repeated until it may count.
 *
 * Happy path: one probe; what it found is no news; done. News, found by UDP, are
 * repeated over TCP, and what TCP says is the answer; if TCP says nothing, by UDP from
 * other ports, up to CONFIRMATION_UDP_REPEATS times, until one says the same
 * (fcrdns/confirmation.h). If none does, nothing counts, and the check ends
 * in the failure that TCP met.
 *
 * Owns what its probes found; holds target and upstream through them. Frees itself after
 * `on_done`.
 */
#pragma once

#include "asking/probe.h"

struct check_result {
	struct upstream *upstream;
	struct target *target;
	struct target_check check; /* evidence NULL and nothing failed: cancelled */
	bool cancelled;            /* the resolver is gone: nothing was learnt */
	unsigned queries;          /* questions sent, those of repetitions included */
	int confirmation;          /* enum confirmation, or -1: none was due, or it was cancelled */
};

struct check_events {
	/* Is this news, that must be confirmed before it counts? */
	bool (*is_news)(void *context, const struct target *target,
			const struct evidence *evidence);
	/* The check is over; its evidence is the callback's. */
	void (*on_done)(void *context, const struct check_result *result);
	void *context;
};

/* `events` must outlive the check. */
void check_start(struct upstream *upstream, struct target *target,
		 const struct check_events *events);
