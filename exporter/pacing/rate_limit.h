/* rate_limit.h - so many a second at most, never many at once.
 *
 * A token bucket that holds one, and a fiftieth of a second's worth. Time is given.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct rate_limit {
	double per_ms;
	double room;   /* tokens the bucket holds */
	double tokens;
	int64_t at_ms; /* when `tokens` was right */
};

void rate_limit_init(struct rate_limit *limit, double per_second, int64_t now_ms);

/* Keep what was used, change the rate. */
void rate_limit_set(struct rate_limit *limit, double per_second);

/* Take one if there is one. */
bool rate_limit_take(struct rate_limit *limit, int64_t now_ms);

/* Some more were used, whether there are so many or not: then nobody takes any for longer. */
void rate_limit_use(struct rate_limit *limit, double count);

/* How long until there is one: 0 if there is now. */
int64_t rate_limit_wait_ms(struct rate_limit *limit, int64_t now_ms);
