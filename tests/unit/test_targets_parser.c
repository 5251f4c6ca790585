#include "base/text.h"
#include "config/config_parser.h"
#include "dns/name.h"
#include "test.h"

#include <stdio.h>

/* Answers "@fqdn" with `name`, or refuses if it is NULL, and counts the questions. */
struct own_name {
	const char *name;
	int asked;
};

static const char *tell_own_name(void *context, struct error *error)
{
	struct own_name *own_name = context;

	own_name->asked++;
	if (own_name->name == NULL)
		error_set(error, "this host has no name with a dot");
	return own_name->name;
}

static struct config *parse_files(const struct config_file *files, size_t count,
				  struct own_name *own_name, struct error *error)
{
	struct config_input input = {.target_files = files,
				     .target_file_count = count,
				     .own_name = own_name != NULL ? tell_own_name : NULL,
				     .own_name_context = own_name};

	return config_parse(&input, error);
}

static struct config *parse(const char *text, struct own_name *own_name, struct error *error)
{
	struct config_file file = {"t.yml", text, strlen(text)};

	return parse_files(&file, 1, own_name, error);
}

static void one_entry_shares_one_expectation(void **state)
{
	struct error error;
	struct config *config = parse("- targets: [203.0.113.10, '2001:db8::10']\n"
				      "  hostname: [b.example.com, A.example.com.]\n"
				      "  labels: {team: mail, provider: hetzner}\n"
				      "- targets: [203.0.113.8/31]\n",
				      NULL, &error);
	const struct expectation *expectation;
	char name[DNS_NAME_TEXT_MAX];

	(void)state;
	assert_non_null(config);
	assert_int_equal(config->watch_count, 4);
	expectation = config->watches[2].expectation;
	assert_ptr_equal(expectation, config->watches[3].expectation);
	assert_string_equal(expectation->hostname, "a.example.com,b.example.com");
	assert_int_equal(expectation->name_count, 2);
	dns_name_print(expectation->names[0], name);
	assert_string_equal(name, "a.example.com");
	assert_int_equal(expectation->label_count, 2);
	assert_string_equal(expectation->labels[0].name, "provider");
	assert_string_equal(expectation->labels[1].value, "mail");
	expectation = config->watches[0].expectation;
	assert_ptr_equal(expectation, config->watches[1].expectation);
	assert_string_equal(expectation->hostname, "");
	assert_int_equal(expectation->name_count, 0);
	assert_int_equal(expectation->label_count, 0);
	config_free(config);
}

/* Every shard knows all addresses, and what is expected of its own ones. */
static void a_shard_keeps_what_is_its_own(void **state)
{
	char text[] = "- targets: [5.45.100.1]\n  hostname: one.example.com\n"
				   "- targets: [5.45.100.2]\n  hostname: two.example.com\n"
				   "  labels: {team: mail}\n"
				   "- targets: [5.45.100.3, 5.45.100.2, 5.45.100.64/28]\n";
	const struct config_file file = {"t.yml", text, sizeof text - 1};
	struct config_input input = {.target_files = &file, .target_file_count = 1};
	size_t watches = 0, names = 0, i;
	struct error error;

	(void)state;
	assert_null(config_parse(&input, &error)); /* 5.45.100.2 twice: in whichever shard */
	for (input.shard = (struct shard){0, 3}; input.shard.index < 3; input.shard.index++)
		assert_null(config_parse(&input, &error));
	memcpy(strstr(text, ", 5.45.100.2"), ", 5.45.100.4", 12);
	for (input.shard.index = 0; input.shard.index < 3; input.shard.index++) {
		struct config *config = config_parse(&input, &error);

		assert_non_null(config);
		assert_int_equal(config->all_watch_count, 20);
		watches += config->watch_count;
		names += config->name_count;
		for (i = 0; i < config->watch_count; i++)
			assert_true(shard_has(&input.shard, &config->watches[i].ip) &&
				    config->watches[i].expectation != NULL);
		for (i = 0; i < config->all_watch_count; i++)
			assert_int_equal(config->all_watches[i].expectation != NULL,
					 shard_has(&input.shard, &config->all_watches[i].ip));
		config_free(config);
	}
	assert_int_equal(watches, 20);
	assert_int_equal(names, 2);
}

static void several_files_make_one_list(void **state)
{
	static const struct config_file files[] = {
	    {"a.yml", "- targets: [192.0.2.9]\n", 23},
	    {"empty.yml", "", 0},
	    {"b.json", "[{\"targets\": [\"192.0.2.3\"]}]", 28},
	};
	struct error error;
	struct config *config = parse_files(files, COUNT_OF(files), NULL, &error);

	(void)state;
	assert_non_null(config);
	assert_int_equal(config->watch_count, 2);
	assert_int_equal(config->watches[0].ip.bytes[3], 3);
	config_free(config);
}

static void doubles_are_found_across_files(void **state)
{
	static const struct config_file files[] = {
	    {"targets.d/a.yml", "# x\n- targets: [192.0.2.9]\n", 27},
	    {"targets.d/b.json", "[{\"targets\": [\"::ffff:192.0.2.9\"]}]", 35},
	};
	struct error error;

	(void)state;
	assert_null(parse_files(files, COUNT_OF(files), NULL, &error));
	assert_string_equal(error.text,
			    "targets.d/b.json:1:15: 192.0.2.9 is listed twice, first at "
			    "targets.d/a.yml:2:13");
}

