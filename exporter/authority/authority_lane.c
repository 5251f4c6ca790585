#include "authority/authority_lane.h"

#include "authority/due_list.h"
#include "base/log.h"
#include "base/memory.h"
#include "pacing/quiet.h"

#include <stdlib.h>

/* Who was asked so recently is not asked again, for whatever reason he is due. */
#define MINUTE_LEAST_MS (50 * 1000)
#define HOUR_LEAST_MS (30 * 60 * 1000)

/* Whose authorities the resolvers could not find need not wait for an hour: none was asked. */
#define NOT_FOUND_MS (5 * 60 * 1000)

#define SWEEP_MS (60 * 1000)

/* How often we wake at most. */
#define TICK_MS 50

struct authority_lane {
	struct loop_timer *timer;
	struct authority_ways ways;
	struct authority_lane_events events;
	struct authority_check_events check_events;
	struct due_list dues;
	struct schedule_ring *hour_ring, *minute_ring;
	struct schedule *hour, *minute; /* NULL before the first authority_lane_watch() */
	unsigned in_flight;
	bool unreachable;
	bool must_tell;       /* and the targets are to be told so, from the timer */
	int64_t retry_ms;     /* then, when to try again */
	size_t next_trial;
	struct quiet silence;
	int64_t swept_ms;
	bool stopping;
	const struct target_list *new_targets; /* not yet watched; NULL: none */
	bool allow_special_use;
};

static void wake(struct authority_lane *lane)
{
	if (!lane->stopping)
		loop_timer_start(lane->timer, 0);
}

/* --- what is watched --- */

/* The ring before is freed only when the schedule has let go of it. */
static void renew_schedule(const struct authority_lane *lane, struct schedule **schedule,
			   struct schedule_ring **ring, int64_t interval_ms)
{
	struct schedule_ring *before = *ring;
	int64_t now_ms = loop_now().ms;

	*ring = due_list_ring(&lane->dues, interval_ms);
	if (*schedule == NULL)
		*schedule = schedule_create(*ring, now_ms);
	else
		schedule_replace_ring(*schedule, *ring, now_ms);
	due_list_free_ring(before);
}

/* All that were never asked, soon. In the order of their phases, which has nothing to do with
 * their addresses: neighbours have the same servers, and would wait for each other's turns. */
static void ask_new_ones(struct authority_lane *lane)
{
	int64_t now_ms = loop_now().ms;
	size_t i;

	for (i = 0; i < lane->hour_ring->slot_count; i++) {
		uint32_t item = lane->hour_ring->slots[i].item;

		if (lane->dues.items[item].asked_ms == DUE_NEVER)
			schedule_ask_at_once(lane->hour, item, now_ms);
	}
}

/* What authority_lane_watch() left for a turn of its own. Whoever looks for a target comes here
 * first: its index is that of the new list. */
static void catch_up(struct authority_lane *lane)
{
	if (lane->new_targets == NULL || lane->stopping)
		return;
	due_list_reconcile(&lane->dues, lane->new_targets, lane->allow_special_use);
	lane->new_targets = NULL;
	renew_schedule(lane, &lane->hour, &lane->hour_ring, AUTHORITY_INTERVAL_MS);
	renew_schedule(lane, &lane->minute, &lane->minute_ring, AUTHORITY_CHANGING_INTERVAL_MS);
	ask_new_ones(lane);
}

/* --- checks --- */

static void start_check(struct authority_lane *lane, struct due *due, int64_t now_ms)
{
	bool recent = due->changing_since_ms != DUE_NEVER;

	due->asking = true;
	due->asked_ms = now_ms;
	lane->in_flight++;
	authority_check_start(&lane->ways, due->target, recent, &lane->check_events);
}

static void ask_everybody(struct authority_lane *lane)
{
	size_t i;

	catch_up(lane);
	for (i = 0; i < lane->dues.count; i++)
		lane->dues.items[i].asked_ms = DUE_NEVER;
	ask_new_ones(lane);
}

static void note_reachability(struct authority_lane *lane)
{
	int64_t now_ms = loop_now().ms;
	uint64_t count;

	if (servers_are_unreachable(lane->ways.servers) == lane->unreachable)
		return;
	lane->unreachable = !lane->unreachable;
	if (!lane->unreachable) {
		log_info("Authoritative servers answer again");
		ask_everybody(lane);
		return;
	}
	lane->must_tell = true;
	lane->retry_ms = now_ms + AUTHORITY_INTERVAL_MS;
	if (quiet_ends(&lane->silence, now_ms, &count))
		log_warn("No authoritative server answers: is their port closed to the outside? "
			 "They are tried again once an hour");
}

