/* How far a change has got and until when it is on its way, over logical time. */
#include "answers.h"
#include "targets/target_list.h"
#include "test.h"

#include <stdio.h>

#define SECOND INT64_C(1000)
#define UNIX_AT(ms) (ANSWERS_UNIX_MS + (ms))
#define OLD "old.example.com"
#define NEW "new.example.com"

static struct answer named(const char *name, uint32_t ptr_ttl_s)
{
	return (struct answer){name, ptr_ttl_s, LEADS_BACK, 300, false};
}

static struct answer absent(uint32_t ttl_s)
{
	return (struct answer){NULL, ttl_s, LEADS_BACK, NO_TTL, false};
}

static void check(struct target *target, size_t view, struct answer answer, int64_t ms)
{
	answers_check(target, view, &answer, ms);
}

static void ask_authority(struct target *target, struct answer answer, int64_t ms)
{
	answers_authority(target, AUTHORITY_CONSISTENT, &answer, ms);
}

static void assert_nothing_promised(const struct target *target, int64_t ms)
{
	struct propagation propagation = answers_propagation(target, ms);

	assert_false(propagation.has_sampled || propagation.has_upper);
}

static void assert_ends(const struct target *target, int64_t ms, int64_t sampled_ms, int64_t upper_ms)
{
	struct propagation propagation = answers_propagation(target, ms);

	assert_true(propagation.has_sampled && propagation.has_upper);
	assert_true(propagation.sampled_ms == UNIX_AT(sampled_ms));
	assert_true(propagation.upper_ms == UNIX_AT(upper_ms));
}

static void assert_ratio(const struct target *target, int64_t ms, unsigned same, unsigned of)
{
	struct propagation propagation = answers_propagation(target, ms);

	assert_true(propagation.has_ratio);
	assert_int_equal((int)(propagation.ratio * 1000 + 0.5), (int)(same * 1000.0 / of + 0.5));
}

/* Three resolvers that have the old name, with so much of its TTL left; so does the authority. */
static struct target *primed(const uint32_t left_s[3])
{
	struct target *target = answers_target(3, true);
	size_t i;

	for (i = 0; i < 3; i++)
		check(target, i, named(OLD, left_s[i]), 0);
	ask_authority(target, named(OLD, 3600), 0);
	return target;
}

static void nothing_propagates_while_all_agree(void **state)
{
	static const uint32_t left_s[] = {3600, 1200, 600};
	struct target *target = primed(left_s);

	(void)state;
	assert_ratio(target, 0, 3, 3);
	assert_nothing_promised(target, 0);
	target_release(target);
}

static void a_name_changes(void **state)
{
	static const uint32_t left_s[] = {3600, 1200, 600};
	struct target *target = primed(left_s);

	(void)state;
	ask_authority(target, named(NEW, 7200), 60 * SECOND);
	assert_ratio(target, 60 * SECOND, 0, 3);
	assert_ends(target, 60 * SECOND, 3600 * SECOND, 3660 * SECOND);
	check(target, 1, named(NEW, 7200), 1201 * SECOND);
	check(target, 2, named(NEW, 7000), 1201 * SECOND);
	assert_ratio(target, 1201 * SECOND, 2, 3);
	check(target, 0, named(OLD, 2400), 1201 * SECOND);
	assert_ends(target, 1201 * SECOND, 3601 * SECOND, 3660 * SECOND);
	check(target, 0, named(NEW, 7200), 3602 * SECOND);
	assert_ratio(target, 3602 * SECOND, 3, 3);
	/* Seen new, but not seen the end of what was old. */
	assert_ends(target, 3604 * SECOND, 3601 * SECOND, 3660 * SECOND);
	assert_nothing_promised(target, 3604 * SECOND + 1);
	assert_false(answers_disagree(target, 3604 * SECOND + 1));
	target_release(target);
}

static void a_first_record_waits_for_the_negative_ttl(void **state)
{
	struct target *target = answers_target(2, true);

	(void)state;
	check(target, 0, absent(900), 0);
	check(target, 1, absent(100), 0);
	ask_authority(target, absent(900), 5 * SECOND);
	ask_authority(target, named(NEW, 3600), 65 * SECOND);
	assert_ends(target, 65 * SECOND, 900 * SECOND, 965 * SECOND);
	check(target, 1, named(NEW, 3600), 120 * SECOND);
	assert_ratio(target, 120 * SECOND, 1, 2);
	target_release(target);
}

