#include "targets/sightings.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

/* Three sightings with the same TTL over five seconds: no cache in order does that. */
#define STANDS_REPEATS 2
#define STANDS_DS 50

struct older_answers {
	struct lifetime others; /* of those there was no place for; ptr_ms is the end of all */
	uint8_t count;
	uint8_t room;
	bool has_others;
	struct older_answer items[];
};

/* --- ends --- */

static int64_t later(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static struct lifetime lifetime_of(const struct sighting *sighting)
{
	const struct evidence *evidence = sighting->evidence;
	int64_t at_ms = sighting->at.ms;
	uint32_t ttl_s;

	return (struct lifetime){
		.ptr_ms = at_ms + (evidence->has_ptr_ttl ? evidence->ptr_ttl_s * INT64_C(1000) : 0),
		.forward_ms =
			evidence_forward_ttl(evidence, &ttl_s) ? at_ms + ttl_s * INT64_C(1000) : 0,
		.unix_offset_ms = sighting->at.unix_ms - at_ms,
	};
}

/* The clock is that of whoever moves an end, so that no end shown wanders by rounding. */
static void extend(struct lifetime *lifetime, const struct lifetime *other)
{
	if (other->ptr_ms <= lifetime->ptr_ms && other->forward_ms <= lifetime->forward_ms)
		return;
	lifetime->ptr_ms = later(lifetime->ptr_ms, other->ptr_ms);
	lifetime->forward_ms = later(lifetime->forward_ms, other->forward_ms);
	lifetime->unix_offset_ms = other->unix_offset_ms;
}

static int64_t last_end_ms(const struct older_answer *answer)
{
	return later(answer->lifetime.ptr_ms, answer->lifetime.forward_ms);
}

int64_t older_answer_end_ms(const struct older_answer *answer, uint64_t newest_digest)
{
	return answer->ptr_digest != newest_digest ? answer->lifetime.ptr_ms
						   : answer->lifetime.forward_ms;
}

static bool may_come(int64_t end_ms, int64_t now_ms)
{
	return now_ms <= end_ms + SIGHTINGS_TOLERANCE_MS;
}

/* --- count-downs --- */

bool countdown_stands(const struct countdown *countdown)
{
	return countdown->repeats >= STANDS_REPEATS && countdown->unmoved_ds >= STANDS_DS;
}

/* A TTL at the most we believe may count down where we do not see it. */
static void count_down(struct countdown *countdown, bool same, uint32_t ttl_s, int64_t passed_ms)
{
	int64_t unmoved_ds = countdown->unmoved_ds + passed_ms / 100;

	if (!same || countdown->anew || ttl_s == 0 || ttl_s >= DNS_TTL_MAX_S) {
		*countdown = (struct countdown){0, 0, false};
		return;
	}
	countdown->unmoved_ds = (uint16_t)(unmoved_ds < UINT16_MAX ? unmoved_ds : UINT16_MAX);
	if (countdown->repeats < UINT8_MAX)
		countdown->repeats++;
}

static void count_both_down(struct sightings *sightings, const struct sighting *before,
			    const struct sighting *fresh)
{
	const struct evidence *old = before->evidence, *new = fresh->evidence;
	int64_t passed_ms = fresh->at.ms - before->at.ms;
	uint32_t old_ttl_s = 0, new_ttl_s = 0;
	bool had, has;

	count_down(&sightings->ptr,
		   old->has_ptr_ttl && new->has_ptr_ttl && old->ptr_ttl_s == new->ptr_ttl_s,
		   new->ptr_ttl_s, passed_ms);
	had = evidence_forward_ttl(old, &old_ttl_s);
	has = evidence_forward_ttl(new, &new_ttl_s);
	count_down(&sightings->forward, had && has && old_ttl_s == new_ttl_s, new_ttl_s, passed_ms);
}

/* --- older answers --- */

bool older_answer_differs(const struct older_answer *answer, enum status status)
{
	enum status its = (enum status)answer->status;

	if (!status_is_conclusive(its))
		return false;
	if (answer->vague && status_is_iprev_pass(its))
		return !status_is_iprev_pass(status);
	return its != status;
}

void sightings_blur(struct sightings *sightings)
{
	size_t i;

	for (i = 0; sightings->older != NULL && i < sightings->older->count; i++)
		sightings->older->items[i].vague = true;
}

void sightings_restart_countdowns(struct sightings *sightings)
{
	size_t i;

	sightings->ptr = sightings->forward = (struct countdown){.anew = true};
	for (i = 0; sightings->older != NULL && i < sightings->older->count; i++)
		sightings->older->items[i].ptr_stands = sightings->older->items[i].forward_stands =
			false;
}

void sightings_clear(struct sightings *sightings)
{
	free(sightings->older);
	*sightings = (struct sightings){.older = NULL};
}

static void drop(struct older_answers *older, size_t i)
{
	older->count--;
	memmove(&older->items[i], &older->items[i + 1],
		(older->count - i) * sizeof older->items[0]);
}

/* What cannot come any more whatever the newest is. */
static void forget_ended(struct sightings *sightings, int64_t now_ms)
{
	struct older_answers *older = sightings->older;
	size_t i = 0;

	if (older == NULL)
		return;
	while (i < older->count) {
		if (may_come(last_end_ms(&older->items[i]), now_ms))
			i++;
		else
			drop(older, i);
	}
	older->has_others = older->has_others && may_come(older->others.ptr_ms, now_ms);
	if (older->count > 0 || older->has_others)
		return;
	free(older);
	sightings->older = NULL;
}

/* Take the answer out that `fresh` is, if it stands there. */
static bool take_out(struct sightings *sightings, const struct sighting *fresh,
		     struct lifetime *lifetime)
{
	struct older_answers *older = sightings->older;
	size_t i;

	for (i = 0; older != NULL && i < older->count; i++) {
		const struct older_answer *item = &older->items[i];

		if (item->ptr_digest != fresh->evidence->ptr_digest ||
		    older_answer_differs(item, fresh->status))
			continue;
		*lifetime = item->lifetime;
		drop(older, i);
		return true;
	}
	return false;
}

static void merge_first_to_end(struct older_answers *older, uint64_t newest_digest)
{
	struct lifetime *others = &older->others;
	size_t first = 0, i;
	int64_t end_ms;

	for (i = 1; i < older->count; i++)
		if (older_answer_end_ms(&older->items[i], newest_digest) <
		    older_answer_end_ms(&older->items[first], newest_digest))
			first = i;
	end_ms = last_end_ms(&older->items[first]);
	if (!older->has_others || end_ms > others->ptr_ms)
		*others = (struct lifetime){end_ms, 0, older->items[first].lifetime.unix_offset_ms};
	older->has_others = true;
	drop(older, first);
}

static void make_room(struct sightings *sightings, uint64_t newest_digest)
{
	struct older_answers *older = sightings->older;
	uint8_t room = older == NULL ? 1 : (uint8_t)(older->room * 2);

	if (older != NULL && older->count < older->room)
		return;
	if (older != NULL && older->room == SIGHTINGS_OLDER_MAX) {
		merge_first_to_end(older, newest_digest);
		return;
	}
	older = memory_allocate(sizeof *older + room * sizeof older->items[0]);
	if (sightings->older != NULL)
		memcpy(older, sightings->older,
		       sizeof *older + sightings->older->count * sizeof older->items[0]);
	older->room = room;
	free(sightings->older);
	sightings->older = older;
}

/* The newest until now becomes an older one, unless it cannot come any more. */
static void put_away(struct sightings *sightings, const struct sighting *before,
		     const struct sighting *fresh)
{
	const struct evidence *evidence = before->evidence;
	uint32_t ttl_s;
	struct older_answer answer = {
		.ptr_digest = evidence->ptr_digest,
		.lifetime = sightings->newest,
		.status = (uint8_t)before->status,
		.has_ptr_ttl = evidence->has_ptr_ttl,
		.has_forward_ttl = evidence_forward_ttl(evidence, &ttl_s),
		.stale = evidence->stale,
		.ptr_stands = countdown_stands(&sightings->ptr),
		.forward_stands = countdown_stands(&sightings->forward),
	};

	if (!may_come(last_end_ms(&answer), fresh->at.ms))
		return;
	make_room(sightings, fresh->evidence->ptr_digest);
	sightings->older->items[sightings->older->count++] = answer;
}

enum sighting_news sightings_note(struct sightings *sightings, const struct sighting *before,
				  const struct sighting *fresh)
{
	const struct evidence *evidence = before->evidence;
	struct lifetime lifetime = lifetime_of(fresh), known;
	bool was_known;

	forget_ended(sightings, fresh->at.ms);
	if (evidence != NULL && evidence->ptr_digest == fresh->evidence->ptr_digest &&
	    before->status == fresh->status) {
		extend(&sightings->newest, &lifetime);
		count_both_down(sightings, before, fresh);
		return SIGHTING_SAME;
	}
	was_known = take_out(sightings, fresh, &known);
	if (evidence != NULL)
		put_away(sightings, before, fresh);
	if (was_known)
		extend(&lifetime, &known);
	sightings->newest = lifetime;
	sightings->ptr = sightings->forward = (struct countdown){0, 0, false};
	return was_known ? SIGHTING_KNOWN : SIGHTING_NEW;
}

/* --- questions --- */

const struct older_answer *sightings_next(const struct sightings *sightings, uint64_t newest_digest,
					  int64_t now_ms, size_t *i)
{
	const struct older_answers *older = sightings->older;

	while (older != NULL && *i < older->count) {
		const struct older_answer *answer = &older->items[(*i)++];

		if (may_come(older_answer_end_ms(answer, newest_digest), now_ms))
			return answer;
	}
	return NULL;
}

bool sightings_has_others(const struct sightings *sightings, int64_t now_ms, struct lifetime *end)
{
	const struct older_answers *older = sightings->older;

	if (older == NULL || !older->has_others || !may_come(older->others.ptr_ms, now_ms))
		return false;
	*end = older->others;
	return true;
}
