/* propagation.h - how far a change has got among the resolvers, and when it will have got to all.
 *
 * Nothing is pushed in DNS: what is old goes when the caches that hold it let it go. So an
 * answer of a resolver that is not the authority's, and may still come, is old, and its
 * end is known from its TTL (RFC 2308 5, for absence). Caches nobody has seen may hold it
 * longer, but not beyond what the authority gave them.
 *
 * Nothing is promised that cannot be kept: no end without a TTL, under serve-stale (RFC 8767),
 * while the authority's servers disagree or are out of reach, or while a resolver knows what
 * the authority has not said yet.
 *
 * Pure: time is given.
 */
#pragma once

#include "targets/authority_view.h"

struct propagation {
	bool has_sampled;
	bool has_upper;
	bool has_ratio;
	bool stale;         /* an old answer is served beyond its TTL */
	int64_t sampled_ms; /* Unix time: the latest end of the old answers seen; may move */
	int64_t upper_ms;   /* Unix time: the end of those not seen; never moves later */
	double ratio;       /* of the counted answers, how many are the authority's */
};

/* `hold_ms` has one entry per resolver. */
struct propagation target_propagation(const struct target *target, const int64_t *hold_ms,
				      int64_t now_ms);
