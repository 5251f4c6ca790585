#include "config/shard.h"

#include <stdint.h>
#include <stdio.h>

/* Digits alone, at most four: strtoul() would take blanks and signs. */
static const char *read_number(const char *text, unsigned *number)
{
	const char *begin = text;

	for (*number = 0; *text >= '0' && *text <= '9' && text - begin < 4; text++)
		*number = *number * 10 + (unsigned)(*text - '0');
	return text == begin ? NULL : text;
}

bool shard_parse(const char *text, struct shard *shard, struct error *error)
{
	const char *rest = read_number(text, &shard->index);

	if (rest != NULL && *rest == '/')
		rest = read_number(rest + 1, &shard->count);
	else
		rest = NULL;
	if (rest == NULL || *rest != '\0')
		return error_set(error, "--shard %s: expected I/N, like 0/3", text);
	if (shard->count < 1 || shard->count > SHARD_COUNT_MAX)
		return error_set(error, "--shard %s: %u shards, expected 1 to %d", text,
				 shard->count, SHARD_COUNT_MAX);
	if (shard->index >= shard->count)
		return error_set(error, "--shard %s: there is no shard %u, expected 0 to %u", text,
				 shard->index, shard->count - 1);
	return true;
}

const char *shard_print(const struct shard *shard, char text[SHARD_TEXT_MAX])
{
	snprintf(text, SHARD_TEXT_MAX, "%u/%u", shard->index, shard->count == 0 ? 1 : shard->count);
	return text;
}

/* The finaliser of SplitMix64 (Steele, Lea and Flood, 2014): every bit of the address and of
 * the number of the shard moves every bit of the weight. */
static uint64_t weigh(uint64_t address_hash, unsigned index)
{
	uint64_t z = address_hash + (index + UINT64_C(1)) * UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

unsigned shard_find(const struct ip *ip, unsigned count)
{
	uint64_t hash = ip_hash(ip), most = 0;
	unsigned found = 0, i;

	for (i = 0; i < count; i++) {
		uint64_t weight = weigh(hash, i);

		if (i > 0 && weight <= most)
			continue;
		most = weight;
		found = i;
	}
	return found;
}

bool shard_has(const struct shard *shard, const struct ip *ip)
{
	return shard->count <= 1 || shard_find(ip, shard->count) == shard->index;
}
