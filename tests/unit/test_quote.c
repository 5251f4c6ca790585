#include "config/quote.h"
#include "test.h"

static void what_could_harm_is_escaped(void **state)
{
	static const struct {
		const char *text, *quoted;
	} cases[] = {
	    {"", "\"\""},
	    {"5x", "\"5x\""},
	    {"a\"b\\c", "\"a\\\"b\\\\c\""},
	    {"\x1b[31m", "\"\\x1b[31m\""},
	    {"a\nb\tc\x7f", "\"a\\x0ab\\x09c\\x7f\""},
	    {"b\xc3\xbc"
	     "cher",
	     "\"b\xc3\xbc"
	     "cher\""},
	    {"\x01\xc3\xa9", "\"\\x01\xc3\xa9\""},
	    {"x\xc2\x9b"
	     "31m",
	     "\"x\\xc2\\x9b31m\""},
	    {"\xc2\xa0", "\"\xc2\xa0\""},
	};
	char quoted[QUOTE_TEXT_MAX];
	size_t i;

	(void)state;
	for (i = 0; i < COUNT_OF(cases); i++)
		assert_string_equal(quote_print(cases[i].text, quoted), cases[i].quoted);
}

static void long_texts_are_cut_between_characters(void **state)
{
	char text[3 * QUOTE_BYTES_MAX + 1], quoted[QUOTE_TEXT_MAX];

	(void)state;
	memset(text, 'a', sizeof text);
	text[QUOTE_BYTES_MAX] = '\0';
	assert_int_equal(strlen(quote_print(text, quoted)), QUOTE_BYTES_MAX + 2);

	memset(text, 'a', sizeof text);
	memcpy(text + QUOTE_BYTES_MAX - 1, "\xe6\x97\xa5", 3);
	text[sizeof text - 1] = '\0';
	quote_print(text, quoted);
	assert_int_equal(strlen(quoted), QUOTE_BYTES_MAX - 1 + 5);
	assert_string_equal(quoted + QUOTE_BYTES_MAX - 1, "a...\"");

	memset(text, '\x01', sizeof text - 1);
	assert_int_equal(strlen(quote_print(text, quoted)), 4 * QUOTE_BYTES_MAX + 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_could_harm_is_escaped),
	    cmocka_unit_test(long_texts_are_cut_between_characters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
