/* soa.h - the start of authority of a zone (RFC 1035 3.3.13), as much of it as is needed. */
#pragma once

#include "dns/reader.h"

#include <stdbool.h>
#include <stdint.h>

struct dns_soa {
	struct dns_name zone; /* its owner: the zone cut */
	uint32_t serial;
	uint32_t minimum_s; /* as on the wire: the negative TTL is at most this (RFC 2308 4) */
};

/* Read the data of an SOA record. False if it is none; `soa` is then not to be used. */
bool dns_soa_decode(const struct dns_reader *reader, const struct dns_record *record,
		    struct dns_soa *soa);

/* Keep of `*kept` (if `has`) and `soa` the one of the deeper zone; of two of one zone, which is
 * a mistake, the lesser serial, so that their order does not show. */
void dns_soa_keep_deeper(struct dns_soa *kept, bool has, const struct dns_soa *soa);