static void without_a_ttl_nothing_is_promised(void **state)
{
	struct target *target = answers_target(2, true);

	(void)state;
	check(target, 0, absent(NO_TTL), 0);
	check(target, 1, absent(100), 0);
	ask_authority(target, absent(900), 0);
	ask_authority(target, named(NEW, 3600), 60 * SECOND);
	assert_nothing_promised(target, 60 * SECOND);
	assert_ratio(target, 60 * SECOND, 0, 2);
	check(target, 0, named(NEW, 3600), 61 * SECOND);
	assert_ends(target, 61 * SECOND, 100 * SECOND, 960 * SECOND);
	target_release(target);
}

static void a_restart_knows_no_upper_bound(void **state)
{
	struct target *target = answers_target(2, true);

	(void)state;
	ask_authority(target, named(NEW, 3600), 0);
	check(target, 0, named(OLD, 500), SECOND);
	check(target, 1, named(NEW, 3600), SECOND);
	ask_authority(target, named(NEW, 3600), 60 * SECOND);
	assert_true(answers_propagation(target, 60 * SECOND).has_sampled);
	assert_true(answers_propagation(target, 60 * SECOND).sampled_ms == UNIX_AT(501 * SECOND));
	assert_false(answers_propagation(target, 60 * SECOND).has_upper);
	target_release(target);
}

/* Lowered before the change, as one should, but not long enough before it. */
static void the_upper_bound_knows_of_longer_ttls_before(void **state)
{
	static const uint32_t left_s[] = {100, 100, 100};
	struct target *target = primed(left_s);

	(void)state;
	ask_authority(target, named(OLD, 60), 600 * SECOND);
	ask_authority(target, named(NEW, 60), 1200 * SECOND);
	assert_ends(target, 1200 * SECOND, 100 * SECOND, 3600 * SECOND);
	target_release(target);
}

static void changed_and_changed_back(void **state)
{
	static const uint32_t left_s[] = {3600, 1200, 600};
	struct target *target = primed(left_s);

	(void)state;
	ask_authority(target, named(NEW, 600), 60 * SECOND);
	check(target, 2, named(NEW, 600), 601 * SECOND);
	ask_authority(target, named(OLD, 3600), 660 * SECOND);
	assert_ratio(target, 660 * SECOND, 2, 3);
	/* The new one is old now; the old one has not been promised gone in vain. */
	assert_ends(target, 660 * SECOND, 1201 * SECOND, 3660 * SECOND);
	check(target, 2, named(OLD, 3600), 1205 * SECOND);
	assert_nothing_promised(target, 1205 * SECOND);
	target_release(target);
}

static void only_the_forward_record_changes(void **state)
{
	struct answer before = {"mail.example.com", 86400, LEADS_ELSEWHERE, 600, false};
	struct answer after = {"mail.example.com", 86400, LEADS_BACK, 600, false};
	struct target *target = answers_target(2, true);

	(void)state;
	check(target, 0, before, 0);
	before.forward_ttl_s = 200;
	check(target, 1, before, 0);
	before.forward_ttl_s = 600;
	ask_authority(target, before, 0);
	ask_authority(target, after, 60 * SECOND);
	assert_ends(target, 60 * SECOND, 600 * SECOND, 660 * SECOND);
	assert_true(answers_agreement(target, 60 * SECOND).verdict_disagreement == 0);
	check(target, 1, after, 201 * SECOND);
	assert_true(answers_agreement(target, 201 * SECOND).verdict_disagreement);
	assert_false(answers_agreement(target, 201 * SECOND).ptr_disagreement);
	assert_ratio(target, 201 * SECOND, 1, 2);
	target_release(target);
}

/* Some caches of one resolver have the new, some the old answer. */
static void a_fleet_ends_with_its_last_cache(void **state)
{
	static const uint32_t left_s[] = {581, 137, 574};
	struct target *target = primed(left_s);
	int64_t ms;

	(void)state;
	ask_authority(target, named(NEW, 3600), 5 * SECOND);
	for (ms = 15 * SECOND; ms < 574 * SECOND; ms += 15 * SECOND) {
		uint32_t passed = (uint32_t)(ms / SECOND);

		check(target, 0, ms / SECOND % 2 ? named(NEW, 3600) : named(OLD, 574 - passed), ms);
		check(target, 1, named(NEW, 3600), ms);
		check(target, 2, named(NEW, 3600), ms);
		assert_ends(target, ms, 581 * SECOND, 3605 * SECOND);
		assert_true(answers_disagree(target, ms));
	}
	for (; ms <= 600 * SECOND; ms += 15 * SECOND)
		check(target, 0, named(NEW, 3000), ms);
	assert_nothing_promised(target, 600 * SECOND);
	target_release(target);
}

