#include "base/error.h"
#include "test.h"

static void a_sentence_with_its_place(void **state)
{
	struct error error;

	(void)state;
	assert_false(error_set(&error, "%s, expected %s", "no address", "an IPv4 or IPv6 address"));
	assert_string_equal(error.text, "no address, expected an IPv4 or IPv6 address");
	assert_false(error_prefix(&error, "%s:%d:%d", "targets.d/mail.yml", 3, 7));
	assert_string_equal(error.text,
			    "targets.d/mail.yml:3:7: no address, expected an IPv4 or IPv6 address");
}

static void what_is_too_long_is_cut(void **state)
{
	char longer[2 * ERROR_TEXT_MAX];
	struct error error;

	(void)state;
	memset(longer, 'a', sizeof longer - 1);
	longer[sizeof longer - 1] = '\0';
	error_set(&error, "%s", longer);
	assert_int_equal(strlen(error.text), ERROR_TEXT_MAX - 1);
	/* Of a long prefix and a long sentence, the beginning of each is left. */
	error_prefix(&error, "file");
	assert_true(strlen(error.text) < ERROR_TEXT_MAX);
	assert_memory_equal(error.text, "file: aaa", 9);
	error_set(&error, "b");
	error_prefix(&error, "%s", longer);
	assert_true(strlen(error.text) < ERROR_TEXT_MAX);
	assert_memory_equal(strchr(error.text, 'b') - 3, "a: b", 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_sentence_with_its_place),
	    cmocka_unit_test(what_is_too_long_is_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
