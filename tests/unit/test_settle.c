#include "pacing/settle.h"
#include "test.h"

static void nothing_is_never_over(void **state)
{
	struct settle settle = {0};

	(void)state;
	assert_true(settle_due_ms(&settle) == INT64_MAX);
	assert_false(settle_take(&settle, INT64_MAX - 1));
}

static void one_change_is_over_after_the_quiet(void **state)
{
	struct settle settle = {0};

	(void)state;
	settle_note(&settle, 1000);
	assert_int_equal(settle_due_ms(&settle), 1000 + SETTLE_QUIET_MS);
	assert_false(settle_take(&settle, 1000 + SETTLE_QUIET_MS - 1));
	assert_true(settle_take(&settle, 1000 + SETTLE_QUIET_MS));
	assert_false(settle_take(&settle, 1000 + SETTLE_QUIET_MS));
	assert_true(settle_due_ms(&settle) == INT64_MAX);
}

static void a_burst_is_one(void **state)
{
	struct settle settle = {0};
	unsigned taken = 0;
	int64_t now_ms;

	(void)state;
	for (now_ms = 0; now_ms < 3000; now_ms++) {
		if (now_ms < 1000 && now_ms % 20 == 0)
			settle_note(&settle, now_ms);
		taken += settle_take(&settle, now_ms);
	}
	assert_int_equal(taken, 1);
}

/* And what comes after it is the next one. */
static void who_never_pauses_is_not_waited_for(void **state)
{
	struct settle settle = {0};
	int64_t now_ms, taken_ms = 0;

	(void)state;
	for (now_ms = 0; now_ms < 20000; now_ms += 10) {
		settle_note(&settle, now_ms);
		if (!settle_take(&settle, now_ms))
			continue;
		assert_in_range(now_ms - taken_ms, SETTLE_MOST_MS, SETTLE_MOST_MS + 20);
		taken_ms = now_ms;
	}
	assert_in_range(taken_ms, 3 * SETTLE_MOST_MS, 20000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(nothing_is_never_over),
	    cmocka_unit_test(one_change_is_over_after_the_quiet),
	    cmocka_unit_test(a_burst_is_one),
	    cmocka_unit_test(who_never_pauses_is_not_waited_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
