/* What is news, and what counts as the same. */
#include "fcrdns/confirmation.h"
#include "test.h"

static void all_pairs_of_statuses(void **state)
{
	struct evidence here = {.ptr_digest = 1}, there = {.ptr_digest = 1}, other = {.ptr_digest = 2};
	unsigned a, b;

	(void)state;
	for (a = 0; a < STATUS_COUNT; a++) {
		struct verdict fresh = {.status = (uint8_t)a};
		bool conclusive = a <= STATUS_NO_PTR;

		assert_int_equal(confirmation_is_due(&here, fresh, NULL, fresh),
				 conclusive && a != STATUS_PASS);
		for (b = 0; b <= STATUS_NO_PTR; b++) {
			struct verdict counted = {.status = (uint8_t)b};

			assert_int_equal(confirmation_is_due(&here, fresh, &there, counted),
					 conclusive && a != b);
			assert_int_equal(confirmation_is_due(&here, fresh, &other, counted),
					 conclusive);
			assert_int_equal(confirmation_same(&here, fresh, &there, counted), a == b);
			assert_false(confirmation_same(&here, fresh, &other, counted));
		}
	}
}

static void reasons_ttls_and_flags_are_no_news(void **state)
{
	struct evidence fresh = {.ptr_ttl_s = 5, .has_ptr_ttl = true}, counted = {.stale = true};
	struct verdict nxdomain = {.status = STATUS_NO_PTR, .reason = REASON_NXDOMAIN};
	struct verdict nodata = {.status = STATUS_NO_PTR, .reason = REASON_NODATA, .flags = 3};

	(void)state;
	assert_false(confirmation_is_due(&fresh, nxdomain, &counted, nodata));
}

static void results_have_names(void **state)
{
	(void)state;
	assert_string_equal(confirmation_name(CONFIRMATION_SAME), "same");
	assert_string_equal(confirmation_name(CONFIRMATION_OTHER), "other");
	assert_string_equal(confirmation_name(CONFIRMATION_FAILED), "failed");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_pairs_of_statuses),
		cmocka_unit_test(reasons_ttls_and_flags_are_no_news),
		cmocka_unit_test(results_have_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
