#include "dns/record_set.h"

#include "base/memory.h"
#include "dns/name.h"

#include <stdlib.h>
#include <string.h>

static void add_name(struct dns_name_set *set, const uint8_t *name, size_t size)
{
	text_add_bytes(&set->bytes, (const char *)name, size);
	set->count++;
}

void dns_name_set_add(struct dns_name_set *set, const uint8_t *name)
{
	add_name(set, name, dns_name_size(name));
}

struct sorted_name {
	const uint8_t *name, *key;
	size_t name_size, key_size;
};

static int compare_sorted_names(const void *a, const void *b)
{
	const struct sorted_name *x = a, *y = b;
	size_t shorter = x->key_size < y->key_size ? x->key_size : y->key_size;
	int order = memcmp(x->key, y->key, shorter);

	return order != 0 ? order : (x->key_size > y->key_size) - (x->key_size < y->key_size);
}

/* By keys, as a hostile zone can have thousands of names of 127 labels, all but one of them
 * common to all. `keys` has room for twice the bytes of the set. */
static void sort_names(const struct dns_name_set *set, struct sorted_name *sorted, uint8_t *keys)
{
	const uint8_t *name = dns_name_set_first(set);
	size_t i;

	for (i = 0; i < set->count; i++) {
		sorted[i] = (struct sorted_name){name, keys, dns_name_size(name),
						 dns_name_key(name, keys)};
		name += sorted[i].name_size;
		keys += sorted[i].key_size;
	}
	qsort(sorted, set->count, sizeof *sorted, compare_sorted_names);
}

void dns_name_set_settle(struct dns_name_set *set)
{
	struct dns_name_set settled = {TEXT_EMPTY, 0};
	struct sorted_name *sorted;
	uint8_t *keys;
	size_t i;

	if (set->count < 2)
		return;
	sorted = memory_allocate_array(set->count, sizeof *sorted);
	keys = memory_resize_array(NULL, 2, set->bytes.size);
	sort_names(set, sorted, keys);
	text_reserve(&settled.bytes, set->bytes.size); /* at once: fresh pages cost most here */
	for (i = 0; i < set->count; i++)
		if (i == 0 || !dns_name_equal(sorted[i].name, sorted[i - 1].name))
			add_name(&settled, sorted[i].name, sorted[i].name_size);
	free(keys);
	free(sorted);
	dns_name_set_clear(set);
	*set = settled;
}

void dns_name_set_clear(struct dns_name_set *set)
{
	text_clear(&set->bytes);
	set->count = 0;
}

void dns_address_set_add(struct dns_address_set *set, const struct ip *ip)
{
	if (set->count == set->capacity) {
		set->capacity = set->capacity == 0 ? 1 : set->capacity * 2;
		set->items = memory_resize_array(set->items, set->capacity, sizeof *ip);
	}
	set->items[set->count++] = *ip;
}

static int compare_addresses(const void *a, const void *b)
{
	return ip_compare(a, b);
}

void dns_address_set_settle(struct dns_address_set *set)
{
	size_t i, kept = 1;

	if (set->count < 2)
		return;
	qsort(set->items, set->count, sizeof *set->items, compare_addresses);
	for (i = 1; i < set->count; i++)
		if (!ip_equal(&set->items[i], &set->items[kept - 1]))
			set->items[kept++] = set->items[i];
	set->count = kept;
}

void dns_address_set_clear(struct dns_address_set *set)
{
	free(set->items);
	*set = (struct dns_address_set){NULL, 0, 0};
}

bool dns_address_set_has(const struct dns_address_set *set, const struct ip *ip)
{
	size_t i;

	for (i = 0; i < set->count; i++)
		if (ip_equal(&set->items[i], ip))
			return true;
	return false;
}
