#include "asking/lane.h"

#include "asking/check.h"
#include "asking/query.h"
#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

/* A counted answer holds for three rounds. */
#define HOLD_ROUNDS 3

/* Checks wait no longer than this for the answer to the first control question. */
#define INTRODUCTION_MS 1000

struct lane {
	struct upstream *upstream;
	struct schedule *schedule; /* NULL before the first lane_watch() */
	const struct target_list *targets;
	int64_t interval_ms;
	int64_t changing_interval_ms;
	int64_t hold_ms; /* as configured */
	struct rate_limit changing_rate; /* of queries about what is changing */
	size_t view;
	size_t watched; /* targets that are looked up */
	bool original;
	struct lane_events events;
	struct check_events check_events;
	struct query *control; /* the control question; NULL: none under way */
	bool introduced;       /* that was answered or has failed once: checks may begin */
	int64_t created_ms;
};

/* --- the control question --- */

static void on_control(struct query *query)
{
	struct lane *lane = query->context;
	struct upstream *upstream = lane->upstream;

	/* Any answer meanwhile, this one or another, has ended the silence. */
	if (!query->cancelled && upstream_is_silent(upstream) && upstream->stats.up) {
		upstream->stats.up = false;
		failure_log_silence(&upstream->failure_log, upstream->name, query->lookup.reason,
				    loop_now().ms);
	}
	query_clear(query);
	free(query);
	lane->control = NULL;
	lane->introduced = true;
}

/* ". NS": every resolver can answer that, whatever is wrong with the zones of the targets.
 * It also comes before all checks, since it tells whether replies have RA set as a rule, and
 * so what an NXDOMAIN without it means. */
static void ask_control(void *context)
{
	static const uint8_t root[] = {0};
	struct lane *lane = context;

	if (lane->control != NULL)
		return;
	lane->control = memory_allocate(sizeof *lane->control);
	query_start(lane->control, lane->upstream,
		    &(struct query_order){root, DNS_NS, RESOLVER_UDP}, on_control, lane);
}

/* --- checks --- */

/* Ask again about what is to be asked while a check of it is on its way, once that ends. */
static void ask_again(struct lane *lane, const struct target *target, struct view *view)
{
	view->ask_again = false;
	schedule_ask_at_once(lane->schedule, target->index, loop_now().ms);
}

static bool is_news(void *context, const struct target *target, const struct evidence *evidence)
{
	const struct lane *lane = context;
	int64_t now_ms = loop_now().ms;

	return !target->removed && target_is_news(target, lane->view, evidence,
						  lane_hold_ms(lane, now_ms), now_ms);
}

static void tell_change(const struct lane *lane, const struct check_result *result,
			struct moment now)
{
	const struct target *target = result->target;
	const struct evidence *evidence = result->check.evidence;
	const struct view *view = &target->views[lane->view];
	char names_before[EVIDENCE_NAMES_TEXT_MAX], names[EVIDENCE_NAMES_TEXT_MAX];
	struct answer_change change = {
		.target = target,
		.resolver = lane->upstream->name,
		.names_before = names_before,
		.names = names,
		.status_before = (enum status)view->verdict.status,
		.status = (enum status)judge(evidence, target->expectation).status,
	};

	evidence_print_names(view->counted, names_before);
	evidence_print_names(evidence, names);
	lane->events.on_change(lane->events.context, &change, now);
}

static void on_check(void *context, const struct check_result *result)
{
	struct upstream *upstream = result->upstream;
	struct target *target = result->target;
	struct lane *lane = context;
	struct moment now = loop_now();
	struct view *view;

	if (result->cancelled)
		return; /* this lane is being freed */
	upstream->queries_per_check += (result->queries - upstream->queries_per_check) / 16;
	if (target->removed) {
		free(result->check.evidence);
		return;
	}
	view = &target->views[lane->view];
	view->asking = false;
	if (result->check.evidence != NULL &&
	    target_answer_changes(target, lane->view, result->check.evidence))
		tell_change(lane, result, now);
	target_finish_check(target, lane->view, &result->check, now);
	if (view->ask_again && !target->skipped)
		ask_again(lane, target, view);
	lane->events.on_news(lane->events.context, target, now);
}

/* Whom to ask now. What is changing comes first, but gets no more than its share. */
static bool take_due(struct lane *lane, int64_t now_ms, uint32_t *item, bool *soon)
{
	if (lane->schedule == NULL)
		return false;
	*soon = rate_limit_wait_ms(&lane->changing_rate, now_ms) == 0 &&
		schedule_next_soon(lane->schedule, now_ms, item);
	if (!*soon)
		return schedule_next(lane->schedule, now_ms, item);
	rate_limit_use(&lane->changing_rate, lane->upstream->queries_per_check);
	return true;
}

static int64_t next_due_ms(struct lane *lane, int64_t now_ms)
{
	int64_t due_ms, soon_ms, allowed_ms;

	if (lane->schedule == NULL)
		return INT64_MAX;
	due_ms = schedule_due_ms(lane->schedule);
	soon_ms = schedule_soon_ms(lane->schedule);
	allowed_ms = now_ms + rate_limit_wait_ms(&lane->changing_rate, now_ms);
	if (soon_ms < allowed_ms)
		soon_ms = allowed_ms;
	return soon_ms < due_ms ? soon_ms : due_ms;
}

