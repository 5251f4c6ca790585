#include "fcrdns/authority_answers.h"
#include "replies.h"
#include "test.h"

#include <stdlib.h>

#define ANSWERS_MAX 4

/* What one server says: AA with a fixture, or a word for what is none. */
struct said {
	const char *what; /* fixture; "lame", "resolver", "silent"; NULL: no more servers */
	uint32_t serial;  /* 0: not known */
};

struct row {
	const char *about;
	struct said said[ANSWERS_MAX];
	enum authority_state state;
	int truth;
};

#define NONE AUTHORITY_NO_TRUTH

static const struct row rows[] = {
	{"no servers at all", {{NULL, 0}}, AUTHORITY_LAME, NONE},
	{"one server", {{"ptr_one", 7}}, AUTHORITY_CONSISTENT, 0},
	{"two alike", {{"ptr_one", 7}, {"ptr_one", 7}}, AUTHORITY_CONSISTENT, 0},
	{"letter case", {{"ptr_one", 7}, {"ptr_upper_case", 7}}, AUTHORITY_CONSISTENT, 0},
	{"record order", {{"ptr_two", 0}, {"ptr_two_rotated", 0}}, AUTHORITY_CONSISTENT, 0},
	{"absent for two reasons", {{"ptr_nxdomain", 7}, {"ptr_nodata", 7}}, AUTHORITY_CONSISTENT, 0},
	{"a dead one beside", {{"silent", 0}, {"ptr_one", 7}}, AUTHORITY_CONSISTENT, 1},
	{"a serial not known", {{"ptr_one", 0}, {"ptr_one", 7}}, AUTHORITY_CONSISTENT, 0},
	{"the zone has two addresses of it", {{"a_two", 7}, {"a_target", 7}}, AUTHORITY_CONSISTENT, 0},
	{"two names, one name", {{"ptr_two", 7}, {"ptr_one", 7}}, AUTHORITY_INCONSISTENT, NONE},
	{"a name, none", {{"ptr_one", 7}, {"ptr_nxdomain", 7}}, AUTHORITY_INCONSISTENT, NONE},
	{"none, a name", {{"ptr_nodata", 7}, {"ptr_one", 7}}, AUTHORITY_INCONSISTENT, NONE},
	{"the third differs", {{"ptr_one", 7}, {"ptr_one", 7}, {"ptr_two", 7}}, AUTHORITY_INCONSISTENT, NONE},
	{"differing beside lame", {{"lame", 0}, {"ptr_one", 7}, {"ptr_two", 7}}, AUTHORITY_INCONSISTENT, NONE},
	{"its address, another", {{"a_target", 7}, {"a_other", 7}}, AUTHORITY_INCONSISTENT, NONE},
	{"its address, none", {{"a_target", 7}, {"a_nodata", 7}}, AUTHORITY_INCONSISTENT, NONE},
	{"another address, none", {{"a_other", 7}, {"a_nxdomain", 7}}, AUTHORITY_INCONSISTENT, NONE},
	{"serials differ", {{"ptr_one", 7}, {"ptr_one", 8}}, AUTHORITY_INCONSISTENT, 0},
	{"serials differ, one is dead", {{"ptr_one", 7}, {"silent", 8}}, AUTHORITY_INCONSISTENT, 0},
	{"serials differ, one is lame", {{"lame", 0}, {"ptr_one", 7}, {"ptr_one", 8}}, AUTHORITY_INCONSISTENT, 1},
	{"lame beside", {{"ptr_one", 7}, {"lame", 0}}, AUTHORITY_LAME, 0},
	{"a resolver beside", {{"resolver", 0}, {"ptr_one", 7}}, AUTHORITY_LAME, 1},
	{"lame and dead beside", {{"silent", 0}, {"lame", 0}, {"ptr_one", 7}}, AUTHORITY_LAME, 2},
	{"all lame", {{"lame", 0}, {"lame", 0}}, AUTHORITY_LAME, NONE},
	{"lame and dead", {{"silent", 0}, {"lame", 0}}, AUTHORITY_LAME, NONE},
	{"lame and a resolver", {{"resolver", 0}, {"lame", 0}}, AUTHORITY_LAME, NONE},
	{"all are resolvers", {{"resolver", 0}, {"resolver", 0}}, AUTHORITY_INTERCEPTED, NONE},
	{"a resolver and dead", {{"silent", 0}, {"resolver", 0}}, AUTHORITY_INTERCEPTED, NONE},
	{"all dead", {{"silent", 0}, {"silent", 0}}, AUTHORITY_UNREACHABLE, NONE},
	{"an alias", {{"ptr_unchased_cname", 7}}, AUTHORITY_CONSISTENT, 0},
	{"an alias, one follows it", {{"ptr_rfc2317", 7}, {"ptr_unchased_cname", 7}}, AUTHORITY_CONSISTENT, 1},
	{"an alias that ends in nothing", {{"ptr_unchased_cname", 7}, {"ptr_dangling_cname", 7}}, AUTHORITY_CONSISTENT, 0},
	{"an alias, no alias", {{"ptr_unchased_cname", 7}, {"ptr_one", 7}}, AUTHORITY_INCONSISTENT, NONE},
};

