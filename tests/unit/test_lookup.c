#include "fcrdns/lookup.h"
#include "test.h"

#define EDE(code) (UINT64_C(1) << (code))

static const struct {
	struct dns_reply reply;
	bool recursion_usual;
	enum lookup_outcome outcome;
	enum reason reason;
} cases[] = {
    {{.outcome = DNS_DATA, .recursion_available = true}, true, LOOKUP_DATA, REASON_NONE},
    {{.outcome = DNS_DATA}, true, LOOKUP_DATA, REASON_NONE},
    {{.outcome = DNS_DATA, .extended_errors = EDE(3)}, true, LOOKUP_DATA, REASON_NONE},
    {{.outcome = DNS_NXDOMAIN, .has_soa = true, .recursion_available = true},
     true,
     LOOKUP_ABSENT,
     REASON_NXDOMAIN},
    {{.outcome = DNS_NXDOMAIN, .recursion_available = true},
     true,
     LOOKUP_ABSENT,
     REASON_NXDOMAIN_BARE},
    {{.outcome = DNS_NODATA, .has_soa = true, .recursion_available = true},
     true,
     LOOKUP_ABSENT,
     REASON_NODATA},
    /* RA clear marks a blocked name only on NXDOMAIN, and only where RA is usual. */
    {{.outcome = DNS_NODATA}, true, LOOKUP_ABSENT, REASON_NODATA},
    {{.outcome = DNS_NXDOMAIN, .has_soa = true}, true, LOOKUP_FILTERED, REASON_BLOCKED},
    {{.outcome = DNS_NXDOMAIN, .has_soa = true}, false, LOOKUP_ABSENT, REASON_NXDOMAIN},
    /* design.md 3: EDE 15, 16, 17 and no other. */
    {{.outcome = DNS_NXDOMAIN, .has_soa = true, .extended_errors = EDE(15)},
     false,
     LOOKUP_FILTERED,
     REASON_BLOCKED},
    {{.outcome = DNS_DATA, .extended_errors = EDE(16)}, false, LOOKUP_FILTERED, REASON_BLOCKED},
    {{.outcome = DNS_REFUSED, .extended_errors = EDE(17)}, false, LOOKUP_FILTERED, REASON_BLOCKED},
    {{.outcome = DNS_REFUSED, .extended_errors = EDE(18)}, false, LOOKUP_FAILED, REASON_REFUSED},
    {{.outcome = DNS_NXDOMAIN, .has_soa = true, .extended_errors = EDE(14) | EDE(18)},
     false,
     LOOKUP_ABSENT,
     REASON_NXDOMAIN},
    {{.outcome = DNS_REFERRAL}, true, LOOKUP_FAILED, REASON_LAME},
    {{.outcome = DNS_UNCHASED}, true, LOOKUP_FAILED, REASON_CNAME_LOOP},
    {{.outcome = DNS_CNAME_LOOP}, true, LOOKUP_FAILED, REASON_CNAME_LOOP},
    {{.outcome = DNS_TRUNCATED}, true, LOOKUP_FAILED, REASON_TRUNCATED},
    {{.outcome = DNS_SERVFAIL}, true, LOOKUP_FAILED, REASON_SERVFAIL},
    {{.outcome = DNS_SERVFAIL, .extended_errors = EDE(5)}, true, LOOKUP_FAILED, REASON_SERVFAIL},
    {{.outcome = DNS_SERVFAIL, .extended_errors = EDE(6)}, true, LOOKUP_FAILED, REASON_BOGUS},
    {{.outcome = DNS_SERVFAIL, .extended_errors = EDE(12)}, true, LOOKUP_FAILED, REASON_BOGUS},
    {{.outcome = DNS_SERVFAIL, .extended_errors = EDE(13)}, true, LOOKUP_FAILED, REASON_SERVFAIL},
    {{.outcome = DNS_SERVFAIL, .extended_errors = EDE(22)}, true, LOOKUP_FAILED, REASON_SERVFAIL},
    {{.outcome = DNS_REFUSED}, true, LOOKUP_FAILED, REASON_REFUSED},
    {{.outcome = DNS_FORMERR}, true, LOOKUP_FAILED, REASON_FORMERR},
    {{.outcome = DNS_NOTIMP}, true, LOOKUP_FAILED, REASON_NOTIMP},
    {{.outcome = DNS_OTHER_RCODE}, true, LOOKUP_FAILED, REASON_OTHER_RCODE},
    {{.outcome = DNS_MALFORMED}, true, LOOKUP_FAILED, REASON_MALFORMED},
};

static void every_outcome_has_its_reason(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < COUNT_OF(cases); i++) {
		struct lookup lookup = lookup_of_reply(&cases[i].reply, cases[i].recursion_usual);

		if (lookup.outcome != cases[i].outcome || lookup.reason != cases[i].reason)
			fail_msg("case %zu: %d %s", i, lookup.outcome, reason_name(lookup.reason));
		assert_ptr_equal(lookup.reply, &cases[i].reply);
	}
}

static void no_reply_at_all(void **state)
{
	struct lookup lookup = lookup_of_failure(REASON_NETWORK);

	(void)state;
	assert_int_equal(lookup.outcome, LOOKUP_FAILED);
	assert_int_equal(lookup.reason, REASON_NETWORK);
	assert_null(lookup.reply);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_outcome_has_its_reason),
	    cmocka_unit_test(no_reply_at_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
