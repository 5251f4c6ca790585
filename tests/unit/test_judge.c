/* The decision table of the domain: observable -> status, reason, flags, iprev, disagreement
 * with a resolver that says pass. Every row that needs no network. */
#include "fcrdns/agreement.h"
#include "fcrdns/judge.h"
#include "replies.h"
#include "test.h"

#include <stdlib.h>

#define FLAG(name) FLAG_BIT(FLAG_##name)
#define FORWARDS_MAX 2

struct row {
	const char *ptr;                   /* fixture; NULL: the query timed out */
	const char *forward[FORWARDS_MAX]; /* of the usable names in canonical order; the last
					    * is used for all that follow; NULL: timed out */
	const char *expected;              /* one name, or NULL */
	enum status status;
	enum reason reason;
	unsigned flags;
	bool ptr_differs;     /* from a resolver that says: mail.example.com, pass */
	bool verdict_differs;
};

#define MAIL "mail.example.com"

static const struct row rows[] = {
	{"ptr_one", {"a_target"}, NULL, STATUS_PASS, REASON_NONE, 0, false, false},
	{"ptr_one", {"a_target"}, MAIL, STATUS_PASS, REASON_NONE, 0, false, false},
	{"ptr_one", {"a_target"}, "x.example.com", STATUS_NAME_MISMATCH, REASON_NONE, 0, false, true},
	/* several PTR, one confirms: canonical order is example.com before example.net */
	{"ptr_two", {"a_target", "a_other"}, NULL, STATUS_PASS, REASON_NONE, FLAG(MULTIPLE_PTR), true, false},
	{"ptr_two_rotated", {"a_target", "a_other"}, MAIL, STATUS_PASS, REASON_NONE, FLAG(MULTIPLE_PTR), true, false},
	{"ptr_two", {"a_other", "a_target"}, MAIL, STATUS_NAME_MISMATCH, REASON_NONE, FLAG(MULTIPLE_PTR), true, true},
	{"ptr_two", {"a_other", "a_nodata"}, NULL, STATUS_FORWARD_MISMATCH, REASON_NONE, FLAG(MULTIPLE_PTR), true, true},
	{"ptr_two", {"a_nodata", "a_nxdomain"}, NULL, STATUS_FORWARD_MISSING, REASON_NODATA, FLAG(MULTIPLE_PTR), true, true},
	{"ptr_twenty", {"a_target"}, NULL, STATUS_PASS, REASON_NONE, FLAG(MULTIPLE_PTR) | FLAG(PTR_OVERFLOW), true, false},
	{"ptr_twenty_backwards", {"a_other"}, "h9.example.com", STATUS_FORWARD_MISMATCH, REASON_NONE, FLAG(MULTIPLE_PTR) | FLAG(PTR_OVERFLOW), true, true},
	{"ptr_nxdomain", {NULL}, MAIL, STATUS_NO_PTR, REASON_NXDOMAIN, 0, true, true},
	{"ptr_nodata", {NULL}, MAIL, STATUS_NO_PTR, REASON_NODATA, 0, true, true},
	{"ptr_nodata_bare", {NULL}, MAIL, STATUS_NO_PTR, REASON_NODATA, 0, true, true},
	{"ptr_nxdomain_bare", {NULL}, MAIL, STATUS_NO_PTR, REASON_NXDOMAIN_BARE, 0, true, true},
	{"ptr_nxdomain_ra_clear", {NULL}, MAIL, STATUS_FILTERED, REASON_BLOCKED, 0, false, false},
	{"ptr_nxdomain_ede15", {NULL}, MAIL, STATUS_FILTERED, REASON_BLOCKED, 0, false, false},
	{"ptr_servfail", {NULL}, MAIL, STATUS_TEMP_ERROR, REASON_SERVFAIL, 0, false, false},
	{"ptr_servfail_bogus", {NULL}, MAIL, STATUS_TEMP_ERROR, REASON_BOGUS, 0, false, false},
	{"ptr_servfail_lame", {NULL}, MAIL, STATUS_TEMP_ERROR, REASON_SERVFAIL, 0, false, false},
	{"ptr_refused", {NULL}, MAIL, STATUS_TEMP_ERROR, REASON_REFUSED, 0, false, false},
	{"ptr_notimp", {NULL}, MAIL, STATUS_TEMP_ERROR, REASON_NOTIMP, 0, false, false},
	{"ptr_formerr", {NULL}, MAIL, STATUS_TEMP_ERROR, REASON_FORMERR, 0, false, false},
	{"ptr_formerr_header_only", {NULL}, MAIL, STATUS_TEMP_ERROR, REASON_FORMERR, 0, false, false},
	{"ptr_yxdomain", {NULL}, MAIL, STATUS_TEMP_ERROR, REASON_OTHER_RCODE, 0, false, false},
	{"ptr_notauth", {NULL}, MAIL, STATUS_TEMP_ERROR, REASON_OTHER_RCODE, 0, false, false},
	{"ptr_badvers", {NULL}, MAIL, STATUS_TEMP_ERROR, REASON_OTHER_RCODE, 0, false, false},
	{NULL, {NULL}, MAIL, STATUS_TEMP_ERROR, REASON_TIMEOUT, 0, false, false},
	{"ptr_truncated", {NULL}, MAIL, STATUS_TEMP_ERROR, REASON_TRUNCATED, 0, false, false},
	{"ptr_cut", {NULL}, MAIL, STATUS_TEMP_ERROR, REASON_MALFORMED, 0, false, false},
	{"ptr_count_lies", {NULL}, MAIL, STATUS_TEMP_ERROR, REASON_MALFORMED, 0, false, false},
	{"ptr_pointer_loop", {NULL}, MAIL, STATUS_TEMP_ERROR, REASON_MALFORMED, 0, false, false},
	{"ptr_no_question", {NULL}, MAIL, STATUS_TEMP_ERROR, REASON_MALFORMED, 0, false, false},
	{"ptr_malformed_ede15", {NULL}, MAIL, STATUS_TEMP_ERROR, REASON_MALFORMED, 0, false, false},
	{"ptr_cname_crowd", {NULL}, MAIL, STATUS_TEMP_ERROR, REASON_CNAME_LOOP, 0, false, false},
	{"ptr_referral", {NULL}, MAIL, STATUS_TEMP_ERROR, REASON_LAME, 0, false, false},
	{"ptr_cname_loop", {NULL}, MAIL, STATUS_TEMP_ERROR, REASON_CNAME_LOOP, FLAG(REVERSE_ALIAS), false, false},
	{"ptr_rfc2317", {"a_target"}, MAIL, STATUS_PASS, REASON_NONE, FLAG(REVERSE_ALIAS), false, false},
	{"ptr_before_cname", {"a_target"}, MAIL, STATUS_PASS, REASON_NONE, FLAG(REVERSE_ALIAS), false, false},
	{"ptr_dangling_cname", {NULL}, MAIL, STATUS_NO_PTR, REASON_NXDOMAIN, FLAG(REVERSE_ALIAS), true, true},
	{"ptr_root", {NULL}, MAIL, STATUS_PTR_INVALID, REASON_ROOT, 0, true, true},
	{"ptr_localhost", {NULL}, MAIL, STATUS_PTR_INVALID, REASON_SPECIAL_TLD, 0, true, true},
	{"ptr_localdomain", {NULL}, MAIL, STATUS_PTR_INVALID, REASON_SPECIAL_TLD, 0, true, true},
	{"ptr_internal", {NULL}, MAIL, STATUS_PTR_INVALID, REASON_SPECIAL_TLD, 0, true, true},
	{"ptr_own_reverse", {NULL}, MAIL, STATUS_PTR_INVALID, REASON_REVERSE_NAME, 0, true, true},
	{"ptr_no_final_dot", {NULL}, MAIL, STATUS_PTR_INVALID, REASON_REVERSE_NAME, 0, true, true},
	{"ptr_ip_literal", {NULL}, MAIL, STATUS_PTR_INVALID, REASON_IP_LITERAL, 0, true, true},
	{"ptr_single_label", {NULL}, MAIL, STATUS_PTR_INVALID, REASON_SINGLE_LABEL, 0, true, true},
	{"ptr_space", {NULL}, MAIL, STATUS_PTR_INVALID, REASON_BAD_CHARS, 0, true, true},
	{"ptr_escaped_dot", {NULL}, "mail.host.example.com", STATUS_PTR_INVALID, REASON_BAD_CHARS, 0, true, true},
	{"ptr_nul", {NULL}, MAIL, STATUS_PTR_INVALID, REASON_BAD_CHARS, 0, true, true},
	{"ptr_utf8", {NULL}, MAIL, STATUS_PTR_INVALID, REASON_BAD_CHARS, 0, true, true},
	{"ptr_hyphen_end", {NULL}, MAIL, STATUS_PTR_INVALID, REASON_BAD_CHARS, 0, true, true},
	{"ptr_underscore", {"a_target"}, NULL, STATUS_PASS, REASON_NONE, FLAG(UNDERSCORE), true, false},
	{"ptr_punycode", {"a_target"}, "xn--mil-ula.example.com", STATUS_PASS, REASON_NONE, 0, true, false},
	{"ptr_bad_and_good", {"a_target"}, MAIL, STATUS_PASS, REASON_NONE, FLAG(MULTIPLE_PTR), true, false},
	{"ptr_upper_case", {"a_target"}, MAIL, STATUS_PASS, REASON_NONE, 0, false, false},
	{"ptr_duplicate", {"a_target"}, MAIL, STATUS_PASS, REASON_NONE, 0, false, false},
	{"ptr_one", {"a_nodata"}, MAIL, STATUS_FORWARD_MISSING, REASON_NODATA, 0, false, true},
	{"ptr_one", {"a_nxdomain"}, MAIL, STATUS_FORWARD_MISSING, REASON_NXDOMAIN, 0, false, true},
	{"ptr_one", {"a_other"}, MAIL, STATUS_FORWARD_MISMATCH, REASON_NONE, 0, false, true},
	{"ptr_one", {"a_two"}, MAIL, STATUS_PASS, REASON_NONE, 0, false, false},
	{"ptr_one", {"a_alias"}, MAIL, STATUS_PASS, REASON_NONE, FLAG(FORWARD_ALIAS), false, false},
	{"ptr_one", {"a_servfail"}, MAIL, STATUS_TEMP_ERROR, REASON_SERVFAIL, 0, false, false},
	{"ptr_one", {NULL}, MAIL, STATUS_TEMP_ERROR, REASON_TIMEOUT, 0, false, false},
	{"ptr_one", {"a_blocked_zero"}, MAIL, STATUS_FILTERED, REASON_BLOCKED, 0, false, false},
	{"ptr_stale", {"a_target"}, MAIL, STATUS_PASS, REASON_NONE, FLAG(STALE), false, false},
	/* One failing forward name hides neither a match nor, where it cannot matter, a mismatch. */
	{"ptr_two", {"a_target", "a_servfail"}, MAIL, STATUS_PASS, REASON_NONE, FLAG(MULTIPLE_PTR), true, false},
	{"ptr_two", {"a_servfail", "a_target"}, NULL, STATUS_PASS, REASON_NONE, FLAG(MULTIPLE_PTR), true, false},
	{"ptr_two", {"a_servfail", "a_target"}, MAIL, STATUS_TEMP_ERROR, REASON_SERVFAIL, FLAG(MULTIPLE_PTR), false, false},
	{"ptr_two", {"a_target", "a_servfail"}, "x.example.com", STATUS_NAME_MISMATCH, REASON_NONE, FLAG(MULTIPLE_PTR), true, true},
	{"ptr_two", {"a_other", "a_servfail"}, MAIL, STATUS_TEMP_ERROR, REASON_SERVFAIL, FLAG(MULTIPLE_PTR), false, false},
	{"ptr_two", {"a_blocked_zero", "a_other"}, MAIL, STATUS_FILTERED, REASON_BLOCKED, FLAG(MULTIPLE_PTR), false, false},
	{"ptr_two", {"a_blocked_zero", "a_servfail"}, MAIL, STATUS_TEMP_ERROR, REASON_SERVFAIL, FLAG(MULTIPLE_PTR), false, false},
};

