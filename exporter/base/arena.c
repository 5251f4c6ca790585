#include "base/arena.h"

#include "base/memory.h"

#include <assert.h>
#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK_SIZE (64 * 1024)

struct arena_block {
	struct arena_block *next;
	size_t used;
	size_t size;
	alignas(max_align_t) unsigned char bytes[];
};

struct arena {
	struct arena_block *blocks; /* the one in use first */
};

struct arena *arena_create(void)
{
	return memory_allocate(sizeof(struct arena));
}

void arena_free(struct arena *arena)
{
	struct arena_block *block, *next;

	if (arena == NULL)
		return;
	for (block = arena->blocks; block != NULL; block = next) {
		next = block->next;
		free(block);
	}
	free(arena);
}

static struct arena_block *add_block(struct arena *arena, size_t least)
{
	size_t size = least > BLOCK_SIZE ? least : BLOCK_SIZE;
	struct arena_block *block = memory_allocate(sizeof *block + size);

	block->size = size;
	block->next = arena->blocks;
	arena->blocks = block;
	return block;
}

void *arena_allocate(struct arena *arena, size_t size)
{
	const size_t alignment = alignof(max_align_t);
	struct arena_block *block = arena->blocks;
	void *allocation;

	assert(size < SIZE_MAX - alignment);
	size = (size + alignment - 1) / alignment * alignment;
	if (block == NULL || block->size - block->used < size)
		block = add_block(arena, size);
	allocation = block->bytes + block->used;
	block->used += size;
	return allocation;
}

void *arena_allocate_array(struct arena *arena, size_t count, size_t size)
{
	assert(size == 0 || count <= SIZE_MAX / size);
	return arena_allocate(arena, count * size);
}

char *arena_copy_bytes(struct arena *arena, const char *text, size_t length)
{
	char *copy = arena_allocate(arena, length + 1);

	if (length > 0)
		memcpy(copy, text, length);
	return copy;
}

char *arena_copy_text(struct arena *arena, const char *text)
{
	return arena_copy_bytes(arena, text, strlen(text));
}
