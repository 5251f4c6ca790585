/* authority_answers.h - what the servers of one zone said, made into one truth and one state.
 *
 * Pure: every server of the zone was asked the same question without recursion; each said
 * one of four things. Only who sets AA speaks for the zone (RFC 1034 6.2.1).
 *
 * Two answers are the same if a target's verdict cannot tell them apart: the same set of PTR
 * names; of a forward name, whether it has addresses and whether the target's is among them.
 * NXDOMAIN is NODATA, order and TTLs do not matter.
 */
#pragma once

#include "fcrdns/authority_state.h"
#include "fcrdns/lookup.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum authority_answer_kind {
	AUTHORITY_ANSWERED,    /* with AA: data, its absence, or a CNAME to go on along */
	AUTHORITY_NOT_IN_ZONE, /* lame: no AA, REFUSED, SERVFAIL, a referral, a loop, garbage; or refused by us */
	AUTHORITY_RESOLVER,    /* RA without AA: no authority, and perhaps not who was asked */
	AUTHORITY_SILENT,      /* timeout, network */
};

struct authority_answer {
	enum authority_answer_kind kind;
	const struct dns_reply *reply; /* with AUTHORITY_ANSWERED; borrowed */
	bool has_serial;               /* the zone's, as this server said last */
	uint32_t serial;
};

#define AUTHORITY_NO_TRUTH (-1)

struct authority_decision {
	enum authority_state state;
	int truth; /* which answer it is; AUTHORITY_NO_TRUTH */
};

/* What one server said, or why nothing came. */
enum authority_answer_kind authority_answer_kind_of(const struct lookup *lookup);

/* All of them together; no answer at all is lame. `ip` is the target's. */
struct authority_decision authority_decide(const struct authority_answer *answers, size_t count,
					   const struct ip *ip);

/* Of two zones of a target, the state that tells more of what is wrong. */
enum authority_state authority_state_worse(enum authority_state a, enum authority_state b);
