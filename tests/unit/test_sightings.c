/* Answers that may still come, and the disagreement that lasts as long as they do. */
#include "answers.h"
#include "test.h"

#include <stdio.h>

#define SECOND INT64_C(1000)

static struct answer named(const char *name, uint32_t ptr_ttl_s, uint32_t forward_ttl_s)
{
	return (struct answer){name, ptr_ttl_s, LEADS_BACK, forward_ttl_s, false};
}

static struct answer elsewhere(const char *name, uint32_t ptr_ttl_s, uint32_t forward_ttl_s)
{
	return (struct answer){name, ptr_ttl_s, LEADS_ELSEWHERE, forward_ttl_s, false};
}

static struct answer absent(uint32_t ttl_s)
{
	return (struct answer){NULL, ttl_s, LEADS_BACK, NO_TTL, false};
}

static void check(struct target *target, size_t view, struct answer answer, int64_t ms)
{
	answers_check(target, view, &answer, ms);
}

/* One resolver, whose cache was emptied by hand: others of its fleet may still have it. */
static void an_old_answer_disagrees_until_its_ttl_ends(void **state)
{
	struct target *target = answers_target(1, false);

	(void)state;
	check(target, 0, named("old.example.com", 60, 300), 0);
	assert_false(answers_disagree(target, 0));
	check(target, 0, named("new.example.com", 3600, 300), 10 * SECOND);
	assert_true(answers_agreement(target, 63 * SECOND).ptr_disagreement);
	assert_false(answers_agreement(target, 63 * SECOND).verdict_disagreement);
	assert_int_equal(answers_agreement(target, 63 * SECOND).distinct_answers, 1);
	assert_false(answers_disagree(target, 63 * SECOND + 1));
	target_release(target);
}

static void the_longest_lived_copy_decides(void **state)
{
	struct target *target = answers_target(1, false);

	(void)state;
	check(target, 0, named("old.example.com", 100, 300), 0);
	check(target, 0, named("old.example.com", 20, 300), 10 * SECOND);
	check(target, 0, named("new.example.com", 3600, 300), 20 * SECOND);
	assert_true(answers_disagree(target, 103 * SECOND));
	assert_false(answers_disagree(target, 103 * SECOND + 1));
	target_release(target);
}

static void absence_lasts_for_its_negative_ttl(void **state)
{
	struct target *target = answers_target(1, false);

	(void)state;
	check(target, 0, absent(900), 0);
	check(target, 0, named("new.example.com", 3600, 300), SECOND);
	assert_true(answers_agreement(target, 903 * SECOND).ptr_disagreement);
	assert_true(answers_agreement(target, 903 * SECOND).verdict_disagreement);
	assert_false(answers_disagree(target, 903 * SECOND + 1));
	target_release(target);
}

/* Nobody may cache what came without a TTL (RFC 2308 5): no cache has it. */
static void what_has_no_ttl_is_gone_at_once(void **state)
{
	struct target *target = answers_target(1, false);

	(void)state;
	check(target, 0, absent(NO_TTL), 0);
	check(target, 0, named("new.example.com", 3600, 300), SECOND);
	assert_true(answers_disagree(target, 3 * SECOND));
	assert_false(answers_disagree(target, 3 * SECOND + 1));
	target_release(target);
}

static void of_the_same_names_only_the_forward_records_must_end(void **state)
{
	struct target *target = answers_target(1, false);

	(void)state;
	check(target, 0, named("mail.example.com", 86400, 120), 0);
	check(target, 0, elsewhere("mail.example.com", 86400, 600), 30 * SECOND);
	assert_true(answers_agreement(target, 123 * SECOND).verdict_disagreement);
	assert_false(answers_agreement(target, 123 * SECOND).ptr_disagreement);
	assert_false(answers_disagree(target, 123 * SECOND + 1));
	/* But among other names, all of it may come. */
	check(target, 0, absent(600), 124 * SECOND);
	assert_true(answers_disagree(target, 86400 * SECOND));
	target_release(target);
}

