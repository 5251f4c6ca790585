/* Random letter case, and what proves that a server does not keep it. */
#include "io/letter_case.h"
#include "io/random.h"
#include "test.h"

#define HOUR_US (INT64_C(3600) * 1000 * 1000)

static uint16_t next_random;

uint16_t random_u16(void)
{
	return next_random;
}

static void only_letters_change(void **state)
{
	uint8_t bytes[256], mixed[256];
	unsigned i;

	(void)state;
	for (i = 0; i < 256; i++)
		bytes[i] = mixed[i] = (uint8_t)i;
	next_random = 0;
	letter_case_mix(mixed, sizeof mixed);
	for (i = 0; i < 256; i++)
		assert_int_equal(mixed[i], i >= 'a' && i <= 'z' ? i - 0x20 : i);
	assert_true(letter_case_equal(bytes, mixed, sizeof bytes));
	next_random = 0xffff;
	letter_case_mix(mixed, sizeof mixed);
	for (i = 0; i < 256; i++)
		assert_int_equal(mixed[i], i >= 'A' && i <= 'Z' ? i + 0x20 : i);
}

static void every_letter_has_its_own_bit(void **state)
{
	uint8_t name[] = "abcdefghijklmnopqrst";

	(void)state;
	next_random = 0xaaaa;
	letter_case_mix(name, sizeof name - 1);
	assert_string_equal((char *)name, "AbCdEfGhIjKlMnOpQrSt");
}

static void of_a_query_only_the_name_changes(void **state)
{
	uint8_t query[] = "abcdefghijkl\1a\2bc\0\0\014\0\1zz";

	(void)state;
	next_random = 0;
	letter_case_mix_query(query, sizeof query - 1);
	assert_memory_equal(query, "abcdefghijkl\1A\2BC\0\0\014\0\1zz", sizeof query);
	/* A name that runs past the end stays as it is. */
	letter_case_mix_query(query, 16);
	assert_memory_equal(query, "abcdefghijkl\1A\2BC\0\0\014\0\1zz", sizeof query);
}

static void other_bytes_are_compared_as_they_are(void **state)
{
	(void)state;
	/* Pairs that differ in the same bit as the cases of a letter do. */
	assert_false(letter_case_equal((const uint8_t *)"@[\\]^_", (const uint8_t *)"`{|}~\177", 6));
	assert_false(letter_case_equal((const uint8_t *)"\001", (const uint8_t *)"!", 1));
	assert_true(letter_case_equal((const uint8_t *)"aZ-0", (const uint8_t *)"Az-0", 4));
}

static void udp_proves_it_by_a_row_only(void **state)
{
	struct letter_case server = {0};
	int i;

	(void)state;
	assert_true(letter_case_is_on(&server, 5));
	for (i = 0; i < 20; i++) {
		assert_false(letter_case_note_udp(&server, false, 5));
		if (i % (LETTER_CASE_PROOF - 1) == 0)
			assert_false(letter_case_note_udp(&server, true, 5));
	}
	assert_false(letter_case_note_udp(&server, true, 5));
	for (i = 1; i < LETTER_CASE_PROOF; i++)
		assert_false(letter_case_note_udp(&server, false, 5));
	assert_true(letter_case_is_on(&server, 5));
	assert_true(letter_case_note_udp(&server, false, 5));
	assert_false(letter_case_is_on(&server, 5));
}

static void tcp_proves_it_at_once_and_for_an_hour(void **state)
{
	struct letter_case server = {0};

	(void)state;
	assert_false(letter_case_note_tcp(&server, true, 5));
	assert_true(letter_case_is_on(&server, 5));
	assert_true(letter_case_note_tcp(&server, false, 5));
	assert_false(letter_case_is_on(&server, 5 + HOUR_US - 1));
	assert_false(letter_case_note_tcp(&server, false, 5)); /* known already */
	assert_true(letter_case_is_on(&server, 5 + HOUR_US));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_letters_change),
		cmocka_unit_test(every_letter_has_its_own_bit),
		cmocka_unit_test(of_a_query_only_the_name_changes),
		cmocka_unit_test(other_bytes_are_compared_as_they_are),
		cmocka_unit_test(udp_proves_it_by_a_row_only),
		cmocka_unit_test(tcp_proves_it_at_once_and_for_an_hour),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
