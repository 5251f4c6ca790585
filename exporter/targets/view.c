#include "targets/view.h"

#include <stdlib.h>

/* Most answers never change, and have no history then. */
static void note_history(struct view *view, uint64_t digest, int64_t now_ms)
{
	const struct evidence *before = view->counted;

	if (before == NULL || (view->history == NULL && before->ptr_digest == digest))
		return;
	if (view->history == NULL)
		ptr_history_note(&view->history, before->ptr_digest, now_ms);
	ptr_history_note(&view->history, digest, now_ms);
}

static enum sighting_news keep_counted(struct view *view, struct evidence *evidence,
				       const struct view_outcome *outcome)
{
	const struct sighting before = {
		view->counted, (enum status)view->verdict.status, {view->counted_ms, 0}};
	const struct sighting fresh = {
		evidence, (enum status)outcome->verdict.status, outcome->at};
	enum sighting_news news = sightings_note(&view->sightings, &before, &fresh);

	note_history(view, evidence->ptr_digest, outcome->at.ms);
	free(view->counted);
	view->counted = evidence;
	view->verdict = outcome->verdict;
	view->counted_ms = outcome->at.ms;
	return news;
}

bool view_finish(struct view *view, struct evidence *evidence, const struct view_outcome *outcome,
		 enum sighting_news *news)
{
	view->last_status = outcome->verdict.status;
	view->last_reason = outcome->verdict.reason;
	view->finished_unix_ms = outcome->at.unix_ms;
	view->ptr_seconds = outcome->times.ptr_seconds;
	view->forward_seconds = outcome->times.forward_seconds;
	if (!status_is_conclusive((enum status)outcome->verdict.status)) {
		free(evidence);
		return false;
	}
	*news = keep_counted(view, evidence, outcome);
	return true;
}

bool view_counts(const struct view *view, int64_t hold_ms, int64_t now_ms)
{
	/* Other names may make a kept answer inconclusive: then it counts no more. */
	return view->counted != NULL && now_ms - view->counted_ms <= hold_ms &&
	       status_is_conclusive((enum status)view->verdict.status);
}

bool view_says(const struct view *view, uint64_t ptr_digest, enum status status)
{
	return view->counted->ptr_digest == ptr_digest && view->verdict.status == status;
}

void view_clear(struct view *view)
{
	free(view->counted);
	free(view->history);
	sightings_clear(&view->sightings);
	*view = (struct view){.last_status = STATUS_PENDING};
}
