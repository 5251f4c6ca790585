#include "pacing/rate_limit.h"

#include <math.h>

void rate_limit_init(struct rate_limit *limit, unsigned per_second, int64_t now_ms)
{
	limit->tokens = 0;
	rate_limit_set(limit, per_second);
	limit->tokens = limit->room;
	limit->at_ms = now_ms;
}

void rate_limit_set(struct rate_limit *limit, unsigned per_second)
{
	limit->per_ms = per_second / 1000.0;
	/* A millisecond's worth more, or what is left over when a token falls due between two
	 * looks at the clock would be lost. */
	limit->room = per_second > 100 ? per_second / 100.0 : 1 + limit->per_ms;
	if (limit->tokens > limit->room)
		limit->tokens = limit->room;
}

static void refill(struct rate_limit *limit, int64_t now_ms)
{
	if (now_ms <= limit->at_ms)
		return;
	limit->tokens = fmin(limit->room,
			     limit->tokens + (double)(now_ms - limit->at_ms) * limit->per_ms);
	limit->at_ms = now_ms;
}

bool rate_limit_take(struct rate_limit *limit, int64_t now_ms)
{
	refill(limit, now_ms);
	if (limit->tokens < 1)
		return false;
	limit->tokens -= 1;
	return true;
}

int64_t rate_limit_wait_ms(struct rate_limit *limit, int64_t now_ms)
{
	refill(limit, now_ms);
	if (limit->tokens >= 1)
		return 0;
	return (int64_t)ceil((1 - limit->tokens) / limit->per_ms);
}
