/* lane_set.h - one lane per configured resolver, and how a new configuration changes them.
 *
 * In two steps: all that can fail, before anything has changed; then the swap, which cannot.
 */
#pragma once

#include "asking/lane.h"
#include "config/config.h"

struct lane_set {
	struct lane *items[CONFIG_RESOLVERS_MAX]; /* owned */
	size_t count;
};

struct lane_set_change {
	struct lane_set lanes;           /* those that stay are still the set's before */
	int old_views[TARGET_VIEWS_MAX]; /* [i]: where lane i was before; -1: a new lane.
					  * With room for the authority's view, which comes last */
};

/* New lanes for new resolvers; those that stay take over rates and timeouts. False: the set is as it
 * was, and nothing is left over. */
bool lane_set_prepare(const struct lane_set *set, struct lane_set_change *change, struct loop *loop,
		      const struct config *config, const struct lane_events *events,
		      struct error *error);

/* Lanes that no resolver has any more end. */
void lane_set_swap(struct lane_set *set, const struct lane_set_change *change);

void lane_set_clear(struct lane_set *set);