/* Three caches behind one address, each with its own count-down. */
static void a_fleet_that_alternates_stays_in_disagreement(void **state)
{
	static const uint32_t old_ttls[] = {581, 137, 574};
	struct target *target = answers_target(1, false);
	int64_t ms;
	size_t i = 0;

	(void)state;
	for (ms = 0; ms < 200 * SECOND; ms += 15 * SECOND, i++) {
		uint32_t left = old_ttls[i % 3] - (uint32_t)(ms / SECOND);

		if (i % 2 == 0 && left < 1000)
			check(target, 0, named("old.example.com", left, 300), ms);
		else
			check(target, 0, named("new.example.com", 3600, 300), ms);
		assert_int_equal(answers_disagree(target, ms), i > 0);
	}
	for (; ms < 581 * SECOND; ms += 15 * SECOND) {
		check(target, 0, named("new.example.com", 3000, 300), ms);
		assert_true(answers_disagree(target, ms));
	}
	assert_true(answers_disagree(target, 584 * SECOND));
	assert_false(answers_disagree(target, 584 * SECOND + 1));
	target_release(target);
}

static void changed_and_changed_back(void **state)
{
	struct target *target = answers_target(1, false);

	(void)state;
	check(target, 0, named("a.example.com", 300, 300), 0);
	check(target, 0, named("b.example.com", 60, 300), 10 * SECOND);
	check(target, 0, named("a.example.com", 100, 300), 20 * SECOND);
	assert_true(answers_disagree(target, 73 * SECOND));
	assert_false(answers_disagree(target, 73 * SECOND + 1));
	/* Its first copy is remembered. */
	check(target, 0, named("b.example.com", 60, 300), 80 * SECOND);
	assert_true(answers_disagree(target, 303 * SECOND));
	target_release(target);
}

static void more_answers_than_are_kept_end_no_sooner(void **state)
{
	struct target *target = answers_target(1, false);
	char name[32];
	uint32_t i;

	(void)state;
	/* The first to end are merged; one of those outlives the rest all the same. */
	for (i = 0; i < 20; i++) {
		snprintf(name, sizeof name, "n%u.example.com", i);
		check(target, 0, named(name, 1000 + i, 5000), i * SECOND);
	}
	check(target, 0, named("new.example.com", 60, 60), 20 * SECOND);
	assert_true(answers_disagree(target, (1019 + 19 + 3) * SECOND));
	check(target, 0, named("new.example.com", 6000, 60), 1050 * SECOND);
	/* What was merged is known no better than by its last end. */
	assert_true(answers_disagree(target, 5000 * SECOND));
	assert_false(answers_disagree(target, 5023 * SECOND));
	check(target, 0, named("new.example.com", 6000, 60), 5100 * SECOND);
	assert_null(target->views[0].sightings.older);
	target_release(target);
}

static bool disagree_with_hold(const struct target *target, int64_t ms)
{
	return target_agreement(target, answers_short_hold_ms, 1, ms).ptr_disagreement;
}

/* A resolver that falls silent takes no part; what it may give is remembered. */
static void hold_ends_in_the_middle(void **state)
{
	struct target *target = answers_target(2, false);
	int64_t ms;

	(void)state;
	check(target, 0, named("old.example.com", 3600, 300), 0);
	check(target, 0, named("new.example.com", 3600, 300), 10 * SECOND);
	for (ms = 0; ms <= 900 * SECOND; ms += 60 * SECOND)
		check(target, 1, named("new.example.com", 3600, 300), ms);
	answers_check(target, 0, NULL, 180 * SECOND);
	assert_true(disagree_with_hold(target, 190 * SECOND));
	assert_false(disagree_with_hold(target, 190 * SECOND + 1));
	check(target, 0, named("new.example.com", 3600, 300), 900 * SECOND);
	assert_true(disagree_with_hold(target, 900 * SECOND));
	target_release(target);
}

static void inconclusive_checks_leave_no_sighting(void **state)
{
	struct target *target = answers_target(1, false);

	(void)state;
	check(target, 0, named("a.example.com", 300, 300), 0);
	answers_check(target, 0, NULL, SECOND);
	assert_false(answers_disagree(target, SECOND));
	assert_null(target->views[0].sightings.older);
	target_release(target);
}

