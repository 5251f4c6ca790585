#include "targets/target.h"

#include "base/memory.h"
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
	target->views = memory_allocate_array(view_count, sizeof *target->views);
	target->view_count = (uint32_t)view_count;
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
	free(target);
}

static bool counts(const struct view *view, int64_t hold_ms, int64_t now_ms)
{
	/* Other names may make a kept answer inconclusive: then it counts no more. */
	return view->counted != NULL && now_ms - view->counted_ms <= hold_ms &&
	       status_is_conclusive((enum status)view->verdict.status);
}

bool target_is_news(const struct target *target, size_t i, const struct evidence *evidence,
		    int64_t hold_ms, int64_t now_ms)
{
	const struct view *view = &target->views[i];

	return confirmation_is_due(evidence, judge(evidence, target->expectation),
				   counts(view, hold_ms, now_ms) ? view->counted : NULL,
				   view->verdict);
}

static void keep_counted(struct view *view, struct evidence *evidence, struct verdict verdict,
			 int64_t now_ms)
{
	free(view->counted);
	view->counted = evidence;
	view->verdict = verdict;
	view->counted_ms = now_ms;
	ptr_history_note(&view->history, evidence->ptr_digest, now_ms);
}

void target_finish_check(struct target *target, size_t i, const struct target_check *check,
			 struct moment now)
{
	struct view *view = &target->views[i];
	struct verdict verdict = {.status = status_of_failure((enum reason)check->failure),
				  .reason = check->failure};

	if (check->evidence != NULL)
		verdict = judge(check->evidence, target->expectation);
	view->last_status = verdict.status;
	view->last_reason = verdict.reason;
	view->finished_unix_ms = now.unix_ms;
	view->ptr_seconds = check->times.ptr_seconds;
	view->forward_seconds = check->times.forward_seconds;
	if (status_is_conclusive((enum status)verdict.status))
		keep_counted(view, check->evidence, verdict, now.ms);
	else
		free(check->evidence);
}

void view_clear(struct view *view)
{
	free(view->counted);
	free(view->history);
	*view = (struct view){.last_status = STATUS_PENDING};
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

	if (!counts(view, hold_ms, now_ms))
		return opinion;
	opinion.counts = true;
	opinion.status = view->verdict.status;
	opinion.flags = view->verdict.flags;
	opinion.ptr_digest = view->counted->ptr_digest;
	return opinion;
}

struct agreement target_agreement(const struct target *target, const int64_t *hold_ms,
				  unsigned quorum, int64_t now_ms)
{
	struct opinion opinions[TARGET_VIEWS_MAX];
	struct agreement agreement;
	size_t i;

	if (target->skipped)
		return (struct agreement){.status = STATUS_SPECIAL_USE};
	for (i = 0; i < target->view_count; i++)
		opinions[i] = target_opinion(target, i, hold_ms[i], now_ms);
	agreement = agreement_of(opinions, target->view_count, quorum);
	if (agreement.counted > 0 && ptr_claim_is_shared(target->claim))
		agreement.flags |= FLAG_BIT(FLAG_SHARED_PTR);
	return agreement;
}

int64_t target_last_check_unix_ms(const struct target *target)
{
	int64_t oldest = INT64_MAX;
	size_t i;

	for (i = 0; i < target->view_count; i++)
		if (target->views[i].finished_unix_ms < oldest)
			oldest = target->views[i].finished_unix_ms;
	return oldest == INT64_MAX ? 0 : oldest;
}
