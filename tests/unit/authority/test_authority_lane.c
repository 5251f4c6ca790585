/* Whose authorities are asked when, over hours of logical time. */
#include "authority/authority_lane.h"
#include "base/memory.h"
#include "test.h"

#include <stdlib.h>

#define HOUR_MS AUTHORITY_INTERVAL_MS
#define MINUTE_MS (60 * 1000)
#define TARGETS_MAX 10000

static const struct expectation nothing = {.hostname = ""};

/* --- the world: one timer, and checks that end after a while --- */

struct loop_timer {
	loop_fn on_time;
	void *context;
	int64_t due_ms; /* -1: not set */
};

struct running {
	struct target *target;
	const struct authority_check_events *events;
	int64_t end_ms;
};

static struct {
	int64_t now_ms;
	struct loop_timer timer;
	struct running running[AUTHORITY_CHECKS_MAX];
	size_t running_count, most_running;
	unsigned checks[TARGETS_MAX], told[TARGETS_MAX]; /* by index in the list */
	int64_t last_ms[TARGETS_MAX];
	int64_t least_gap_ms;
	bool recent;
	unsigned total;
	unsigned in_second, most_in_second;
	int64_t second;
	bool unreachable, cancels, not_found;
	enum authority_state state;
	bool changing;
} world;

struct moment loop_now(void)
{
	return (struct moment){world.now_ms, world.now_ms};
}

struct loop_timer *loop_timer_create(struct loop *loop, loop_fn on_time, void *context)
{
	(void)loop;
	world.timer = (struct loop_timer){on_time, context, -1};
	return &world.timer;
}

void loop_timer_start(struct loop_timer *timer, int64_t delay_ms)
{
	timer->due_ms = world.now_ms + delay_ms;
}

void loop_timer_free(struct loop_timer *timer)
{
	timer->due_ms = -1;
}

void authority_check_start(const struct authority_ways *ways, struct target *target, bool recent,
			   const struct authority_check_events *events)
{
	uint32_t i = target->index;

	(void)ways;
	assert_true(world.running_count < AUTHORITY_CHECKS_MAX);
	target_hold(target);
	world.running[world.running_count++] =
		(struct running){target, events, world.now_ms + 100};
	if (world.running_count > world.most_running)
		world.most_running = world.running_count;
	if (world.checks[i]++ > 0 && world.now_ms - world.last_ms[i] < world.least_gap_ms)
		world.least_gap_ms = world.now_ms - world.last_ms[i];
	world.last_ms[i] = world.now_ms;
	world.recent = recent;
	world.total++;
	if (world.now_ms / 1000 != world.second)
		world.in_second = 0;
	world.second = world.now_ms / 1000;
	if (++world.in_second > world.most_in_second)
		world.most_in_second = world.in_second;
}

struct inquiries *inquiries_create(struct loop *loop)
{
	(void)loop;
	return NULL;
}

void inquiries_set_resolvers(struct inquiries *inquiries, struct upstream *const *upstreams, size_t count)
{
	(void)inquiries, (void)upstreams, (void)count;
}

static void end_oldest(void)
{
	struct running done = world.running[0];
	struct authority_finding finding = {
		world.not_found ? AUTHORITY_UNKNOWN : AUTHORITY_CONSISTENT, NULL, {0, -1}};

	world.running_count--;
	memmove(world.running, world.running + 1, world.running_count * sizeof *world.running);
	if (world.cancels)
		done.events->on_cancelled(done.events->context, done.target);
	else
		done.events->on_finding(done.events->context, done.target, &finding);
	target_release(done.target);
}

void inquiries_free(struct inquiries *inquiries)
{
	(void)inquiries;
	world.cancels = true;
	while (world.running_count > 0)
		end_oldest();
}

struct servers *servers_create(struct loop *loop)
{
	(void)loop;
	return NULL;
}

void servers_free(struct servers *servers)
{
	(void)servers;
}

void servers_configure(struct servers *servers, const struct config *config)
{
	(void)servers, (void)config;
}

bool servers_are_unreachable(const struct servers *servers)
{
	(void)servers;
	return world.unreachable;
}

struct zone_list *zone_list_create(struct inquiries *inquiries, struct servers *servers)
{
	(void)inquiries, (void)servers;
	return NULL;
}

void zone_list_free(struct zone_list *list)
{
	(void)list;
}

void zone_list_sweep(struct zone_list *list, int64_t now_ms)
{
	(void)list, (void)now_ms;
}

static bool is_changing(void *context, const struct target *target, int64_t now_ms)
{
	(void)context, (void)now_ms;
	return world.changing && target->index == 0;
}

static void on_finding(void *context, struct target *target, struct authority_finding *finding)
{
	(void)context;
	world.told[target->index]++;
	world.state = finding->state;
	free(finding->evidence);
}

/* --- running it --- */

static struct target_list *targets;
static struct authority_lane *lane;
static struct watch watches[TARGETS_MAX];
static struct config config;

