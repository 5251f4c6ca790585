#include "authority/zone_list.h"

#include "base/hash.h"
#include "base/memory.h"

#include <stdlib.h>

#define BUCKETS 256

/* Targets come once an hour. */
#define UNUSED_MS (75 * 60 * 1000)

struct zone_list {
	struct inquiries *inquiries;
	struct servers *servers;
	struct zone *buckets[BUCKETS];
	size_t count;
};

struct zone_list *zone_list_create(struct inquiries *inquiries, struct servers *servers)
{
	struct zone_list *list = memory_allocate(sizeof *list);

	list->inquiries = inquiries;
	list->servers = servers;
	return list;
}

/* Drop those of one bucket that were not used since `before_ms`. */
static void sweep_bucket(struct zone_list *list, struct zone **link, int64_t before_ms)
{
	while (*link != NULL) {
		struct zone *zone = *link;

		if (zone->users > 0 || zone->work != NULL || zone->used_ms > before_ms) {
			link = &zone->next;
			continue;
		}
		*link = zone->next;
		list->count--;
		zone_free(zone);
	}
}

void zone_list_sweep(struct zone_list *list, int64_t now_ms)
{
	size_t i;

	for (i = 0; i < BUCKETS; i++)
		sweep_bucket(list, &list->buckets[i], now_ms - UNUSED_MS);
}

void zone_list_free(struct zone_list *list)
{
	size_t i;

	if (list == NULL)
		return;
	for (i = 0; i < BUCKETS; i++)
		sweep_bucket(list, &list->buckets[i], INT64_MAX);
	free(list);
}

struct zone *zone_list_take(struct zone_list *list, const uint8_t *name)
{
	size_t at = hash_bytes(name, dns_name_size(name)) % BUCKETS;
	struct zone *zone;

	for (zone = list->buckets[at]; zone != NULL; zone = zone->next)
		if (dns_name_equal(zone->name.wire, name))
			break;
	if (zone == NULL) {
		if (list->count >= ZONE_LIST_MAX)
			sweep_bucket(list, &list->buckets[at], INT64_MAX);
		zone = zone_create(list->inquiries, list->servers, name);
		zone->next = list->buckets[at];
		list->buckets[at] = zone;
		list->count++;
	}
	zone->users++;
	return zone;
}

void zone_list_give_back(struct zone_list *list, struct zone *zone)
{
	(void)list;
	zone->users--;
	zone->used_ms = loop_now().ms;
}

size_t zone_list_count(const struct zone_list *list)
{
	return list->count;
}
