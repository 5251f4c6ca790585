#include "pacing/bucket.h"
#include "test.h"

static void starts_full_and_fills_again(void **state)
{
	struct bucket bucket;

	(void)state;
	bucket_init(&bucket, 2, 3, 1000);
	assert_true(bucket_take(&bucket, 2, 1000));
	assert_true(bucket_take(&bucket, 1, 1000));
	assert_false(bucket_take(&bucket, 1, 1000));
	assert_false(bucket_take(&bucket, 1, 1499));
	assert_true(bucket_take(&bucket, 1, 1500));
	assert_true(bucket_take(&bucket, 3, 60000));
	assert_false(bucket_take(&bucket, 1, 60000));
}

static void without_a_rate_there_is_no_limit(void **state)
{
	struct bucket bucket;

	(void)state;
	bucket_init(&bucket, 0, 0, 0);
	assert_true(bucket_take(&bucket, 1000, 0));
}

static void a_new_rate_keeps_what_is_there(void **state)
{
	struct bucket bucket;

	(void)state;
	bucket_init(&bucket, 1, 10, 0);
	assert_true(bucket_take(&bucket, 10, 0));
	bucket_set(&bucket, 100, 10, 1000);
	assert_true(bucket_take(&bucket, 1, 1000));
	assert_false(bucket_take(&bucket, 1, 1000));
	assert_true(bucket_take(&bucket, 1, 1010));
}

static void what_was_used_must_come_in_again(void **state)
{
	struct bucket bucket;

	(void)state;
	bucket_init(&bucket, 10, 5, 0);
	bucket_use(&bucket, 25, 0);
	assert_false(bucket_take(&bucket, 1, 2000));
	assert_true(bucket_take(&bucket, 1, 2100));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(starts_full_and_fills_again),
		cmocka_unit_test(without_a_rate_there_is_no_limit),
		cmocka_unit_test(a_new_rate_keeps_what_is_there),
		cmocka_unit_test(what_was_used_must_come_in_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
