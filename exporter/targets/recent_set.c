#include "targets/recent_set.h"

#include "base/memory.h"

#include <stdlib.h>

#define HASH_FUNCTION(key, size, hash) ((hash) = (unsigned)*(const uint64_t *)(key))
#define uthash_malloc(size) memory_allocate(size)
#include <uthash.h>

#define RECENT_MAX 4096
#define DAY_MS (INT64_C(24) * 60 * 60 * 1000)

struct seen {
	uint64_t key;
	int64_t last_ms;
	UT_hash_handle hh; /* its order is that of the last sights */
};

struct recent_set {
	struct seen *seen;
};

struct recent_set *recent_set_create(void)
{
	return memory_allocate(sizeof(struct recent_set));
}

static struct seen *take_out(struct recent_set *set, struct seen *seen)
{
	HASH_DELETE(hh, set->seen, seen);
	return seen;
}

void recent_set_free(struct recent_set *set)
{
	if (set == NULL)
		return;
	while (set->seen != NULL)
		free(take_out(set, set->seen));
	free(set);
}

bool recent_set_note(struct recent_set *set, uint64_t key, int64_t now_ms)
{
	struct seen *seen;
	bool is_new;

	HASH_FIND(hh, set->seen, &key, sizeof key, seen);
	is_new = seen == NULL || now_ms - seen->last_ms >= DAY_MS;
	if (seen == NULL && HASH_COUNT(set->seen) < RECENT_MAX) {
		seen = memory_allocate(sizeof *seen);
	} else {
		/* The first was not seen for longest. To make room sooner would be to forget what
		 * comes round again, and to tell it each time. */
		if (seen == NULL && now_ms - set->seen->last_ms < DAY_MS)
			return false;
		seen = take_out(set, seen != NULL ? seen : set->seen);
	}
	seen->key = key;
	seen->last_ms = now_ms;
	HASH_ADD(hh, set->seen, key, sizeof seen->key, seen); /* at the end */
	return is_new;
}
