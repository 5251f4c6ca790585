#include "pacing/quiet.h"

#define MINUTE_MS (60 * 1000)
#define PAUSE_MOST_MS (60 * MINUTE_MS)

static int64_t next_pause_ms(const struct quiet *quiet, int64_t now_ms)
{
	if (quiet->pause_ms == 0 || now_ms - quiet->until_ms > quiet->pause_ms)
		return MINUTE_MS;
	return quiet->pause_ms * 2 < PAUSE_MOST_MS ? quiet->pause_ms * 2 : PAUSE_MOST_MS;
}

bool quiet_ends(struct quiet *quiet, int64_t now_ms, uint64_t *count)
{
	*count = ++quiet->count;
	if (quiet->pause_ms != 0 && now_ms < quiet->until_ms)
		return false;
	quiet->pause_ms = next_pause_ms(quiet, now_ms);
	quiet->until_ms = now_ms + quiet->pause_ms;
	quiet->count = 0;
	return true;
}

bool line_budget_take(struct line_budget *budget, unsigned per_minute, int64_t now_ms,
		      uint64_t *left_out)
{
	*left_out = 0;
	if (now_ms - budget->minute_ms >= MINUTE_MS || budget->minute_ms == 0) {
		*left_out = budget->left_out;
		*budget = (struct line_budget){.minute_ms = now_ms};
	}
	if (budget->used == per_minute) {
		budget->left_out++;
		return false;
	}
	budget->used++;
	return true;
}
