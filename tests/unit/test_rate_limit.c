#include "pacing/rate_limit.h"
#include "test.h"

/* Greedy for ten seconds: in no second more than the rate and the bucket's room. */
static void never_more_than_the_rate(void **state)
{
	static const unsigned rates[] = {1, 7, 50, 1000};
	size_t r;

	(void)state;
	for (r = 0; r < COUNT_OF(rates); r++) {
		unsigned taken[10000] = {0}, window = 0, total = 0;
		struct rate_limit limit = {0};
		int64_t now_ms;

		rate_limit_init(&limit, rates[r], 0);
		for (now_ms = 0; now_ms < 10000; now_ms++) {
			while (rate_limit_take(&limit, now_ms))
				taken[now_ms]++;
			total += taken[now_ms];
			window += taken[now_ms];
			if (now_ms >= 1000)
				window -= taken[now_ms - 1000];
			assert_in_range(window, 0, rates[r] + rates[r] / 100 + 1);
		}
		assert_in_range(total, rates[r] * 10 - rates[r] / 10 - 1, rates[r] * 10 + rates[r] / 10 + 1);
	}
}

static void waiting_as_told_is_enough(void **state)
{
	struct rate_limit limit = {0};
	int64_t now_ms = 0;
	int i;

	(void)state;
	rate_limit_init(&limit, 30, 0);
	for (i = 0; i < 100; i++) {
		now_ms += rate_limit_wait_ms(&limit, now_ms);
		assert_true(rate_limit_take(&limit, now_ms));
	}
	assert_in_range(now_ms, 3290, 3410);
}

static void idle_time_saves_up_no_burst(void **state)
{
	struct rate_limit limit = {0};

	(void)state;
	rate_limit_init(&limit, 50, 0);
	assert_true(rate_limit_take(&limit, 3600000));
	assert_false(rate_limit_take(&limit, 3600000));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(never_more_than_the_rate),
		cmocka_unit_test(waiting_as_told_is_enough),
		cmocka_unit_test(idle_time_saves_up_no_burst),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