static void what_is_served_stale_has_no_end(void **state)
{
	static const uint32_t left_s[] = {3600, 100, 100};
	struct target *target = primed(left_s);
	struct answer stale = {OLD, 30, LEADS_BACK, 30, true};

	(void)state;
	ask_authority(target, named(NEW, 3600), 60 * SECOND);
	check(target, 1, stale, 120 * SECOND);
	assert_nothing_promised(target, 120 * SECOND);
	assert_true(answers_propagation(target, 120 * SECOND).stale);
	assert_ratio(target, 120 * SECOND, 0, 3);
	check(target, 1, named(NEW, 3600), 130 * SECOND);
	assert_true(answers_propagation(target, 153 * SECOND).stale); /* until its 30 s are over */
	assert_false(answers_propagation(target, 153 * SECOND + 1).stale);
	assert_true(answers_propagation(target, 153 * SECOND + 1).has_sampled);
	target_release(target);
}

static void a_ttl_that_does_not_count_down_is_stale(void **state)
{
	static const uint32_t left_s[] = {60, 60, 60};
	struct target *target = primed(left_s);
	int64_t ms;

	(void)state;
	/* Always a new copy with the whole TTL: in order, as long as it is true. */
	for (ms = 60 * SECOND; ms <= 300 * SECOND; ms += 60 * SECOND)
		check(target, 0, named(OLD, 60), ms);
	ask_authority(target, named(NEW, 60), 310 * SECOND);
	assert_false(answers_propagation(target, 310 * SECOND).stale);
	assert_true(answers_propagation(target, 310 * SECOND).has_sampled);
	for (ms = 360 * SECOND; ms < 390 * SECOND; ms += 15 * SECOND) {
		check(target, 0, named(OLD, 60), ms);
		assert_false(answers_propagation(target, ms).stale);
	}
	check(target, 0, named(OLD, 60), ms);
	check(target, 0, named(OLD, 60), ms + 15 * SECOND);
	assert_true(answers_propagation(target, ms + 15 * SECOND).stale);
	assert_nothing_promised(target, ms + 15 * SECOND);
	target_release(target);
}

static void clamped_ttls_are_not_stale(void **state)
{
	static const uint32_t left_s[] = {DNS_TTL_MAX_S, 60, 60};
	struct target *target = primed(left_s);
	int64_t ms;

	(void)state;
	ask_authority(target, named(NEW, 60), 10 * SECOND);
	for (ms = 15 * SECOND; ms <= 90 * SECOND; ms += 15 * SECOND)
		check(target, 0, named(OLD, DNS_TTL_MAX_S), ms);
	assert_false(answers_propagation(target, ms).stale);
	/* What is seen outlives what the authority gave: that bound was none. */
	assert_true(answers_propagation(target, ms).has_sampled);
	assert_false(answers_propagation(target, ms).has_upper);
	target_release(target);
}

/* --- the truth --- */

static void without_the_truth_there_is_nothing(void **state)
{
	static const uint32_t left_s[] = {3600, 1200, 600};
	static const enum authority_state states[] = {AUTHORITY_INCONSISTENT, AUTHORITY_UNREACHABLE,
						      AUTHORITY_INTERCEPTED, AUTHORITY_UNKNOWN,
						      AUTHORITY_LAME};
	struct target *target = primed(left_s);
	size_t i;

	(void)state;
	ask_authority(target, named(NEW, 3600), 60 * SECOND);
	for (i = 0; i < COUNT_OF(states); i++) {
		int64_t ms = (61 + (int64_t)i) * SECOND;

		answers_authority(target, states[i], NULL, ms);
		assert_int_equal(target->authority_state, states[i]);
		assert_nothing_promised(target, ms);
		assert_false(answers_propagation(target, ms).has_ratio);
	}
	/* What the authority said once is shown for as long as it counts. */
	assert_true(target_authority_counts(target, 70 * SECOND));
	assert_false(target_authority_counts(target, 61 * SECOND + AUTHORITY_HOLD_MS));
	target_release(target);
}

