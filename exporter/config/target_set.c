#include "config/target_set.h"

#include "base/memory.h"

#include <stdio.h>
#include <stdlib.h>

#define BLOCK_TEXT_MAX (IP_TEXT_MAX + 4)
#define SENTENCE_MAX 256

void target_set_clear(struct target_set *set)
{
	free(set->addresses);
	free(set->blocks);
	*set = (struct target_set){0};
}

void target_set_add_address(struct target_set *set, const struct target_address *address)
{
	if (set->address_count == set->address_capacity) {
		set->address_capacity =
		    memory_grown_capacity(set->address_capacity, set->address_count + 1);
		set->addresses = memory_resize_array(set->addresses, set->address_capacity,
						     sizeof *set->addresses);
	}
	set->addresses[set->address_count++] = *address;
	set->total++;
}

void target_set_add_block(struct target_set *set, const struct target_block *block)
{
	if (set->block_count == set->block_capacity) {
		set->block_capacity =
		    memory_grown_capacity(set->block_capacity, set->block_count + 1);
		set->blocks =
		    memory_resize_array(set->blocks, set->block_capacity, sizeof *set->blocks);
	}
	set->blocks[set->block_count++] = *block;
	set->total += ip_block_count(&block->block);
}

static int compare_places(const struct target_place *a, const struct target_place *b)
{
	if (a->file != b->file)
		return a->file < b->file ? -1 : 1;
	if (a->line != b->line)
		return a->line < b->line ? -1 : 1;
	return (a->column > b->column) - (a->column < b->column);
}

static int compare_addresses(const void *a, const void *b)
{
	const struct target_address *x = a, *y = b;
	int order = ip_compare(&x->ip, &y->ip);

	return order != 0 ? order : compare_places(&x->place, &y->place);
}

/* A block stands before those inside it. */
static int compare_blocks(const void *a, const void *b)
{
	const struct target_block *x = a, *y = b;
	int order = ip_compare(&x->block.first, &y->block.first);

	if (order == 0)
		order = (x->block.length > y->block.length) - (x->block.length < y->block.length);
	return order != 0 ? order : compare_places(&x->place, &y->place);
}

/* SENTENCE names what stands at `second` and ends where the place of the first follows. */
static bool fail(const struct config_file *files, const struct target_place *second,
		 const struct target_place *first, const char *sentence, struct error *error)
{
	error_set(error, "%s at %s:%u:%u", sentence, files[first->file].path, first->line,
		  first->column);
	return error_prefix(error, "%s:%u:%u", files[second->file].path, second->line,
			    second->column);
}

static bool check_addresses(const struct target_set *set, const struct config_file *files,
			    struct error *error)
{
	char sentence[SENTENCE_MAX], text[IP_TEXT_MAX];
	size_t i;

	for (i = 1; i < set->address_count; i++) {
		const struct target_address *first = &set->addresses[i - 1];
		const struct target_address *second = &set->addresses[i];

		if (!ip_equal(&first->ip, &second->ip))
			continue;
		snprintf(sentence, sizeof sentence, "%s is listed twice, first",
			 ip_print(&second->ip, text));
		return fail(files, &second->place, &first->place, sentence, error);
	}
	return true;
}

static const char *print_block(const struct ip_block *block, char text[BLOCK_TEXT_MAX])
{
	char address[IP_TEXT_MAX];

	snprintf(text, BLOCK_TEXT_MAX, "%s/%u", ip_print(&block->first, address), block->length);
	return text;
}

static bool fail_overlap(const struct config_file *files, const struct target_block *outer,
			 const struct target_block *inner, struct error *error)
{
	bool in_order = compare_places(&outer->place, &inner->place) < 0;
	const struct target_block *first = in_order ? outer : inner;
	const struct target_block *second = in_order ? inner : outer;
	char sentence[SENTENCE_MAX], first_text[BLOCK_TEXT_MAX], second_text[BLOCK_TEXT_MAX];

	print_block(&first->block, first_text);
	print_block(&second->block, second_text);
	if (first->block.length == second->block.length)
		snprintf(sentence, sizeof sentence, "%s is listed twice, first", second_text);
	else
		snprintf(sentence, sizeof sentence, "%s overlaps %s, listed", second_text,
			 first_text);
	return fail(files, &second->place, &first->place, sentence, error);
}