/* Older answers cannot be judged again; that a pass may now be a mismatch is no disagreement. */
static void other_expected_names_in_the_middle(void **state)
{
	struct dns_name other;
	const uint8_t *list[] = {other.wire};
	const struct expectation expects_other = {list, 1, "other.example.com", NULL, 0};
	struct target *target = answers_target(1, false);
	struct agreement agreement;

	(void)state;
	assert_true(dns_name_parse("other.example.com", &other));
	check(target, 0, named("a.example.com", 300, 300), 0);
	check(target, 0, named("b.example.com", 300, 300), SECOND);
	target_expect(target, &expects_other);
	agreement = answers_agreement(target, 2 * SECOND);
	assert_int_equal(agreement.status, STATUS_NAME_MISMATCH);
	assert_true(agreement.ptr_disagreement);
	assert_false(agreement.verdict_disagreement);
	check(target, 0, absent(300), 3 * SECOND);
	assert_true(answers_agreement(target, 3 * SECOND).verdict_disagreement);
	/* It is the one that was seen before, whatever it is called now. */
	check(target, 0, named("a.example.com", 10, 300), 4 * SECOND);
	check(target, 0, absent(20), 5 * SECOND);
	assert_true(answers_disagree(target, 303 * SECOND));
	target_release(target);
}

static void a_ttl_that_stands_still_shows(void **state)
{
	struct target *target = answers_target(1, false);
	const struct sightings *sightings = &target->views[0].sightings;
	int64_t ms;

	(void)state;
	for (ms = 0; ms <= 10 * SECOND; ms += 5 * SECOND) {
		assert_false(countdown_stands(&sightings->ptr));
		check(target, 0, named("a.example.com", 30, (uint32_t)(60 - ms / SECOND)), ms);
	}
	assert_true(countdown_stands(&sightings->ptr));
	assert_false(countdown_stands(&sightings->forward));
	check(target, 0, named("a.example.com", 25, 60), ms);
	assert_false(countdown_stands(&sightings->ptr));
	/* Nor does it count down where it is cut off, or has ended. */
	for (; ms <= 60 * SECOND; ms += 5 * SECOND)
		check(target, 0, named("a.example.com", DNS_TTL_MAX_S, 0), ms);
	assert_false(countdown_stands(&sightings->ptr) || countdown_stands(&sightings->forward));
	target_release(target);
}

static void three_looks_within_a_moment_prove_nothing(void **state)
{
	struct target *target = answers_target(1, false);
	int64_t ms;

	(void)state;
	for (ms = 0; ms < 4 * SECOND; ms += SECOND)
		check(target, 0, named("a.example.com", 30, 60), ms);
	assert_false(countdown_stands(&target->views[0].sightings.ptr));
	target_release(target);
}

/* --- random sequences against a model that keeps everything --- */

static uint32_t seed;

static uint32_t any(uint32_t below)
{
	seed ^= seed << 13;
	seed ^= seed >> 17;
	seed ^= seed << 5;
	return seed % below;
}

#define MODEL_KEYS 64
#define MODEL_VIEWS 3

struct model_view {
	struct model_key {
		uint64_t digest;
		uint8_t status;
		int64_t ptr_ms, forward_ms;
	} keys[MODEL_KEYS];
	size_t count, newest;
	int64_t seen_ms;
};

static void model_note(struct model_view *view, const struct target *target, size_t i,
		       const struct answer *answer, int64_t ms)
{
	uint64_t digest = target->views[i].counted->ptr_digest;
	uint8_t status = target->views[i].verdict.status;
	int64_t ptr_ms = ms + answer->ptr_ttl_s * SECOND;
	int64_t forward_ms = answer->name == NULL ? 0 : ms + answer->forward_ttl_s * SECOND;
	size_t k;

	for (k = 0; k < view->count; k++)
		if (view->keys[k].digest == digest && view->keys[k].status == status)
			break;
	if (k == view->count) {
		assert_true(view->count < MODEL_KEYS);
		view->keys[view->count++] = (struct model_key){digest, status, 0, 0};
	}
	view->newest = k;
	view->seen_ms = ms;
	if (ptr_ms > view->keys[k].ptr_ms)
		view->keys[k].ptr_ms = ptr_ms;
	if (forward_ms > view->keys[k].forward_ms)
		view->keys[k].forward_ms = forward_ms;
}

static bool model_may_come(const struct model_view *view, size_t k, int64_t ms, bool at_all)
{
	const struct model_key *key = &view->keys[k];
	bool by_ptr = key->digest != view->keys[view->newest].digest;
	int64_t end_ms = by_ptr ? key->ptr_ms : key->forward_ms;

	if (k == view->newest)
		return true;
	if (at_all)
		end_ms = key->ptr_ms > key->forward_ms ? key->ptr_ms : key->forward_ms;
	return ms <= end_ms + SIGHTINGS_TOLERANCE_MS;
}

