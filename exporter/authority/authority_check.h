/* authority_check.h - what the authorities of one target say, once: the state machine.
 *
 * Story: PTR of its reverse name at the servers of that zone; then A or AAAA of each usable
 * PTR name, one after the other, at the servers of the name's zone; done. What they say
 * becomes evidence, like a resolver's, to be judged like it; how they are doing becomes a
 * state, the worst of all zones on the way. Holds its target meanwhile, frees itself after
 * `on_finding`.
 *
 * Bounds, whatever the zones say: one reverse name, EVIDENCE_NAMES_MAX forward names,
 * AUTHORITY_ALIASES_MAX aliases; so at most AUTHORITY_VISITS_MAX zones, each with at most
 * ZONE_SERVERS_MAX servers: 304 questions to authorities for one target in one round, each
 * with `tries` tries, once more over TCP if truncated, and never one to an address that is not
 * of an NS name of the very zone. What a zone itself costs (zone.h) is shared by all in it.
 */
#pragma once

#include "authority/authority_lookup.h"
#include "targets/authority_view.h"

#define AUTHORITY_ALIASES_MAX 8
#define AUTHORITY_VISITS_MAX (1 + EVIDENCE_NAMES_MAX + AUTHORITY_ALIASES_MAX)

struct authority_check_events {
	/* Its evidence is the callback's. */
	void (*on_finding)(void *context, struct target *target, struct authority_finding *finding);
	void (*on_cancelled)(void *context, struct target *target); /* nothing was learnt */
	void *context;
};

/* `ways` and `events` must outlive the check. One of the callbacks comes exactly once, and not
 * before this has returned unless it is cancelled. */
void authority_check_start(const struct authority_ways *ways, struct target *target, bool recent,
			   const struct authority_check_events *events);
