/* zone_finder.h - in which zone does a name lie?
 *
 * Happy path: SOA of the name at a resolver; the reply, positive or negative, names the zone.
 * The name is an alias (RFC 2317, DNAME): its own zone is the one whose servers say so, and is
 * that of its parent name; where the alias leads is theirs to say (authority_lookup.h). A
 * reply without SOA, as some forwarders give: the same with the parent. Bounded to
 * ZONE_FINDER_STEPS questions, each put to two resolvers at most.
 */
#pragma once

#include "authority/inquiries.h"

#define ZONE_FINDER_STEPS 8

enum zone_finder_outcome {
	ZONE_FINDER_FOUND,
	ZONE_FINDER_LAME,    /* resolvers find nobody who speaks for it, or a loop */
	ZONE_FINDER_UNKNOWN, /* they did not say */
	ZONE_FINDER_CANCELLED,
};

struct zone_finder;
typedef void (*zone_finder_done_fn)(struct zone_finder *finder);

/* Lives inside its owner's memory. */
struct zone_finder {
	struct inquiries *inquiries;
	struct dns_name name; /* asked now: the name itself, or above it */
	unsigned steps_left;
	enum zone_finder_outcome outcome;
	struct dns_name zone; /* with ZONE_FINDER_FOUND */
	zone_finder_done_fn on_done;
	void *context;
};

/* `on_done` comes exactly once, and not before this has returned unless cancelled. */
void zone_finder_start(struct zone_finder *finder, struct inquiries *inquiries, const uint8_t *name,
		       zone_finder_done_fn on_done, void *context);
