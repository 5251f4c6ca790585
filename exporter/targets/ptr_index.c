#include "targets/ptr_index.h"

#include "base/hash.h"
#include "base/memory.h"
#include "dns/name.h"

#include <assert.h>
#include <stdlib.h>

/* The keys are hashes already. */
#define HASH_FUNCTION(key, size, hash) ((hash) = (unsigned)*(const uint64_t *)(key))
#define uthash_malloc(size) memory_allocate(size)
#include <uthash.h>

struct ptr_name {
	uint64_t key;
	uint32_t holders;
	UT_hash_handle hh;
};

struct ptr_claim {
	uint64_t digest;
	size_t count;
	struct ptr_name *names[];
};

struct ptr_index {
	struct ptr_name *names; /* a hash of them; NULL: none */
};

struct ptr_index *ptr_index_create(void)
{
	return memory_allocate(sizeof(struct ptr_index));
}

void ptr_index_free(struct ptr_index *index)
{
	assert(index == NULL || index->names == NULL);
	free(index);
}

uint64_t ptr_index_key(const uint8_t *name, unsigned family)
{
	return hash_bytes(name, dns_name_size(name)) ^ family;
}

static struct ptr_name *hold(struct ptr_index *index, uint64_t key)
{
	struct ptr_name *name;

	HASH_FIND(hh, index->names, &key, sizeof key, name);
	if (name == NULL) {
		name = memory_allocate(sizeof *name);
		name->key = key;
		HASH_ADD(hh, index->names, key, sizeof name->key, name);
	}
	name->holders++;
	return name;
}

static void let_go(struct ptr_index *index, struct ptr_name *name)
{
	if (--name->holders > 0)
		return;
	/* clang-tidy believes that a hash with something in it may have no table. */
	HASH_DELETE(hh, index->names, name); // NOLINT: see above
	free(name);
}

static struct ptr_claim *make(struct ptr_index *index, uint64_t digest, const uint64_t *keys,
			      size_t count)
{
	struct ptr_claim *claim;
	size_t i;

	claim = memory_allocate(sizeof *claim + count * sizeof(struct ptr_name *));
	claim->digest = digest;
	claim->count = count;
	for (i = 0; i < count; i++)
		claim->names[i] = hold(index, keys[i]);
	return claim;
}

void ptr_index_renew(struct ptr_index *index, struct ptr_claim **claim, uint64_t digest,
		     const uint64_t *keys, size_t count)
{
	struct ptr_claim *before = *claim;
	size_t i;

	/* The new ones first, so that a name that stays is not made anew. */
	*claim = digest != 0 ? make(index, digest, keys, count) : NULL;
	for (i = 0; before != NULL && i < before->count; i++)
		let_go(index, before->names[i]);
	free(before);
}

uint64_t ptr_claim_digest(const struct ptr_claim *claim)
{
	return claim == NULL ? 0 : claim->digest;
}

bool ptr_claim_is_shared(const struct ptr_claim *claim)
{
	size_t i;

	for (i = 0; claim != NULL && i < claim->count; i++)
		if (claim->names[i]->holders > 1)
			return true;
	return false;
}
