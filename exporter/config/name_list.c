#include "config/name_list.h"

#include "base/memory.h"
#include "dns/name.h"
#include "fcrdns/host_name.h"

#include <stdlib.h>

static int compare_pointers(const void *a, const void *b)
{
	const struct expectation *x = *(const struct expectation *const *)a;
	const struct expectation *y = *(const struct expectation *const *)b;

	return x < y ? -1 : x > y;
}

static int compare_names(const void *a, const void *b)
{
	return dns_name_compare(*(const uint8_t *const *)a, *(const uint8_t *const *)b);
}

/* The entries that have names, each once: many addresses share one. The caller frees them. */
static const struct expectation **list_expectations(const struct config *config, size_t *count)
{
	const struct expectation **items, *last = NULL;
	size_t all = 0, i;

	items = memory_allocate_array(config->watch_count, sizeof *items);
	for (i = 0; i < config->watch_count; i++)
		if (config->watches[i].expectation->name_count > 0)
			items[all++] = config->watches[i].expectation;
	qsort(items, all, sizeof *items, compare_pointers);
	for (*count = 0, i = 0; i < all; last = items[i++])
		if (items[i] != last)
			items[(*count)++] = items[i];
	return items;
}

static size_t remove_doubles(const uint8_t **names, size_t count)
{
	size_t kept = 0, i;

	for (i = 0; i < count; i++)
		if (kept == 0 || !dns_name_equal(names[kept - 1], names[i]))
			names[kept++] = names[i];
	return kept;
}

static void find_hopeless(struct config *config)
{
	bool *hopeless = arena_allocate_array(config->arena, config->name_count, sizeof *hopeless);
	size_t i;

	for (i = 0; i < config->name_count; i++)
		hopeless[i] = host_name_fault(config->names[i], config->check_special_use) !=
			      REASON_NONE;
	config->names_hopeless = hopeless;
}

void name_list_make(struct config *config)
{
	size_t entry_count, count = 0, i, k;
	const struct expectation **entries = list_expectations(config, &entry_count);
	const uint8_t **names;

	for (i = 0; i < entry_count; i++)
		count += entries[i]->name_count;
	names = arena_allocate_array(config->arena, count, sizeof *names);
	for (count = 0, i = 0; i < entry_count; i++)
		for (k = 0; k < entries[i]->name_count; k++)
			names[count++] = entries[i]->names[k];
	free(entries);
	qsort(names, count, sizeof *names, compare_names);
	config->name_count = remove_doubles(names, count);
	config->names = names;
	find_hopeless(config);
}
