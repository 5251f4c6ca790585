#include "config/bcrypt_hash.h"
#include "test.h"

#define SALT_AND_HASH "OwwG6NZJdZr0JVHWGhDzL.KUcpA4PBgKhNj9KoxEdqGLHdLNbqSBS"

static void hashes_as_go_reads_them(void **state)
{
	(void)state;
	assert_null(bcrypt_hash_fault("$2y$10$" SALT_AND_HASH));
	assert_null(bcrypt_hash_fault("$2a$04$" SALT_AND_HASH));
	assert_null(bcrypt_hash_fault("$2$31$" SALT_AND_HASH));
	assert_null(bcrypt_hash_fault("$2y$10$" SALT_AND_HASH "and more"));
	assert_string_equal(bcrypt_hash_fault(""), "is too short");
	assert_string_equal(bcrypt_hash_fault("$2y$10$short"), "is too short");
	assert_non_null(strstr(bcrypt_hash_fault("$3y$10$" SALT_AND_HASH), "begin"));
	assert_non_null(strstr(bcrypt_hash_fault("$2yy$10$" SALT_AND_HASH), "begin"));
	assert_non_null(strstr(bcrypt_hash_fault("$2y$1x$" SALT_AND_HASH), "no number"));
	assert_non_null(strstr(bcrypt_hash_fault("$2y$03$" SALT_AND_HASH), "outside"));
	assert_non_null(strstr(bcrypt_hash_fault("$2y$32$" SALT_AND_HASH), "outside"));
}

static void only_whole_ones_can_match(void **state)
{
	(void)state;
	assert_true(bcrypt_hash_can_match("$2y$10$" SALT_AND_HASH));
	assert_true(bcrypt_hash_can_match("$2$10$" SALT_AND_HASH));
	assert_false(bcrypt_hash_can_match("$2y$10$" SALT_AND_HASH "x"));
	assert_null(bcrypt_hash_fault("$1y$10$" SALT_AND_HASH));
	assert_true(bcrypt_hash_can_match("$1y$10$" SALT_AND_HASH));
	assert_non_null(bcrypt_hash_fault("$\xe9y$10$" SALT_AND_HASH));
	assert_null(bcrypt_hash_fault("$2y$+5$" SALT_AND_HASH));
	assert_false(bcrypt_hash_can_match("$2y$+5$" SALT_AND_HASH));
	assert_false(bcrypt_hash_can_match("$2y$10x" SALT_AND_HASH));
	assert_false(bcrypt_hash_can_match("$2y$10$!wwG6NZJdZr0JVHWGhDzL.KUcpA4PBgKhNj9KoxEdqGLHdLNbqSBS"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hashes_as_go_reads_them),
		cmocka_unit_test(only_whole_ones_can_match),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