static struct ip target_ip(void)
{
	struct ip ip;

	assert_true(ip_parse("5.45.100.7", &ip));
	return ip;
}

static void expect(struct expectation *expectation, const char *text, struct dns_name *name,
		   const uint8_t **list)
{
	*expectation = (struct expectation){.hostname = text == NULL ? "" : text};
	if (text == NULL)
		return;
	assert_true(dns_name_parse(text, name));
	list[0] = name->wire;
	expectation->names = list;
	expectation->name_count = 1;
}

/* What the lookup of a fixture gives; NULL: a timeout. */
static struct evidence *gather(const struct row *row, const struct expectation *expectation)
{
	struct ip ip = target_ip();
	struct dns_reply reply;
	struct lookup lookup = replies_look_up(row->ptr, &reply);
	struct evidence *evidence = evidence_create(&lookup, &ip, expectation, false);
	size_t i, asked = 0;

	dns_reply_clear(&reply);
	for (i = 0; i < evidence->name_count; i++) {
		if (!evidence_name_is_usable(evidence, i))
			continue;
		if (asked > 0 && asked < FORWARDS_MAX && row->forward[asked] == NULL)
			asked--;
		lookup = replies_look_up(row->forward[asked], &reply);
		evidence_set_forward(evidence, i, &lookup, &ip);
		dns_reply_clear(&reply);
		if (asked + 1 < FORWARDS_MAX)
			asked++;
	}
	return evidence;
}

