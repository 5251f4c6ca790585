#include "config/probe_request.h"
#include "test.h"

static struct arena *arena;

static int begin(void **state)
{
	(void)state;
	arena = arena_create();
	return 0;
}

static int end(void **state)
{
	(void)state;
	arena_free(arena);
	return 0;
}

static struct probe_request parse(const char *query)
{
	struct probe_request request;
	struct error error;

	if (!probe_request_parse(&request, arena, query, &error))
		fail_msg("%s", error.text);
	return request;
}

static void assert_ip(const struct probe_request *request, const char *expected)
{
	char text[IP_TEXT_MAX];

	assert_string_equal(ip_print(&request->ip, text), expected);
}

static void an_address_and_names(void **state)
{
	struct probe_request request = parse("target=5.45.100.1");

	(void)state;
	assert_ip(&request, "5.45.100.1");
	assert_int_equal(request.expectation->name_count, 0);
	assert_string_equal(request.expectation->hostname, "");
	assert_false(request.debug);
	request = parse("module=x&target=%5B2a01%3A4f8%3A%3A7%5D%3A25&hostname=B.example.com.,a.example.com&"
			"hostname=a.example.com&debug=true&hostname=");
	assert_ip(&request, "2a01:4f8::7");
	assert_string_equal(request.expectation->hostname, "a.example.com,b.example.com");
	assert_true(request.debug);
	request = parse("target=5.45.100.1:25&hostname=m%C3%A4il.example&debug=1");
	assert_string_equal(request.expectation->hostname, "xn--mil-qla.example");
	assert_false(request.debug);
}

static void assert_refused(const char *query, const char *sentence)
{
	struct probe_request request;
	struct error error;

	assert_false(probe_request_parse(&request, arena, query, &error));
	if (strstr(error.text, sentence) == NULL)
		fail_msg("no `%s` in: %s", sentence, error.text);
}

static void mistakes_are_told(void **state)
{
	char longest[9000] = "target=";

	(void)state;
	memset(longest + 7, '1', sizeof longest - 8);
	assert_refused("", "target is missing");
	assert_refused("hostname=mail.example.com", "target is missing");
	assert_refused("target=", "target is \"\", expected an IP address");
	assert_refused("target=mail.example.com", "a host name belongs under hostname");
	assert_refused("target=5.45.100.0/24", "expected an IP address");
	assert_refused("target=5.45.100.1&target=5.45.100.1", "twice");
	assert_refused("target=5.45.100.1&hostname=a..b", "hostname");
	assert_refused(longest, "too long");
}

static void assert_timeout(const char *header, int64_t offset_ms, int64_t expected_ms)
{
	struct error error;
	int64_t timeout_ms;

	assert_true(probe_timeout_parse(header, offset_ms, &timeout_ms, &error));
	assert_int_equal(timeout_ms, expected_ms);
}

static void the_scrape_is_given_its_time(void **state)
{
	(void)state;
	assert_timeout(NULL, 500, 9500);
	assert_timeout("1.5", 500, 1000);
	assert_timeout("10", 0, 10000);
	assert_timeout("0.1", 500, PROBE_TIMEOUT_MIN_MS);
	assert_timeout("1e300", 500, PROBE_TIMEOUT_MAX_MS);
	assert_timeout("60.5", 500, 60000);
}

static void what_is_no_time_is_refused(void **state)
{
	static const char *const headers[] = {"", "x", "-1", "0", "nan", "inf", "1s", "0x10", "1e999", "."};
	struct error error;
	int64_t timeout_ms;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof headers / sizeof *headers; i++)
		assert_false(probe_timeout_parse(headers[i], 500, &timeout_ms, &error));
	assert_true(probe_offset_parse("0.25", &timeout_ms, &error));
	assert_int_equal(timeout_ms, 250);
	assert_false(probe_offset_parse("-1", &timeout_ms, &error));
	assert_false(probe_offset_parse("61", &timeout_ms, &error));
	assert_false(probe_offset_parse("soon", &timeout_ms, &error));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(an_address_and_names, begin, end),
		cmocka_unit_test_setup_teardown(mistakes_are_told, begin, end),
		cmocka_unit_test(the_scrape_is_given_its_time),
		cmocka_unit_test(what_is_no_time_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
