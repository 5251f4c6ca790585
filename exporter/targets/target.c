#include "targets/target.h"

#include "base/memory.h"
#include "fcrdns/authority_state.h"
#include "fcrdns/confirmation.h"
#include "fcrdns/special_use.h"

#include <assert.h>
#include <stdlib.h>

struct target *target_create(const struct watch *watch, size_t view_count)
{
	struct target *target = memory_allocate(sizeof *target);
	size_t i;

	target->ip = watch->ip;
	target->expectation = watch->expectation;
	target->special_use = special_use_has(&watch->ip);
	target->references = 1;
	target->last_status = STATUS_PENDING;
	target->settled_status = STATUS_PENDING;
	target->authority_state = AUTHORITY_UNKNOWN;
	target->views = memory_allocate_array(view_count, sizeof *target->views);
	target->view_count = (uint32_t)view_count;
	target->resolver_count = (uint8_t)view_count;
	for (i = 0; i < view_count; i++)
		target->views[i].last_status = STATUS_PENDING;
	return target;
}

void target_hold(struct target *target)
{
	target->references++;
}

void target_release(struct target *target)
{
	size_t i;

	assert(target->references > 0);
	if (--target->references > 0)
		return;
	assert(target->claim == NULL); /* what takes it out of the list gives that back */
	for (i = 0; i < target->view_count; i++)
		view_clear(&target->views[i]);
	free(target->views);
	free(target->changes);
	free(target);
}

bool target_is_news(const struct target *target, size_t i, const struct evidence *evidence,
		    int64_t hold_ms, int64_t now_ms)
{
	const struct view *view = &target->views[i];

	return confirmation_is_due(evidence, judge(evidence, target->expectation),
				   view_counts(view, hold_ms, now_ms) ? view->counted : NULL,
				   view->verdict);
}

bool target_answer_changes(const struct target *target, size_t i, const struct evidence *evidence)
{
	const struct view *view = &target->views[i];
	enum status status = (enum status)judge(evidence, target->expectation).status;

	return view->counted != NULL && status_is_conclusive(status) &&
	       !view_says(view, evidence->ptr_digest, status);
}

/* --- a check is over --- */

/* This resolver knows what the authority had not said when it was last asked, or what it does not
 * say any more: which of the two, only the authority can tell. */
static void doubt_authority(struct target *target, const struct view *view, int64_t now_ms)
{
	const struct view *authority = &target->views[target->resolver_count];
	struct changes *changes;

	if (target->resolver_count == target->view_count || authority->counted == NULL ||
	    view_says(authority, view->counted->ptr_digest, (enum status)view->verdict.status))
		return;
	changes = changes_make(&target->changes);
	changes->doubted = true;
	changes->doubt_ms = now_ms;
}

static void note_change(struct target *target, const struct view *view, bool other_names,
			enum sighting_news news, struct moment now)
{
	struct changes *changes = changes_make(&target->changes);

	if (other_names)
		changes->last_unix_ms = now.unix_ms;
	/* A fleet that alternates, or a zone that never gives the same twice, is no hurry. */
	if (news != SIGHTING_NEW || ptr_history_varies(view->history, now.ms))
		return;
	changes->has_answer = true;
	changes->answer_ms = now.ms;
}

void target_finish_check(struct target *target, size_t i, const struct target_check *check,
			 struct moment now)
{
	struct view *view = &target->views[i];
	bool had = view->counted != NULL;
	uint64_t digest = had ? view->counted->ptr_digest : 0;
	struct view_outcome outcome = {
		.verdict = {.status = (uint8_t)status_of_failure((enum reason)check->failure),
			    .reason = check->failure},
		.times = check->times,
		.at = now,
	};
	enum sighting_news news;

	if (check->evidence != NULL)
		outcome.verdict = judge(check->evidence, target->expectation);
	if (!view_finish(view, check->evidence, &outcome, &news) || news == SIGHTING_SAME)
		return;
	if (had)
		note_change(target, view, view->counted->ptr_digest != digest, news, now);
	if (news == SIGHTING_NEW)
		doubt_authority(target, view, now.ms);
}