static void some_lame_servers_leave_the_truth(void **state)
{
	static const uint32_t left_s[] = {3600, 1200, 600};
	struct target *target = primed(left_s);
	struct answer answer = named(NEW, 3600);

	(void)state;
	answers_authority(target, AUTHORITY_LAME, &answer, 60 * SECOND);
	assert_ends(target, 60 * SECOND, 3600 * SECOND, 3660 * SECOND);
	target_release(target);
}

static void servers_that_disagree_take_the_promise_back(void **state)
{
	static const uint32_t left_s[] = {3600, 1200, 600};
	struct target *target = primed(left_s);
	struct answer answer = named(OLD, 3600);

	(void)state;
	ask_authority(target, named(NEW, 3600), 60 * SECOND);
	answers_authority(target, AUTHORITY_INCONSISTENT, &answer, 120 * SECOND);
	assert_false(target_authority_counts(target, 120 * SECOND));
	assert_nothing_promised(target, 120 * SECOND);
	ask_authority(target, named(NEW, 3600), 180 * SECOND);
	assert_true(answers_propagation(target, 180 * SECOND).has_sampled);
	assert_false(answers_propagation(target, 180 * SECOND).has_upper);
	target_release(target);
}

/* Who is right, when a resolver knows what the authority had not said a minute ago? */
static void news_at_a_resolver_are_not_old(void **state)
{
	static const uint32_t left_s[] = {3600, 1200, 600};
	struct target *target = primed(left_s);

	(void)state;
	check(target, 1, named(NEW, 3600), 60 * SECOND);
	assert_true(target_authority_is_doubted(target));
	assert_nothing_promised(target, 60 * SECOND);
	assert_false(answers_propagation(target, 60 * SECOND).has_ratio);
	/* This may have been asked before it changed. */
	ask_authority(target, named(OLD, 3600), 62 * SECOND);
	assert_true(target_authority_is_doubted(target));
	ask_authority(target, named(NEW, 3600), 64 * SECOND);
	assert_false(target_authority_is_doubted(target));
	assert_ends(target, 64 * SECOND, 3600 * SECOND, 3664 * SECOND);
	target_release(target);
}

/* One resolver lies, and the authority does not agree with it. */
static void the_authority_ends_the_doubt(void **state)
{
	static const uint32_t left_s[] = {3600, 1200, 600};
	struct target *target = primed(left_s);

	(void)state;
	check(target, 1, named("liar.example.net", 100), 60 * SECOND);
	ask_authority(target, named(OLD, 3600), 75 * SECOND);
	assert_ratio(target, 75 * SECOND, 2, 3);
	assert_true(answers_propagation(target, 75 * SECOND).has_sampled);
	assert_false(answers_propagation(target, 75 * SECOND).has_upper);
	target_release(target);
}

static void the_authority_takes_no_part_in_the_rest(void **state)
{
	struct target *target = answers_target(1, true);
	struct agreement agreement;

	(void)state;
	check(target, 0, named(OLD, 60), SECOND);
	ask_authority(target, absent(60), 2 * SECOND);
	agreement = answers_agreement(target, 2 * SECOND);
	assert_int_equal(agreement.status, STATUS_PASS);
	assert_int_equal(agreement.counted, 1);
	assert_false(agreement.ptr_disagreement || agreement.verdict_disagreement);
	assert_true(target_last_check_unix_ms(target) == UNIX_AT(SECOND));
	assert_int_equal(target_last_change_unix_ms(target), 0);
	target_release(target);
}

static void a_target_without_authority_frees_what_was_found(void **state)
{
	struct target *target = answers_target(1, false);

	(void)state;
	check(target, 0, named(OLD, 60), 0);
	ask_authority(target, named(NEW, 60), 0);
	assert_null(target_authority(target));
	assert_int_equal(target->authority_state, AUTHORITY_UNKNOWN);
	assert_false(answers_propagation(target, 0).has_ratio);
	target_release(target);
}

