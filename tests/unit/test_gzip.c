#include "base/gzip.h"
#include "test.h"

#include <libdeflate.h>
#include <stdlib.h>

static void assert_unpacks_to(const struct text *packed, const char *bytes, size_t size)
{
	struct libdeflate_decompressor *decompressor = libdeflate_alloc_decompressor();
	char *unpacked = malloc(size + 1);
	size_t unpacked_size;

	assert_int_equal(libdeflate_gzip_decompress(decompressor, packed->bytes, packed->size,
						    unpacked, size + 1, &unpacked_size),
			 LIBDEFLATE_SUCCESS);
	assert_int_equal(unpacked_size, size);
	assert_memory_equal(unpacked, bytes, size);
	free(unpacked);
	libdeflate_free_decompressor(decompressor);
}

static void what_is_packed_unpacks_to_the_same(void **state)
{
	static const size_t sizes[] = {0, 1, 17, 4096, 1000003};
	size_t i, at;

	(void)state;
	for (i = 0; i < COUNT_OF(sizes); i++) {
		struct text text = TEXT_EMPTY;
		unsigned noise = 1;
		char *copy = malloc(sizes[i] + 1);

		for (at = 0; at < sizes[i]; at++) {
			noise = noise * 1103515245 + 12345;
			copy[at] = (char)(noise >> 16);
		}
		text_add_bytes(&text, copy, sizes[i]);
		assert_true(gzip_pack(&text));
		assert_unpacks_to(&text, copy, sizes[i]);
		text_clear(&text);
		free(copy);
	}
}

static void what_repeats_becomes_small(void **state)
{
	struct text text = TEXT_EMPTY;
	size_t i;

	(void)state;
	for (i = 0; i < 10000; i++)
		text_add(&text, "fcrdns_target_ok{ip=\"192.0.2.1\",hostname=\"\"} 1\n");
	i = text.size;
	assert_true(gzip_pack(&text));
	assert_true(text.size < i / 50);
	assert_int_equal(text.capacity, text.size);
	text_clear(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_is_packed_unpacks_to_the_same),
	    cmocka_unit_test(what_repeats_becomes_small),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