static void watch(size_t count)
{
	bool *ask_at_once = memory_allocate_array(count, sizeof *ask_at_once);

	target_list_reconcile(targets,
			      &(struct target_list_change){.watches = watches, .watch_count = count},
			      ask_at_once);
	free(ask_at_once);
	authority_lane_watch(lane, &config, NULL, targets);
}

static void start(size_t count)
{
	static const struct authority_lane_events events = {is_changing, on_finding, NULL};
	struct ip ip;
	size_t i;

	memset(&world, 0, sizeof world);
	world.now_ms = 5 * HOUR_MS + 1234;
	world.least_gap_ms = INT64_MAX;
	assert_true(ip_parse("5.45.0.0", &ip));
	for (i = 0; i < TARGETS_MAX; i++, ip = ip_next(&ip))
		watches[i] = (struct watch){ip, &nothing};
	targets = target_list_create();
	lane = authority_lane_create(NULL, &events);
	watch(count);
}

static void stop(void)
{
	authority_lane_free(lane);
	target_list_free(targets);
}

static int64_t next_ms(void)
{
	int64_t next = world.timer.due_ms < 0 ? INT64_MAX : world.timer.due_ms;

	if (world.running_count > 0 && world.running[0].end_ms < next)
		next = world.running[0].end_ms;
	return next;
}

static void run_for(int64_t span_ms)
{
	int64_t end_ms = world.now_ms + span_ms, next;

	while ((next = next_ms()) <= end_ms) {
		world.now_ms = next > world.now_ms ? next : world.now_ms;
		if (world.running_count > 0 && world.running[0].end_ms <= world.now_ms) {
			end_oldest();
			continue;
		}
		world.timer.due_ms = -1;
		world.timer.on_time(world.timer.context);
	}
	world.now_ms = end_ms;
}

/* --- tests --- */

/* The rate that is promised: what is asked of the authorities follows from it. */
static void ten_thousand_targets_come_once_an_hour(void **state)
{
	unsigned before, i;

	(void)state;
	start(TARGETS_MAX);
	run_for(2 * HOUR_MS);
	for (i = 0; i < TARGETS_MAX; i++)
		assert_true(world.checks[i] >= 1 && world.checks[i] <= 3);
	assert_int_equal(world.most_running, AUTHORITY_CHECKS_MAX);
	assert_true(world.least_gap_ms >= HOUR_MS / 2);
	before = world.total;
	world.most_in_second = 0;
	world.least_gap_ms = INT64_MAX;
	run_for(3 * HOUR_MS);
	assert_true(world.total - before <= 3 * TARGETS_MAX + 100);
	assert_true(world.total - before >= 3 * TARGETS_MAX - 100);
	assert_true(world.least_gap_ms >= HOUR_MS - 5 * MINUTE_MS);
	print_message("note: at most %u targets in a second of three hours\n", world.most_in_second);
	assert_true(world.most_in_second <= 20); /* 2.8 on average */
	stop();
}

static void a_new_target_is_asked_soon_and_the_others_are_not(void **state)
{
	(void)state;
	start(10);
	run_for(1000);
	assert_int_equal(world.total, 10);
	watch(11);
	run_for(1000);
	assert_int_equal(world.total, 11);
	assert_int_equal(world.checks[10], 1);
	stop();
}

static void a_changing_one_is_asked_once_a_minute_for_an_hour(void **state)
{
	unsigned checks;

	(void)state;
	start(10);
	run_for(10 * MINUTE_MS);
	assert_false(world.recent);
	checks = world.checks[0];
	world.changing = true;
	run_for(HOUR_MS);
	checks = world.checks[0] - checks;
	assert_true(checks >= 58 && checks <= 61);
	assert_true(world.least_gap_ms >= 50 * 1000);
	/* It goes on disagreeing: hourly again. */
	checks = world.checks[0];
	run_for(4 * HOUR_MS);
	assert_true(world.checks[0] - checks <= 6);
	/* It came to rest and begins anew. */
	world.changing = false;
	run_for(2 * MINUTE_MS);
	checks = world.checks[0];
	world.changing = true;
	run_for(10 * MINUTE_MS);
	assert_true(world.checks[0] - checks >= 9);
	stop();
}

/* Whoever waits for a change to arrive must not first wait for the ring. */
static void a_change_is_asked_about_at_once_but_not_within_a_minute(void **state)
{
	unsigned checks, second;

	(void)state;
	start(10);
	run_for(10 * MINUTE_MS);
	checks = world.total;
	authority_lane_ask_soon(lane, targets->items[0]);
	run_for(1000);
	assert_int_equal(world.total, checks); /* it is not changing after all */
	world.changing = true;
	checks = world.checks[0];
	for (second = 0; second < 180; second++) {
		authority_lane_ask_soon(lane, targets->items[0]);
		run_for(1000);
		assert_true(world.checks[0] > checks);
	}
	assert_in_range(world.checks[0] - checks, 3, 4);
	assert_true(world.least_gap_ms >= 50 * 1000);
	stop();
}

/* The routine question was just asked; the one about the change comes at once all the same, the next
 * a minute later. */
