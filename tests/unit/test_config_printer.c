#include "config/config_parser.h"
#include "config/config_printer.h"
#include "test.h"

static struct config *parse(const char *settings)
{
	struct config_file file = {"settings.yml", settings, strlen(settings)};
	struct config_input input = {.settings = settings == NULL ? NULL : &file};
	struct error error;
	struct config *config = config_parse(&input, &error);

	if (config == NULL)
		fail_msg("%s", error.text);
	return config;
}

/* Printed, read, and printed again, it is the same. */
static void assert_round_trip(const char *settings, const char *expected_part)
{
	struct config *config = parse(settings), *again;
	struct text text = TEXT_EMPTY, text_again = TEXT_EMPTY;

	config_print(&text, config);
	text_terminate(&text);
	if (strstr(text.bytes, expected_part) == NULL)
		fail_msg("no `%s` in:\n%s", expected_part, text.bytes);
	again = parse(text.bytes);
	config_print(&text_again, again);
	text_terminate(&text_again);
	assert_string_equal(text.bytes, text_again.bytes);
	text_clear(&text);
	text_clear(&text_again);
	config_free(config);
	config_free(again);
}

static void defaults(void **state)
{
	(void)state;
	assert_round_trip("", "interval: 1m\nchanging_interval: 15s\ntimeout: 3s\ntries: 2\n"
			      "quorum: 2\nhold: 3m\nspecial_use: skip\n");
	assert_round_trip("", "  - name: \"google\"\n    address: \"8.8.8.8:53\"\n    transport: udp\n");
}

static void every_setting(void **state)
{
	(void)state;
	assert_round_trip("resolvers:\n"
			  "  - {name: \"1\", address: \"[2001:db8::1]:5353\", transport: tcp, "
			  "max_qps: 7, max_in_flight: 8, edns: false}\n"
			  "  - {name: \"true\", address: 192.0.2.1}\n"
			  "interval: 1h30m\nchanging_interval: 2s\ntimeout: 250ms\ntries: 5\nquorum: 1\n"
			  "hold: 1d\nspecial_use: check\n"
			  "authoritative: {enabled: false, port: 5300, allow_special_use: true}\n"
			  "max_block_addresses: 16\n"
			  "metrics: {per_resolver: failing, answer_info: false}\n",
			  "interval: 1h30m\nchanging_interval: 2s\ntimeout: 250ms\ntries: 5\nquorum: 1\n"
			  "hold: 1d\nspecial_use: check\nauthoritative:\n  enabled: false\n  port: 5300\n"
			  "  allow_special_use: true\nmax_block_addresses: 16\nmetrics:\n"
			  "  per_resolver: failing\n  answer_info: false\n");
	assert_round_trip("metrics: {per_resolver: none}", "per_resolver: none");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(defaults),
		cmocka_unit_test(every_setting),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