static void answer(struct authority_answer *answer, const struct said *said, struct dns_reply *reply)
{
	memset(reply, 0, sizeof *reply);
	answer->has_serial = said->serial != 0;
	answer->serial = said->serial;
	answer->reply = NULL;
	if (strcmp(said->what, "lame") == 0) {
		answer->kind = AUTHORITY_NOT_IN_ZONE;
	} else if (strcmp(said->what, "resolver") == 0) {
		answer->kind = AUTHORITY_RESOLVER;
	} else if (strcmp(said->what, "silent") == 0) {
		answer->kind = AUTHORITY_SILENT;
	} else {
		replies_decode(said->what, reply);
		answer->kind = AUTHORITY_ANSWERED;
		answer->reply = reply;
	}
}

static void every_row_of_the_table(void **state)
{
	struct ip ip;
	size_t r, i;

	(void)state;
	assert_true(ip_parse("5.45.100.7", &ip));
	for (r = 0; r < COUNT_OF(rows); r++) {
		struct authority_answer answers[ANSWERS_MAX];
		struct dns_reply replies[ANSWERS_MAX];
		struct authority_decision decision;
		size_t count = 0;

		for (; count < ANSWERS_MAX && rows[r].said[count].what != NULL; count++)
			answer(&answers[count], &rows[r].said[count], &replies[count]);
		decision = authority_decide(answers, count, &ip);
		if (decision.state != rows[r].state || decision.truth != rows[r].truth)
			fail_msg("%s: %s, truth %d", rows[r].about,
				 authority_state_name(decision.state), decision.truth);
		for (i = 0; i < count; i++)
			dns_reply_clear(&replies[i]);
	}
}

static enum authority_answer_kind kind_of(const char *fixture, bool authoritative, bool recursion)
{
	struct dns_reply reply;
	struct lookup lookup;
	enum authority_answer_kind kind;

	replies_decode(fixture, &reply);
	reply.authoritative = authoritative;
	reply.recursion_available = recursion;
	lookup = lookup_of_reply(&reply, false);
	kind = authority_answer_kind_of(&lookup);
	dns_reply_clear(&reply);
	return kind;
}

static void who_speaks_for_the_zone(void **state)
{
	static const char *const answers[] = {"ptr_one", "ptr_nxdomain", "ptr_nodata",
					      "ptr_unchased_cname", "soa_apex"};
	static const char *const others[] = {"ptr_servfail", "ptr_refused",   "ptr_cname_loop",
					     "ptr_referral", "ptr_truncated", "ptr_malformed_ede15"};
	struct lookup silence = lookup_of_failure(REASON_TIMEOUT);
	struct lookup garbage = lookup_of_failure(REASON_MALFORMED);
	size_t i;

	(void)state;
	for (i = 0; i < COUNT_OF(answers); i++) {
		assert_int_equal(kind_of(answers[i], true, false), AUTHORITY_ANSWERED);
		assert_int_equal(kind_of(answers[i], true, true), AUTHORITY_ANSWERED);
		assert_int_equal(kind_of(answers[i], false, false), AUTHORITY_NOT_IN_ZONE);
		assert_int_equal(kind_of(answers[i], false, true), AUTHORITY_RESOLVER);
	}
	for (i = 0; i < COUNT_OF(others); i++) {
		assert_int_equal(kind_of(others[i], true, false), AUTHORITY_NOT_IN_ZONE);
		assert_int_equal(kind_of(others[i], false, false), AUTHORITY_NOT_IN_ZONE);
	}
	assert_int_equal(authority_answer_kind_of(&silence), AUTHORITY_SILENT);
	assert_int_equal(authority_answer_kind_of(&garbage), AUTHORITY_NOT_IN_ZONE);
}

static void what_is_wrong_outweighs_what_is_not_known(void **state)
{
	(void)state;
	assert_int_equal(authority_state_worse(AUTHORITY_CONSISTENT, AUTHORITY_UNKNOWN), AUTHORITY_UNKNOWN);
	assert_int_equal(authority_state_worse(AUTHORITY_LAME, AUTHORITY_UNKNOWN), AUTHORITY_LAME);
	assert_int_equal(authority_state_worse(AUTHORITY_LAME, AUTHORITY_INCONSISTENT), AUTHORITY_LAME);
	assert_int_equal(authority_state_worse(AUTHORITY_UNREACHABLE, AUTHORITY_LAME), AUTHORITY_UNREACHABLE);
	assert_int_equal(authority_state_worse(AUTHORITY_UNREACHABLE, AUTHORITY_INTERCEPTED),
			 AUTHORITY_INTERCEPTED);
	assert_string_equal(authority_state_name(AUTHORITY_CONSISTENT), "consistent");
	assert_string_equal(authority_state_name(AUTHORITY_UNKNOWN), "unknown");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_row_of_the_table),
		cmocka_unit_test(who_speaks_for_the_zone),
		cmocka_unit_test(what_is_wrong_outweighs_what_is_not_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
