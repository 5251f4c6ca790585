/* One target over logical time. */
#include "targets/target.h"
#include "replies.h"
#include "test.h"

#include <stdlib.h>

#define HOLD_MS 180000

static const int64_t hold_ms[] = {HOLD_MS, HOLD_MS, HOLD_MS};
static const struct check_times times = {0.25f, 0.5f};
static const struct expectation nothing = {.hostname = ""};

static struct ip ip_of(const char *text)
{
	struct ip ip;

	assert_true(ip_parse(text, &ip));
	return ip;
}

static struct target *make(const char *ip, const struct expectation *expectation)
{
	struct watch watch = {ip_of(ip), expectation};

	return target_create(&watch, 3);
}

static struct moment at(int64_t ms)
{
	return (struct moment){ms, 1000000 + ms};
}

/* A whole check: the PTR fixture (NULL: a lost packet), then one fixture for all its names. */
static struct evidence *find(const struct target *target, const char *ptr, const char *forward)
{
	struct dns_reply reply;
	struct lookup lookup = replies_look_up(ptr, &reply);
	struct evidence *evidence =
	    evidence_create(&lookup, &target->ip, target->expectation, target->special_use);
	size_t i;

	dns_reply_clear(&reply);
	lookup = replies_look_up(forward, &reply);
	for (i = 0; i < evidence->name_count; i++)
		if (evidence_name_is_usable(evidence, i))
			evidence_set_forward(evidence, i, &lookup, &target->ip);
	dns_reply_clear(&reply);
	return evidence;
}

static void check(struct target *target, size_t view, const char *ptr, const char *forward,
		  int64_t now_ms)
{
	struct target_check found = {find(target, ptr, forward), REASON_NONE, times};

	target_finish_check(target, view, &found, at(now_ms));
}

static bool is_news(const struct target *target, const char *ptr, const char *forward,
		    int64_t now_ms)
{
	struct evidence *evidence = find(target, ptr, forward);
	bool news = target_is_news(target, 0, evidence, HOLD_MS, now_ms);

	free(evidence);
	return news;
}

static enum status status_at(const struct target *target, int64_t now_ms)
{
	return target_agreement(target, hold_ms, 2, now_ms).status;
}

static void it_begins_pending(void **state)
{
	struct target *target = make("5.45.100.7", &nothing);

	(void)state;
	assert_int_equal(status_at(target, 0), STATUS_PENDING);
	assert_int_equal(target->views[1].last_status, STATUS_PENDING);
	assert_int_equal(target_last_check_unix_ms(target), 0);
	check(target, 0, "ptr_one", "a_target", 10);
	assert_int_equal(status_at(target, 10), STATUS_PENDING);
	check(target, 1, "ptr_one", "a_target", 20);
	assert_int_equal(status_at(target, 20), STATUS_PASS); /* the quorum is there */
	assert_int_equal(target_last_check_unix_ms(target), 0);
	check(target, 2, NULL, NULL, 30);
	assert_int_equal(status_at(target, 30), STATUS_PASS);
	assert_int_equal(target_last_check_unix_ms(target), 1000010);
	check(target, 0, NULL, NULL, 40); /* any outcome is a finished check */
	assert_int_equal(target_last_check_unix_ms(target), 1000020);
	target_release(target);
}

static void what_the_last_check_said_is_kept_apart(void **state)
{
	struct target *target = make("5.45.100.7", &nothing);

	(void)state;
	check(target, 0, "ptr_one", "a_target", 10);
	check(target, 0, "ptr_servfail", NULL, 20);
	assert_int_equal(target->views[0].last_status, STATUS_TEMP_ERROR);
	assert_int_equal(target->views[0].last_reason, REASON_SERVFAIL);
	assert_int_equal(target->views[0].verdict.status, STATUS_PASS);
	assert_int_equal(target->views[0].counted_ms, 10);
	assert_true(target->views[0].forward_seconds > 0.49f);
	target_release(target);
}

static void a_lost_packet_keeps_the_counted_answer(void **state)
{
	static const char *const inconclusive[] = {NULL,
						   "ptr_servfail",
						   "ptr_refused",
						   "ptr_cut",
						   "ptr_truncated",
						   "ptr_cname_loop",
						   "ptr_nxdomain_ede15"};
	struct target *target = make("5.45.100.7", &nothing);
	size_t view, i;

	(void)state;
	for (view = 0; view < 3; view++)
		check(target, view, "ptr_one", "a_target", 0);
	for (i = 0; i < COUNT_OF(inconclusive); i++) {
		struct agreement agreement;

		for (view = 0; view < 3; view++)
			check(target, view, inconclusive[i], NULL, 1000);
		agreement = target_agreement(target, hold_ms, 2, 1000);
		assert_int_equal(agreement.status, STATUS_PASS);
		assert_int_equal(agreement.counted, 3);
		assert_false(agreement.ptr_disagreement || agreement.verdict_disagreement);
	}
	target_release(target);
}

