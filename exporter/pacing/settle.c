#include "pacing/settle.h"

void settle_note(struct settle *settle, int64_t now_ms)
{
	if (!settle->pending)
		settle->first_ms = now_ms;
	settle->pending = true;
	settle->last_ms = now_ms;
}

int64_t settle_due_ms(const struct settle *settle)
{
	int64_t quiet_ms = settle->last_ms + SETTLE_QUIET_MS;
	int64_t most_ms = settle->first_ms + SETTLE_MOST_MS;

	if (!settle->pending)
		return INT64_MAX;
	return quiet_ms < most_ms ? quiet_ms : most_ms;
}

bool settle_take(struct settle *settle, int64_t now_ms)
{
	if (settle_due_ms(settle) > now_ms)
		return false;
	settle->pending = false;
	return true;
}
