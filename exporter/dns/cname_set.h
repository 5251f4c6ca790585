/* cname_set.h - the CNAMEs of one answer, to walk along in whatever order they stand.
 *
 * Pure and bounded. Of several at one owner (illegal, RFC 2181 10.1) the least counts, so
 * that their order on the wire does not show.
 */
#pragma once

#include "dns/name.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A chain is at most 16 hops; an answer with more CNAMEs than this is none we follow. */
#define DNS_CNAMES_MAX 32

struct dns_cname {
	struct dns_name owner;
	struct dns_name target;
	uint32_t ttl_s;
};

/* It is large: `items` need not be zeroed, the rest must. */
struct dns_cname_set {
	size_t count;
	struct dns_cname items[DNS_CNAMES_MAX];
};

/* A place for one more, counted already; NULL if there is none left. */
struct dns_cname *dns_cname_set_add(struct dns_cname_set *set);

/* The CNAME of a name; NULL if it has none. */
const struct dns_cname *dns_cname_set_find(const struct dns_cname_set *set, const uint8_t *owner);
