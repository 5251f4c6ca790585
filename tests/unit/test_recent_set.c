#include "targets/recent_set.h"
#include "test.h"

#define HOUR_MS (INT64_C(60) * 60 * 1000)

static void once_while_it_is_seen(void **state)
{
	struct recent_set *set = recent_set_create();
	int64_t now_ms;

	(void)state;
	assert_true(recent_set_note(set, 7, 0));
	assert_true(recent_set_note(set, 8, 0));
	for (now_ms = 0; now_ms < 100 * HOUR_MS; now_ms += 23 * HOUR_MS)
		assert_false(recent_set_note(set, 7, now_ms));
	recent_set_free(set);
	recent_set_free(NULL);
}

static void again_after_a_day_without(void **state)
{
	struct recent_set *set = recent_set_create();

	(void)state;
	assert_true(recent_set_note(set, 7, HOUR_MS));
	assert_true(recent_set_note(set, 7, 25 * HOUR_MS));
	assert_false(recent_set_note(set, 7, 49 * HOUR_MS - 1));
	recent_set_free(set);
}

static void the_longest_unseen_makes_room_after_a_day(void **state)
{
	struct recent_set *set = recent_set_create();
	uint64_t key;

	(void)state;
	for (key = 0; key < 4096; key++)
		assert_true(recent_set_note(set, key, 0));
	assert_false(recent_set_note(set, 0, 1));
	assert_false(recent_set_note(set, 4096, 24 * HOUR_MS - 1)); /* told never, for want of room */
	assert_true(recent_set_note(set, 4096, 24 * HOUR_MS));      /* in the place of 1 */
	assert_false(recent_set_note(set, 0, 24 * HOUR_MS));
	assert_true(recent_set_note(set, 1, 24 * HOUR_MS)); /* in the place of 2 */
	recent_set_free(set);
}

/* A round of more than fits, over and over: what came first is known, the rest is not told. */
static void rounds_of_too_many_are_not_told_anew(void **state)
{
	struct recent_set *set = recent_set_create();
	unsigned told = 0, round;
	uint64_t key;

	(void)state;
	for (round = 0; round < 10; round++)
		for (key = 0; key < 5000; key++)
			told += recent_set_note(set, key, round * 60000);
	assert_int_equal(told, 4096);
	recent_set_free(set);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(once_while_it_is_seen),
		cmocka_unit_test(again_after_a_day_without),
		cmocka_unit_test(the_longest_unseen_makes_room_after_a_day),
		cmocka_unit_test(rounds_of_too_many_are_not_told_anew),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
