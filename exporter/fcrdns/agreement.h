/* agreement.h - what the resolvers say together: the combined status, and whether they agree.
 *
 * Pure arithmetic over counted answers: what no resolver confirmed lately takes no part.
 */
#pragma once

#include "fcrdns/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Of one resolver, now. */
struct opinion {
	bool counts;           /* it has a counted answer: status, flags and ptr_digest are that */
	bool finished_a_check; /* since start, or since the target was added */
	enum status status;    /* without a counted answer: of its last check */
	unsigned flags;
	uint64_t ptr_digest; /* of the full set of PTR names, 0 if there is none */
};

struct agreement {
	enum status status;
	unsigned flags;             /* held by at least `quorum` counted answers, or by all of fewer */
	bool ptr_disagreement;      /* the full sets of PTR names differ; absent is the empty set */
	bool verdict_disagreement;  /* the statuses differ */
	unsigned distinct_answers;  /* PTR sets among the counted answers */
	unsigned counted;
};

/* The worst status that at least `quorum` of the counted answers are at or beyond; with fewer
 * counted answers than that: pending, filtered or temp_error. */
struct agreement agreement_of(const struct opinion *opinions, size_t count, unsigned quorum);

/* Anything but plain agreement on pass among all `count` resolvers. */
bool agreement_is_trouble(const struct agreement *agreement, size_t count);
