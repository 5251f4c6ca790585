#include "pacing/schedule.h"
#include "test.h"

#include <stdlib.h>

#define INTERVAL_MS 1000

/* Items 0 to count - 1, item i at phase i * INTERVAL_MS / count. */
static void ring_of(struct schedule_ring *ring, size_t count)
{
	uint64_t hashes[64];
	bool skip[64] = {false};
	size_t i;

	for (i = 0; i < count; i++)
		hashes[i] = i * INTERVAL_MS / count;
	schedule_ring_init(ring, hashes, skip, count, INTERVAL_MS);
}

/* How often each item is due from `from_ms` until before `to_ms`, asked every ms. */
static void count_due(struct schedule *schedule, int64_t from_ms, int64_t to_ms, unsigned *counts)
{
	uint32_t item;
	int64_t now_ms;

	for (now_ms = from_ms; now_ms < to_ms; now_ms++)
		while (schedule_next(schedule, now_ms, &item))
			counts[item]++;
}

static void every_item_once_per_interval(void **state)
{
	struct schedule_ring ring;
	struct schedule *schedule;
	unsigned counts[10] = {0};
	size_t i;

	(void)state;
	ring_of(&ring, 10);
	schedule = schedule_create(&ring, 123456);
	count_due(schedule, 123456, 123456 + 5 * INTERVAL_MS, counts);
	for (i = 0; i < 10; i++)
		assert_int_equal(counts[i], 5);
	assert_in_range(schedule_lag_ms(schedule, 123456 + 5 * INTERVAL_MS), 0, 1);
	schedule_free(schedule);
	schedule_ring_clear(&ring);
}

static void rounds_are_spread_by_phase(void **state)
{
	struct schedule_ring ring;
	struct schedule *schedule;
	int64_t now_ms;
	uint32_t item;

	(void)state;
	ring_of(&ring, 10);
	schedule = schedule_create(&ring, 0);
	for (now_ms = 0; now_ms < INTERVAL_MS; now_ms++) {
		bool due = schedule_next(schedule, now_ms, &item);

		assert_int_equal(due, now_ms % 100 == 0);
		if (due)
			assert_int_equal(item, now_ms / 100);
	}
	schedule_free(schedule);
	schedule_ring_clear(&ring);
}

static void skipped_items_are_never_due(void **state)
{
	uint64_t hashes[3] = {1, 2, 3};
	bool skip[3] = {false, true, false};
	struct schedule_ring ring;
	struct schedule *schedule;
	unsigned counts[3] = {0};

	(void)state;
	schedule_ring_init(&ring, hashes, skip, 3, INTERVAL_MS);
	schedule = schedule_create(&ring, 0);
	count_due(schedule, 0, 3 * INTERVAL_MS, counts);
	assert_int_equal(counts[0], 3);
	assert_int_equal(counts[1], 0);
	assert_int_equal(counts[2], 3);
	schedule_free(schedule);
	schedule_ring_clear(&ring);
}

static void the_impatient_come_at_once_and_once(void **state)
{
	struct schedule_ring ring;
	struct schedule *schedule;
	uint32_t item;

	(void)state;
	ring_of(&ring, 10);
	schedule = schedule_create(&ring, 50);
	schedule_ask_at_once(schedule, 7, 50);
	schedule_ask_at_once(schedule, 7, 51);
	assert_int_equal(schedule_due_ms(schedule), 50);
	assert_true(schedule_next(schedule, 51, &item));
	assert_int_equal(item, 7);
	assert_false(schedule_next(schedule, 51, &item));
	assert_int_equal(schedule_due_ms(schedule), 100);
	schedule_free(schedule);
	schedule_ring_clear(&ring);
}

/* Fifty new ones must not keep the ten old ones from their turn. */
static void a_long_line_starves_nobody(void **state)
{
	struct schedule_ring ring;
	struct schedule *schedule;
	uint64_t hashes[60];
	bool skip[60] = {false};
	unsigned from_ring = 0, i;
	uint32_t item;

	(void)state;
	for (i = 0; i < 60; i++)
		hashes[i] = i < 10 ? i * 100 : 999;
	schedule_ring_init(&ring, hashes, skip, 60, INTERVAL_MS);
	schedule = schedule_create(&ring, 0);
	for (i = 10; i < 60; i++)
		schedule_ask_at_once(schedule, i, 0);
	for (i = 0; i < 20; i++) {
		assert_true(schedule_next(schedule, 950, &item));
		from_ring += item < 10;
	}
	assert_int_equal(from_ring, 10);
	schedule_free(schedule);
	schedule_ring_clear(&ring);
}

/* One turn per 300 ms for ten items: a lap takes 3 s, the lag settles and does not grow. */
static void overload_makes_longer_laps_not_a_growing_lag(void **state)
{
	struct schedule_ring ring;
	struct schedule *schedule;
	unsigned counts[10] = {0};
	int64_t now_ms, worst_ms = 0;
	uint32_t item;
	size_t i;

	(void)state;
	ring_of(&ring, 10);
	schedule = schedule_create(&ring, 0);
	for (now_ms = 0; now_ms < 90000; now_ms += 300) {
		if (schedule_next(schedule, now_ms, &item))
			counts[item]++;
		if (schedule_lag_ms(schedule, now_ms) > worst_ms)
			worst_ms = schedule_lag_ms(schedule, now_ms);
	}
	for (i = 0; i < 10; i++)
		assert_in_range(counts[i], 29, 31);
	assert_in_range(schedule_lap_ms(schedule, now_ms), 2900, 3400);
	assert_in_range(worst_ms, 1900, 3400);
	schedule_free(schedule);
	schedule_ring_clear(&ring);
}

static void a_new_ring_goes_on_where_the_old_one_was(void **state)
{
	struct schedule_ring ring, next;
	struct schedule *schedule;
	unsigned counts[20] = {0};
	uint32_t item;

	(void)state;
	ring_of(&ring, 10);
	ring_of(&next, 20);
	schedule = schedule_create(&ring, 0);
	count_due(schedule, 0, 450, counts);
	schedule_replace_ring(schedule, &next, 450);
	schedule_ring_clear(&ring);
	assert_true(schedule_next(schedule, 450, &item));
	assert_int_equal(item, 9);
	assert_int_equal(schedule_due_ms(schedule), 500);
	schedule_free(schedule);
	schedule_ring_clear(&next);
}

static void an_empty_ring_is_never_due(void **state)
{
	struct schedule_ring ring;
	struct schedule *schedule;
	uint32_t item;

	(void)state;
	ring_of(&ring, 0);
	schedule = schedule_create(&ring, 5);
	assert_false(schedule_next(schedule, 1000000, &item));
	assert_true(schedule_due_ms(schedule) == INT64_MAX);
	assert_int_equal(schedule_lag_ms(schedule, 1000000), 0);
	schedule_free(schedule);
	schedule_ring_clear(&ring);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_item_once_per_interval),
	    cmocka_unit_test(rounds_are_spread_by_phase),
	    cmocka_unit_test(skipped_items_are_never_due),
	    cmocka_unit_test(the_impatient_come_at_once_and_once),
	    cmocka_unit_test(a_long_line_starves_nobody),
	    cmocka_unit_test(overload_makes_longer_laps_not_a_growing_lag),
	    cmocka_unit_test(a_new_ring_goes_on_where_the_old_one_was),
	    cmocka_unit_test(an_empty_ring_is_never_due),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
