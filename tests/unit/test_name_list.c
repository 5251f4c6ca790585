#include "config/config_parser.h"
#include "dns/name.h"
#include "test.h"

static struct config *parse(const char *targets)
{
	struct config_file file = {"t.yml", targets, strlen(targets)};
	struct config_input input = {.target_files = &file, .target_file_count = 1};
	struct error error;
	struct config *config = config_parse(&input, &error);

	assert_non_null(config);
	return config;
}

static void assert_name(const struct config *config, size_t i, const char *expected)
{
	char text[DNS_NAME_TEXT_MAX];

	dns_name_print(config->names[i], text);
	assert_string_equal(text, expected);
}

static void every_name_once_in_canonical_order(void **state)
{
	struct config *config = parse("- targets: [5.45.100.1, 5.45.100.2]\n"
				      "  hostname: [www.example.net, mail.example.com]\n"
				      "- targets: [2a01:4f8::1]\n"
				      "  hostname: MAIL.example.com.\n"
				      "- targets: [5.45.100.3]\n"
				      "  hostname: example.com\n"
				      "- targets: [5.45.100.64/28]\n"
				      "- targets: []\n"
				      "  hostname: of.nothing.example.com\n");

	(void)state;
	assert_int_equal(config->name_count, 3);
	assert_name(config, 0, "example.com");
	assert_name(config, 1, "mail.example.com");
	assert_name(config, 2, "www.example.net");
	config_free(config);
}

static void there_may_be_none(void **state)
{
	struct config *config = parse("");

	(void)state;
	assert_int_equal(config->name_count, 0);
	config_free(config);
	config = parse("- targets: [5.45.100.1]\n");
	assert_int_equal(config->name_count, 0);
	config_free(config);
}

static void some_can_have_no_address(void **state)
{
	struct config *config = parse("- targets: [5.45.100.1]\n"
				      "  hostname: [mail.example.com, mail.lan]\n");

	(void)state;
	assert_int_equal(config->name_count, 2);
	assert_name(config, 0, "mail.example.com");
	assert_name(config, 1, "mail.lan");
	assert_false(config->names_hopeless[0]);
	assert_true(config->names_hopeless[1]);
	config_free(config);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_name_once_in_canonical_order),
		cmocka_unit_test(there_may_be_none),
		cmocka_unit_test(some_can_have_no_address),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