static void an_answer_counts_as_long_as_hold_says(void **state)
{
	struct target *target = make("5.45.100.7", &nothing);
	size_t view;

	(void)state;
	for (view = 0; view < 3; view++)
		check(target, view, "ptr_one", "a_target", 5000);
	for (view = 0; view < 3; view++)
		check(target, view, "ptr_nxdomain_ede15", NULL, 100000);
	assert_int_equal(status_at(target, 5000 + HOLD_MS), STATUS_PASS);
	assert_false(target_opinion(target, 0, HOLD_MS, 5001 + HOLD_MS).counts);
	assert_int_equal(status_at(target, 5001 + HOLD_MS), STATUS_FILTERED);
	check(target, 1, NULL, NULL, 5001 + HOLD_MS);
	assert_int_equal(status_at(target, 5001 + HOLD_MS), STATUS_TEMP_ERROR);
	/* A view with a longer hold of its own still counts. */
	assert_true(target_opinion(target, 0, HOLD_MS + 1, 5001 + HOLD_MS).counts);
	target_release(target);
}

static void a_conclusive_answer_takes_the_place_of_the_one_before(void **state)
{
	struct target *target = make("5.45.100.7", &nothing);
	struct agreement agreement;
	size_t view;

	(void)state;
	for (view = 0; view < 3; view++)
		check(target, view, "ptr_one", "a_target", 0);
	check(target, 2, "ptr_nxdomain", NULL, 1000);
	agreement = target_agreement(target, hold_ms, 2, 1000);
	assert_int_equal(agreement.status, STATUS_PASS);
	assert_true(agreement.ptr_disagreement && agreement.verdict_disagreement);
	assert_int_equal(agreement.distinct_answers, 2);
	check(target, 1, "ptr_nodata", NULL, 2000);
	agreement = target_agreement(target, hold_ms, 2, 2000);
	assert_int_equal(agreement.status, STATUS_NO_PTR);
	assert_int_equal(agreement.distinct_answers, 2); /* NXDOMAIN is NODATA */
	check(target, 0, "ptr_nxdomain_bare", NULL, 3000);
	agreement = target_agreement(target, hold_ms, 2, 3000);
	assert_int_equal(agreement.distinct_answers, 1);
	assert_true(agreement.ptr_disagreement && agreement.verdict_disagreement);
	/* Until the TTL of the older ones has ended, some cache may still give them. */
	for (view = 0; view < 3; view++)
		check(target, view, "ptr_nxdomain", NULL, 4000000);
	agreement = target_agreement(target, hold_ms, 2, 4000000);
	assert_false(agreement.ptr_disagreement || agreement.verdict_disagreement);
	target_release(target);
}

/* domain.md 2.2 step 7: only whether the sets hold the address. */
static void addresses_are_no_disagreement(void **state)
{
	struct target *target = make("5.45.100.7", &nothing);
	struct agreement agreement;

	(void)state;
	check(target, 0, "ptr_one", "a_target", 0);
	check(target, 1, "ptr_upper_case", "a_two", 0);
	check(target, 2, "ptr_duplicate", "a_alias", 0);
	agreement = target_agreement(target, hold_ms, 2, 0);
	assert_int_equal(agreement.status, STATUS_PASS);
	assert_false(agreement.ptr_disagreement || agreement.verdict_disagreement);
	assert_int_equal(agreement.flags, 0);
	target_release(target);
}

static void other_names_are_judged_from_what_is_known(void **state)
{
	struct dns_name mail, other;
	const uint8_t *mail_list[] = {mail.wire}, *other_list[] = {other.wire};
	const struct expectation expects_mail = {
	    .names = mail_list, .name_count = 1, .hostname = "mail.example.com"};
	const struct expectation expects_other = {
	    .names = other_list, .name_count = 1, .hostname = "x.example.com"};
	struct target *target = make("5.45.100.7", &nothing);
	size_t view;

	(void)state;
	assert_true(dns_name_parse("mail.example.com", &mail));
	assert_true(dns_name_parse("x.example.com", &other));
	for (view = 0; view < 3; view++)
		check(target, view, "ptr_one", "a_target", 0);
	target_expect(target, &expects_other);
	assert_int_equal(status_at(target, 0), STATUS_NAME_MISMATCH);
	assert_false(target->views[0].verdict.ptr_match);
	target_expect(target, &expects_mail);
	assert_int_equal(status_at(target, 0), STATUS_PASS);
	assert_true(target->views[0].verdict.ptr_match);
	/* It is as old as it was. */
	assert_int_equal(status_at(target, HOLD_MS + 1), STATUS_TEMP_ERROR);
	target_release(target);
}

/* Of two names the first one confirms, the lookup of the second failed: to whoever expects the
 * second nothing has been said. */