static void other_expected_names_in_the_middle(void **state)
{
	static const uint32_t left_s[] = {3600, 1200, 600};
	struct dns_name expected;
	const uint8_t *list[] = {expected.wire};
	const struct expectation expects_new = {list, 1, NEW, NULL, 0};
	struct target *target = primed(left_s);

	(void)state;
	assert_true(dns_name_parse(NEW, &expected));
	ask_authority(target, named(NEW, 3600), 60 * SECOND);
	check(target, 2, named(NEW, 3600), 601 * SECOND);
	target_expect(target, &expects_new);
	assert_int_equal(answers_agreement(target, 601 * SECOND).status, STATUS_NAME_MISMATCH);
	assert_ratio(target, 601 * SECOND, 1, 3);
	assert_ends(target, 601 * SECOND, 3600 * SECOND, 3660 * SECOND);
	target_release(target);
}

/* A resolver that does not count takes no part. */
static void hold_ends_in_the_middle(void **state)
{
	static const uint32_t left_s[] = {3600, 1200, 600};
	struct target *target = primed(left_s);
	struct propagation propagation;

	(void)state;
	ask_authority(target, named(NEW, 3600), 60 * SECOND);
	check(target, 1, named(OLD, 1100), 100 * SECOND);
	check(target, 2, named(NEW, 3600), 200 * SECOND);
	propagation = target_propagation(target, answers_short_hold_ms, 200 * SECOND);
	assert_true(propagation.sampled_ms == UNIX_AT(1200 * SECOND));
	assert_int_equal((int)(propagation.ratio * 100), 50);
	propagation = target_propagation(target, answers_short_hold_ms, 390 * SECOND);
	assert_false(propagation.has_ratio || propagation.has_sampled);
	target_release(target);
}

static void as_many_views_as_there_can_be(void **state)
{
	struct target *target = answers_target(TARGET_VIEWS_MAX - 1, true);
	size_t i;

	(void)state;
	for (i = 0; i < TARGET_VIEWS_MAX - 1; i++)
		check(target, i, named(OLD, 1000 + (uint32_t)i), 0);
	ask_authority(target, named(OLD, 3600), 0);
	ask_authority(target, named(NEW, 3600), 60 * SECOND);
	assert_ends(target, 60 * SECOND, (1000 + TARGET_VIEWS_MAX - 2) * SECOND, 3660 * SECOND);
	for (i = 0; i < TARGET_VIEWS_MAX - 1; i++)
		check(target, i, named(NEW, 3600), 61 * SECOND);
	assert_ratio(target, 61 * SECOND, 1, 1);
	assert_ends(target, 61 * SECOND, (1000 + TARGET_VIEWS_MAX - 2) * SECOND, 3660 * SECOND);
	target_release(target);
}

/* --- when it changed, and how often to ask --- */

static void notice(struct target *target, int64_t ms)
{
	struct agreement agreement = answers_agreement(target, ms);

	target_notice_agreement(target, &agreement, answers_at(ms));
}

static void check_and_notice(struct target *target, size_t view, struct answer answer, int64_t ms)
{
	check(target, view, answer, ms);
	notice(target, ms);
}

static void the_last_change(void **state)
{
	struct target *target = answers_target(1, false);
	struct answer elsewhere = {OLD, 60, LEADS_ELSEWHERE, 60, false};

	(void)state;
	check_and_notice(target, 0, named(OLD, 60), 0);
	assert_int_equal(target_last_change_unix_ms(target), 0); /* leaving pending is none */
	check_and_notice(target, 0, named(OLD, 60), SECOND);
	answers_check(target, 0, NULL, 2 * SECOND);
	check_and_notice(target, 0, named(OLD, 60), 3 * SECOND);
	assert_int_equal(target_last_change_unix_ms(target), 0); /* nor is leaving temp_error */
	check_and_notice(target, 0, named(NEW, 60), 4 * SECOND);
	assert_true(target_last_change_unix_ms(target) == UNIX_AT(4 * SECOND));
	check_and_notice(target, 0, named(OLD, 60), 5 * SECOND);
	check_and_notice(target, 0, elsewhere, 6 * SECOND);
	assert_true(target_last_change_unix_ms(target) == UNIX_AT(6 * SECOND));
	check_and_notice(target, 0, elsewhere, 7 * SECOND);
	assert_true(target_last_change_unix_ms(target) == UNIX_AT(6 * SECOND));
	target_release(target);
}

