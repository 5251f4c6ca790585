#include "base/text.h"
#include "test.h"

static void it_grows_while_written(void **state)
{
	struct text text = TEXT_EMPTY;
	int i;

	(void)state;
	for (i = 0; i < 10000; i++) {
		text_add(&text, "ab");
		text_add_char(&text, 'c');
		text_add_bytes(&text, "defg", 2);
	}
	assert_int_equal(text.size, 50000);
	assert_memory_equal(text.bytes + 49995, "abcde", 5);
	assert_int_equal(strlen(text_terminate(&text)), 50000);
	assert_int_equal(text.size, 50000);
	text_clear(&text);
	assert_null(text.bytes);
	assert_int_equal(text.size, 0);
}

static void formats_are_added_behind_the_end(void **state)
{
	struct text text = TEXT_EMPTY;

	(void)state;
	text_add_format(&text, "%s=%d", "tries", 2);
	text_add_format(&text, "%s", "");
	text_add_format(&text, " %0100d", 7);
	assert_int_equal(text.size, 108);
	assert_memory_equal(text.bytes, "tries=2 000", 11);
	assert_int_equal(text.bytes[107], '7');
	text_clear(&text);
}

static void an_empty_text(void **state)
{
	struct text text = TEXT_EMPTY;

	(void)state;
	text_add(&text, "");
	text_add_bytes(&text, NULL, 0);
	assert_int_equal(text.size, 0);
	assert_string_equal(text_terminate(&text), "");
	text_clear(&text);
	text_clear(&text);
}

static void numbers(void **state)
{
	static const struct {
		uint64_t number;
		const char *printed;
	} cases[] = {
	    {0, "0"},
	    {9, "9"},
	    {10, "10"},
	    {1234567890, "1234567890"},
	    {UINT64_MAX, "18446744073709551615"},
	};
	char place[TEXT_NUMBER_MAX];
	size_t i;

	(void)state;
	for (i = 0; i < COUNT_OF(cases); i++) {
		size_t count = text_print_number(place, cases[i].number);

		assert_int_equal(count, strlen(cases[i].printed));
		assert_memory_equal(place, cases[i].printed, count);
	}
}

static void equality_without_case(void **state)
{
	(void)state;
	assert_true(text_equal_ignoring_case("Content-Type", "content-TYPE"));
	assert_true(text_equal_ignoring_case("", ""));
	assert_false(text_equal_ignoring_case("content", "content-type"));
	assert_false(text_equal_ignoring_case("[", "{"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(it_grows_while_written),
	    cmocka_unit_test(formats_are_added_behind_the_end),
	    cmocka_unit_test(an_empty_text),
	    cmocka_unit_test(numbers),
	    cmocka_unit_test(equality_without_case),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
