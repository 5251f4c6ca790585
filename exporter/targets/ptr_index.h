/* ptr_index.h - which PTR names more than one target of the same address family has.
 *
 * Counts, by name and family, the targets that hold a name; knows no target itself. What a
 * target holds is its claim. Kept up to date with each claim, so that asking costs nothing.
 * Names are known by their hashes: two that collide in 64 bits would count as one.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ptr_index;
struct ptr_claim; /* NULL holds no name; owned by the target, its names by the index */

struct ptr_index *ptr_index_create(void);
void ptr_index_free(struct ptr_index *index); /* no claim may be left; NULL is fine */

/* The key of a name among those of a family (enum ip_family). */
uint64_t ptr_index_key(const uint8_t *name, unsigned family);

/* Hold these names, no two alike, instead of those held before. `digest` is whatever tells
 * what the claim was made from; without a digest, 0, nothing is held and `*claim` is NULL. */
void ptr_index_renew(struct ptr_index *index, struct ptr_claim **claim, uint64_t digest,
		     const uint64_t *keys, size_t count);

uint64_t ptr_claim_digest(const struct ptr_claim *claim); /* 0 for NULL */

/* Does another claim hold one of its names? */
bool ptr_claim_is_shared(const struct ptr_claim *claim);
