#include "targets/authority_view.h"

#include <stdlib.h>

/* A finding this soon after the doubt may have been asked for before it. */
#define DOUBT_LEAST_MS 10000

static bool has_authority(const struct target *target)
{
	return target->view_count > target->resolver_count;
}

const struct view *target_authority(const struct target *target)
{
	return has_authority(target) ? &target->views[target->resolver_count] : NULL;
}

bool target_authority_is_doubted(const struct target *target)
{
	return target->changes != NULL && target->changes->doubted;
}

/* Is there one answer, if it is known? */
static bool is_of_one_mind(enum authority_state state)
{
	return state != AUTHORITY_INCONSISTENT && state != AUTHORITY_INTERCEPTED;
}

bool target_authority_counts(const struct target *target, int64_t now_ms)
{
	return has_authority(target) &&
	       is_of_one_mind((enum authority_state)target->authority_state) &&
	       view_counts(target_authority(target), AUTHORITY_HOLD_MS, now_ms);
}

const struct view *target_truth(const struct target *target, int64_t now_ms)
{
	const struct view *view = target_authority(target);

	if (!target_authority_counts(target, now_ms) || target_authority_is_doubted(target))
		return NULL;
	if (target->authority_state != AUTHORITY_CONSISTENT &&
	    target->authority_state != AUTHORITY_LAME)
		return NULL;
	return status_is_conclusive((enum status)view->last_status) ? view : NULL;
}

/* --- a finding --- */

static enum reason reason_of(enum authority_state state)
{
	switch (state) {
	case AUTHORITY_LAME:
		return REASON_LAME;
	case AUTHORITY_UNREACHABLE:
		return REASON_TIMEOUT;
	case AUTHORITY_INTERCEPTED:
		return REASON_NETWORK;
	default:
		return REASON_NONE;
	}
}

static struct verdict judge_finding(const struct target *target,
				    const struct authority_finding *finding)
{
	if (finding->evidence == NULL)
		return (struct verdict){.status = STATUS_TEMP_ERROR,
					.reason = (uint8_t)reason_of(finding->state)};
	return judge(finding->evidence, target->expectation);
}

/* Until when a cache may hold what the view says now, if the authority stops saying it at `now`.
 * False: nobody said how long. */
static bool find_upper(const struct view *view, bool other_names, struct moment now,
		       struct moment *upper)
{
	const struct lifetime *seen = &view->sightings.newest;
	uint32_t ttl_s = view->counted->ptr_ttl_s;
	int64_t end_ms = seen->ptr_ms;

	if (other_names && !view->counted->has_ptr_ttl)
		return false;
	if (!other_names) {
		if (!evidence_forward_ttl(view->counted, &ttl_s))
			return false;
		end_ms = seen->forward_ms;
	}
	/* Somebody may have fetched it a moment ago; or earlier, while its TTL was longer. */
	if (now.ms + ttl_s * INT64_C(1000) > end_ms)
		end_ms = now.ms + ttl_s * INT64_C(1000);
	*upper = (struct moment){end_ms, end_ms + now.unix_ms - now.ms};
	return true;
}

/* What is true changes: from here on nothing that was true before is fetched any more. */
static void begin_propagation(struct target *target, bool other_names, struct moment now)
{
	struct changes *changes = changes_make(&target->changes);
	struct moment before = changes->upper, upper;
	bool goes_on = changes->has_upper && before.ms > now.ms;

	changes->has_upper = find_upper(target_authority(target), other_names, now, &upper);
	if (!changes->has_upper)
		return;
	/* What was true still earlier may be on its way out, too. */
	changes->upper = goes_on && before.ms > upper.ms ? before : upper;
}

/* Before the finding is taken over. */
static void notice_change(struct target *target, const struct evidence *evidence,
			  struct verdict verdict, struct moment now)
{
	const struct view *view = target_authority(target);
	bool first = view->counted == NULL;
	size_t i;

	if (evidence == NULL || !status_is_conclusive((enum status)verdict.status))
		return;
	if (!first && view_says(view, evidence->ptr_digest, (enum status)verdict.status)) {
		if (target_authority_is_doubted(target) &&
		    now.ms - target->changes->doubt_ms >= DOUBT_LEAST_MS)
			target->changes->doubted = false;
		return;
	}
	if (!first && status_is_conclusive((enum status)view->verdict.status))
		begin_propagation(target, view->counted->ptr_digest != evidence->ptr_digest, now);
	if (target->changes != NULL)
		target->changes->doubted = false;
	/* Only what is not true can be stale. */
	for (i = 0; i < target->resolver_count; i++)
		sightings_restart_countdowns(&target->views[i].sightings);
}

void target_finish_authority(struct target *target, struct authority_finding *finding,
			     struct moment now)
{
	struct view_outcome outcome = {.times = finding->times, .at = now};
	enum sighting_news news;

	if (!has_authority(target) || target->removed || !is_of_one_mind(finding->state)) {
		free(finding->evidence);
		finding->evidence = NULL;
	}
	if (!has_authority(target) || target->removed)
		return;
	/* Some servers still give out what is old: nobody knows for how long. */
	if (finding->state == AUTHORITY_INCONSISTENT && target->changes != NULL)
		target->changes->has_upper = false;
	target->authority_state = (uint8_t)finding->state;
	outcome.verdict = judge_finding(target, finding);
	notice_change(target, finding->evidence, outcome.verdict, now);
	view_finish(&target->views[target->resolver_count], finding->evidence, &outcome, &news);
	finding->evidence = NULL;
}
