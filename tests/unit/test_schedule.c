/* Logical time only: milliseconds from an arbitrary start. */
#include "pacing/schedule.h"
#include "test.h"

#define INTERVAL_MS 1000
#define NOBODY UINT32_MAX

/* Items 0 to 3 at 100, 300, 500 and 900 ms of every interval; item 4 is left out. */
static const uint64_t phases[] = {100, 300, 500, 900, 700};
static const bool skip[] = {false, false, false, false, true};

static void make_ring(struct schedule_ring *ring)
{
	schedule_ring_init(ring, phases, skip, COUNT_OF(phases), INTERVAL_MS);
}

static uint32_t next(struct schedule *schedule, int64_t now_ms)
{
	uint32_t item;

	return schedule_next(schedule, now_ms, &item) ? item : NOBODY;
}

static void phases_come_from_the_hashes(void **state)
{
	static const uint64_t hashes[] = {5000000000000000123u, 999, 123};
	static const bool none[3] = {false};
	struct schedule_ring ring;

	(void)state;
	schedule_ring_init(&ring, hashes, none, 3, INTERVAL_MS);
	assert_int_equal(ring.slot_count, 3);
	assert_int_equal(ring.slots[0].phase_ms, 123);
	assert_int_equal(ring.slots[0].item, 0); /* equal phases by item */
	assert_int_equal(ring.slots[1].item, 2);
	assert_int_equal(ring.slots[2].phase_ms, 999);
	schedule_ring_clear(&ring);
}

static void everybody_is_due_once_an_interval_at_his_phase(void **state)
{
	static const int64_t due_ms[] = {100, 300, 500, 900};
	struct schedule_ring ring;
	struct schedule *schedule;
	int64_t lap;
	uint32_t i;

	(void)state;
	make_ring(&ring);
	schedule = schedule_create(&ring, 0);
	for (lap = 0; lap < 3; lap++) {
		for (i = 0; i < COUNT_OF(due_ms); i++) {
			int64_t at_ms = lap * INTERVAL_MS + due_ms[i];

			assert_int_equal(schedule_due_ms(schedule), at_ms);
			assert_int_equal(next(schedule, at_ms - 1), NOBODY);
			assert_int_equal(schedule_lag_ms(schedule, at_ms), 0);
			assert_int_equal(next(schedule, at_ms), i);
			assert_int_equal(next(schedule, at_ms), NOBODY);
		}
	}
	assert_int_equal(schedule_lap_ms(schedule, 3000), INTERVAL_MS);
	schedule_free(schedule);
	schedule_ring_clear(&ring);
}

/* Phases stay where they are: a start in the middle begins with who is next. */
static void a_start_takes_up_the_round_where_it_is(void **state)
{
	struct schedule_ring ring;
	struct schedule *schedule;

	(void)state;
	make_ring(&ring);
	schedule = schedule_create(&ring, 7301);
	assert_int_equal(schedule_due_ms(schedule), 7500);
	assert_int_equal(next(schedule, 7301), NOBODY);
	assert_int_equal(next(schedule, 7500), 2);
	schedule_free(schedule);
	schedule = schedule_create(&ring, 7901);
	assert_int_equal(schedule_due_ms(schedule), 8100);
	schedule_free(schedule);
	schedule_ring_clear(&ring);
}

static void without_items_nothing_is_due(void **state)
{
	struct schedule_ring ring;
	struct schedule *schedule;

	(void)state;
	schedule_ring_init(&ring, NULL, NULL, 0, INTERVAL_MS);
	schedule = schedule_create(&ring, 0);
	assert_true(schedule_due_ms(schedule) == INT64_MAX);
	assert_int_equal(next(schedule, 1000000), NOBODY);
	assert_int_equal(schedule_lag_ms(schedule, 1000000), 0);
	schedule_free(schedule);
	schedule_free(NULL);
	schedule_ring_clear(&ring);
}

static void the_line_is_asked_at_once_in_its_order(void **state)
{
	struct schedule_ring ring;
	struct schedule *schedule;

	(void)state;
	make_ring(&ring);
	schedule = schedule_create(&ring, 0);
	schedule_ask_at_once(schedule, 3, 10);
	schedule_ask_at_once(schedule, 1, 11);
	schedule_ask_at_once(schedule, 3, 12); /* stands there already */
	assert_int_equal(schedule_due_ms(schedule), 10);
	assert_int_equal(schedule_lag_ms(schedule, 50), 40);
	assert_int_equal(next(schedule, 50), 3);
	assert_int_equal(next(schedule, 50), 1);
	assert_int_equal(next(schedule, 50), NOBODY);
	schedule_ask_at_once(schedule, 3, 60); /* and may come again */
	assert_int_equal(next(schedule, 60), 3);
	schedule_free(schedule);
	schedule_ring_clear(&ring);
}