static void what_changes_is_asked_more_often_for_an_hour(void **state)
{
	struct target *target = answers_target(2, false);

	(void)state;
	check_and_notice(target, 0, named(OLD, 60), 0);
	check_and_notice(target, 1, named(OLD, 60), 0);
	assert_false(target_is_changing(target, 0));
	check_and_notice(target, 0, named(NEW, 60), 100 * SECOND);
	assert_true(target_is_changing(target, 100 * SECOND + CHANGES_HURRY_MS - 1));
	check_and_notice(target, 1, named(NEW, 60), 200 * SECOND);
	check_and_notice(target, 1, named(NEW, 60), 300 * SECOND);
	assert_false(answers_disagree(target, 300 * SECOND));
	assert_true(target_is_changing(target, 300 * SECOND));
	assert_false(target_is_changing(target, 200 * SECOND + CHANGES_HURRY_MS));
	target_release(target);
}

/* One resolver is another all the time: that is no hurry after an hour. */
static void a_lasting_disagreement_is_no_hurry(void **state)
{
	struct target *target = answers_target(2, false);
	int64_t ms;

	(void)state;
	for (ms = 0; ms <= 2 * CHANGES_HURRY_MS; ms += 60 * SECOND) {
		check_and_notice(target, 0, named(OLD, 600), ms);
		/* Nor is one whose caches never agree. */
		check_and_notice(target, 1, ms / SECOND % 120 ? named(OLD, 600) : named(NEW, 600), ms);
		assert_int_equal(target_is_changing(target, ms),
				 ms < CHANGES_HURRY_MS + 60 * SECOND);
	}
	target_release(target);
}

static void a_zone_that_never_says_the_same_twice_is_no_hurry(void **state)
{
	struct target *target = answers_target(1, false);
	char name[32];
	int64_t ms;
	int i;

	(void)state;
	for (i = 0, ms = 0; i < 600; i++, ms += 60 * SECOND) {
		snprintf(name, sizeof name, "n%d.example.com", i);
		check_and_notice(target, 0, named(name, 0), ms);
	}
	assert_false(target_is_changing(target, ms));
	target_release(target);
}

/* --- reloads --- */

static struct target *reload(struct target_list *list, const int *old_views, size_t views,
			     bool has_authority)
{
	struct watch watch = {.expectation = &answers_expect_nothing};
	bool ask_at_once[1];

	assert_true(ip_parse("5.45.100.7", &watch.ip));
	target_list_reconcile(list,
			      &(struct target_list_change){.watches = &watch,
							   .watch_count = 1,
							   .view_count = views,
							   .old_views = old_views,
							   .has_authority = has_authority},
			      ask_at_once);
	return list->items[0];
}

static void a_reload_keeps_what_goes_on(void **state)
{
	static const int at_first[] = {-1, -1, -1}, turned[] = {1, -1, 0, 2}, without[] = {0, 1, 2};
	struct target_list *list = target_list_create();
	struct target *target = reload(list, at_first, 3, true);

	(void)state;
	assert_int_equal(target->resolver_count, 2);
	check_and_notice(target, 0, named(OLD, 500), 0);
	check_and_notice(target, 1, named(OLD, 600), 0);
	ask_authority(target, named(OLD, 3600), 0);
	ask_authority(target, named(NEW, 3600), 60 * SECOND);
	check_and_notice(target, 1, named(NEW, 3600), 70 * SECOND);
	target = reload(list, turned, 4, true);
	assert_int_equal(target->resolver_count, 3);
	assert_ratio(target, 70 * SECOND, 1, 2);
	assert_ends(target, 70 * SECOND, 600 * SECOND, 3660 * SECOND);
	assert_true(target_is_changing(target, 70 * SECOND));
	assert_true(target_last_change_unix_ms(target) == UNIX_AT(70 * SECOND));
	target = reload(list, without, 3, false);
	assert_null(target_authority(target));
	assert_nothing_promised(target, 70 * SECOND);
	assert_true(answers_disagree(target, 70 * SECOND));
	target_list_free(list);
}

/* Another set of resolvers may make the status another: that changed nothing in DNS. */
static void a_reload_is_no_change(void **state)
{
	static const int at_first[] = {-1, -1}, one_less[] = {1};
	struct target_list *list = target_list_create();
	struct target *target = reload(list, at_first, 2, false);

	(void)state;
	check_and_notice(target, 0, absent(60), 0);
	check_and_notice(target, 1, named(OLD, 60), 0);
	assert_int_equal(answers_agreement(target, 0).status, STATUS_NO_PTR);
	target = reload(list, one_less, 1, false);
	assert_int_equal(answers_agreement(target, 0).status, STATUS_PASS);
	notice(target, SECOND);
	check_and_notice(target, 0, named(OLD, 60), 2 * SECOND);
	/* The first answers were no change either, though one was worse than the other. */
	assert_true(target_last_change_unix_ms(target) <= UNIX_AT(0));
	target_list_free(list);
}