static void end_check(struct authority_lane *lane, struct due *due)
{
	lane->in_flight--;
	if (due != NULL)
		due->asking = false;
	note_reachability(lane);
	wake(lane);
}

static void on_finding(void *context, struct target *target, struct authority_finding *finding)
{
	struct authority_lane *lane = context;
	struct due *due;

	catch_up(lane);
	due = due_list_find(&lane->dues, target);
	if (due == NULL) {
		free(finding->evidence);
	} else {
		due->not_found = finding->state == AUTHORITY_UNKNOWN && finding->evidence == NULL;
		lane->events.on_finding(lane->events.context, target, finding);
	}
	end_check(lane, due);
}

/* The lane ends, or its servers are to be asked in another way: then once more. */
static void on_cancelled(void *context, struct target *target)
{
	struct authority_lane *lane = context;
	struct due *due;

	catch_up(lane);
	due = due_list_find(&lane->dues, target);
	lane->in_flight--;
	if (due == NULL)
		return;
	due->asking = false;
	due->asked_ms = DUE_NEVER;
	if (!lane->stopping && !due->left_out)
		schedule_ask_at_once(lane->hour, target->index, loop_now().ms);
	wake(lane);
}

/* --- who is due --- */

static void tell_unreachable(struct authority_lane *lane, struct target *target)
{
	struct authority_finding finding = {AUTHORITY_UNREACHABLE, NULL, {0, -1}};

	lane->events.on_finding(lane->events.context, target, &finding);
}

static void tell_all(struct authority_lane *lane)
{
	size_t i;

	lane->must_tell = false;
	for (i = 0; i < lane->dues.count; i++)
		if (!lane->dues.items[i].left_out && !lane->dues.items[i].asking)
			tell_unreachable(lane, lane->dues.items[i].target);
}

/* A few targets, others each time, as one alone may have dead servers of its own. */
static void try_again(struct authority_lane *lane, int64_t now_ms)
{
	size_t left = AUTHORITY_TRIALS, i;

	lane->retry_ms = now_ms + AUTHORITY_INTERVAL_MS;
	for (i = 0; i < lane->dues.count && left > 0; i++) {
		struct due *due = &lane->dues.items[lane->next_trial++ % lane->dues.count];

		if (due->left_out || due->asking)
			continue;
		left--;
		start_check(lane, due, now_ms);
	}
}

static bool is_within(int64_t then_ms, int64_t span_ms, int64_t now_ms)
{
	return then_ms != DUE_NEVER && now_ms - then_ms < span_ms;
}

static bool was_asked_within(const struct due *due, int64_t span_ms, int64_t now_ms)
{
	return is_within(due->asked_ms, span_ms, now_ms);
}

/* Also when the callback says so for longer, it is for AUTHORITY_CHANGING_MAX_MS only. */
static bool is_changing(const struct authority_lane *lane, struct due *due, int64_t now_ms)
{
	if (!lane->events.is_changing(lane->events.context, due->target, now_ms)) {
		due->changing_since_ms = DUE_NEVER;
		return false;
	}
	if (due->changing_since_ms == DUE_NEVER)
		due->changing_since_ms = now_ms;
	return now_ms - due->changing_since_ms < AUTHORITY_CHANGING_MAX_MS;
}

/* The hourly question may have come just before the change: that is no reason to wait. */
static bool is_due_by_minute(const struct authority_lane *lane, struct due *due, int64_t now_ms)
{
	if (is_changing(lane, due, now_ms))
		return !is_within(due->hurried_ms, MINUTE_LEAST_MS, now_ms);
	return due->not_found && !was_asked_within(due, NOT_FOUND_MS, now_ms);
}

/* False: nobody's minute is over. */
static bool start_by_minute(struct authority_lane *lane, int64_t now_ms)
{
	struct due *due;
	uint32_t item;

	if (!schedule_next_soon(lane->minute, now_ms, &item) &&
	    !schedule_next(lane->minute, now_ms, &item))
		return false;
	due = &lane->dues.items[item];
	if (is_due_by_minute(lane, due, now_ms) && !due->asking && !lane->unreachable) {
		due->hurried_ms = now_ms;
		start_check(lane, due, now_ms);
	}
	return true;
}

