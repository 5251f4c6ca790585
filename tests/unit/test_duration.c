#include "config/duration.h"
#include "test.h"

static void durations_are_read(void **state)
{
	static const struct {
		const char *text;
		int64_t ms;
	} cases[] = {
	    {"0", 0},
	    {"0s", 0},
	    {"500ms", 500},
	    {"15s", 15000},
	    {"1m", 60000},
	    {"1h30m", 5400000},
	    {"1h30m15s500ms", 5415500},
	    {"90m", 5400000},
	    {"1d", 86400000},
	    {"1w", 604800000},
	    {"1y", 31536000000},
	    {"1y1w1d1h1m1s1ms", 31536000000 + 604800000 + 86400000 + 3600000 + 60000 + 1000 + 1},
	    {"007s", 7000},
	    {"292y", 292 * 31536000000},
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT_OF(cases); i++) {
		int64_t ms = -1;

		if (!duration_parse(cases[i].text, &ms) || ms != cases[i].ms)
			fail_msg("%s gives %lld", cases[i].text, (long long)ms);
	}
}

static void others_are_refused(void **state)
{
	static const char *const cases[] = {
	    "",
	    "s",
	    "5",
	    "5x",
	    "1",
	    "-1s",
	    "+1s",
	    " 1s",
	    "1s ",
	    "1 s",
	    "1.5h",
	    "1h1h",
	    "1s1m",
	    "1ms1s",
	    "1M",
	    "1S",
	    "1h30",
	    "ms1",
	    "1min",
	    "1sec",
	    "1us",
	    "1ns",
	    "00",
	    "0x10s",
	    "300y",
	    "9223372036855s",
	    "1m 1s",
	    "1h,1m",
	    "99999999999999999999999999ms",
	    "1y1y",
	    "1\xc2\xb5s",
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT_OF(cases); i++) {
		int64_t ms = -1;

		if (duration_parse(cases[i], &ms))
			fail_msg("\"%s\" gives %lld", cases[i], (long long)ms);
		assert_int_equal(ms, -1);
	}
}

static void durations_are_printed_short(void **state)
{
	static const struct {
		int64_t ms;
		const char *text;
	} cases[] = {
	    {0, "0s"},
	    {1, "1ms"},
	    {1500, "1s500ms"},
	    {60000, "1m"},
	    {90000, "1m30s"},
	    {INT64_C(90) * 86400000, "90d"},
	    {INT64_C(14) * 86400000, "2w"},
	    {INT64_C(730) * 86400000, "2y"},
	    {INT64_C(366) * 86400000, "366d"},
	    {86400000 + 1, "1d1ms"},
	};
	char text[DURATION_TEXT_MAX];
	size_t i;

	(void)state;
	for (i = 0; i < COUNT_OF(cases); i++)
		assert_string_equal(duration_print(cases[i].ms, text), cases[i].text);
}

static void what_is_printed_reads_back(void **state)
{
	char text[DURATION_TEXT_MAX];
	int64_t ms, back;

	(void)state;
	for (ms = 1; ms < INT64_MAX / 1000000 / 7; ms = ms * 7 + 3) {
		assert_true(duration_parse(duration_print(ms, text), &back));
		assert_true(back == ms);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(durations_are_read),
	    cmocka_unit_test(others_are_refused),
	    cmocka_unit_test(durations_are_printed_short),
	    cmocka_unit_test(what_is_printed_reads_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