void target_notice_agreement(struct target *target, const struct agreement *agreement,
			     struct moment now)
{
	changes_set_disagreement(&target->changes,
				 agreement->ptr_disagreement || agreement->verdict_disagreement,
				 now.ms);
	if (!status_is_conclusive(agreement->status))
		return;
	if (target->settled_status != STATUS_PENDING && target->settled_status != agreement->status)
		changes_make(&target->changes)->last_unix_ms = now.unix_ms;
	target->settled_status = (uint8_t)agreement->status;
}

bool target_is_changing(const struct target *target, int64_t now_ms)
{
	return !target->skipped && changes_are_fresh(target->changes, now_ms);
}

int64_t target_last_change_unix_ms(const struct target *target)
{
	return target->changes == NULL ? 0 : target->changes->last_unix_ms;
}

void target_expect(struct target *target, const struct expectation *expectation)
{
	size_t i;

	target->expectation = expectation;
	for (i = 0; i < target->view_count; i++) {
		struct view *view = &target->views[i];

		if (view->counted == NULL)
			continue;
		view->verdict = judge(view->counted, expectation);
		sightings_blur(&view->sightings);
	}
}

struct opinion target_opinion(const struct target *target, size_t i, int64_t hold_ms,
			      int64_t now_ms)
{
	const struct view *view = &target->views[i];
	struct opinion opinion = {
		.status = view->last_status,
		.finished_a_check = view->finished_unix_ms != 0,
	};

	if (!view_counts(view, hold_ms, now_ms))
		return opinion;
	opinion.counts = true;
	opinion.status = view->verdict.status;
	opinion.flags = view->verdict.flags;
	opinion.ptr_digest = view->counted->ptr_digest;
	return opinion;
}

/* An older answer that may still come disagrees as much as a counted one. */
static void latch(struct agreement *agreement, const struct view *view, const struct opinion *first,
		  int64_t now_ms)
{
	const struct older_answer *older;
	struct lifetime end;
	size_t i = 0;

	while ((older = sightings_next(&view->sightings, view->counted->ptr_digest, now_ms, &i)) !=
	       NULL) {
		agreement->ptr_disagreement |= older->ptr_digest != first->ptr_digest;
		agreement->verdict_disagreement |= older_answer_differs(older, first->status);
	}
	if (sightings_has_others(&view->sightings, now_ms, &end))
		agreement->ptr_disagreement = agreement->verdict_disagreement = true;
}

struct agreement target_agreement(const struct target *target, const int64_t *hold_ms,
				  unsigned quorum, int64_t now_ms)
{
	struct opinion opinions[TARGET_VIEWS_MAX];
	const struct opinion *first = NULL;
	struct agreement agreement;
	size_t i;

	if (target->skipped)
		return (struct agreement){.status = STATUS_SPECIAL_USE};
	for (i = 0; i < target->resolver_count; i++)
		opinions[i] = target_opinion(target, i, hold_ms[i], now_ms);
	agreement = agreement_of(opinions, target->resolver_count, quorum);
	if (agreement.counted > 0 && ptr_claim_is_shared(target->claim))
		agreement.flags |= FLAG_BIT(FLAG_SHARED_PTR);
	for (i = 0; i < target->resolver_count; i++) {
		if (!opinions[i].counts)
			continue;
		if (first == NULL)
			first = &opinions[i];
		latch(&agreement, &target->views[i], first, now_ms);
	}
	return agreement;
}

int64_t target_last_check_unix_ms(const struct target *target)
{
	int64_t oldest = INT64_MAX;
	size_t i;

	for (i = 0; i < target->resolver_count; i++)
		if (target->views[i].finished_unix_ms < oldest)
			oldest = target->views[i].finished_unix_ms;
	return oldest == INT64_MAX ? 0 : oldest;
}
