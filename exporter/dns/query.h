/* query.h - a question, and the bytes that ask it.
 *
 * Pure: the id comes from the caller. One question, opcode QUERY, class IN.
 */
#pragma once

#include "dns/name.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum dns_type {
	DNS_A = 1,
	DNS_NS = 2,
	DNS_CNAME = 5,
	DNS_SOA = 6,
	DNS_PTR = 12,
	DNS_AAAA = 28,
	DNS_DNAME = 39,
	DNS_OPT = 41,
};

#define DNS_CLASS_IN 1
#define DNS_HEADER_SIZE 12
#define DNS_QUERY_MAX (DNS_HEADER_SIZE + DNS_NAME_MAX + 4 + 11)

/* Advertised with EDNS: fits every path without fragments (DNS flag day 2020). */
#define DNS_EDNS_PAYLOAD 1232

struct dns_query {
	struct dns_name name;
	enum dns_type type;
	bool recursion_desired;
	bool edns; /* RFC 6891: an OPT record, so that replies may carry EDE (RFC 8914) */
};

/* Write the message. Returns its size, at most DNS_QUERY_MAX. */
size_t dns_query_encode(const struct dns_query *query, uint16_t id, uint8_t bytes[DNS_QUERY_MAX]);

/* "PTR", "A", "AAAA", "NS", "SOA"; "other" for what we never ask. */
const char *dns_type_name(enum dns_type type);
