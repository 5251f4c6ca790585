/* confirmation.h - may what a check found count, or must it be repeated first?
 *
 * A forged UDP packet must flip nothing. So news are repeated over TCP, which nobody off
 * the path can forge, and what TCP says is the answer. Where TCP says nothing, the news
 * count if one of CONFIRMATION_UDP_REPEATS more checks by UDP, from other ports, finds the
 * same; else they wait for the next round. Address sets, TTLs and inconclusive outcomes
 * are no news.
 *
 * Pure: compares, asks nothing, keeps nothing.
 */
#pragma once

#include "fcrdns/judge.h"

#include <stdbool.h>

#define CONFIRMATION_UDP_REPEATS 2

enum confirmation {
	CONFIRMATION_SAME,   /* a repetition found the same */
	CONFIRMATION_OTHER,  /* TCP found something else, which counts */
	CONFIRMATION_FAILED, /* nothing counts this time */
};
#define CONFIRMATION_COUNT (CONFIRMATION_FAILED + 1)

const char *confirmation_name(enum confirmation result);

/* Is a conclusive check, with this verdict, news beside the counted answer? `counted` is NULL
 * if none counts: then all but a pass is. An inconclusive one never is. */
bool confirmation_is_due(const struct evidence *fresh, struct verdict verdict,
			 const struct evidence *counted, struct verdict counted_verdict);

/* Do two checks say the same: status and full set of PTR names? */
bool confirmation_same(const struct evidence *a, struct verdict a_verdict,
		       const struct evidence *b, struct verdict b_verdict);
