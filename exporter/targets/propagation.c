#include "targets/propagation.h"

/* All old answers of all resolvers, as they are found. */
struct old_answers {
	const struct view *truth;
	unsigned count;
	bool promised; /* the end of each is known */
	bool stale;
	int64_t end_ms;      /* monotonic: the latest */
	int64_t end_unix_ms;
};

/* One of them, or rather that part of it that must end. */
struct old_part {
	int64_t end_ms;
	int64_t unix_offset_ms;
	bool has_ttl;
	bool stale;
};

static void add(struct old_answers *old, struct old_part part)
{
	if (old->count++ == 0 || part.end_ms > old->end_ms) {
		old->end_ms = part.end_ms;
		old->end_unix_ms = part.end_ms + part.unix_offset_ms;
	}
	old->promised = old->promised && part.has_ttl && !part.stale;
	old->stale |= part.stale;
}

static bool is_true(const struct old_answers *old, const struct view *view)
{
	return view_says(old->truth, view->counted->ptr_digest, (enum status)view->verdict.status);
}

/* Of an answer with other PTR names these must end, of one with the same the forward records. */
static void add_counted(struct old_answers *old, const struct view *view)
{
	const struct evidence *evidence = view->counted;
	const struct sightings *sightings = &view->sightings;
	bool by_ptr = evidence->ptr_digest != old->truth->counted->ptr_digest;
	uint32_t ttl_s;

	if (is_true(old, view))
		return;
	add(old, (struct old_part){
			 .end_ms = by_ptr ? sightings->newest.ptr_ms : sightings->newest.forward_ms,
			 .unix_offset_ms = sightings->newest.unix_offset_ms,
			 .has_ttl = by_ptr ? evidence->has_ptr_ttl
					   : evidence_forward_ttl(evidence, &ttl_s),
			 .stale = evidence->stale ||
				  countdown_stands(by_ptr ? &sightings->ptr : &sightings->forward),
		 });
}

static void add_older(struct old_answers *old, const struct view *view, int64_t now_ms)
{
	const struct view *truth = old->truth;
	uint64_t newest = view->counted->ptr_digest;
	const struct older_answer *answer;
	struct lifetime others;
	size_t i = 0;

	while ((answer = sightings_next(&view->sightings, newest, now_ms, &i)) != NULL) {
		bool by_ptr = answer->ptr_digest != newest;

		if (answer->ptr_digest == truth->counted->ptr_digest &&
		    !older_answer_differs(answer, (enum status)truth->verdict.status))
			continue;
		add(old, (struct old_part){
				 .end_ms = older_answer_end_ms(answer, newest),
				 .unix_offset_ms = answer->lifetime.unix_offset_ms,
				 .has_ttl = by_ptr ? answer->has_ptr_ttl : answer->has_forward_ttl,
				 .stale = answer->stale ||
					  (by_ptr ? answer->ptr_stands : answer->forward_stands),
			 });
	}
	if (sightings_has_others(&view->sightings, now_ms, &others))
		add(old, (struct old_part){others.ptr_ms, others.unix_offset_ms, true, false});
}

/* An upper bound that something seen outlives was none. */
static void promise(struct propagation *propagation, const struct old_answers *old,
		    const struct changes *changes)
{
	if (old->count == 0 || !old->promised)
		return;
	propagation->has_sampled = true;
	propagation->sampled_ms = old->end_unix_ms;
	if (changes == NULL || !changes->has_upper ||
	    old->end_ms > changes->upper.ms + SIGHTINGS_TOLERANCE_MS)
		return;
	propagation->has_upper = true;
	propagation->upper_ms = changes->upper.unix_ms;
}

struct propagation target_propagation(const struct target *target, const int64_t *hold_ms,
				      int64_t now_ms)
{
	struct old_answers old = {.truth = target_truth(target, now_ms), .promised = true};
	struct propagation propagation = {.ratio = 0};
	unsigned counted = 0, same = 0;
	size_t i;

	if (old.truth == NULL || target->skipped)
		return propagation;
	for (i = 0; i < target->resolver_count; i++) {
		const struct view *view = &target->views[i];

		if (!view_counts(view, hold_ms[i], now_ms))
			continue;
		counted++;
		same += is_true(&old, view);
		add_counted(&old, view);
		add_older(&old, view, now_ms);
	}
	propagation.stale = old.stale;
	propagation.has_ratio = counted > 0;
	if (counted > 0)
		propagation.ratio = (double)same / counted;
	promise(&propagation, &old, target->changes);
	return propagation;
}
