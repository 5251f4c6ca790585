#include "targets/shared_ptr.h"

#include "base/hash.h"

#define KEYS_MAX (TARGET_VIEWS_MAX * EVIDENCE_NAMES_MAX)

/* The counted answers of a target. */
struct answers {
	const struct evidence *items[TARGET_VIEWS_MAX];
	size_t count;
};

static void collect(struct answers *answers, const struct target *target, const int64_t *hold_ms,
		    int64_t now_ms)
{
	size_t i;

	answers->count = 0;
	for (i = 0; i < target->resolver_count && !target->skipped; i++)
		if (target_opinion(target, i, hold_ms[i], now_ms).counts)
			answers->items[answers->count++] = target->views[i].counted;
}

/* Of the evaluated names; 0 if there are none. */
static uint64_t digest_of_names(const struct evidence *evidence)
{
	const uint8_t *first, *last;

	/* All were evaluated: it is that of the set. */
	if (evidence->ptr_count == evidence->name_count)
		return evidence->ptr_digest;
	first = evidence_name_wire(evidence, 0);
	last = evidence_name_wire(evidence, evidence->name_count - 1U);
	return hash_bytes(first, (size_t)(last - first) + dns_name_size(last));
}

/* Of all that the claim comes from; 0 if no answer has a name. */
static uint64_t digest_of_answers(const struct answers *answers, unsigned quorum)
{
	uint64_t digests[TARGET_VIEWS_MAX + 1], any = 0;
	size_t i;

	for (i = 0; i < answers->count; i++) {
		digests[i] = digest_of_names(answers->items[i]);
		any |= digests[i];
	}
	digests[answers->count] = quorum;
	return any == 0 ? 0 : hash_bytes(digests, (answers->count + 1) * sizeof *digests) | 1;
}

static size_t list_keys(const struct answers *answers, unsigned family, uint64_t keys[KEYS_MAX])
{
	size_t count = 0, i, name;

	for (i = 0; i < answers->count; i++)
		for (name = 0; name < answers->items[i]->name_count; name++)
			keys[count++] = ptr_index_key(evidence_name_wire(answers->items[i], name),
						      family);
	return count;
}

static bool is_in(uint64_t key, const uint64_t *keys, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (keys[i] == key)
			return true;
	return false;
}

/* One answer has a name once: as many times as it is there, so many answers have it. */
static size_t keep_agreed(uint64_t *keys, size_t count, size_t least)
{
	size_t kept = 0, i, k;

	for (i = 0; i < count; i++) {
		uint64_t key = keys[i];
		size_t holders = 1;

		for (k = i + 1; k < count; k++)
			holders += keys[k] == key;
		if (holders >= least && !is_in(key, keys, kept))
			keys[kept++] = key;
	}
	return kept;
}

void shared_ptr_renew(struct target_list *list, struct target *target, const int64_t *hold_ms,
		      unsigned quorum, int64_t now_ms)
{
	struct answers answers;
	uint64_t keys[KEYS_MAX], digest;
	size_t count;

	collect(&answers, target, hold_ms, now_ms);
	digest = digest_of_answers(&answers, quorum);
	if (digest == ptr_claim_digest(target->claim))
		return;
	count = list_keys(&answers, target->ip.family, keys);
	count = keep_agreed(keys, count, answers.count < quorum ? answers.count : quorum);
	ptr_index_renew(list->ptr_index, &target->claim, digest, keys, count);
}
