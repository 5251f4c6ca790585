#include "pacing/rate_limit.h"
#include "test.h"

#include <stdlib.h>

#define RUN_MS 5000

/* What a burst may hold: one, and a fiftieth of a second's worth. */
static unsigned room_of(unsigned per_second)
{
	return 1 + per_second / 50;
}

static const unsigned rates[] = {1, 3, 7, 50, 99, 100, 150, 1000, 5000};

/* Asked every millisecond, after a long pause: in no second more than a second's worth and the
 * one burst. */
static void no_second_has_more_than_its_share(void **state)
{
	unsigned *taken = calloc(RUN_MS, sizeof *taken);
	size_t i;

	(void)state;
	for (i = 0; i < COUNT_OF(rates); i++) {
		struct rate_limit limit = {0};
		unsigned window = 0;
		int64_t ms;

		rate_limit_init(&limit, rates[i], 0);
		for (ms = 0; ms < RUN_MS; ms++) {
			for (taken[ms] = 0; rate_limit_take(&limit, 1000000 + ms);)
				taken[ms]++;
			assert_true(taken[ms] <= room_of(rates[i]) + 1);
			window += taken[ms];
			if (ms >= 1000)
				window -= taken[ms - 1000];
			if (window > rates[i] + room_of(rates[i]))
				fail_msg("%u a second: %u in the second before %d ms", rates[i],
					 window, (int)ms);
		}
	}
	free(taken);
}

/* Asked when it says: nearly all of the rate is there, and it never says "now" in vain. */
static void waiting_as_told_is_enough(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < COUNT_OF(rates); i++) {
		struct rate_limit limit = {0};
		unsigned taken = 0;
		int64_t ms = 0;

		rate_limit_init(&limit, rates[i], 0);
		while (ms < 10000) {
			int64_t wait_ms = rate_limit_wait_ms(&limit, ms);

			assert_true(wait_ms >= 0 && wait_ms <= 1001);
			assert_int_equal(rate_limit_take(&limit, ms), wait_ms == 0);
			taken += wait_ms == 0;
			ms += wait_ms;
		}
		if (taken < rates[i] * 9)
			fail_msg("%u a second: %u in ten seconds", rates[i], taken);
	}
}

static void a_pause_saves_nothing_up(void **state)
{
	struct rate_limit limit = {0};

	(void)state;
	rate_limit_init(&limit, 10, 0);
	assert_true(rate_limit_take(&limit, 3600000));
	assert_false(rate_limit_take(&limit, 3600000));
	/* A fiftieth of a second's worth is left in the bucket: 20 ms less to wait. */
	assert_in_range(rate_limit_wait_ms(&limit, 3600000), 79, 81);
	assert_in_range(rate_limit_wait_ms(&limit, 3600060), 19, 21);
	assert_false(rate_limit_take(&limit, 3600078));
	assert_true(rate_limit_take(&limit, 3600082));
}

static void time_that_stands_still_gives_nothing(void **state)
{
	struct rate_limit limit = {0};

	(void)state;
	rate_limit_init(&limit, 10, 1000);
	assert_true(rate_limit_take(&limit, 1000));
	assert_false(rate_limit_take(&limit, 1000));
	assert_false(rate_limit_take(&limit, 0)); /* and going back takes nothing away */
	assert_in_range(rate_limit_wait_ms(&limit, 1050), 29, 31);
}

/* A reload must not refill the bucket. */
static void another_rate_keeps_what_was_used(void **state)
{
	struct rate_limit limit = {0};

	(void)state;
	rate_limit_init(&limit, 1, 0);
	assert_true(rate_limit_take(&limit, 0));
	rate_limit_set(&limit, 1000);
	assert_false(rate_limit_take(&limit, 0));
	rate_limit_init(&limit, 1000, 0);
	rate_limit_set(&limit, 1);
	assert_true(rate_limit_take(&limit, 0));
	assert_false(rate_limit_take(&limit, 0)); /* twenty-one were there */
}

/* Looking every ten milliseconds, and a little late each time, gives the whole rate. */
static void no_rate_falls_short(void **state)
{
	static const unsigned odd_rates[] = {50, 60, 90, 97, 100, 150, 333, 1000};
	size_t r;

	(void)state;
	for (r = 0; r < COUNT_OF(odd_rates); r++) {
		struct rate_limit limit = {0};
		unsigned taken = 0;
		int64_t now_ms;

		rate_limit_init(&limit, odd_rates[r], 0);
		for (now_ms = 0; now_ms < 20000; now_ms += 10 + now_ms % 3)
			while (rate_limit_take(&limit, now_ms))
				taken++;
		assert_in_range(taken, odd_rates[r] * 20 - odd_rates[r] / 5 - 1,
				odd_rates[r] * 20 + odd_rates[r] / 50 + 2);
	}
}

/* Checks are counted by the queries they cost, begun one at a time. */
static void what_was_used_beyond_is_paid_back(void **state)
{
	struct rate_limit limit = {0};
	unsigned checks = 0;
	int64_t now_ms;

	(void)state;
	rate_limit_init(&limit, 0.5, 0);
	rate_limit_use(&limit, 2);
	assert_int_equal(rate_limit_wait_ms(&limit, 0), 3980);
	assert_false(rate_limit_take(&limit, 3979));
	assert_true(rate_limit_take(&limit, 3980));
	rate_limit_init(&limit, 25, 0);
	for (now_ms = 0; now_ms < 20000; now_ms += 10) {
		if (rate_limit_wait_ms(&limit, now_ms) > 0)
			continue;
		rate_limit_use(&limit, 2.5);
		checks++;
	}
	assert_in_range(checks, 198, 202);
}

/* A tenth of a resolver's rate may be less than one a second. */
static void a_rate_may_be_less_than_one(void **state)
{
	struct rate_limit limit = {0};

	(void)state;
	rate_limit_init(&limit, 0.1, 0);
	assert_true(rate_limit_take(&limit, 0));
	assert_false(rate_limit_take(&limit, 9900));
	assert_true(rate_limit_take(&limit, 10000));
}

static void what_was_used_unasked_is_paid_later(void **state)
{
	struct rate_limit limit = {0};

	(void)state;
	rate_limit_init(&limit, 1, 0);
	assert_true(rate_limit_take(&limit, 0));
	rate_limit_use(&limit, 3);
	assert_false(rate_limit_take(&limit, 3900));
	assert_true(rate_limit_wait_ms(&limit, 3900) > 0);
	assert_true(rate_limit_take(&limit, 4000));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(no_second_has_more_than_its_share),
	    cmocka_unit_test(waiting_as_told_is_enough),
	    cmocka_unit_test(a_pause_saves_nothing_up),
	    cmocka_unit_test(time_that_stands_still_gives_nothing),
	    cmocka_unit_test(another_rate_keeps_what_was_used),
	    cmocka_unit_test(no_rate_falls_short),
	    cmocka_unit_test(what_was_used_beyond_is_paid_back),
	    cmocka_unit_test(a_rate_may_be_less_than_one),
	    cmocka_unit_test(what_was_used_unasked_is_paid_later),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