static void line_and_ring_take_turns(void **state)
{
	static const uint64_t hashes[8] = {0, 0, 0, 0, 0, 0, 0, 0};
	static const bool none[8] = {false};
	uint32_t item, from_line = 0, i;
	struct schedule_ring ring;
	struct schedule *schedule;

	(void)state;
	schedule_ring_init(&ring, hashes, none, 8, INTERVAL_MS);
	schedule = schedule_create(&ring, 0);
	for (i = 4; i < 8; i++)
		schedule_ask_at_once(schedule, i, 0);
	/* 4 to 7 wait in the line, 0 to 3 are due in the ring: one here, one there. */
	for (i = 0; i < 8; i++) {
		item = next(schedule, 0);
		assert_int_equal(item, i % 2 == 0 ? 4 + i / 2 : i / 2);
		from_line += item >= 4;
	}
	assert_int_equal(from_line, 4);
	schedule_free(schedule);
	schedule_ring_clear(&ring);
}

/* Who stands in the line when his phase comes is asked from the line alone. */
static void the_ring_passes_over_who_stands_in_the_line(void **state)
{
	static const uint32_t line[] = {3, 0, 1, 2};
	static const uint32_t asked[] = {3, 0, 1, 2, 3, NOBODY};
	struct schedule_ring ring;
	struct schedule *schedule;
	size_t i;

	(void)state;
	make_ring(&ring);
	schedule = schedule_create(&ring, 0);
	for (i = 0; i < COUNT_OF(line); i++)
		schedule_ask_at_once(schedule, line[i], 0);
	for (i = 0; i < COUNT_OF(asked); i++)
		assert_int_equal(next(schedule, 950), asked[i]);
	assert_int_equal(schedule_due_ms(schedule), 1100);
	schedule_free(schedule);
	schedule_ring_clear(&ring);
}

/* One item every 500 ms only: a lap of four takes 2 s. Everybody has his turn, none starves. */
static void an_overloaded_lap_takes_longer(void **state)
{
	struct schedule_ring ring;
	struct schedule *schedule;
	unsigned asked[4] = {0};
	uint32_t expected = 0;
	int64_t ms;

	(void)state;
	make_ring(&ring);
	schedule = schedule_create(&ring, 0);
	for (ms = 900; ms < 40900; ms += 500) {
		uint32_t item = next(schedule, ms);

		assert_int_equal(item, expected);
		expected = (expected + 1) % 4;
		asked[item]++;
	}
	for (expected = 0; expected < 4; expected++)
		assert_int_equal(asked[expected], 20);
	assert_int_equal(schedule_lap_ms(schedule, ms), 2000);
	assert_in_range(schedule_lag_ms(schedule, ms), 1000, 2000);
	schedule_free(schedule);
	schedule_ring_clear(&ring);
}

/* After an hour of standstill there is one lap to do, not 3600. */
static void missed_laps_are_not_made_up_for(void **state)
{
	struct schedule_ring ring;
	struct schedule *schedule;
	unsigned asked = 0;

	(void)state;
	make_ring(&ring);
	schedule = schedule_create(&ring, 0);
	while (next(schedule, 3600950) != NOBODY)
		asked++;
	assert_in_range(asked, 4, 8); /* the rest of the lap it stood in, and the present one */
	assert_int_equal(schedule_due_ms(schedule), 3601100);
	assert_int_equal(next(schedule, 3601100), 0);
	schedule_free(schedule);
	schedule_ring_clear(&ring);
}

static void lag_is_what_the_longest_waiting_has_waited(void **state)
{
	struct schedule_ring ring;
	struct schedule *schedule;

	(void)state;
	make_ring(&ring);
	schedule = schedule_create(&ring, 0);
	assert_int_equal(schedule_lag_ms(schedule, 99), 0);
	assert_int_equal(schedule_lag_ms(schedule, 350), 250);
	assert_int_equal(next(schedule, 350), 0);
	assert_int_equal(schedule_lag_ms(schedule, 350), 50);
	assert_int_equal(next(schedule, 350), 1);
	assert_int_equal(schedule_lag_ms(schedule, 350), 0);
	schedule_free(schedule);
	schedule_ring_clear(&ring);
}

/* A reload in the middle of a round: who was asked is not asked anew, who is due still is. */
static void another_ring_goes_on_where_the_walk_was(void **state)
{
	static const uint64_t hashes[] = {100, 300, 350, 900};
	static const bool none[4] = {false};
	struct schedule_ring before, after;
	struct schedule *schedule;

	(void)state;
	make_ring(&before);
	schedule_ring_init(&after, hashes, none, 4, INTERVAL_MS);
	schedule = schedule_create(&before, 0);
	assert_int_equal(next(schedule, 400), 0); /* 1 at 300 is still due */
	schedule_ask_at_once(schedule, 4, 400);
	schedule_replace_ring(schedule, &after, 400);
	schedule_ring_clear(&before);
	assert_int_equal(schedule_due_ms(schedule), 300);
	assert_int_equal(next(schedule, 400), 1);
	assert_int_equal(next(schedule, 400), 2);      /* new, its phase is behind the walk */
	assert_int_equal(next(schedule, 400), NOBODY); /* the line is empty */
	assert_int_equal(next(schedule, 900), 3);
	schedule_free(schedule);
	schedule_ring_clear(&after);
}

