/* Lines in the log: at once, then ever more seldom; never more than so many a minute. */
#include "pacing/quiet.h"
#include "test.h"

#define MINUTE INT64_C(60000)

static void the_first_is_told_and_pauses_double(void **state)
{
	struct quiet quiet = {0};
	int64_t now_ms, told_ms = 0, pauses[8];
	size_t told = 0;
	uint64_t count, sum = 0;

	(void)state;
	/* Once a second, all day. */
	for (now_ms = 5; now_ms < 24 * 60 * MINUTE && told < COUNT_OF(pauses); now_ms += 1000) {
		if (!quiet_ends(&quiet, now_ms, &count))
			continue;
		sum += count;
		pauses[told++] = now_ms - told_ms;
		told_ms = now_ms;
	}
	assert_int_equal(pauses[0], 5);
	assert_int_equal(pauses[1], MINUTE);
	assert_int_equal(pauses[2], 2 * MINUTE);
	assert_int_equal(pauses[6], 32 * MINUTE);
	assert_int_equal(pauses[7], 60 * MINUTE);
	assert_int_equal(sum, (told_ms - 5) / 1000 + 1); /* nothing is lost from the count */
}

static void after_a_silence_it_starts_anew(void **state)
{
	struct quiet quiet = {0};
	uint64_t count;

	(void)state;
	assert_true(quiet_ends(&quiet, 0, &count));
	assert_false(quiet_ends(&quiet, 1, &count));
	assert_true(quiet_ends(&quiet, MINUTE, &count));
	assert_int_equal(count, 2);
	assert_false(quiet_ends(&quiet, 3 * MINUTE - 1, &count));
	/* Quiet until 3 minutes; then nothing for longer than the last pause. */
	assert_true(quiet_ends(&quiet, 6 * MINUTE, &count));
	assert_false(quiet_ends(&quiet, 7 * MINUTE - 1, &count));
	assert_true(quiet_ends(&quiet, 7 * MINUTE, &count));
}

static void a_minute_has_so_many_lines(void **state)
{
	struct line_budget budget = {0};
	uint64_t left_out;
	int i;

	(void)state;
	for (i = 0; i < 10; i++) {
		assert_int_equal(line_budget_take(&budget, 3, 1000 + i, &left_out), i < 3);
		assert_int_equal(left_out, 0);
	}
	assert_false(line_budget_take(&budget, 3, 1000 + MINUTE - 1, &left_out));
	assert_true(line_budget_take(&budget, 3, 1000 + MINUTE, &left_out));
	assert_int_equal(left_out, 8);
	assert_true(line_budget_take(&budget, 3, 1000 + MINUTE, &left_out));
	assert_int_equal(left_out, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_is_told_and_pauses_double),
		cmocka_unit_test(after_a_silence_it_starts_anew),
		cmocka_unit_test(a_minute_has_so_many_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