/* `at_all`: by the last end of each, whatever its part. */
static void model_disagree(const struct model_view *views, int64_t ms, bool at_all, bool *ptr,
			   bool *verdict)
{
	const struct model_key *first = NULL;
	size_t i, k;

	*ptr = *verdict = false;
	for (i = 0; i < MODEL_VIEWS; i++) {
		if (views[i].count == 0 || ms - views[i].seen_ms > ANSWERS_SHORT_HOLD_MS)
			continue;
		for (k = 0; k < views[i].count; k++) {
			const struct model_key *key = &views[i].keys[k];

			if (!model_may_come(&views[i], k, ms, at_all))
				continue;
			if (first == NULL)
				first = key;
			*ptr |= key->digest != first->digest;
			*verdict |= key->status != first->status;
		}
	}
}

static struct answer any_answer(char name[32], uint32_t names)
{
	struct answer answer = {NULL, any(200), (enum answers_forward)any(2), any(200), false};
	uint32_t which = any(names + 1);

	if (which == names)
		return answer;
	snprintf(name, 32, "n%u.example.com", which);
	answer.name = name;
	return answer;
}

static void run_against_the_model(uint32_t names, bool exact)
{
	struct target *target = answers_target(MODEL_VIEWS, false);
	static struct model_view views[MODEL_VIEWS];
	int64_t ms = 0;
	int step;

	memset(views, 0, sizeof views);
	for (step = 0; step < 300; step++) {
		char name[32];
		struct answer answer = any_answer(name, names);
		size_t i = any(MODEL_VIEWS);
		struct agreement agreement;
		bool ptr, verdict;

		ms += any(10) == 0 ? any(300000) : any(20000);
		answers_check(target, i, &answer, ms);
		model_note(&views[i], target, i, &answer, ms);
		ms += any(30000);
		agreement = target_agreement(target, answers_short_hold_ms, 1, ms);
		model_disagree(views, ms, false, &ptr, &verdict);
		/* It never ends while an old answer may still come. */
		assert_true(agreement.ptr_disagreement >= ptr);
		assert_true(agreement.verdict_disagreement >= verdict);
		if (!exact)
			model_disagree(views, ms, true, &ptr, &verdict);
		/* And always when none may. */
		if (exact || !(ptr || verdict)) {
			assert_int_equal(agreement.ptr_disagreement, ptr);
			assert_int_equal(agreement.verdict_disagreement, verdict);
		}
	}
	target_release(target);
}

static void disagreement_lasts_exactly_as_long_as_an_old_answer_may_come(void **state)
{
	uint32_t start;

	(void)state;
	for (start = 1; start <= 300; start++) {
		seed = start * 104729;
		run_against_the_model(3, true);
	}
}

static void it_never_ends_too_early_when_sightings_overflow(void **state)
{
	uint32_t start;

	(void)state;
	for (start = 1; start <= 300; start++) {
		seed = start * 7919;
		run_against_the_model(20, false);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_old_answer_disagrees_until_its_ttl_ends),
		cmocka_unit_test(the_longest_lived_copy_decides),
		cmocka_unit_test(absence_lasts_for_its_negative_ttl),
		cmocka_unit_test(what_has_no_ttl_is_gone_at_once),
		cmocka_unit_test(of_the_same_names_only_the_forward_records_must_end),
		cmocka_unit_test(a_fleet_that_alternates_stays_in_disagreement),
		cmocka_unit_test(changed_and_changed_back),
		cmocka_unit_test(more_answers_than_are_kept_end_no_sooner),
		cmocka_unit_test(hold_ends_in_the_middle),
		cmocka_unit_test(inconclusive_checks_leave_no_sighting),
		cmocka_unit_test(other_expected_names_in_the_middle),
		cmocka_unit_test(a_ttl_that_stands_still_shows),
		cmocka_unit_test(three_looks_within_a_moment_prove_nothing),
		cmocka_unit_test(disagreement_lasts_exactly_as_long_as_an_old_answer_may_come),
		cmocka_unit_test(it_never_ends_too_early_when_sightings_overflow),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
