#include "pacing/bucket.h"

static void fill(struct bucket *bucket, int64_t now_ms)
{
	if (now_ms > bucket->at_ms)
		bucket->tokens += (double)(now_ms - bucket->at_ms) * bucket->per_ms;
	if (bucket->tokens > bucket->burst)
		bucket->tokens = bucket->burst;
	bucket->at_ms = now_ms;
}

void bucket_init(struct bucket *bucket, double per_second, double burst, int64_t now_ms)
{
	*bucket = (struct bucket){per_second / 1000, burst, burst, now_ms};
}

void bucket_set(struct bucket *bucket, double per_second, double burst, int64_t now_ms)
{
	fill(bucket, now_ms);
	bucket->burst = burst;
	bucket->per_ms = per_second / 1000;
}

bool bucket_take(struct bucket *bucket, double count, int64_t now_ms)
{
	if (bucket->per_ms <= 0)
		return true;
	fill(bucket, now_ms);
	if (bucket->tokens < count)
		return false;
	bucket->tokens -= count;
	return true;
}

void bucket_use(struct bucket *bucket, double count, int64_t now_ms)
{
	fill(bucket, now_ms);
	bucket->tokens -= count;
}