static void a_kept_answer_that_decides_nothing_now_does_not_count(void **state)
{
	struct dns_name other;
	const uint8_t *list[] = {other.wire};
	const struct expectation expects_other = {
	    .names = list, .name_count = 1, .hostname = "other.example.net"};
	struct target *target = make("5.45.100.7", &nothing);
	struct dns_reply reply;
	struct lookup lookup = replies_look_up("ptr_two", &reply);
	struct evidence *evidence = evidence_create(&lookup, &target->ip, &nothing, false);

	(void)state;
	assert_true(dns_name_parse("other.example.net", &other));
	dns_reply_clear(&reply);
	lookup = replies_look_up("a_target", &reply);
	evidence_set_forward(evidence, 0, &lookup, &target->ip);
	dns_reply_clear(&reply);
	target_finish_check(target, 0, &(struct target_check){evidence, REASON_NONE, times}, at(0));
	assert_true(target_opinion(target, 0, HOLD_MS, 0).counts);
	target_expect(target, &expects_other);
	assert_false(target_opinion(target, 0, HOLD_MS, 0).counts);
	assert_true(target_opinion(target, 0, HOLD_MS, 0).finished_a_check);
	target_expect(target, &nothing);
	assert_true(target_opinion(target, 0, HOLD_MS, 0).counts);
	target_release(target);
}

static void a_skipped_target_is_special_use(void **state)
{
	struct target *target = make("192.168.1.1", &nothing);
	struct agreement agreement;

	(void)state;
	assert_true(target->special_use);
	target->skipped = true;
	agreement = target_agreement(target, hold_ms, 2, 0);
	assert_int_equal(agreement.status, STATUS_SPECIAL_USE);
	assert_false(agreement.ptr_disagreement || agreement.verdict_disagreement);
	target->skipped = false;
	assert_int_equal(status_at(target, 0), STATUS_PENDING);
	target_release(target);
}

/* A check on its way holds the target until it is over (the sanitizer watches). */
static void the_last_reference_frees_it(void **state)
{
	struct target *target = make("5.45.100.7", &nothing);

	(void)state;
	target_hold(target);
	target_release(target);
	check(target, 0, "ptr_one", "a_target", 0);
	assert_int_equal(target->references, 1);
	target_release(target);
}

/* design: "Confirmation". What is the first, and no pass, or other than the counted answer. */
static void news_are_what_differs_from_the_counted_answer(void **state)
{
	struct target *target = make("5.45.100.7", &nothing);

	(void)state;
	assert_false(is_news(target, "ptr_one", "a_target", 0));
	assert_true(is_news(target, "ptr_one", "a_other", 0));
	assert_true(is_news(target, "ptr_nxdomain", NULL, 0));
	assert_false(is_news(target, NULL, NULL, 0));
	assert_false(is_news(target, "ptr_servfail", NULL, 0));
	check(target, 0, "ptr_one", "a_target", 0);
	assert_false(is_news(target, "ptr_one", "a_two", 1)); /* another address set */
	assert_true(is_news(target, "ptr_one", "a_other", 1));
	assert_true(is_news(target, "ptr_two", "a_target", 1)); /* another PTR set, the same status */
	assert_false(is_news(target, "ptr_nxdomain_ede15", NULL, 1));
	check(target, 0, "ptr_nxdomain", NULL, 2);
	assert_false(is_news(target, "ptr_nodata", NULL, 3));
	assert_true(is_news(target, "ptr_one", "a_target", 3));
	/* Too old to count: as if there were none. */
	assert_true(is_news(target, "ptr_nodata", NULL, 3 + HOLD_MS));
	assert_false(is_news(target, "ptr_one", "a_target", 3 + HOLD_MS));
	target_release(target);
}

static void what_nothing_confirmed_does_not_count(void **state)
{
	struct target *target = make("5.45.100.7", &nothing);
	struct target_check unconfirmed = {NULL, REASON_TCP_TIMEOUT, times};

	(void)state;
	check(target, 0, "ptr_one", "a_target", 0);
	target_finish_check(target, 0, &unconfirmed, at(10));
	assert_int_equal(target->views[0].verdict.status, STATUS_PASS);
	assert_int_equal(target->views[0].counted_ms, 0);
	assert_int_equal(target->views[0].last_status, STATUS_TEMP_ERROR);
	assert_int_equal(target->views[0].last_reason, REASON_TCP_TIMEOUT);
	assert_int_equal(target->views[0].finished_unix_ms, 1000010);
	target_release(target);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(news_are_what_differs_from_the_counted_answer),
	    cmocka_unit_test(what_nothing_confirmed_does_not_count),
	    cmocka_unit_test(it_begins_pending),
	    cmocka_unit_test(what_the_last_check_said_is_kept_apart),
	    cmocka_unit_test(a_lost_packet_keeps_the_counted_answer),
	    cmocka_unit_test(an_answer_counts_as_long_as_hold_says),
	    cmocka_unit_test(a_conclusive_answer_takes_the_place_of_the_one_before),
	    cmocka_unit_test(addresses_are_no_disagreement),
	    cmocka_unit_test(other_names_are_judged_from_what_is_known),
	    cmocka_unit_test(a_kept_answer_that_decides_nothing_now_does_not_count),
	    cmocka_unit_test(a_skipped_target_is_special_use),
	    cmocka_unit_test(the_last_reference_frees_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
