/* bucket.h - so many a second on average, and a number of them at once.
 *
 * A token bucket that starts full. For what comes in from outside; what goes out to resolvers has
 * pacing/rate_limit, which allows no burst.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct bucket {
	double per_ms; /* 0: any number */
	double burst;
	double tokens;
	int64_t at_ms; /* when `tokens` was right */
};

/* `per_second` 0: no limit at all. */
void bucket_init(struct bucket *bucket, double per_second, double burst, int64_t now_ms);

/* Keep what is in it, change the rate and how much it holds. */
void bucket_set(struct bucket *bucket, double per_second, double burst, int64_t now_ms);

/* Take `count` if they are there. */
bool bucket_take(struct bucket *bucket, double count, int64_t now_ms);

/* So many more were used, whether they are there or not: then nobody takes any for longer. */
void bucket_use(struct bucket *bucket, double count, int64_t now_ms);
