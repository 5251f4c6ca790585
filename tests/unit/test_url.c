#include "base/url.h"
#include "test.h"

static void control_bytes_are_found_however_they_are_written(void **state)
{
	(void)state;
	assert_false(url_has_control_bytes(""));
	assert_false(url_has_control_bytes("/probe?target=2a01:4f8::7&hostname=a%20b%2Bc%7E"));
	assert_false(url_has_control_bytes("/%e4%FC\xe4"));
	assert_true(url_has_control_bytes("/%00"));
	assert_true(url_has_control_bytes("/a%1fb"));
	assert_true(url_has_control_bytes("/a%7Fb"));
	assert_true(url_has_control_bytes("/a%0d%0ab"));
	assert_true(url_has_control_bytes("/a\x01" "b"));
	assert_true(url_has_control_bytes("/a\x7f"));
}

static void what_is_no_escape_is_found_too(void **state)
{
	(void)state;
	assert_true(url_has_control_bytes("/%"));
	assert_true(url_has_control_bytes("/%2"));
	assert_true(url_has_control_bytes("/%zz"));
	assert_true(url_has_control_bytes("/%4g"));
	assert_true(url_has_control_bytes("/%%41"));
}

static void the_query_is_behind_the_first_mark(void **state)
{
	(void)state;
	assert_string_equal(url_find_query("/probe?a=b?c"), "a=b?c");
	assert_string_equal(url_find_query("/probe?"), "");
	assert_string_equal(url_find_query("/probe"), "");
}

static void assert_pair(const char **query, const char *expected_name, const char *expected_value)
{
	char name[URL_PART_MAX], value[URL_PART_MAX];

	assert_int_equal(url_next_pair(query, name, value), URL_PAIR);
	assert_string_equal(name, expected_name);
	assert_string_equal(value, expected_value);
}

static void assert_end(const char **query)
{
	char name[URL_PART_MAX], value[URL_PART_MAX];

	assert_int_equal(url_next_pair(query, name, value), URL_END);
}

static void pairs_are_decoded_in_order(void **state)
{
	const char *query = "target=2a01%3A4f8%3A%3a7&hostname=a+b%2Bc&debug=true";

	(void)state;
	assert_pair(&query, "target", "2a01:4f8::7");
	assert_pair(&query, "hostname", "a b+c");
	assert_pair(&query, "debug", "true");
	assert_end(&query);
	assert_end(&query);
}

static void odd_pairs(void **state)
{
	const char *query = "&&a&b=&=c&d=e=f&%3d=%26&";

	(void)state;
	assert_pair(&query, "a", "");
	assert_pair(&query, "b", "");
	assert_pair(&query, "", "c");
	assert_pair(&query, "d", "e=f");
	assert_pair(&query, "=", "&");
	assert_end(&query);
	query = "";
	assert_end(&query);
}

static void parts_have_a_longest(void **state)
{
	char text[URL_PART_MAX + 10] = "a=", name[URL_PART_MAX], value[URL_PART_MAX];
	const char *query = text;

	(void)state;
	memset(text + 2, 'x', URL_PART_MAX - 1);
	assert_int_equal(url_next_pair(&query, name, value), URL_PAIR);
	assert_int_equal(strlen(value), URL_PART_MAX - 1);
	text[URL_PART_MAX + 1] = 'x';
	query = text;
	assert_int_equal(url_next_pair(&query, name, value), URL_TOO_LONG);
	memset(text, 'n', URL_PART_MAX);
	query = text;
	assert_int_equal(url_next_pair(&query, name, value), URL_TOO_LONG);
}

static void what_a_request_may_ask_for(void **state)
{
	(void)state;
	assert_true(url_is_request_target("/metrics"));
	assert_true(url_is_request_target("http://x/metrics"));
	assert_true(url_is_request_target("HTTPS://x:1?a"));
	assert_false(url_is_request_target("*"));
	assert_false(url_is_request_target(""));
	assert_false(url_is_request_target("http%3a//x/metrics"));
	assert_false(url_is_request_target("http://x%2f-/healthy"));
	assert_false(url_is_request_target("http:///metrics"));
	assert_false(url_is_request_target("http://"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(control_bytes_are_found_however_they_are_written),
		cmocka_unit_test(what_is_no_escape_is_found_too),
		cmocka_unit_test(the_query_is_behind_the_first_mark),
		cmocka_unit_test(pairs_are_decoded_in_order),
		cmocka_unit_test(odd_pairs),
		cmocka_unit_test(parts_have_a_longest),
		cmocka_unit_test(what_a_request_may_ask_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
