#include "config/web_paths.h"
#include "test.h"

static void assert_paths(const char *prefix, const char *url, const char *expected_prefix,
			 const char *expected_home)
{
	struct web_paths paths;
	struct error error;

	if (!web_paths_settle(&paths, prefix, url, &error))
		fail_msg("%s", error.text);
	assert_string_equal(paths.prefix, expected_prefix);
	assert_string_equal(paths.home, expected_home);
}

static void the_prefix_is_that_of_the_external_url_unless_given(void **state)
{
	(void)state;
	assert_paths(NULL, NULL, "", "/");
	assert_paths("/", NULL, "", "/");
	assert_paths("fcrdns", NULL, "/fcrdns", "/fcrdns/");
	assert_paths("//a/b//", NULL, "/a/b", "/a/b/");
	assert_paths(NULL, "https://m.example.com", "", "https://m.example.com/");
	assert_paths(NULL, "https://m.example.com:8443/x/y/", "/x/y", "https://m.example.com:8443/x/y/");
	assert_paths("/", "http://[::1]/x", "", "http://[::1]/x/");
	assert_paths("/z", "/x", "/z", "/x/");
	assert_paths("/", "https://x/a%20b", "", "https://x/a%20b/");
}

static void assert_refused(const char *prefix, const char *url, const char *part)
{
	struct web_paths paths;
	struct error error;

	assert_false(web_paths_settle(&paths, prefix, url, &error));
	if (strstr(error.text, part) == NULL)
		fail_msg("no `%s` in: %s", part, error.text);
}

static void mistakes_are_told(void **state)
{
	char longest[2 * WEB_PATHS_MAX] = "/";

	(void)state;
	memset(longest + 1, 'x', sizeof longest - 2);
	assert_refused("/a b", NULL, "--web.route-prefix /a b: expected a path");
	assert_refused("/a%20b", NULL, "--web.route-prefix");
	assert_refused(NULL, "https://x/a%20b", "so --web.route-prefix is needed");
	assert_refused("/a?b", NULL, "--web.route-prefix");
	assert_refused(NULL, "monitor.example.com", "--web.external-url monitor.example.com: expected");
	assert_refused(NULL, "ftp://x/", "--web.external-url");
	assert_refused(NULL, "https:///x", "--web.external-url");
	assert_refused(NULL, "https://x/?a=b", "--web.external-url");
	assert_refused(NULL, "https://x/#b", "--web.external-url");
	assert_refused(NULL, "https://user:secret@x/", "--web.external-url");
	assert_refused(longest, NULL, "at most");
	assert_refused("/", longest, "at most");
}

static void paths_are_found_below_the_prefix(void **state)
{
	struct web_paths paths;
	struct error error;

	(void)state;
	web_paths_settle(&paths, "/fcrdns", NULL, &error);
	assert_string_equal(web_paths_find(&paths, "/fcrdns/metrics"), "/metrics");
	assert_string_equal(web_paths_find(&paths, "/fcrdns/"), "/");
	assert_null(web_paths_find(&paths, "/fcrdns"));
	assert_null(web_paths_find(&paths, "/fcrdnsx/metrics"));
	assert_null(web_paths_find(&paths, "/metrics"));
	assert_true(web_paths_leads_home(&paths, "/"));
	assert_true(web_paths_leads_home(&paths, "/fcrdns"));
	assert_false(web_paths_leads_home(&paths, "/fcrdns/"));
	assert_false(web_paths_leads_home(&paths, "/metrics"));
	web_paths_settle(&paths, NULL, NULL, &error);
	assert_string_equal(web_paths_find(&paths, "/metrics"), "/metrics");
	assert_string_equal(web_paths_find(&paths, "/"), "/");
	assert_false(web_paths_leads_home(&paths, "/"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_prefix_is_that_of_the_external_url_unless_given),
		cmocka_unit_test(mistakes_are_told),
		cmocka_unit_test(paths_are_found_below_the_prefix),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
