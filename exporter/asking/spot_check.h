/* spot_check.h - one address checked once, at all resolvers, beside the targets that are watched.
 *
 * The same checks, upstreams and rates as the lanes', on a target of its own that nobody else knows. So
 * the first answer is news, and is confirmed unless it is `pass`.
 */
#pragma once

#include "asking/upstream.h"
#include "base/arena.h"
#include "targets/target_list.h"

struct spot_check;

/* What one resolver's check came to, beside the target's view. */
struct spot_view {
	const struct upstream *upstream;
	unsigned queries;
	int confirmation; /* enum confirmation, or -1: none was due */
	bool done;
	bool cancelled; /* its resolver went meanwhile: nothing was learnt */
};

typedef void (*spot_check_fn)(void *context);

struct spot_order {
	struct watch watch;
	struct arena *arena; /* has the watch's expectation; taken over */
	struct upstream *const *upstreams;
	size_t upstream_count;
	bool check_special_use;
};

/* `on_done` is called once, never before this returns, when all resolvers are through; at once, from the
 * loop, where there is nothing to look up it is not called: see spot_check_is_done(). */
struct spot_check *spot_check_start(const struct spot_order *order, spot_check_fn on_done,
				    void *context);
bool spot_check_is_done(const struct spot_check *spot);

/* Checks under way go on to their end, and nobody is told of it. Fine inside on_done. */
void spot_check_free(struct spot_check *spot);

/* Resolvers that have not answered by now count as timed out, until they do. */
void spot_check_time_out(struct spot_check *spot);

/* A list of the one target; view i is of upstream i. */
const struct target_list *spot_check_targets(const struct spot_check *spot);
const struct spot_view *spot_check_views(const struct spot_check *spot, size_t *count);
