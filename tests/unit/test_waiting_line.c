#include "pacing/waiting_line.h"
#include "test.h"

#define NOBODY UINT32_MAX

static uint32_t take(struct waiting_line *line)
{
	uint32_t item;

	return waiting_line_take(line, &item) ? item : NOBODY;
}

static void first_come_first_served_and_each_once(void **state)
{
	struct waiting_line line = {.items = NULL};

	(void)state;
	waiting_line_reset(&line, 5);
	assert_false(waiting_line_has(&line, 4));
	assert_true(waiting_line_first_ms(&line) == INT64_MAX);
	assert_int_equal(take(&line), NOBODY);
	assert_true(waiting_line_join(&line, 4, 10));
	assert_true(waiting_line_join(&line, 0, 20));
	assert_false(waiting_line_join(&line, 4, 30));
	assert_true(waiting_line_has(&line, 4));
	assert_int_equal(waiting_line_first_ms(&line), 10);
	assert_int_equal(take(&line), 4);
	assert_false(waiting_line_has(&line, 4));
	assert_true(waiting_line_join(&line, 4, 40));
	assert_int_equal(waiting_line_first_ms(&line), 20);
	assert_int_equal(take(&line), 0);
	assert_int_equal(take(&line), 4);
	assert_int_equal(take(&line), NOBODY);
	waiting_line_clear(&line);
}

static void a_line_that_never_empties_does_not_grow(void **state)
{
	struct waiting_line line = {.items = NULL};
	uint32_t i;

	(void)state;
	waiting_line_reset(&line, 40);
	for (i = 0; i < 20; i++)
		waiting_line_join(&line, i, i);
	for (i = 20; i < 10000; i++) {
		assert_int_equal(waiting_line_first_ms(&line), i - 20);
		assert_int_equal(take(&line), (i - 20) % 40);
		assert_true(waiting_line_join(&line, i % 40, i));
	}
	assert_true(line.capacity <= 64);
	waiting_line_clear(&line);
}

static void a_reset_line_is_empty(void **state)
{
	struct waiting_line line = {.items = NULL};

	(void)state;
	waiting_line_reset(&line, 2);
	waiting_line_join(&line, 1, 0);
	waiting_line_reset(&line, 9);
	assert_int_equal(take(&line), NOBODY);
	assert_true(waiting_line_join(&line, 8, 0));
	waiting_line_clear(&line);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(first_come_first_served_and_each_once),
		cmocka_unit_test(a_line_that_never_empties_does_not_grow),
		cmocka_unit_test(a_reset_line_is_empty),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
