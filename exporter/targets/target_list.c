#include "targets/target_list.h"

#include "base/memory.h"
#include "fcrdns/authority_state.h"

#include <stdlib.h>
#include <string.h>

struct target_list *target_list_create(void)
{
	struct target_list *list = memory_allocate(sizeof *list);

	list->ptr_index = ptr_index_create();
	return list;
}

/* It has no names any more. */
static void give_names_back(struct target_list *list, struct target *target)
{
	ptr_index_renew(list->ptr_index, &target->claim, 0, NULL, 0);
}

void target_list_free(struct target_list *list)
{
	size_t i;

	if (list == NULL)
		return;
	for (i = 0; i < list->count; i++) {
		give_names_back(list, list->items[i]);
		target_release(list->items[i]);
	}
	ptr_index_free(list->ptr_index);
	free(list->items);
	free(list);
}

struct target *target_list_find(const struct target_list *list, const struct ip *ip)
{
	size_t low = 0, high = list->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = ip_compare(&list->items[middle]->ip, ip);

		if (order == 0)
			return list->items[middle];
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

static bool same_names(const struct expectation *a, const struct expectation *b)
{
	/* The text is unambiguous and sorted. */
	return strcmp(a->hostname, b->hostname) == 0;
}

static void set_skipped(struct target *target, bool check_special_use)
{
	target->skipped = target->special_use && !check_special_use;
}

static size_t resolver_count_of(const struct target_list_change *change)
{
	return change->view_count - (change->has_authority ? 1 : 0);
}

/* What is known from it goes with it. */
static void forget_authority(struct target *target)
{
	target->authority_state = AUTHORITY_UNKNOWN;
	if (target->changes != NULL)
		target->changes->doubted = target->changes->has_upper = false;
}

/* Views of resolvers that stay move to their new place, those of others end. */
static void rearrange_views(struct target *target, const struct target_list_change *change)
{
	struct view *views = memory_allocate_array(change->view_count, sizeof *views);
	size_t i;

	for (i = 0; i < change->view_count; i++) {
		int old = change->old_views[i];

		if (old < 0) {
			views[i].last_status = STATUS_PENDING;
			continue;
		}
		views[i] = target->views[old];
		target->views[old] = (struct view){0}; /* moved, not freed */
	}
	for (i = 0; i < target->view_count; i++)
		view_clear(&target->views[i]);
	free(target->views);
	target->views = views;
	target->view_count = (uint32_t)change->view_count;
	target->resolver_count = (uint8_t)resolver_count_of(change);
	if (!change->has_authority || change->old_views[change->view_count - 1] < 0)
		forget_authority(target);
}

static bool views_stay(const struct target_list *list, const struct target_list_change *change)
{
	size_t i;

	for (i = 0; i < change->view_count; i++)
		if (change->old_views[i] != (int)i)
			return false;
	return list->view_count == change->view_count;
}

/* Returns whether it must be asked at once. */
static bool update_target(struct target *target, const struct watch *watch,
			  const struct target_list_change *change, bool rearrange)
{
	bool was_skipped = target->skipped, renamed;

	renamed = !same_names(target->expectation, watch->expectation);
	if (rearrange)
		rearrange_views(target, change);
	if (renamed)
		target_expect(target, watch->expectation);
	target->expectation = watch->expectation;
	/* A status that is another now is the reload's doing. */
	target->settled_status = STATUS_PENDING;
	set_skipped(target, change->check_special_use);
	return renamed || (was_skipped && !target->skipped);
}

/* Checks may be on their way; the expectation goes with its configuration. */
static void remove_target(struct target_list *list, struct target *target)
{
	static const struct expectation nothing = {.hostname = ""};

	give_names_back(list, target);
	target->expectation = &nothing;
	target->removed = true;
	target_release(target);
}

void target_list_reconcile(struct target_list *list, const struct target_list_change *change,
			   bool *ask_at_once)
{
	struct target **items = memory_allocate_array(change->watch_count, sizeof(struct target *));
	bool rearrange = !views_stay(list, change);
	size_t old = 0, i;

	/* Both sides are sorted: one walk along them. */
	for (i = 0; i < change->watch_count; i++) {
		const struct watch *watch = &change->watches[i];

		while (old < list->count && ip_compare(&list->items[old]->ip, &watch->ip) < 0)
			remove_target(list, list->items[old++]);
		if (old < list->count && ip_equal(&list->items[old]->ip, &watch->ip)) {
			items[i] = list->items[old++];
			ask_at_once[i] = update_target(items[i], watch, change, rearrange);
			if (items[i]->skipped)
				give_names_back(list, items[i]);
		} else {
			items[i] = target_create(watch, change->view_count);
			items[i]->resolver_count = (uint8_t)resolver_count_of(change);
			set_skipped(items[i], change->check_special_use);
			items[i]->original = list->generation == 0;
			ask_at_once[i] = true;
		}
		items[i]->index = (uint32_t)i;
	}
	while (old < list->count)
		remove_target(list, list->items[old++]);
	free(list->items);
	list->items = items;
	list->count = change->watch_count;
	list->view_count = change->view_count;
	list->resolver_count = resolver_count_of(change);
	list->generation++;
}