/* Aligned blocks are apart or one inside the other, and the outer one stands before: as long as
 * there is no overlap, looking at the block just before is enough. */
static bool check_blocks(const struct target_set *set, const struct config_file *files,
			 struct error *error)
{
	size_t i;

	for (i = 1; i < set->block_count; i++) {
		const struct target_block *outer = &set->blocks[i - 1], *inner = &set->blocks[i];

		if (ip_block_contains(&outer->block, &inner->block.first))
			return fail_overlap(files, outer, inner, error);
	}
	return true;
}

bool target_set_check(struct target_set *set, const struct config_file *files, struct error *error)
{
	if (set->address_count > 1)
		qsort(set->addresses, set->address_count, sizeof *set->addresses,
		      compare_addresses);
	if (set->block_count > 1)
		qsort(set->blocks, set->block_count, sizeof *set->blocks, compare_blocks);
	return check_addresses(set, files, error) && check_blocks(set, files, error);
}

/* Where the merge of both sorted lists stands. */
struct merge {
	const struct target_set *set;
	size_t next; /* of the single addresses */
	struct watch *watches;
	size_t count;
};

static void emit(struct merge *merge, const struct ip *ip, const struct expectation *expectation)
{
	merge->watches[merge->count++] = (struct watch){*ip, expectation};
}

/* The single addresses before `ip`, or all if it is NULL. */
static void emit_addresses(struct merge *merge, const struct ip *ip)
{
	for (; merge->next < merge->set->address_count; merge->next++) {
		const struct target_address *address = &merge->set->addresses[merge->next];

		if (ip != NULL && ip_compare(&address->ip, ip) >= 0)
			return;
		emit(merge, &address->ip, address->expectation);
	}
}

static bool is_next_address(const struct merge *merge, const struct ip *ip)
{
	return merge->next < merge->set->address_count &&
	       ip_equal(&merge->set->addresses[merge->next].ip, ip);
}

static void emit_block(struct merge *merge, const struct target_block *block)
{
	uint64_t left = ip_block_count(&block->block);
	struct ip ip = block->block.first;

	emit_addresses(merge, &ip);
	for (; left > 0; left--, ip = ip_next(&ip)) {
		if (is_next_address(merge, &ip))
			emit(merge, &ip, merge->set->addresses[merge->next++].expectation);
		else
			emit(merge, &ip, block->expectation);
	}
}

struct watch *target_set_expand(const struct target_set *set, struct arena *arena,
				size_t *count)
{
	struct merge merge = {.set = set};
	size_t i;

	/* One that overrides an address of a block was counted twice: a little too much room. */
	merge.watches = arena_allocate_array(arena, (size_t)set->total, sizeof *merge.watches);
	for (i = 0; i < set->block_count; i++)
		emit_block(&merge, &set->blocks[i]);
	emit_addresses(&merge, NULL);
	*count = merge.count;
	return merge.watches;
}

static size_t drop_foreign(struct watch *all, size_t all_count, const struct shard *shard)
{
	size_t own = 0, i;

	for (i = 0; i < all_count; i++) {
		if (shard_has(shard, &all[i].ip))
			own++;
		else
			all[i].expectation = NULL;
	}
	return own;
}

const struct watch *target_set_take_shard(struct watch *all, size_t all_count,
					  const struct shard *shard, struct arena *arena,
					  size_t *count)
{
	struct watch *own;
	size_t i;

	*count = all_count;
	if (shard->count <= 1)
		return all;
	own = arena_allocate_array(arena, drop_foreign(all, all_count, shard), sizeof *own);
	for (*count = 0, i = 0; i < all_count; i++)
		if (all[i].expectation != NULL)
			own[(*count)++] = all[i];
	return own;
}
