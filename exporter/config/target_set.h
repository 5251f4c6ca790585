/* target_set.h - all addresses and blocks of the target files -> one sorted list without doubles.
 *
 * A single address overrides a block that contains it. The same single address twice, and blocks
 * that overlap, are mistakes. Everything takes O(n log n).
 */
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "base/ip.h"
#include "config/config_input.h"
#include "config/shard.h"
#include "fcrdns/watch.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct target_place {
	uint32_t file; /* index of the target file */
	uint32_t line, column;
};

struct target_address {
	struct ip ip;
	struct target_place place;
	const struct expectation *expectation; /* NULL: another shard's */
};

struct target_block {
	struct ip_block block; /* no host bit set */
	struct target_place place;
	const struct expectation *expectation;
};

struct target_set {
	struct target_address *addresses;
	size_t address_count, address_capacity;
	struct target_block *blocks;
	size_t block_count, block_capacity;
	uint64_t total; /* addresses, and those of all blocks; the caller bounds it */
};

void target_set_clear(struct target_set *set);

void target_set_add_address(struct target_set *set, const struct target_address *address);
void target_set_add_block(struct target_set *set, const struct target_block *block);

/* Sort, and refuse doubles and overlaps, naming both places. */
bool target_set_check(struct target_set *set, const struct config_file *files, struct error *error);

/* Every address once, sorted, in the arena. Only after target_set_check(). */
struct watch *target_set_expand(const struct target_set *set, struct arena *arena,
				size_t *count);

/* Those of this shard, in the arena; the expectations of all others become NULL. Without shards
 * it is the same list. */
const struct watch *target_set_take_shard(struct watch *all, size_t all_count,
					  const struct shard *shard, struct arena *arena,
					  size_t *count);