/* --- random sequences --- */

static uint32_t seed;

static uint32_t any(uint32_t below)
{
	seed ^= seed << 13;
	seed ^= seed >> 17;
	seed ^= seed << 5;
	return seed % below;
}

static struct answer any_answer(void)
{
	static const char *const names[] = {OLD, NEW, "other.example.com", NULL};
	struct answer answer = {names[any(4)], any(600), (enum answers_forward)any(3), any(600),
				any(50) == 0};

	return answer;
}

/* Within one propagation, that is while the authority says the same. */
static void look_at_bounds(const struct target *target, int64_t ms, int64_t *upper_ms)
{
	struct propagation propagation = answers_propagation(target, ms);

	if (!propagation.has_upper)
		return;
	assert_true(propagation.has_sampled);
	assert_true(propagation.upper_ms <= *upper_ms);
	assert_true(propagation.sampled_ms <= propagation.upper_ms + SIGHTINGS_TOLERANCE_MS);
	*upper_ms = propagation.upper_ms;
}

static void the_upper_bound_never_moves_later(void **state)
{
	unsigned bounds = 0;
	uint32_t start;

	(void)state;
	for (start = 1; start <= 300; start++) {
		struct target *target = answers_target(3, true);
		int64_t ms = 0, upper_ms = INT64_MAX;
		struct answer truth;
		int step;

		seed = start * 104729;
		truth = any_answer();
		for (step = 0; step < 300; step++) {
			ms += any(20000);
			if (any(40) == 0) {
				truth = any_answer();
				truth.stale = false;
				upper_ms = INT64_MAX;
				ask_authority(target, truth, ms);
			} else if (any(10) == 0) {
				ask_authority(target, truth, ms);
			} else if (any(50) == 0) {
				answers_authority(target, (enum authority_state)any(6), NULL, ms);
			} else {
				check(target, any(3), any(3) ? truth : any_answer(), ms);
			}
			look_at_bounds(target, ms, &upper_ms);
			ms += any(20000);
			look_at_bounds(target, ms, &upper_ms);
			bounds += upper_ms != INT64_MAX;
		}
		target_release(target);
	}
	assert_true(bounds > 1000); /* or nothing was tried */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_propagates_while_all_agree),
		cmocka_unit_test(a_name_changes),
		cmocka_unit_test(a_first_record_waits_for_the_negative_ttl),
		cmocka_unit_test(without_a_ttl_nothing_is_promised),
		cmocka_unit_test(a_restart_knows_no_upper_bound),
		cmocka_unit_test(the_upper_bound_knows_of_longer_ttls_before),
		cmocka_unit_test(changed_and_changed_back),
		cmocka_unit_test(only_the_forward_record_changes),
		cmocka_unit_test(a_fleet_ends_with_its_last_cache),
		cmocka_unit_test(what_is_served_stale_has_no_end),
		cmocka_unit_test(a_ttl_that_does_not_count_down_is_stale),
		cmocka_unit_test(clamped_ttls_are_not_stale),
		cmocka_unit_test(without_the_truth_there_is_nothing),
		cmocka_unit_test(some_lame_servers_leave_the_truth),
		cmocka_unit_test(servers_that_disagree_take_the_promise_back),
		cmocka_unit_test(news_at_a_resolver_are_not_old),
		cmocka_unit_test(the_authority_ends_the_doubt),
		cmocka_unit_test(the_authority_takes_no_part_in_the_rest),
		cmocka_unit_test(a_target_without_authority_frees_what_was_found),
		cmocka_unit_test(other_expected_names_in_the_middle),
		cmocka_unit_test(hold_ends_in_the_middle),
		cmocka_unit_test(as_many_views_as_there_can_be),
		cmocka_unit_test(the_last_change),
		cmocka_unit_test(what_changes_is_asked_more_often_for_an_hour),
		cmocka_unit_test(a_lasting_disagreement_is_no_hurry),
		cmocka_unit_test(a_zone_that_never_says_the_same_twice_is_no_hurry),
		cmocka_unit_test(a_reload_keeps_what_goes_on),
		cmocka_unit_test(a_reload_is_no_change),
		cmocka_unit_test(the_upper_bound_never_moves_later),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
