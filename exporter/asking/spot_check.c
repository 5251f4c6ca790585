#include "asking/spot_check.h"

#include "asking/check.h"
#include "base/memory.h"

#include <stdlib.h>

struct part {
	struct spot_check *spot;
	size_t view;
	struct check_events events;
	struct upstream *upstream; /* held */
};

struct spot_check {
	struct arena *arena;
	struct target_list *targets;
	struct part parts[CONFIG_RESOLVERS_MAX];
	struct spot_view views[CONFIG_RESOLVERS_MAX];
	size_t count;
	size_t pending;
	spot_check_fn on_done; /* NULL: nobody waits */
	void *context;
};

static struct target *target_of(const struct spot_check *spot)
{
	return spot->targets->items[0];
}

static void destroy(struct spot_check *spot)
{
	size_t i;

	for (i = 0; i < spot->count; i++)
		upstream_release(spot->parts[i].upstream);
	target_list_free(spot->targets);
	arena_free(spot->arena);
	free(spot);
}

static bool is_news(void *context, const struct target *target, const struct evidence *evidence)
{
	const struct part *part = context;

	return target_is_news(target, part->view, evidence, INT64_MAX / 2, loop_now().ms);
}

/* The check still holds target and upstream behind this, so all may end here. */
static void on_check(void *context, const struct check_result *result)
{
	struct part *part = context;
	struct spot_check *spot = part->spot;
	struct spot_view *view = &spot->views[part->view];

	view->done = true;
	view->cancelled = result->cancelled;
	view->queries = result->queries;
	view->confirmation = result->confirmation;
	if (!result->cancelled)
		target_finish_check(target_of(spot), part->view, &result->check, loop_now());
	if (--spot->pending > 0)
		return;
	if (spot->on_done != NULL)
		spot->on_done(spot->context);
	else
		destroy(spot);
}

static void create_target(struct spot_check *spot, const struct spot_order *order)
{
	int new_views[CONFIG_RESOLVERS_MAX];
	bool ask_at_once;
	size_t i;

	for (i = 0; i < spot->count; i++)
		new_views[i] = -1;
	spot->targets = target_list_create();
	target_list_reconcile(spot->targets,
			      &(struct target_list_change){
				      .watches = &order->watch,
				      .watch_count = 1,
				      .view_count = spot->count,
				      .old_views = new_views,
				      .check_special_use = order->check_special_use,
			      },
			      &ask_at_once);
}

struct spot_check *spot_check_start(const struct spot_order *order, spot_check_fn on_done,
				    void *context)
{
	struct spot_check *spot = memory_allocate(sizeof *spot);
	size_t i;

	spot->arena = order->arena;
	spot->count = order->upstream_count;
	spot->on_done = on_done;
	spot->context = context;
	create_target(spot, order);
	for (i = 0; i < spot->count; i++) {
		struct part *part = &spot->parts[i];

		*part = (struct part){spot, i, {is_news, on_check, part}, order->upstreams[i]};
		spot->views[i] = (struct spot_view){.upstream = part->upstream, .confirmation = -1};
		upstream_hold(part->upstream);
	}
	if (target_of(spot)->skipped)
		return spot;
	spot->pending = spot->count;
	for (i = 0; i < spot->count; i++)
		check_start(spot->parts[i].upstream, target_of(spot), &spot->parts[i].events);
	return spot;
}

bool spot_check_is_done(const struct spot_check *spot)
{
	return spot->pending == 0;
}

void spot_check_free(struct spot_check *spot)
{
	if (spot->pending == 0)
		destroy(spot);
	else
		spot->on_done = NULL;
}

void spot_check_time_out(struct spot_check *spot)
{
	const struct target_check timed_out = {
		.evidence = NULL, .failure = REASON_TIMEOUT, .times = {0, -1}};
	struct target *target = target_of(spot);
	size_t i;

	for (i = 0; i < spot->count && !target->skipped; i++)
		if (target->views[i].finished_unix_ms == 0)
			target_finish_check(target, i, &timed_out, loop_now());
}

const struct target_list *spot_check_targets(const struct spot_check *spot)
{
	return spot->targets;
}

const struct spot_view *spot_check_views(const struct spot_check *spot, size_t *count)
{
	*count = spot->count;
	return spot->views;
}
