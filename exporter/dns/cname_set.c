#include "dns/cname_set.h"

struct dns_cname *dns_cname_set_add(struct dns_cname_set *set)
{
	return set->count == DNS_CNAMES_MAX ? NULL : &set->items[set->count++];
}

static int compare(const struct dns_cname *a, const struct dns_cname *b)
{
	int order = dns_name_compare(a->target.wire, b->target.wire);

	return order != 0 ? order : (a->ttl_s > b->ttl_s) - (a->ttl_s < b->ttl_s);
}

const struct dns_cname *dns_cname_set_find(const struct dns_cname_set *set, const uint8_t *owner)
{
	const struct dns_cname *found = NULL, *cname = set->items;

	for (; cname < set->items + set->count; cname++)
		if (dns_name_equal(cname->owner.wire, owner) &&
		    (found == NULL || compare(cname, found) < 0))
			found = cname;
	return found;
}