static struct opinion opinion_of(const struct evidence *evidence, const struct verdict *verdict)
{
	return (struct opinion){
		.counts = status_is_conclusive((enum status)verdict->status),
		.finished_a_check = true,
		.status = (enum status)verdict->status,
		.ptr_digest = evidence->ptr_digest,
	};
}

static struct opinion passing_peer(void)
{
	const struct row row = {.ptr = "ptr_one", .forward = {"a_target"}};
	struct expectation nothing = {.hostname = ""};
	struct evidence *evidence = gather(&row, &nothing);
	struct verdict verdict = judge(evidence, &nothing);
	struct opinion opinion = opinion_of(evidence, &verdict);

	free(evidence);
	return opinion;
}

static void check_row(size_t i)
{
	const struct row *row = &rows[i];
	struct expectation expectation;
	struct dns_name name;
	const uint8_t *list[1];
	struct evidence *evidence;
	struct verdict verdict;
	struct opinion opinions[2];
	struct agreement agreement;

	expect(&expectation, row->expected, &name, list);
	evidence = gather(row, &expectation);
	verdict = judge(evidence, &expectation);
	opinions[0] = passing_peer();
	opinions[1] = opinion_of(evidence, &verdict);
	agreement = agreement_of(opinions, 2, 1);
	if (verdict.status != row->status || verdict.reason != row->reason ||
	    verdict.flags != row->flags)
		fail_msg("row %zu (%s): %s (%s) flags %x, expected %s (%s) flags %x", i,
			 row->ptr == NULL ? "timeout" : row->ptr,
			 status_name((enum status)verdict.status),
			 reason_name((enum reason)verdict.reason), verdict.flags,
			 status_name(row->status), reason_name(row->reason), row->flags);
	if (agreement.ptr_disagreement != row->ptr_differs ||
	    agreement.verdict_disagreement != row->verdict_differs)
		fail_msg("row %zu (%s): disagreement ptr %d verdict %d", i, row->ptr,
			 agreement.ptr_disagreement, agreement.verdict_disagreement);
	if (status_is_conclusive(row->status))
		assert_int_equal(verdict.forward_match, status_is_iprev_pass(row->status));
	free(evidence);
}

