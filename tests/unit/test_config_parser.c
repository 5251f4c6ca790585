#include "config/config_parser.h"
#include "test.h"

static struct config *parse(const char *text, struct error *error)
{
	struct config_file file = {"fcrdns.yml", text, strlen(text)};
	struct config_input input = {.settings = &file};

	return config_parse(&input, error);
}

static void assert_defaults(const struct config *config)
{
	assert_int_equal(config->resolver_count, 3);
	assert_int_equal(config->interval_ms, 60000);
	assert_int_equal(config->changing_interval_ms, 15000);
	assert_int_equal(config->timeout_ms, 3000);
	assert_int_equal(config->tries, 2);
	assert_int_equal(config->quorum, 2);
	assert_int_equal(config->hold_ms, 180000);
	assert_false(config->check_special_use);
	assert_true(config->authoritative_enabled);
	assert_int_equal(config->authoritative_port, 53);
	assert_false(config->authoritative_special_use);
	assert_int_equal(config->max_block_addresses, 65536);
	assert_int_equal(config->per_resolver, CONFIG_PER_RESOLVER_ALL);
	assert_true(config->answer_info);
	assert_int_equal(config->watch_count, 0);
	assert_int_equal(config->warning_count, 0);
}

static void without_a_file_all_is_default(void **state)
{
	struct config_input input = {0};
	struct error error;
	struct config *config = config_parse(&input, &error);

	(void)state;
	assert_non_null(config);
	assert_defaults(config);
	config_free(config);
}

static void an_empty_file_is_valid(void **state)
{
	struct error error;
	struct config *config = parse("# nothing yet\n", &error);

	(void)state;
	assert_non_null(config);
	assert_defaults(config);
	config_free(config);
}

static void every_key_is_read(void **state)
{
	struct error error;
	struct config *config = parse("resolvers:\n"
				      "  - {name: a-1_x, address: '[2001:db8::53]:5353', "
				      "transport: tcp, max_qps: 7, max_in_flight: 8, edns: false}\n"
				      "interval: 2m\nchanging_interval: 20s\ntimeout: 1500ms\n"
				      "tries: 5\nquorum: 1\nhold: 1h\nspecial_use: check\n"
				      "authoritative: {enabled: false, port: 5300, "
				      "allow_special_use: true}\n"
				      "max_block_addresses: 2000000\n"
				      "metrics: {per_resolver: failing, answer_info: false}\n",
				      &error);

	(void)state;
	assert_non_null(config);
	assert_int_equal(config->resolver_count, 1);
	assert_string_equal(config->resolvers[0].name, "a-1_x");
	assert_int_equal(config->resolvers[0].port, 5353);
	assert_int_equal(config->resolvers[0].transport, CONFIG_TCP);
	assert_int_equal(config->resolvers[0].max_qps, 7);
	assert_int_equal(config->resolvers[0].max_in_flight, 8);
	assert_false(config->resolvers[0].edns);
	assert_int_equal(config->interval_ms, 120000);
	assert_int_equal(config->changing_interval_ms, 20000);
	assert_int_equal(config->timeout_ms, 1500);
	assert_int_equal(config->tries, 5);
	assert_int_equal(config->quorum, 1);
	assert_int_equal(config->hold_ms, 3600000);
	assert_true(config->check_special_use);
	assert_false(config->authoritative_enabled);
	assert_int_equal(config->authoritative_port, 5300);
	assert_true(config->authoritative_special_use);
	assert_int_equal(config->max_block_addresses, 2000000);
	assert_int_equal(config->per_resolver, CONFIG_PER_RESOLVER_FAILING);
	assert_false(config->answer_info);
	config_free(config);
}

static void intervals_follow_each_other(void **state)
{
	static const struct {
		const char *text;
		int64_t interval_ms, changing_interval_ms, hold_ms;
	} cases[] = {
	    {"interval: 5s", 5000, 5000, 15000},
	    {"interval: 15s", 15000, 15000, 45000},
	    {"interval: 1d", 86400000, 15000, 259200000},
	    {"interval: 10s\nchanging_interval: 10s", 10000, 10000, 30000},
	    {"changing_interval: 1m", 60000, 60000, 180000},
	    {"hold: 3m", 60000, 15000, 180000},
	    {"interval: 10s\nhold: 30s", 10000, 10000, 30000},
	};
	struct error error;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT_OF(cases); i++) {
		struct config *config = parse(cases[i].text, &error);

		if (config == NULL)
			fail_msg("%s: %s", cases[i].text, error.text);
		assert_int_equal(config->interval_ms, cases[i].interval_ms);
		assert_int_equal(config->changing_interval_ms, cases[i].changing_interval_ms);
		assert_int_equal(config->hold_ms, cases[i].hold_ms);
		config_free(config);
	}
}

static void the_default_quorum_is_the_majority(void **state)
{
	static const unsigned majority[] = {1, 2, 2, 3, 3, 4};
	static const char *const flags[] = {"a=192.0.2.1", "b=192.0.2.2", "c=192.0.2.3",
					    "d=192.0.2.4", "e=192.0.2.5", "f=192.0.2.6"};
	struct error error;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT_OF(majority); i++) {
		struct config_input input = {.resolver_flags = flags, .resolver_flag_count = i + 1};
		struct config *config = config_parse(&input, &error);

		assert_int_equal(config->quorum, majority[i]);
		config_free(config);
	}
}

static void the_quorum_counts_the_resolvers_of_the_flags(void **state)
{
	static const char *const flags[] = {"a=192.0.2.1"};
	const char *text = "timeout: 1s\nquorum: 2\n";
	struct config_file file = {"fcrdns.yml", text, strlen(text)};
	struct config_input input = {
	    .settings = &file, .resolver_flags = flags, .resolver_flag_count = 1};
	struct error error;

	(void)state;
	assert_null(config_parse(&input, &error));
	assert_string_equal(
	    error.text, "fcrdns.yml:2:9: quorum is 2, expected at most the number of resolvers, 1");
}

static void settings_reach_the_targets(void **state)
{
	const char *text = "max_block_addresses: 4\n", *block = "- targets: [192.0.2.0/29]\n";
	struct config_file file = {"fcrdns.yml", text, strlen(text)};
	struct config_file targets = {"t.yml", block, strlen(block)};
	struct config_input input = {
	    .settings = &file, .target_files = &targets, .target_file_count = 1};
	struct error error;

	(void)state;
	assert_null(config_parse(&input, &error));
	assert_string_equal(error.text,
			    "t.yml:1:13: block 192.0.2.0/29 has 8 addresses, expected at "
			    "most 4 (max_block_addresses)");
}

static void freeing_nothing_is_fine(void **state)
{
	(void)state;
	config_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(without_a_file_all_is_default),
	    cmocka_unit_test(an_empty_file_is_valid),
	    cmocka_unit_test(every_key_is_read),
	    cmocka_unit_test(intervals_follow_each_other),
	    cmocka_unit_test(the_default_quorum_is_the_majority),
	    cmocka_unit_test(the_quorum_counts_the_resolvers_of_the_flags),
	    cmocka_unit_test(settings_reach_the_targets),
	    cmocka_unit_test(freeing_nothing_is_fine),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
