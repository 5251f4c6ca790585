#include "authority/due_list.h"

#include "base/memory.h"

#include <stdlib.h>

/* Both lists are sorted by address. */
static struct due *carry_over(const struct due_list *list, size_t *old, struct target *target)
{
	while (*old < list->count && ip_compare(&list->items[*old].target->ip, &target->ip) < 0)
		++*old;
	return *old < list->count && list->items[*old].target == target ? &list->items[*old] : NULL;
}

void due_list_reconcile(struct due_list *list, const struct target_list *targets,
			bool allow_special_use)
{
	struct due *items = memory_allocate_array(targets->count, sizeof *items);
	size_t i, old = 0;

	for (i = 0; i < targets->count; i++) {
		struct target *target = targets->items[i];
		const struct due *before = carry_over(list, &old, target);

		items[i] = before != NULL ? *before
					  : (struct due){.asked_ms = DUE_NEVER,
							 .hurried_ms = DUE_NEVER,
							 .changing_since_ms = DUE_NEVER};
		items[i].target = target;
		items[i].left_out = target->skipped || (target->special_use && !allow_special_use);
		target_hold(target);
	}
	due_list_clear(list);
	*list = (struct due_list){items, targets->count};
}

void due_list_clear(struct due_list *list)
{
	size_t i;

	for (i = 0; i < list->count; i++)
		target_release(list->items[i].target);
	free(list->items);
	*list = (struct due_list){NULL, 0};
}

struct due *due_list_find(const struct due_list *list, const struct target *target)
{
	if (target->index >= list->count || list->items[target->index].target != target)
		return NULL;
	return &list->items[target->index];
}

struct schedule_ring *due_list_ring(const struct due_list *list, int64_t interval_ms)
{
	struct schedule_ring *ring = memory_allocate(sizeof *ring);
	uint64_t *hashes = memory_allocate_array(list->count, sizeof *hashes);
	bool *skip = memory_allocate_array(list->count, sizeof *skip);
	size_t i;

	for (i = 0; i < list->count; i++) {
		hashes[i] = ip_hash(&list->items[i].target->ip);
		skip[i] = list->items[i].left_out;
	}
	schedule_ring_init(ring, hashes, skip, list->count, interval_ms);
	free(hashes);
	free(skip);
	return ring;
}

void due_list_free_ring(struct schedule_ring *ring)
{
	if (ring == NULL)
		return;
	schedule_ring_clear(ring);
	free(ring);
}
