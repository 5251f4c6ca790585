#include "pacing/rate_limit.h"

#include <math.h>

/* Whoever takes looks every 10 ms, and late: with less room what is left over between two
 * looks would be lost, and the rate never be reached. */
#define ROOM_SECONDS 0.02

void rate_limit_init(struct rate_limit *limit, double per_second, int64_t now_ms)
{
	limit->tokens = 0;
	rate_limit_set(limit, per_second);
	limit->tokens = limit->room;
	limit->at_ms = now_ms;
}

void rate_limit_set(struct rate_limit *limit, double per_second)
{
	limit->per_ms = per_second / 1000.0;
	limit->room = 1 + per_second * ROOM_SECONDS;
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

void rate_limit_use(struct rate_limit *limit, double count)
{
	limit->tokens -= count;
}

int64_t rate_limit_wait_ms(struct rate_limit *limit, int64_t now_ms)
{
	refill(limit, now_ms);
	if (limit->tokens >= 1)
		return 0;
	return (int64_t)ceil((1 - limit->tokens) / limit->per_ms);
}
