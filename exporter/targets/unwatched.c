#include "targets/unwatched.h"

#include "base/hash.h"
#include "base/memory.h"
#include "dns/name.h"
#include "fcrdns/special_use.h"
#include "targets/recent_set.h"

#include <stdlib.h>
#include <string.h>

/* The addresses last answered for one family. One allocation, of the size it needs. */
struct addresses {
	uint16_t unwatched; /* of all there were; a message has no room for more */
	uint16_t beyond;    /* of these, how many are not kept */
	uint16_t kept;
	uint8_t bytes[]; /* 4 or 16 of each */
};

struct name {
	const uint8_t *wire; /* the configuration's */
	struct addresses *addresses[UNWATCHED_FAMILIES]; /* owned; NULL: none */
	uint32_t digests[UNWATCHED_FAMILIES]; /* of the answers that count */
	uint32_t rumours[UNWATCHED_FAMILIES]; /* of others that came once; 0: none */
	bool answered[UNWATCHED_FAMILIES];
};

struct unwatched {
	struct name *names; /* sorted */
	size_t name_count;
	const struct watch *watches;
	size_t watch_count;
	bool count_special_use;
	struct recent_set *told;
};

struct unwatched *unwatched_create(void)
{
	struct unwatched *unwatched = memory_allocate(sizeof *unwatched);

	unwatched->told = recent_set_create();
	return unwatched;
}

static void name_clear(struct name *name)
{
	free(name->addresses[UNWATCHED_IPV4]);
	free(name->addresses[UNWATCHED_IPV6]);
}

void unwatched_free(struct unwatched *unwatched)
{
	size_t i;

	if (unwatched == NULL)
		return;
	for (i = 0; i < unwatched->name_count; i++)
		name_clear(&unwatched->names[i]);
	free(unwatched->names);
	recent_set_free(unwatched->told);
	free(unwatched);
}

/* --- counting --- */

static bool is_watched(const struct unwatched *unwatched, const struct ip *ip)
{
	size_t low = 0, high = unwatched->watch_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = ip_compare(&unwatched->watches[middle].ip, ip);

		if (order == 0)
			return true;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return false;
}

static bool counts(const struct unwatched *unwatched, const struct ip *ip)
{
	if (is_watched(unwatched, ip))
		return false;
	return unwatched->count_special_use || !special_use_has(ip);
}

static size_t size_of_address(size_t family)
{
	return family == UNWATCHED_IPV4 ? 4 : 16;
}

static void count_anew(const struct unwatched *unwatched, size_t family,
		       struct addresses *addresses)
{
	struct ip ip = {.family = family == UNWATCHED_IPV4 ? IP_V4 : IP_V6};
	size_t size = size_of_address(family), i;

	addresses->unwatched = addresses->beyond;
	for (i = 0; i < addresses->kept; i++) {
		memcpy(ip.bytes, addresses->bytes + i * size, size);
		addresses->unwatched = (uint16_t)(addresses->unwatched + counts(unwatched, &ip));
	}
}

/* --- a new configuration --- */

static void take_over(struct unwatched *unwatched, struct name *name, struct name *before)
{
	size_t family;

	for (family = 0; family < UNWATCHED_FAMILIES; family++) {
		name->answered[family] = before->answered[family];
		name->digests[family] = before->digests[family];
		name->rumours[family] = before->rumours[family];
		name->addresses[family] = before->addresses[family];
		before->addresses[family] = NULL;
		if (name->addresses[family] != NULL)
			count_anew(unwatched, family, name->addresses[family]);
	}
}

void unwatched_reconcile(struct unwatched *unwatched, const struct unwatched_change *change)
{
	struct name *before = unwatched->names, *names;
	size_t old_count = unwatched->name_count, old = 0, i;

	names = memory_allocate_array(change->name_count, sizeof *names);
	unwatched->names = names;
	unwatched->name_count = change->name_count;
	unwatched->watches = change->watches;
	unwatched->watch_count = change->watch_count;
	unwatched->count_special_use = change->count_special_use;
	/* Both sides are sorted: one walk along them. */
	for (i = 0; i < change->name_count; i++) {
		int order = -1;

		names[i].wire = change->names[i];
		while (old < old_count &&
		       (order = dns_name_compare(before[old].wire, names[i].wire)) < 0)
			name_clear(&before[old++]);
		if (old < old_count && order == 0)
			take_over(unwatched, &names[i], &before[old++]);
	}
	while (old < old_count)
		name_clear(&before[old++]);
	free(before);
}

