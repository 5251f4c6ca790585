#include "targets/changes.h"

#include "base/memory.h"

struct changes *changes_make(struct changes **place)
{
	if (*place == NULL)
		*place = memory_allocate(sizeof **place);
	return *place;
}

void changes_set_disagreement(struct changes **place, bool disagrees, int64_t now_ms)
{
	struct changes *changes = *place;

	if (disagrees == (changes != NULL && changes->disagrees))
		return;
	changes = changes_make(place);
	changes->disagrees = disagrees;
	changes->disagreement_ms = now_ms;
}

bool changes_are_fresh(const struct changes *changes, int64_t now_ms)
{
	if (changes == NULL)
		return false;
	return (changes->has_answer && now_ms - changes->answer_ms < CHANGES_HURRY_MS) ||
	       (changes->disagrees && now_ms - changes->disagreement_ms < CHANGES_HURRY_MS);
}
