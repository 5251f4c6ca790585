#include "base/arena.h"
#include "test.h"

#include <stdalign.h>

static void allocations_are_zeroed_aligned_and_apart(void **state)
{
	static const size_t sizes[] = {0, 1, 7, 16, 17, 1000, 65536, 65537, 300000, 3};
	struct arena *arena = arena_create();
	unsigned char *pieces[COUNT_OF(sizes)];
	size_t i, j;

	(void)state;
	for (i = 0; i < COUNT_OF(sizes); i++) {
		pieces[i] = arena_allocate(arena, sizes[i]);
		assert_non_null(pieces[i]);
		assert_int_equal((uintptr_t)pieces[i] % alignof(max_align_t), 0);
		for (j = 0; j < sizes[i]; j++)
			assert_int_equal(pieces[i][j], 0);
		memset(pieces[i], (int)i + 1, sizes[i]);
	}
	for (i = 0; i < COUNT_OF(sizes); i++)
		for (j = 0; j < sizes[i]; j++)
			assert_int_equal(pieces[i][j], i + 1);
	arena_free(arena);
}

static void many_small_ones(void **state)
{
	struct arena *arena = arena_create();
	int *numbers[20000];
	int i;

	(void)state;
	for (i = 0; i < 20000; i++) {
		numbers[i] = arena_allocate_array(arena, 3, sizeof(int));
		*numbers[i] = i;
	}
	for (i = 0; i < 20000; i++)
		assert_int_equal(*numbers[i], i);
	arena_free(arena);
}

static void texts_are_copied(void **state)
{
	struct arena *arena = arena_create();
	char text[] = "mail.example.com";
	char *whole = arena_copy_text(arena, text), *part = arena_copy_bytes(arena, text, 4);

	(void)state;
	memset(text, 'x', sizeof text - 1);
	assert_string_equal(whole, "mail.example.com");
	assert_string_equal(part, "mail");
	assert_string_equal(arena_copy_bytes(arena, text, 0), "");
	arena_free(arena);
}

static void nothing_can_be_freed(void **state)
{
	(void)state;
	arena_free(NULL);
	arena_free(arena_create());
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(allocations_are_zeroed_aligned_and_apart),
	    cmocka_unit_test(many_small_ones),
	    cmocka_unit_test(texts_are_copied),
	    cmocka_unit_test(nothing_can_be_freed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
