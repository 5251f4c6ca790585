/* shard.h - which of N exporters looks an address up.
 *
 * Rendezvous hashing (Thaler and Ravishankar, "Using name-based mappings to increase hit rates",
 * 1998): every shard has a weight for every address, and the heaviest gets it. So each address
 * is in exactly one shard, whoever computes it, and a shard that is added only takes: about one
 * address in N + 1 moves, all of them to it. The weights never change: they are fixed in a test.
 */
#pragma once

#include "base/error.h"
#include "base/ip.h"

#include <stdbool.h>

#define SHARD_COUNT_MAX 1000 /* every address is weighed for each of them */
#define SHARD_TEXT_MAX 16    /* "999/1000" */

struct shard {
	unsigned index; /* below `count` */
	unsigned count; /* 0 or 1: there is one, and it has everything */
};

/* "I/N". False: one sentence. */
bool shard_parse(const char *text, struct shard *shard, struct error *error);
/* Returns `text`. */
const char *shard_print(const struct shard *shard, char text[SHARD_TEXT_MAX]);

/* The one among `count` shards that looks `ip` up. */
unsigned shard_find(const struct ip *ip, unsigned count);
bool shard_has(const struct shard *shard, const struct ip *ip);
