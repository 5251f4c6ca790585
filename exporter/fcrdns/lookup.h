/* lookup.h - the result of one lookup, as the judgement reads it.
 *
 * Turns a decoded reply, or the failure to get one, into one of four outcomes
 * and a reason. Owns nothing.
 */
#pragma once

#include "dns/message.h"
#include "fcrdns/status.h"

#include <stdbool.h>

enum lookup_outcome {
	LOOKUP_DATA,     /* `reply` holds names or addresses */
	LOOKUP_ABSENT,   /* nxdomain, nodata, nxdomain_bare */
	LOOKUP_FAILED,   /* any reason from REASON_FIRST_FAILURE on, but blocked */
	LOOKUP_FILTERED, /* blocked: the resolver answered by policy, not from DNS */
};

struct lookup {
	enum lookup_outcome outcome;
	enum reason reason;            /* REASON_NONE with LOOKUP_DATA */
	const struct dns_reply *reply; /* NULL if there was none; borrowed */
};

/* `recursion_usual`: this resolver's other replies have RA set, so that NXDOMAIN with RA
 * clear is its mark for a blocked name (Quad9 does so). */
struct lookup lookup_of_reply(const struct dns_reply *reply, bool recursion_usual);

struct lookup lookup_of_failure(enum reason reason);