static void a_change_soon_after_the_start_waits_for_nothing(void **state)
{
	(void)state;
	start(10);
	run_for(5000);
	assert_int_equal(world.checks[0], 1);
	world.changing = true;
	authority_lane_ask_soon(lane, targets->items[0]);
	run_for(1000);
	assert_int_equal(world.checks[0], 2);
	authority_lane_ask_soon(lane, targets->items[0]);
	run_for(45 * 1000);
	assert_int_equal(world.checks[0], 2);
	run_for(16 * 1000);
	assert_int_equal(world.checks[0], 3);
	stop();
}

static void a_changing_one_needs_recent_serials(void **state)
{
	(void)state;
	start(1);
	run_for(5 * MINUTE_MS);
	world.changing = true;
	run_for(2 * MINUTE_MS);
	assert_true(world.recent);
	stop();
}

static void unreachable_is_told_to_all_and_tried_hourly(void **state)
{
	unsigned total, i;

	(void)state;
	start(100);
	run_for(10 * MINUTE_MS);
	world.unreachable = true;
	run_for(2 * HOUR_MS); /* somebody is due, and finds out; then a first trial */
	assert_int_equal(world.state, AUTHORITY_UNREACHABLE);
	for (i = 0; i < 100; i++)
		assert_true(world.told[i] >= 2);
	total = world.total;
	run_for(5 * HOUR_MS);
	assert_true(world.total - total >= 4 * AUTHORITY_TRIALS);
	assert_true(world.total - total <= 6 * AUTHORITY_TRIALS);
	/* A changing one is no exception. */
	world.changing = true;
	total = world.total;
	run_for(HOUR_MS);
	assert_true(world.total - total <= 2 * AUTHORITY_TRIALS);
	/* Somebody answers at the next trial: all are asked. */
	world.changing = false;
	world.unreachable = false;
	total = world.total;
	run_for(HOUR_MS + MINUTE_MS);
	assert_true(world.total - total >= 100);
	assert_int_equal(world.state, AUTHORITY_CONSISTENT);
	stop();
}

static void what_was_not_found_is_looked_for_sooner(void **state)
{
	(void)state;
	start(1);
	world.not_found = true;
	run_for(30 * MINUTE_MS);
	assert_true(world.total >= 5 && world.total <= 7);
	world.not_found = false;
	run_for(6 * MINUTE_MS);
	world.total = 0;
	run_for(20 * MINUTE_MS);
	assert_true(world.total <= 1);
	stop();
}

/* Neighbours lie in one zone: its servers' rate must not be everybody's. */
static void new_targets_are_not_asked_in_the_order_of_addresses(void **state)
{
	unsigned i, near = 0;

	(void)state;
	start(1000);
	run_for(50);
	assert_int_equal(world.running_count, AUTHORITY_CHECKS_MAX);
	for (i = 0; i < AUTHORITY_CHECKS_MAX; i++)
		near += world.running[i].target->index < 100;
	assert_true(near < AUTHORITY_CHECKS_MAX / 2);
	stop();
}

static void special_use_and_skipped_are_left_out(void **state)
{
	(void)state;
	start(3);
	run_for(1000);
	assert_true(ip_parse("5.45.0.1", &watches[1].ip));
	assert_true(ip_parse("10.0.0.1", &watches[2].ip));
	watch(3);
	run_for(HOUR_MS);
	assert_int_equal(world.checks[2], 1); /* while it was another address */
	stop();
}

/* Nothing of a removed target is touched when its check ends. */
static void a_target_may_be_removed_while_it_is_asked(void **state)
{
	(void)state;
	start(5);
	run_for(50);
	assert_int_equal(world.running_count, 5);
	watch(2);
	run_for(1000);
	assert_int_equal(world.told[0] + world.told[1], 2);
	assert_int_equal(world.told[2] + world.told[3] + world.told[4], 0);
	stop();
}

static void a_cancelled_check_is_done_once_more(void **state)
{
	(void)state;
	start(1);
	world.cancels = true;
	run_for(150);
	world.cancels = false;
	run_for(1000);
	assert_int_equal(world.told[0], 1);
	assert_true(world.checks[0] >= 2);
	stop();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ten_thousand_targets_come_once_an_hour),
		cmocka_unit_test(a_new_target_is_asked_soon_and_the_others_are_not),
		cmocka_unit_test(a_changing_one_is_asked_once_a_minute_for_an_hour),
		cmocka_unit_test(a_change_is_asked_about_at_once_but_not_within_a_minute),
		cmocka_unit_test(a_change_soon_after_the_start_waits_for_nothing),
		cmocka_unit_test(a_changing_one_needs_recent_serials),
		cmocka_unit_test(unreachable_is_told_to_all_and_tried_hourly),
		cmocka_unit_test(what_was_not_found_is_looked_for_sooner),
		cmocka_unit_test(new_targets_are_not_asked_in_the_order_of_addresses),
		cmocka_unit_test(special_use_and_skipped_are_left_out),
		cmocka_unit_test(a_target_may_be_removed_while_it_is_asked),
		cmocka_unit_test(a_cancelled_check_is_done_once_more),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
