/* record_set.h - the values of one RRset, in an order that does not depend on the wire.
 *
 * Add in any order, settle once, then read: canonical order, no two alike. What a
 * resolver's rotation or a duplicated record does cannot show behind here.
 */
#pragma once

#include "base/ip.h"
#include "base/text.h"

#include <stddef.h>
#include <stdint.h>

/* Names in wire form, back to back. Zeroed memory is the empty set. */
struct dns_name_set {
	struct text bytes;
	size_t count;
};

/* Zeroed memory is the empty set. */
struct dns_address_set {
	struct ip *items;
	size_t count;
	size_t capacity;
};

void dns_name_set_add(struct dns_name_set *set, const uint8_t *name);
void dns_name_set_settle(struct dns_name_set *set);
void dns_name_set_clear(struct dns_name_set *set);

/* The names one after the other: start with dns_name_set_first(), go on with the name
 * behind; `count` says how many there are. */
static inline const uint8_t *dns_name_set_first(const struct dns_name_set *set)
{
	return (const uint8_t *)set->bytes.bytes;
}

void dns_address_set_add(struct dns_address_set *set, const struct ip *ip);
void dns_address_set_settle(struct dns_address_set *set);
void dns_address_set_clear(struct dns_address_set *set);
bool dns_address_set_has(const struct dns_address_set *set, const struct ip *ip);