static void the_own_name_is_asked_once(void **state)
{
	struct own_name own_name = {"Mail.Example.org.", 0};
	struct error error;
	struct config *config = parse("- {targets: [192.0.2.1], hostname: '@fqdn'}\n"
				      "- {targets: [192.0.2.2], hostname: ['@fqdn', a.example]}\n",
				      &own_name, &error);

	(void)state;
	assert_non_null(config);
	assert_int_equal(own_name.asked, 1);
	assert_string_equal(config->watches[0].expectation->hostname, "mail.example.org");
	assert_string_equal(config->watches[1].expectation->hostname, "a.example,mail.example.org");
	config_free(config);

	config = parse("- {targets: [192.0.2.1], hostname: a.example}", &own_name, &error);
	assert_int_equal(own_name.asked, 1);
	config_free(config);
}

static void an_unknown_own_name_is_a_mistake(void **state)
{
	static const char text[] = "- targets: [192.0.2.1]\n  hostname: '@fqdn'\n";
	struct own_name none = {NULL, 0}, bare = {"localhost", 0};
	struct error error;

	(void)state;
	assert_null(parse(text, &none, &error));
	assert_string_equal(error.text, "t.yml:2:13: @fqdn: this host has no name with a dot");
	assert_null(parse(text, &bare, &error));
	assert_string_equal(error.text, "t.yml:2:13: @fqdn: hostname is \"localhost\", expected at "
					"least one dot in it, like mail.example.com");
	assert_null(parse(text, NULL, &error));
	assert_string_equal(error.text,
			    "t.yml:2:13: @fqdn cannot be used here, expected a host name");
}

static void one_warning_for_all_ignored_labels(void **state)
{
	struct error error;
	struct config *config = parse("- {targets: [192.0.2.1], labels: {__a: x, __b: y, c: z}}\n"
				      "- {targets: [192.0.2.2], labels: {__c: x}}\n",
				      NULL, &error);

	(void)state;
	assert_non_null(config);
	assert_int_equal(config->warning_count, 1);
	assert_string_equal(config->warnings[0],
			    "t.yml:1:35: label \"__a\" is ignored, as is every "
			    "label that starts with \"__\"");
	assert_int_equal(config->watches[0].expectation->label_count, 1);
	assert_int_equal(config->watches[1].expectation->label_count, 0);
	config_free(config);
}

static void every_spelling_of_one_address_is_the_same(void **state)
{
	static const char *const v6[] = {
	    "2001:db8::1",     "2001:DB8::1",       "2001:0db8:0:0:0:0:0:1", "[2001:db8::1]",
	    "[2001:db8::1]:1", "2001:db8::0.0.0.1", "2001:db8:0:0::1",
	};
	static const char *const v4[] = {"192.0.2.1", "192.0.2.1:25", "::ffff:192.0.2.1",
					 "::FFFF:c000:201", "[::ffff:192.0.2.1]:25"};
	struct text text = TEXT_EMPTY;
	struct error error;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT_OF(v6) + COUNT_OF(v4); i++) {
		bool is_v6 = i < COUNT_OF(v6);

		text.size = 0;
		text_add_format(&text, "- targets: ['%s']\n- targets: ['%s']\n",
				is_v6 ? v6[0] : v4[0], is_v6 ? v6[i] : v4[i - COUNT_OF(v6)]);
		assert_null(parse(text_terminate(&text), NULL, &error));
		assert_string_equal(error.text,
				    is_v6 ? "t.yml:2:13: 2001:db8::1 is listed twice, first at "
					    "t.yml:1:13"
					  : "t.yml:2:13: 192.0.2.1 is listed twice, first at "
					    "t.yml:1:13");
	}
	text_clear(&text);
}

#define MANY 100000

static void a_hundred_thousand_targets(void **state)
{
	struct text text = TEXT_EMPTY;
	struct config *config;
	struct error error;
	unsigned i;

	(void)state;
	for (i = MANY; i > 0; i--)
		text_add_format(&text, "- targets: [10.%u.%u.%u]\n  hostname: m%u.example.com\n",
				(i - 1) >> 16, (i - 1) >> 8 & 255, (i - 1) & 255, i - 1);
	config = parse(text_terminate(&text), NULL, &error);
	text_clear(&text);
	assert_non_null(config);
	assert_int_equal(config->watch_count, MANY);
	for (i = 0; i < MANY; i++) {
		const struct watch *watch = &config->watches[i];
		char hostname[32];

		snprintf(hostname, sizeof hostname, "m%u.example.com", i);
		assert_int_equal(
		    watch->ip.bytes[1] << 16 | watch->ip.bytes[2] << 8 | watch->ip.bytes[3], i);
		assert_string_equal(watch->expectation->hostname, hostname);
	}
	config_free(config);
}

static void blocks_up_to_the_bound(void **state)
{
	struct error error;
	struct config *config =
	    parse("- targets: [10.0.0.0/16, '2001:db8::/112']\n- targets: [10.0.255.255]\n"
		  "  hostname: last.example.com\n",
		  NULL, &error);

	(void)state;
	assert_non_null(config);
	assert_int_equal(config->watch_count, 2 * 65536);
	assert_string_equal(config->watches[65535].expectation->hostname, "last.example.com");
	assert_string_equal(config->watches[65534].expectation->hostname, "");
	assert_int_equal(config->watches[65536].ip.family, IP_V6);
	config_free(config);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(one_entry_shares_one_expectation),
	    cmocka_unit_test(a_shard_keeps_what_is_its_own),
	    cmocka_unit_test(several_files_make_one_list),
	    cmocka_unit_test(doubles_are_found_across_files),
	    cmocka_unit_test(the_own_name_is_asked_once),
	    cmocka_unit_test(an_unknown_own_name_is_a_mistake),
	    cmocka_unit_test(one_warning_for_all_ignored_labels),
	    cmocka_unit_test(every_spelling_of_one_address_is_the_same),
	    cmocka_unit_test(a_hundred_thousand_targets),
	    cmocka_unit_test(blocks_up_to_the_bound),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
