#include "dns/record_set.h"

#include "base/memory.h"
#include "dns/name.h"

#include <stdlib.h>

void dns_name_set_add(struct dns_name_set *set, const uint8_t *name)
{
	text_add_bytes(&set->bytes, (const char *)name, dns_name_size(name));
	set->count++;
}

static int compare_name_pointers(const void *a, const void *b)
{
	return dns_name_compare(*(const uint8_t *const *)a, *(const uint8_t *const *)b);
}

void dns_name_set_settle(struct dns_name_set *set)
{
	struct dns_name_set settled = {TEXT_EMPTY, 0};
	const uint8_t **sorted, *name = dns_name_set_first(set);
	size_t i;

	if (set->count < 2)
		return;
	sorted = memory_allocate_array(set->count, sizeof *sorted);
	for (i = 0; i < set->count; i++, name += dns_name_size(name))
		sorted[i] = name;
	qsort(sorted, set->count, sizeof *sorted, compare_name_pointers);
	for (i = 0; i < set->count; i++)
		if (i == 0 || !dns_name_equal(sorted[i], sorted[i - 1]))
			dns_name_set_add(&settled, sorted[i]);
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
