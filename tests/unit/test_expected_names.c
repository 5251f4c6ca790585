#include "base/arena.h"
#include "config/expected_names.h"
#include "dns/name.h"
#include "test.h"

#include <stdio.h>

static void one_name_in_its_usual_form(void **state)
{
	static const struct {
		const char *text, *name;
	} cases[] = {
	    {"mail.example.com", "mail.example.com"},
	    {"Mail.EXAMPLE.com.", "mail.example.com"},
	    {"a_b.example.com", "a_b.example.com"},
	    {"_dmarc.example.com", "_dmarc.example.com"},
	    {"1.2.3.4.example.com", "1.2.3.4.example.com"},
	    {"192-0-2-1.example.com", "192-0-2-1.example.com"},
	    {"xn--bcher-kva.example", "xn--bcher-kva.example"},
	    {"b\xc3\xbc"
	     "cher.example",
	     "xn--bcher-kva.example"},
	    {"B\xc3\x9c"
	     "CHER.Example.",
	     "xn--bcher-kva.example"},
	    {"mu\xcc\x88"
	     "ller.example",
	     "xn--mller-kva.example"}, /* not NFC */
	    {"stra\xc3\x9f"
	     "e.example",
	     "xn--strae-oqa.example"}, /* transitional: strasse */
	    {"_x.b\xc3\xbc"
	     "cher.example",
	     "_x.xn--bcher-kva.example"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT_OF(cases); i++) {
		struct expected_names expected = {0};
		struct error error;

		if (!expected_names_add(&expected, cases[i].text, &error))
			fail_msg("%s", error.text);
		assert_int_equal(expected.count, 1);
		assert_string_equal(expected.names[0], cases[i].name);
	}
}

static void what_is_no_host_name(void **state)
{
	static const char label[] =
	    "0123456789012345678901234567890123456789012345678901234567890123";
	static const char *const cases[] = {
	    "",          ".",
	    "..",        "mail",
	    "mail.",     ".mail.com",
	    "a..b",      "a.b..",
	    "-a.b",      "a-.b",
	    "a.-b",      "a.b-",
	    "a b.c",     "a,b.c",
	    "*.a.b",     "a.b\n",
	    "a/b.c",     "a\\.b.c",
	    "192.0.2.1", "::1",
	    "1.2.3",     "192.0.2.1.",
	    "@fqdn",     "@.b",
	    label,       "a.b\xcc\x81.\xe2\x80\xa8.c",
	    "a\xc3\xbc", "\xc3\xbc b.c",
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT_OF(cases); i++) {
		struct expected_names expected = {0};
		struct error error;

		if (expected_names_add(&expected, cases[i], &error))
			fail_msg("accepted: %s as %s", cases[i], expected.names[0]);
		assert_int_equal(strncmp(error.text, "hostname is \"", 13), 0);
		assert_int_equal(expected.count, 0);
	}
}

static void sizes_are_those_of_dns(void **state)
{
	struct expected_names expected = {0};
	char name[300] = "", label[65];
	struct error error;
	int i;

	(void)state;
	memset(label, 'a', 63);
	strcpy(label + 63, ".");
	for (i = 0; i < 3; i++)
		strcat(name, label);
	strncat(name, label, 61); /* 3 x 64 + 61 = 253 */
	assert_true(expected_names_add(&expected, name, &error));
	strcat(name, "."); /* the root does not count */
	assert_true(expected_names_add(&expected, name, &error));
	name[253] = 'a';
	assert_false(expected_names_add(&expected, name, &error));
	assert_int_equal(expected.count, 1);
}

static void names_come_sorted_and_once(void **state)
{
	static const char *const texts[] = {"c.example", "a.example.", "B.example", "A.EXAMPLE"};
	struct arena *arena = arena_create();
	struct expectation expectation = {0};
	struct expected_names expected = {0};
	char text[DNS_NAME_TEXT_MAX];
	struct error error;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT_OF(texts); i++)
		assert_true(expected_names_add(&expected, texts[i], &error));
	assert_true(expected_names_finish(&expected, arena, &expectation, &error));
	assert_string_equal(expectation.hostname, "a.example,b.example,c.example");
	assert_int_equal(expectation.name_count, 3);
	dns_name_print(expectation.names[1], text);
	assert_string_equal(text, "b.example");
	assert_memory_equal(expectation.names[2], "\1c\7example", 11);
	arena_free(arena);
}

static void no_name_is_an_empty_text(void **state)
{
	struct arena *arena = arena_create();
	struct expectation expectation = {0};
	struct expected_names expected = {0};
	struct error error;

	(void)state;
	assert_true(expected_names_finish(&expected, arena, &expectation, &error));
	assert_string_equal(expectation.hostname, "");
	assert_int_equal(expectation.name_count, 0);
	arena_free(arena);
}

static void there_are_bounds(void **state)
{
	struct arena *arena = arena_create();
	struct expectation expectation = {0};
	struct expected_names expected = {0};
	char text[64];
	struct error error;
	int i;

	(void)state;
	for (i = 0; i < EXPECTED_NAMES_MAX; i++) {
		snprintf(text, sizeof text, "m%02d.an.example.com", i); /* 18 bytes and a comma */
		assert_true(expected_names_add(&expected, text, &error));
	}
	assert_true(expected_names_add(&expected, text, &error));
	assert_false(expected_names_add(&expected, "one.more.example", &error));
	assert_string_equal(error.text,
			    "hostname \"one.more.example\" is one too many, expected at most 64");
	assert_false(expected_names_finish(&expected, arena, &expectation, &error));
	assert_string_equal(error.text,
			    "the host names joined have 1215 bytes, expected at most 1024");
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(one_name_in_its_usual_form),
	    cmocka_unit_test(what_is_no_host_name),
	    cmocka_unit_test(sizes_are_those_of_dns),
	    cmocka_unit_test(names_come_sorted_and_once),
	    cmocka_unit_test(no_name_is_an_empty_text),
	    cmocka_unit_test(there_are_bounds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