static void another_interval_starts_from_now(void **state)
{
	static const uint64_t hashes[] = {100, 5000, 9000};
	static const bool none[3] = {false};
	struct schedule_ring before, after;
	struct schedule *schedule;

	(void)state;
	make_ring(&before);
	schedule_ring_init(&after, hashes, none, 3, 10000);
	schedule = schedule_create(&before, 0);
	schedule_replace_ring(schedule, &after, 14000);
	schedule_ring_clear(&before);
	assert_int_equal(schedule_due_ms(schedule), 15000);
	assert_int_equal(next(schedule, 14000), NOBODY);
	assert_int_equal(next(schedule, 15000), 1);
	assert_int_equal(schedule_lap_ms(schedule, 15000), 10000);
	schedule_free(schedule);
	schedule_ring_clear(&after);
}

/* From nothing to something and back, as the first and the last target come and go. */
static void an_empty_ring_can_be_replaced(void **state)
{
	struct schedule_ring empty, full;
	struct schedule *schedule;

	(void)state;
	schedule_ring_init(&empty, NULL, NULL, 0, INTERVAL_MS);
	make_ring(&full);
	schedule = schedule_create(&empty, 0);
	schedule_replace_ring(schedule, &full, 5250);
	assert_int_equal(schedule_due_ms(schedule), 5300);
	schedule_ask_at_once(schedule, 3, 5250);
	schedule_replace_ring(schedule, &empty, 5260);
	assert_true(schedule_due_ms(schedule) == INT64_MAX);
	assert_int_equal(next(schedule, 99999), NOBODY);
	schedule_free(schedule);
	schedule_ring_clear(&full);
	schedule_ring_clear(&empty);
}

/* What is changing has a time of its own; its turn on the ring stays. */
static void some_are_asked_at_a_time_of_their_own(void **state)
{
	struct schedule_ring ring;
	struct schedule *schedule;
	uint32_t item;

	(void)state;
	make_ring(&ring);
	schedule = schedule_create(&ring, 0);
	assert_true(schedule_soon_ms(schedule) == INT64_MAX);
	assert_true(schedule_ask_at(schedule, 3, 150));
	assert_false(schedule_ask_at(schedule, 3, 160)); /* waits already */
	assert_true(schedule_ask_at(schedule, 0, 200));
	assert_int_equal(schedule_soon_ms(schedule), 150);
	assert_int_equal(schedule_due_ms(schedule), 100);
	assert_false(schedule_next_soon(schedule, 149, &item));
	assert_true(schedule_next_soon(schedule, 150, &item));
	assert_int_equal(item, 3);
	assert_true(schedule_ask_at(schedule, 3, 300));
	assert_int_equal(next(schedule, 100), 0);
	assert_true(schedule_next_soon(schedule, 200, &item));
	assert_int_equal(item, 0);
	/* That they wait is no lag: somebody decides how many may go. */
	assert_int_equal(next(schedule, 300), 1);
	assert_int_equal(next(schedule, 500), 2);
	assert_int_equal(schedule_lag_ms(schedule, 800), 0);
	assert_int_equal(next(schedule, 900), 3);
	schedule_replace_ring(schedule, &ring, 900);
	assert_true(schedule_soon_ms(schedule) == INT64_MAX);
	schedule_free(schedule);
	schedule_ring_clear(&ring);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(phases_come_from_the_hashes),
	    cmocka_unit_test(everybody_is_due_once_an_interval_at_his_phase),
	    cmocka_unit_test(a_start_takes_up_the_round_where_it_is),
	    cmocka_unit_test(without_items_nothing_is_due),
	    cmocka_unit_test(the_line_is_asked_at_once_in_its_order),
	    cmocka_unit_test(line_and_ring_take_turns),
	    cmocka_unit_test(the_ring_passes_over_who_stands_in_the_line),
	    cmocka_unit_test(an_overloaded_lap_takes_longer),
	    cmocka_unit_test(missed_laps_are_not_made_up_for),
	    cmocka_unit_test(lag_is_what_the_longest_waiting_has_waited),
	    cmocka_unit_test(another_ring_goes_on_where_the_walk_was),
	    cmocka_unit_test(another_interval_starts_from_now),
	    cmocka_unit_test(an_empty_ring_can_be_replaced),
	    cmocka_unit_test(some_are_asked_at_a_time_of_their_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