/* --- names --- */

size_t unwatched_name_count(const struct unwatched *unwatched)
{
	return unwatched->name_count;
}

const uint8_t *unwatched_name(const struct unwatched *unwatched, size_t i)
{
	return unwatched->names[i].wire;
}

bool unwatched_find(const struct unwatched *unwatched, const uint8_t *name, size_t *i)
{
	size_t low = 0, high = unwatched->name_count;

	while (low < high) {
		int order;

		*i = low + (high - low) / 2;
		order = dns_name_compare(unwatched->names[*i].wire, name);
		if (order == 0)
			return true;
		if (order < 0)
			low = *i + 1;
		else
			high = *i;
	}
	return false;
}

/* --- answers --- */

static struct addresses *keep(const struct unwatched *unwatched, size_t family,
			      const struct dns_address_set *set)
{
	size_t kept = set->count < UNWATCHED_ADDRESSES_MAX ? set->count : UNWATCHED_ADDRESSES_MAX;
	size_t size = size_of_address(family), i;
	struct addresses *addresses;

	if (set->count == 0)
		return NULL;
	addresses = memory_allocate(sizeof *addresses + kept * size);
	addresses->kept = (uint16_t)kept;
	for (i = 0; i < kept; i++)
		memcpy(addresses->bytes + i * size, set->items[i].bytes, size);
	for (; i < set->count; i++)
		addresses->beyond = (uint16_t)(addresses->beyond + counts(unwatched, &set->items[i]));
	count_anew(unwatched, family, addresses);
	return addresses;
}

/* What is beyond those kept is no news: a name with so many addresses is known for one. */
static struct unwatched_news find_news(const struct unwatched *unwatched, const struct name *name,
				       const struct dns_address_set *set, int64_t now_ms)
{
	uint64_t name_hash = hash_bytes(name->wire, dns_name_size(name->wire));
	struct unwatched_news news = {.count = 0};
	size_t i;

	for (i = 0; i < set->count && i < UNWATCHED_ADDRESSES_MAX; i++) {
		if (!counts(unwatched, &set->items[i]) ||
		    !recent_set_note(unwatched->told, name_hash ^ ip_hash(&set->items[i]), now_ms))
			continue;
		if (news.count++ == 0)
			news.first = set->items[i];
	}
	return news;
}

/* Of all addresses, in their order; never 0. */
static uint32_t digest_of(const struct dns_address_set *set)
{
	uint64_t hash = set->count;
	size_t i;

	for (i = 0; i < set->count; i++)
		hash = (hash ^ ip_hash(&set->items[i])) * UINT64_C(0x9e3779b97f4a7c15);
	return (uint32_t)(hash >> 32) | 1;
}

/* Is it what counts already, the first, or said a second time? */
static bool is_believed(struct name *name, size_t family, uint32_t digest)
{
	bool believed = !name->answered[family] || digest == name->digests[family] ||
			digest == name->rumours[family];

	name->rumours[family] = believed ? 0 : digest;
	return believed;
}

struct unwatched_news unwatched_answer(struct unwatched *unwatched, size_t i,
				       enum unwatched_family family,
				       const struct dns_address_set *addresses, int64_t now_ms)
{
	struct name *name = &unwatched->names[i];
	uint32_t digest = digest_of(addresses);

	if (!is_believed(name, family, digest))
		return (struct unwatched_news){.count = 0};
	name->digests[family] = digest;
	free(name->addresses[family]);
	name->addresses[family] = keep(unwatched, family, addresses);
	name->answered[family] = true;
	return find_news(unwatched, name, addresses, now_ms);
}

bool unwatched_count(const struct unwatched *unwatched, size_t i, enum unwatched_family family,
		     unsigned *count)
{
	const struct name *name = &unwatched->names[i];

	*count = name->addresses[family] == NULL ? 0 : name->addresses[family]->unwatched;
	return name->answered[family];
}
