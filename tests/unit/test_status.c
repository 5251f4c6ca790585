#include "fcrdns/status.h"
#include "test.h"

/* design.md 3, word for word and in its order: these are label values. */
static const struct {
	const char *name, *iprev;
	bool conclusive;
} statuses[] = {
    {"pass", "pass", true},
    {"name_mismatch", "pass", true},
    {"forward_mismatch", "fail", true},
    {"forward_missing", "fail", true},
    {"ptr_invalid", "fail", true},
    {"no_ptr", "permerror", true},
    {"temp_error", "temperror", false},
    {"filtered", "temperror", false},
    {"special_use", "none", false},
    {"pending", "none", false},
};

static const char *const reasons[] = {
    "none",         "nxdomain",     "nodata",     "nxdomain_bare", "root",        "special_tld",
    "reverse_name", "single_label", "ip_literal", "bad_chars",     "timeout",     "tcp_timeout",
    "servfail",     "refused",      "formerr",    "notimp",        "other_rcode", "malformed",
    "network",      "truncated",    "cname_loop", "lame",          "bogus",       "blocked",
};

static const char *const flags[] = {"generic",       "multiple_ptr",  "ptr_overflow",
				    "forward_alias", "reverse_alias", "underscore",
				    "stale",         "shared_ptr"};

static void statuses_are_the_closed_set(void **state)
{
	size_t i;

	(void)state;
	assert_int_equal(STATUS_COUNT, COUNT_OF(statuses));
	for (i = 0; i < COUNT_OF(statuses); i++) {
		assert_string_equal(status_name((enum status)i), statuses[i].name);
		assert_int_equal(status_is_conclusive((enum status)i), statuses[i].conclusive);
		assert_int_equal(status_is_iprev_pass((enum status)i),
				 strcmp(statuses[i].iprev, "pass") == 0);
	}
}

static void reasons_are_the_closed_set(void **state)
{
	size_t i;

	(void)state;
	assert_int_equal(REASON_COUNT, COUNT_OF(reasons));
	for (i = 0; i < COUNT_OF(reasons); i++)
		assert_string_equal(reason_name((enum reason)i), reasons[i]);
	assert_string_equal(reason_name(REASON_FIRST_FAILURE), "timeout");
}

static void flags_are_the_closed_set(void **state)
{
	size_t i;

	(void)state;
	assert_int_equal(FLAG_COUNT, COUNT_OF(flags));
	for (i = 0; i < COUNT_OF(flags); i++)
		assert_string_equal(flag_name((enum flag)i), flags[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(statuses_are_the_closed_set),
	    cmocka_unit_test(reasons_are_the_closed_set),
	    cmocka_unit_test(flags_are_the_closed_set),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
