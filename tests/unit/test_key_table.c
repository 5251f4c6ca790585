#include "config/key_table.h"
#include "test.h"

enum colour { RED, GREEN };

struct settings {
	bool flag, check;
	enum colour colour;
	unsigned number;
	uint16_t port;
	int64_t delay_ms;
	const char *name;
	bool nested;
};

static const char *const check_words[] = {"skip", "check", NULL};
static const char *const colour_words[] = {[RED] = "red", [GREEN] = "green", NULL};
static const char *const number_words[] = {"most", NULL};
static const char *const name_words[] = {"a name", NULL};

#define FIELD(field) offsetof(struct settings, field)

static const struct key inner_keys[] = {
    {"nested", KEY_BOOL, FIELD(nested), true, 0, 0, NULL, NULL},
    {0},
};

static const struct key keys[] = {
    {"flag", KEY_BOOL, FIELD(flag), true, 0, 0, NULL, NULL},
    {"check", KEY_SWITCH, FIELD(check), false, 0, 0, check_words, NULL},
    {"colour", KEY_CHOICE, FIELD(colour), GREEN, 0, 0, colour_words, NULL},
    {"number", KEY_NUMBER, FIELD(number), 7, 1, 4000000000, number_words, NULL},
    {"port", KEY_PORT, FIELD(port), 53, 1, 65535, NULL, NULL},
    {"delay", KEY_DURATION, FIELD(delay_ms), 1500, 10, 60000, NULL, NULL},
    {"name", KEY_TEXT, FIELD(name), 0, 0, 0, name_words, NULL},
    {"inner", KEY_MAP, 0, 0, 0, 0, NULL, inner_keys},
    {"list", KEY_LIST, 0, 0, 0, 0, NULL, NULL},
    {0},
};

static bool read_text(struct yaml_document *document, const char *text, struct settings *settings,
		      struct error *error)
{
	assert_true(yaml_parse(document, "f.yml", text, strlen(text), error));
	key_table_set_defaults(keys, settings);
	return key_table_read(document, document->root, keys, settings, error);
}

static void defaults_stand_where_nothing_is_said(void **state)
{
	struct yaml_document document;
	struct settings settings;
	struct error error;

	(void)state;
	memset(&settings, 0xff, sizeof settings);
	assert_true(read_text(&document, "{}", &settings, &error));
	assert_true(settings.flag && !settings.check && settings.nested);
	assert_int_equal(settings.colour, GREEN);
	assert_int_equal(settings.number, 7);
	assert_int_equal(settings.port, 53);
	assert_int_equal(settings.delay_ms, 1500);
	assert_null(settings.name);
	yaml_clear(&document);
}

static void values_go_where_the_table_says(void **state)
{
	struct yaml_document document;
	struct settings settings;
	struct error error;

	(void)state;
	assert_true(read_text(&document,
			      "flag: false\ncheck: check\ncolour: red\n"
			      "number: 4000000000\n"
			      "port: 65535\ndelay: \"20ms\"\nname: 5\ninner: {nested: false}\n"
			      "list: []\n",
			      &settings, &error));
	assert_true(!settings.flag && settings.check && !settings.nested);
	assert_int_equal(settings.colour, RED);
	assert_int_equal(settings.number, 4000000000);
	assert_int_equal(settings.port, 65535);
	assert_int_equal(settings.delay_ms, 20);
	assert_string_equal(settings.name, "5");
	yaml_clear(&document);
}

static void a_word_may_stand_for_zero(void **state)
{
	struct yaml_document document;
	struct settings settings;
	struct error error;

	(void)state;
	assert_true(read_text(&document, "number: most", &settings, &error));
	assert_int_equal(settings.number, 0);
	yaml_clear(&document);
}

static void mistakes_say_what_is_expected(void **state)
{
	static const struct {
		const char *text, *sentence;
	} cases[] = {
	    {"flag: yes", "f.yml:1:7: flag is \"yes\", expected true or false"},
	    {"flag: 'true'", "f.yml:1:7: flag is \"true\" in quotes, expected true or false"},
	    {"check: [skip]", "f.yml:1:8: check is a list, expected skip or check"},
	    {"colour: Red", "f.yml:1:9: colour is \"Red\", expected red or green"},
	    {"number: 4000000001",
	     "f.yml:1:9: number is \"4000000001\", expected most or a number from 1 to 4000000000"},
	    {"number: '1'",
	     "f.yml:1:9: number is \"1\" in quotes, expected most or a number from 1 "
	     "to 4000000000"},
	    {"port: -1", "f.yml:1:7: port is \"-1\", expected a number from 1 to 65535"},
	    {"port: 99999999999999999999",
	     "f.yml:1:7: port is \"99999999999999999999\", expected a number from 1 to 65535"},
	    {"delay: 5", "f.yml:1:8: delay is \"5\", expected a duration like 30s, 1m or 1h30m"},
	    {"delay: 1m1ms", "f.yml:1:8: delay is \"1m1ms\", expected a duration from 10ms to 1m"},
	    {"name: {}", "f.yml:1:7: name is an empty map, expected a name"},
	    {"name:", "f.yml:1:6: name is empty, expected a name"},
	    {"inner: 1", "f.yml:1:8: inner is \"1\", expected a map with nested"},
	    {"list: 1", "f.yml:1:7: list is \"1\", expected a list"},
	    {"inner: {flag: true}", "f.yml:1:9: unknown key \"flag\", expected nested"},
	};
	struct yaml_document document;
	struct settings settings;
	struct error error;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT_OF(cases); i++) {
		if (read_text(&document, cases[i].text, &settings, &error))
			fail_msg("accepted: %s", cases[i].text);
		assert_string_equal(error.text, cases[i].sentence);
		yaml_clear(&document);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(defaults_stand_where_nothing_is_said),
	    cmocka_unit_test(values_go_where_the_table_says),
	    cmocka_unit_test(a_word_may_stand_for_zero),
	    cmocka_unit_test(mistakes_say_what_is_expected),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