static void every_row_of_the_decision_table(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < COUNT_OF(rows); i++)
		check_row(i);
}

/* RA clear means nothing where the resolver never sets it. */
static void nxdomain_without_ra_is_an_answer_of_a_server_without_ra(void **state)
{
	struct dns_reply reply;
	struct lookup lookup;

	(void)state;
	replies_decode("ptr_nxdomain_ra_clear", &reply);
	lookup = lookup_of_reply(&reply, false);
	assert_int_equal(lookup.outcome, LOOKUP_ABSENT);
	assert_int_equal(lookup.reason, REASON_NXDOMAIN_BARE);
	dns_reply_clear(&reply);
}

/* Of twenty names the expected one is evaluated, wherever it stands. */
static void an_expected_name_is_always_evaluated(void **state)
{
	const struct row row = {.ptr = "ptr_twenty", .forward = {"a_target"}};
	struct expectation expectation;
	struct dns_name name;
	const uint8_t *list[1];
	struct evidence *evidence;

	(void)state;
	expect(&expectation, "h9.example.com", &name, list);
	evidence = gather(&row, &expectation);
	assert_int_equal(evidence->name_count, EVIDENCE_NAMES_MAX);
	assert_int_equal(evidence->ptr_count, 20);
	assert_int_equal(judge(evidence, &expectation).status, STATUS_PASS);
	assert_true(judge(evidence, &expectation).ptr_match);
	free(evidence);
}

/* Private names are right for private addresses; localhost never is. */
static void internal_names_are_usable_for_internal_addresses(void **state)
{
	static const struct {
		const char *fixture;
		enum reason fault;
	} cases[] = {{"ptr_internal", REASON_NONE}, {"ptr_localhost", REASON_SPECIAL_TLD}};
	struct expectation nothing = {.hostname = ""};
	struct ip ip = target_ip();
	size_t i;

	(void)state;
	for (i = 0; i < COUNT_OF(cases); i++) {
		struct dns_reply reply;
		struct lookup lookup = replies_look_up(cases[i].fixture, &reply);
		struct evidence *evidence = evidence_create(&lookup, &ip, &nothing, true);

		assert_int_equal(evidence->names[0].fault, cases[i].fault);
		free(evidence);
		dns_reply_clear(&reply);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_row_of_the_decision_table),
		cmocka_unit_test(nxdomain_without_ra_is_an_answer_of_a_server_without_ra),
		cmocka_unit_test(an_expected_name_is_always_evaluated),
		cmocka_unit_test(internal_names_are_usable_for_internal_addresses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