/* False: nobody's hour is over. */
static bool start_by_hour(struct authority_lane *lane, int64_t now_ms)
{
	struct due *due;
	uint32_t item;

	if (!schedule_next(lane->hour, now_ms, &item))
		return false;
	due = &lane->dues.items[item];
	if (due->asking)
		return true;
	if (lane->unreachable)
		tell_unreachable(lane, due->target);
	else if (!was_asked_within(due, HOUR_LEAST_MS, now_ms))
		start_check(lane, due, now_ms);
	return true;
}

static void arm(const struct authority_lane *lane, int64_t now_ms)
{
	int64_t hour_ms = schedule_due_ms(lane->hour), minute_ms = schedule_due_ms(lane->minute);
	int64_t due_ms = hour_ms < minute_ms ? hour_ms : minute_ms;
	int64_t soon_ms = schedule_soon_ms(lane->minute);

	if (soon_ms < due_ms)
		due_ms = soon_ms;
	if (lane->unreachable && lane->retry_ms < due_ms)
		due_ms = lane->retry_ms;
	/* With no room, the end of a check wakes us. */
	if (due_ms == INT64_MAX || lane->in_flight >= AUTHORITY_CHECKS_MAX)
		return;
	loop_timer_start(lane->timer, due_ms - now_ms > TICK_MS ? due_ms - now_ms : TICK_MS);
}

static void on_timer(void *context)
{
	struct authority_lane *lane = context;
	int64_t now_ms = loop_now().ms;
	bool by_minute = true, by_hour = true;

	catch_up(lane);
	if (lane->must_tell)
		tell_all(lane);
	if (lane->unreachable && now_ms >= lane->retry_ms)
		try_again(lane, now_ms);
	/* In turns, so that many that change do not keep the others from their hour. */
	while (lane->in_flight < AUTHORITY_CHECKS_MAX && (by_minute || by_hour)) {
		by_hour = start_by_hour(lane, now_ms);
		by_minute = lane->in_flight < AUTHORITY_CHECKS_MAX && start_by_minute(lane, now_ms);
	}
	if (now_ms - lane->swept_ms >= SWEEP_MS) {
		lane->swept_ms = now_ms;
		zone_list_sweep(lane->ways.zones, now_ms);
	}
	arm(lane, now_ms);
}

void authority_lane_watch(struct authority_lane *lane, const struct config *config,
			  struct upstream *const *resolvers, const struct target_list *targets)
{
	lane->new_targets = targets;
	lane->allow_special_use = config->authoritative_special_use;
	inquiries_set_resolvers(lane->ways.inquiries, resolvers, config->resolver_count);
	servers_configure(lane->ways.servers, config);
	if (lane->unreachable && !servers_are_unreachable(lane->ways.servers)) {
		lane->unreachable = false; /* another port: all is open again */
		ask_everybody(lane);
	}
	/* Not at once: what waits for the loop since the lanes took theirs comes first. */
	loop_timer_start(lane->timer, TICK_MS);
}

void authority_lane_ask_soon(struct authority_lane *lane, const struct target *target)
{
	int64_t due_ms = loop_now().ms;
	const struct due *due;

	catch_up(lane);
	due = due_list_find(&lane->dues, target);
	if (due == NULL || due->left_out)
		return;
	if (is_within(due->hurried_ms, AUTHORITY_CHANGING_INTERVAL_MS, due_ms))
		due_ms = due->hurried_ms + AUTHORITY_CHANGING_INTERVAL_MS;
	if (schedule_ask_at(lane->minute, target->index, due_ms))
		wake(lane);
}

/* --- life --- */

struct authority_lane *authority_lane_create(struct loop *loop,
					     const struct authority_lane_events *events)
{
	struct authority_lane *lane = memory_allocate(sizeof *lane);

	lane->events = *events;
	lane->check_events = (struct authority_check_events){on_finding, on_cancelled, lane};
	lane->timer = loop_timer_create(loop, on_timer, lane);
	lane->ways.inquiries = inquiries_create(loop);
	lane->ways.servers = servers_create(loop);
	lane->ways.zones = zone_list_create(lane->ways.inquiries, lane->ways.servers);
	lane->swept_ms = loop_now().ms;
	return lane;
}

void authority_lane_free(struct authority_lane *lane)
{
	if (lane == NULL)
		return;
	lane->stopping = true;
	inquiries_free(lane->ways.inquiries);
	servers_free(lane->ways.servers);
	zone_list_free(lane->ways.zones);
	loop_timer_free(lane->timer);
	schedule_free(lane->hour);
	schedule_free(lane->minute);
	due_list_free_ring(lane->hour_ring);
	due_list_free_ring(lane->minute_ring);
	due_list_clear(&lane->dues);
	free(lane);
}
