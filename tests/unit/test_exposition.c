#include "report/exposition.h"
#include "test.h"

#include <math.h>

static void numbers_are_short_and_read_back_exactly(void **state)
{
	static const struct {
		double value;
		const char *printed;
	} cases[] = {
	    {0, "0"},
	    {-0.0, "0"},
	    {1, "1"},
	    {-1, "-1"},
	    {10, "10"},
	    {65536, "65536"},
	    {4294967296.0, "4294967296"},
	    {123456789012345.0, "123456789012345"},
	    {0.5, "0.5"},
	    {-0.5, "-0.5"},
	    {0.000001, "0.000001"},
	    {0.0123, "0.0123"},
	    {2.000001, "2.000001"},
	    {0.1 + 0.2, "0.30000000000000004"},
	    {1.0 / 3, "0.3333333333333333"},
	    {1700000000.123, "1700000000.123"},
	    {1e-9, "1e-09"},
	    {18446744073709551615.0, "1.8446744073709552e+19"},
	    {NAN, "NaN"},
	    {INFINITY, "+Inf"},
	    {-INFINITY, "-Inf"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT_OF(cases); i++) {
		struct text text = TEXT_EMPTY;

		exposition_format_number(&text, cases[i].value);
		assert_string_equal(text_terminate(&text), cases[i].printed);
		text_clear(&text);
	}
}

static void label_values_are_escaped(void **state)
{
	static const struct {
		const char *value, *printed;
	} cases[] = {
	    {"", "name=\"\""},
	    {"plain", "name=\"plain\""},
	    {"a\\b", "name=\"a\\\\b\""},
	    {"\"", "name=\"\\\"\""},
	    {"one\ntwo", "name=\"one\\ntwo\""},
	    {"\\n\n\\\"", "name=\"\\\\n\\n\\\\\\\"\""},
	    {"\xc3\xa9t\xc3\xa9", "name=\"\xc3\xa9t\xc3\xa9\""},
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT_OF(cases); i++) {
		struct text text = TEXT_EMPTY;

		exposition_format_label(&text, "name", cases[i].value);
		assert_string_equal(text_terminate(&text), cases[i].printed);
		text_clear(&text);
	}
}

static void a_family_without_samples_leaves_nothing(void **state)
{
	struct text page = TEXT_EMPTY;
	struct exposition e = {.page = &page};

	(void)state;
	exposition_family(&e, "empty", EXPOSITION_GAUGE, "Nothing.");
	assert_int_equal(page.size, 0);
	exposition_family(&e, "full", EXPOSITION_GAUGE, "Something.");
	exposition_begin(&e, "");
	exposition_end(&e, 3);
	exposition_begin(&e, "");
	exposition_label(&e, "a", "b");
	exposition_end(&e, 4);
	assert_string_equal(text_terminate(&page), "# HELP full Something.\n"
						   "# TYPE full gauge\n"
						   "full 3\n"
						   "full{a=\"b\"} 4\n");
	text_clear(&page);
}

static void help_keeps_its_quotes(void **state)
{
	struct text page = TEXT_EMPTY;
	struct exposition e = {.page = &page};

	(void)state;
	exposition_family(&e, "x_total", EXPOSITION_COUNTER, "A \"b\" \\ c\nd.");
	exposition_begin(&e, "");
	exposition_end(&e, 0);
	assert_string_equal(text_terminate(&page), "# HELP x_total A \"b\" \\\\ c\\nd.\n"
						   "# TYPE x_total counter\n"
						   "x_total 0\n");
	text_clear(&page);
}

static void labels_formatted_before_join_the_others(void **state)
{
	static const char before[] = "ip=\"192.0.2.1\",hostname=\"\"";
	struct text page = TEXT_EMPTY;
	struct exposition e = {.page = &page};

	(void)state;
	exposition_family(&e, "x", EXPOSITION_HISTOGRAM, "X.");
	exposition_begin(&e, "_bucket");
	exposition_labels(&e, before, strlen(before));
	exposition_label(&e, "le", "+Inf");
	exposition_end(&e, 2);
	assert_string_equal(text_terminate(&page),
			    "# HELP x X.\n"
			    "# TYPE x histogram\n"
			    "x_bucket{ip=\"192.0.2.1\",hostname=\"\",le=\"+Inf\"} 2\n");
	text_clear(&page);
}

static void shared_labels_stand_before_the_own(void **state)
{
	static const char shared[] =
	    "ip=\"192.0.2.1\",hostname=\"a-name-longer-than-a-block.example\"";
	char own[EXPOSITION_BLOCK + 1] = "a=\"b\"";
	struct text page = TEXT_EMPTY;
	struct exposition e = {.page = &page};

	(void)state;
	exposition_family(&e, "x", EXPOSITION_GAUGE, "X.");
	exposition_share(&e, shared, strlen(shared));
	assert_int_equal(page.size, 0);
	exposition_sample(&e, own, 5, 0.25);
	exposition_sample(&e, own, 0, 1);
	exposition_share(&e, "c=\"d\"", 5);
	exposition_sample(&e, own, 5, -1e300);
	assert_string_equal(
	    text_terminate(&page),
	    "# HELP x X.\n"
	    "# TYPE x gauge\n"
	    "x{ip=\"192.0.2.1\",hostname=\"a-name-longer-than-a-block.example\",a=\"b\"} 0.25\n"
	    "x{ip=\"192.0.2.1\",hostname=\"a-name-longer-than-a-block.example\"} 1\n"
	    "x{c=\"d\",a=\"b\"} -1e+300\n");
	text_clear(&page);
	exposition_clear(&e);
}

/* --- OpenMetrics --- */

static void print_one(struct exposition *e, const char *name, enum exposition_type type,
		      const char *help)
{
	exposition_family(e, name, type, help);
	exposition_begin(e, "");
	exposition_end(e, 1);
}

/* The family is named without what the type adds to its samples; TYPE, UNIT, HELP. */
static void openmetrics_names_families(void **state)
{
	struct text page = TEXT_EMPTY;
	struct exposition e = {.page = &page, .format = EXPOSITION_OPENMETRICS};

	(void)state;
	print_one(&e, "a", EXPOSITION_GAUGE, "A.");
	print_one(&e, "b_total", EXPOSITION_COUNTER, "B.");
	print_one(&e, "c_seconds_total", EXPOSITION_COUNTER, "C.");
	print_one(&e, "d_info", EXPOSITION_INFO, "D.");
	print_one(&e, "e_bytes", EXPOSITION_GAUGE, "E.");
	print_one(&e, "f_ratio", EXPOSITION_GAUGE, "F.");
	print_one(&e, "g_timestamp_seconds", EXPOSITION_GAUGE, "G.");
	print_one(&e, "_seconds", EXPOSITION_GAUGE, "Too short to have one.");
	exposition_family(&e, "empty", EXPOSITION_GAUGE, "Nothing.");
	exposition_finish(&e);
	assert_string_equal(text_terminate(&page),
			    "# TYPE a gauge\n# HELP a A.\na 1\n"
			    "# TYPE b counter\n# HELP b B.\nb_total 1\n"
			    "# TYPE c_seconds counter\n# UNIT c_seconds seconds\n"
			    "# HELP c_seconds C.\nc_seconds_total 1\n"
			    "# TYPE d info\n# HELP d D.\nd_info 1\n"
			    "# TYPE e_bytes gauge\n# UNIT e_bytes bytes\n"
			    "# HELP e_bytes E.\ne_bytes 1\n"
			    "# TYPE f_ratio gauge\n# UNIT f_ratio ratio\n"
			    "# HELP f_ratio F.\nf_ratio 1\n"
			    "# TYPE g_timestamp_seconds gauge\n"
			    "# UNIT g_timestamp_seconds seconds\n"
			    "# HELP g_timestamp_seconds G.\ng_timestamp_seconds 1\n"
			    "# TYPE _seconds gauge\n# HELP _seconds Too short to have one.\n"
			    "_seconds 1\n"
			    "# EOF\n");
	text_clear(&page);
}

static void openmetrics_escapes_the_quotes_of_help(void **state)
{
	struct text page = TEXT_EMPTY;
	struct exposition e = {.page = &page, .format = EXPOSITION_OPENMETRICS};

	(void)state;
	print_one(&e, "x_total", EXPOSITION_COUNTER, "A \"b\" \\ c\nd.");
	assert_string_equal(text_terminate(&page),
			    "# TYPE x counter\n"
			    "# HELP x A \\\"b\\\" \\\\ c\\nd.\n"
			    "x_total 1\n");
	text_clear(&page);
}

static void text_knows_no_info_and_no_end(void **state)
{
	struct text page = TEXT_EMPTY;
	struct exposition e = {.page = &page};

	(void)state;
	print_one(&e, "d_info", EXPOSITION_INFO, "D.");
	exposition_finish(&e);
	assert_string_equal(text_terminate(&page), "# HELP d_info D.\n"
						   "# TYPE d_info gauge\n"
						   "d_info 1\n");
	text_clear(&page);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(numbers_are_short_and_read_back_exactly),
	    cmocka_unit_test(label_values_are_escaped),
	    cmocka_unit_test(a_family_without_samples_leaves_nothing),
	    cmocka_unit_test(help_keeps_its_quotes),
	    cmocka_unit_test(labels_formatted_before_join_the_others),
	    cmocka_unit_test(shared_labels_stand_before_the_own),
	    cmocka_unit_test(openmetrics_names_families),
	    cmocka_unit_test(openmetrics_escapes_the_quotes_of_help),
	    cmocka_unit_test(text_knows_no_info_and_no_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
