/* upstream.h - one DNS server at work, a configured resolver as a rule: its turn-taking and its numbers.
 *
 * Whoever wants to ask hands in a ticket; when the rate and the number in flight
 * allow it, the ticket gets its turn and asks. Tickets come before new checks, so
 * that what was begun is finished first. All sending happens from the upstream's own
 * timer, never from inside a reply, so no call comes back to where it started.
 *
 * Lives as long as its resolver is configured, plus as long as probes hold it.
 */
#pragma once

#include "asking/failure_log.h"
#include "base/error.h"
#include "config/config.h"
#include "io/loop.h"
#include "io/resolver.h"
#include "pacing/rate_limit.h"
#include "report/metrics_input.h"

#include <stdbool.h>

struct upstream_ticket {
	struct upstream_ticket *next;
	void (*on_turn)(struct upstream_ticket *ticket);
	void (*on_cancel)(struct upstream_ticket *ticket); /* the upstream ends first */
};

/* The next check, asked for when there is no ticket and there is room. Returns false if
 * nobody is due, and then says when somebody will be (INT64_MAX: never). */
struct upstream_source {
	bool (*start_next)(void *context, int64_t now_ms, int64_t *due_ms);
	/* Its last queries went unanswered: is it still there? */
	void (*on_silence)(void *context);
	void *context;
};

struct upstream {
	const char *name; /* owned */
	struct ip address;
	uint16_t port;
	enum config_transport transport;
	bool edns;
	unsigned max_qps;
	unsigned max_in_flight;
	int64_t timeout_ms;
	unsigned tries;

	struct resolver_stats stats;
	struct failure_log failure_log;
	bool is_authority;       /* asked without recursion; nobody configured it, so the log
				  * has no line about it */
	bool keeps_letter_case;  /* as last told to the operator */
	int recursion_votes;     /* of the replies lately, for RA being set; see below */
	unsigned unanswered;     /* queries in a row */
	double queries_per_check; /* running mean, for predicting rounds */

	struct loop *loop;
	struct resolver *resolver;
	struct loop_timer *timer;
	struct rate_limit rate;
	unsigned in_flight;
	struct upstream_ticket *first, *last;
	struct upstream_source source;
	unsigned references;
	bool stopping;
};

/* With one reference, the caller's. NULL: `error` says why. */
struct upstream *upstream_create(struct loop *loop, const struct config_resolver *config,
				 const struct config *settings,
				 const struct upstream_source *source, struct error *error);

/* Take over rates and timeouts; name, address and transport stay what they are. */
bool upstream_configure(struct upstream *upstream, const struct config_resolver *config,
			const struct config *settings, struct error *error);

/* No more turns: all tickets are cancelled, all questions end. */
void upstream_stop(struct upstream *upstream);

void upstream_hold(struct upstream *upstream);
void upstream_release(struct upstream *upstream); /* the last one, after upstream_stop(), frees it */

/* Wait for a turn. From on_turn(), exactly one resolver_ask() is expected, between
 * upstream_begin_query() and upstream_end_query(). */
void upstream_submit(struct upstream *upstream, struct upstream_ticket *ticket);
void upstream_begin_query(struct upstream *upstream, enum dns_type type);
void upstream_end_query(struct upstream *upstream, bool answered);
/* It ended without saying anything about the resolver. */
void upstream_drop_query(struct upstream *upstream);

/* A reply that tells whether the resolver sets RA as a rule; and does it? One odd or forged
 * packet does not decide it. */
void upstream_note_recursion(struct upstream *upstream, bool available);
bool upstream_recursion_is_usual(const struct upstream *upstream);

/* So many queries in a row went unanswered that it may be down. */
bool upstream_is_silent(const struct upstream *upstream);

/* What a page says of it. */
struct metrics_resolver upstream_describe(const struct upstream *upstream, int64_t hold_ms);

/* Look soon whether somebody is due. */
void upstream_wake(struct upstream *upstream);
