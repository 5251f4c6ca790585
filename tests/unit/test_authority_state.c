#include "fcrdns/authority_state.h"
#include "test.h"

static void names_are_the_contract(void **state)
{
	static const char *const names[AUTHORITY_STATE_COUNT] = {
		"consistent", "inconsistent", "lame", "unreachable", "intercepted", "unknown"};
	int i;

	(void)state;
	for (i = 0; i < AUTHORITY_STATE_COUNT; i++)
		assert_string_equal(authority_state_name((enum authority_state)i), names[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_the_contract),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
