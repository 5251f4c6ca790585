/* authority_lookup.h - one question put to the servers that speak for its name.
 *
 * Happy path: find the zone of the name; get its servers; ask each of them, without
 * recursion; decide what they say together (fcrdns/authority_answers.h). If that is a CNAME
 * nobody there follows (RFC 2317, DNAME), the same with the name it leads to, whose zone is
 * another. Failure modes: no zone, no servers, no truth; each leaves a state. Aliases are
 * counted over a whole check: out of them, the chain is taken for hostile and the zone lame.
 */
#pragma once

#include "authority/zone_finder.h"
#include "authority/zone_list.h"

/* What all lookups share. */
struct authority_ways {
	struct inquiries *inquiries;
	struct servers *servers;
	struct zone_list *zones;
};

enum authority_lookup_step {
	AUTHORITY_LOOKUP_FIND_ZONE,
	AUTHORITY_LOOKUP_WANT_ZONE,
	AUTHORITY_LOOKUP_ASK,
	AUTHORITY_LOOKUP_DECIDE,
	AUTHORITY_LOOKUP_END,
};

struct authority_lookup;
typedef void (*authority_lookup_done_fn)(struct authority_lookup *lookup);

struct authority_question {
	const uint8_t *name;
	enum dns_type type;
	const struct ip *ip; /* the target's */
	bool recent;         /* the zone's serials must be of this minute */
};

/* Lives inside its owner's memory. */
struct authority_lookup {
	const struct authority_ways *ways;
	enum authority_lookup_step step;
	unsigned pending;
	struct dns_name name;
	enum dns_type type;
	struct ip ip;
	bool recent;
	unsigned *aliases_left; /* the owner's */
	struct zone_finder finder;
	struct zone *zone;      /* taken from the list */
	struct zone_waiter waiter;
	struct server_question *questions;
	size_t question_count;
	bool aliased;
	authority_lookup_done_fn on_done;
	void *context;

	/* The result, from `on_done` until authority_lookup_clear(). */
	bool cancelled;
	enum authority_state state;
	bool has_truth;
	struct dns_reply reply; /* the truth */
	int64_t elapsed_us;     /* of the server that gave it */
	unsigned asked;         /* questions to servers, over all zones */
};

/* `on_done` comes exactly once, and not before this has returned unless cancelled. */
void authority_lookup_start(struct authority_lookup *lookup, const struct authority_ways *ways,
			    const struct authority_question *question, unsigned *aliases_left,
			    authority_lookup_done_fn on_done, void *context);
void authority_lookup_clear(struct authority_lookup *lookup); /* safe on zeroed memory */
