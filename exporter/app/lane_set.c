#include "app/lane_set.h"

/* The lane before that asks this resolver; -1 if there is none. */
static int find_lane(const struct lane_set *set, const struct config_resolver *resolver)
{
	size_t i;

	for (i = 0; i < set->count; i++)
		if (lane_is_of(set->items[i], resolver))
			return (int)i;
	return -1;
}

static void drop_new_lanes(struct lane_set_change *change)
{
	size_t i;

	for (i = 0; i < change->lanes.count; i++)
		if (change->old_views[i] < 0)
			lane_free(change->lanes.items[i]);
}

static bool find_or_create(const struct lane_set *set, struct lane_set_change *change,
			   struct loop *loop, const struct config *config,
			   const struct lane_events *events, struct error *error)
{
	size_t i;

	for (i = 0; i < config->resolver_count; i++) {
		const struct config_resolver *resolver = &config->resolvers[i];
		int old = find_lane(set, resolver);

		change->old_views[i] = old;
		change->lanes.items[i] =
		    old >= 0 ? set->items[old] : lane_create(loop, resolver, config, events, error);
		if (change->lanes.items[i] == NULL)
			return false;
		change->lanes.count++;
	}
	return true;
}

/* They could be made before, so they can be now. */
static bool configure_kept(struct lane_set_change *change, const struct config *config,
			   struct error *error)
{
	size_t i;

	for (i = 0; i < change->lanes.count; i++)
		if (change->old_views[i] >= 0 &&
		    !lane_configure(change->lanes.items[i], &config->resolvers[i], config, error))
			return false;
	return true;
}

bool lane_set_prepare(const struct lane_set *set, struct lane_set_change *change, struct loop *loop,
		      const struct config *config, const struct lane_events *events,
		      struct error *error)
{
	change->lanes.count = 0;
	if (find_or_create(set, change, loop, config, events, error) &&
	    configure_kept(change, config, error))
		return true;
	drop_new_lanes(change);
	return false;
}

static bool is_kept(const struct lane_set_change *change, const struct lane *lane)
{
	size_t i;

	for (i = 0; i < change->lanes.count; i++)
		if (change->lanes.items[i] == lane)
			return true;
	return false;
}

void lane_set_swap(struct lane_set *set, const struct lane_set_change *change)
{
	size_t i;

	for (i = 0; i < set->count; i++)
		if (!is_kept(change, set->items[i]))
			lane_free(set->items[i]);
	*set = change->lanes;
}

void lane_set_clear(struct lane_set *set)
{
	size_t i;

	for (i = 0; i < set->count; i++)
		lane_free(set->items[i]);
	set->count = 0;
}
