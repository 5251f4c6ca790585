#include "targets/ptr_history.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

#define PTR_HISTORY_MAX 50
#define DAY_MS (INT64_C(24) * 60 * 60 * 1000)

struct seen {
	uint64_t digest;
	int64_t first_ms; /* when it was new */
};

struct ptr_history {
	bool flooded;
	int64_t newest_ms;
	uint8_t count;
	uint8_t room;
	struct seen seen[]; /* oldest first */
};

static struct ptr_history *grow(struct ptr_history *history)
{
	uint8_t room = history == NULL ? 1 : history->room == 1 ? 4 : PTR_HISTORY_MAX;
	struct ptr_history *bigger = memory_allocate(sizeof *bigger + room * sizeof bigger->seen[0]);

	if (history != NULL)
		memcpy(bigger, history, sizeof *history + history->count * sizeof history->seen[0]);
	bigger->room = room;
	free(history);
	return bigger;
}

static bool has_seen(const struct ptr_history *history, uint64_t digest)
{
	uint8_t i;

	for (i = 0; i < history->count; i++)
		if (history->seen[i].digest == digest)
			return true;
	return false;
}

static void drop_oldest(struct ptr_history *history, uint8_t count)
{
	history->count = (uint8_t)(history->count - count);
	memmove(history->seen, history->seen + count, history->count * sizeof history->seen[0]);
}

static void forget_old(struct ptr_history *history, int64_t now_ms)
{
	uint8_t old = 0;

	if (history->flooded && now_ms - history->newest_ms >= DAY_MS)
		history->flooded = false;
	/* The latest stays: it is most likely the one that goes on. */
	while (old + 1 < history->count && now_ms - history->seen[old].first_ms >= DAY_MS)
		old++;
	drop_oldest(history, old);
}

void ptr_history_note(struct ptr_history **place, uint64_t digest, int64_t now_ms)
{
	struct ptr_history *history = *place;

	if (history != NULL) {
		forget_old(history, now_ms);
		if (has_seen(history, digest))
			return;
	}
	if (history == NULL || (history->count == history->room && history->room < PTR_HISTORY_MAX))
		history = *place = grow(history);
	if (history->count == PTR_HISTORY_MAX) {
		history->flooded = true;
		drop_oldest(history, 1);
	}
	history->newest_ms = now_ms;
	history->seen[history->count++] = (struct seen){digest, now_ms};
}

bool ptr_history_varies(const struct ptr_history *history, int64_t now_ms)
{
	return history != NULL && history->flooded && now_ms - history->newest_ms < DAY_MS;
}
