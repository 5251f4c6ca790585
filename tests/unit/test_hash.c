#include "base/hash.h"
#include "test.h"

/* The reference vectors of SipHash-2-4 (key 00..0f, input 00, 00 01, ...), from its authors. */
static void reference_vectors(void **state)
{
	static const struct {
		size_t size;
		uint64_t hash;
	} vectors[] = {
	    {0, 0x726fdb47dd0e0e31}, {1, 0x74f839c593dc67fd},  {7, 0xab0200f58b01d137},
	    {8, 0x93f5f5799a932462}, {15, 0xa129ca6149be45e5}, {63, 0x958a324ceb064572},
	};
	uint8_t input[64];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof input; i++)
		input[i] = (uint8_t)i;
	for (i = 0; i < COUNT_OF(vectors); i++)
		assert_true(hash_bytes(input, vectors[i].size) == vectors[i].hash);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(reference_vectors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