/* For the upstream: the next check that is due, if any. */
static bool start_next(void *context, int64_t now_ms, int64_t *due_ms)
{
	struct lane *lane = context;
	struct target *target;
	struct view *view;
	uint32_t item;
	bool soon;

	if (!lane->introduced && now_ms - lane->created_ms < INTRODUCTION_MS) {
		*due_ms = lane->created_ms + INTRODUCTION_MS;
		return false;
	}
	do {
		if (!take_due(lane, now_ms, &item, &soon)) {
			*due_ms = next_due_ms(lane, now_ms);
			return false;
		}
		target = lane->targets->items[item];
		view = &target->views[lane->view];
		view->ask_again = view->asking && (view->ask_again || !soon);
	} while (view->asking);
	view->asking = true;
	view->due_at_once = false;
	check_start(lane->upstream, target, &lane->check_events);
	return true;
}

/* --- life --- */

static double changing_qps(const struct lane *lane)
{
	return lane->upstream->max_qps / 2.0;
}

struct lane *lane_create(struct loop *loop, const struct config_resolver *resolver,
			 const struct config *config, const struct lane_events *events,
			 struct error *error)
{
	struct lane *lane = memory_allocate(sizeof *lane);
	struct upstream_source source = {start_next, ask_control, lane};

	lane->events = *events;
	lane->check_events = (struct check_events){is_news, on_check, lane};
	lane->upstream = upstream_create(loop, resolver, config, &source, error);
	if (lane->upstream == NULL) {
		free(lane);
		return NULL;
	}
	lane->created_ms = loop_now().ms;
	rate_limit_init(&lane->changing_rate, changing_qps(lane), lane->created_ms);
	ask_control(lane);
	return lane;
}

void lane_free(struct lane *lane)
{
	if (lane == NULL)
		return;
	upstream_stop(lane->upstream);
	upstream_release(lane->upstream);
	schedule_free(lane->schedule);
	free(lane);
}

bool lane_is_of(const struct lane *lane, const struct config_resolver *resolver)
{
	const struct upstream *upstream = lane->upstream;

	return strcmp(upstream->name, resolver->name) == 0 &&
	       ip_equal(&upstream->address, &resolver->address) &&
	       upstream->port == resolver->port && upstream->transport == resolver->transport;
}

bool lane_configure(struct lane *lane, const struct config_resolver *resolver,
		    const struct config *config, struct error *error)
{
	if (!upstream_configure(lane->upstream, resolver, config, error))
		return false;
	rate_limit_set(&lane->changing_rate, changing_qps(lane));
	return true;
}

void lane_watch(struct lane *lane, const struct target_list *targets, size_t view,
		const struct schedule_ring *ring, const bool *ask_at_once,
		const struct config *config)
{
	int64_t now_ms = loop_now().ms;
	size_t i;

	lane->targets = targets;
	lane->view = view;
	lane->watched = ring->slot_count;
	lane->interval_ms = config->interval_ms;
	lane->changing_interval_ms = config->changing_interval_ms;
	lane->hold_ms = config->hold_ms;
	if (targets->generation == 1)
		lane->original = true;
	if (lane->schedule == NULL)
		lane->schedule = schedule_create(ring, now_ms);
	else
		schedule_replace_ring(lane->schedule, ring, now_ms);
	for (i = 0; i < targets->count; i++) {
		const struct target *target = targets->items[i];
		struct view *its = &target->views[view];

		its->due_at_once |= ask_at_once[i] || (its->finished_unix_ms == 0 && !its->asking);
		if (!target->skipped && its->due_at_once)
			schedule_ask_at_once(lane->schedule, (uint32_t)i, now_ms);
	}
	upstream_wake(lane->upstream);
}

void lane_ask_soon(struct lane *lane, const struct target *target)
{
	int64_t due_ms = loop_now().ms + lane->changing_interval_ms;

	if (lane->changing_interval_ms < lane->interval_ms &&
	    schedule_ask_at(lane->schedule, target->index, due_ms))
		upstream_wake(lane->upstream);
}

/* --- figures --- */

struct upstream *lane_upstream(const struct lane *lane)
{
	return lane->upstream;
}

bool lane_is_original(const struct lane *lane)
{
	return lane->original;
}

int64_t lane_round_ms(const struct lane *lane)
{
	double queries = (double)lane->watched * lane->upstream->queries_per_check;

	return (int64_t)(queries * 1000 / lane->upstream->max_qps);
}

static int64_t longest(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

int64_t lane_hold_ms(const struct lane *lane, int64_t now_ms)
{
	int64_t round_ms = longest(lane_round_ms(lane), schedule_lap_ms(lane->schedule, now_ms));

	return longest(lane->hold_ms, HOLD_ROUNDS * longest(lane->interval_ms, round_ms));
}

int64_t lane_lag_ms(const struct lane *lane, int64_t now_ms)
{
	return schedule_lag_ms(lane->schedule, now_ms);
}
