/* message.h - a reply decoded: what it says about the question that was asked.
 *
 * Pure and bounded: any bytes are fine, none are trusted. Follows CNAMEs inside
 * the answer in whatever order the records stand (RFC 1034 3.6.2), ignores records
 * of other owners, and never looks at the case of names. Whether a packet belongs
 * to a query (id, port, exact question) was decided before.
 */
#pragma once

#include "dns/name.h"
#include "dns/query.h"
#include "dns/record_set.h"
#include "dns/soa.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DNS_CNAME_HOPS_MAX 16
#define DNS_TTL_MAX_S 604800 /* RFC 8767 4 lets caches cap at a week */

enum dns_outcome {
	DNS_DATA,     /* records of the asked type at the end of the chain */
	DNS_NXDOMAIN, /* the last name of the chain does not exist */
	DNS_NODATA,   /* it exists, or not even that is said (RFC 2308 2.2), without the type */
	DNS_UNCHASED, /* the chain ends in a CNAME nobody followed: ask for `final` */
	DNS_REFERRAL, /* NS records instead of an answer: the server does not resolve */
	DNS_CNAME_LOOP,
	DNS_TRUNCATED,
	DNS_SERVFAIL,
	DNS_REFUSED,
	DNS_FORMERR,
	DNS_NOTIMP,
	DNS_OTHER_RCODE,
	DNS_MALFORMED,
};

struct dns_reply {
	enum dns_outcome outcome;
	unsigned rcode; /* with the extended bits of EDNS (RFC 6891 6.1.3) */
	bool authoritative;
	bool recursion_available;
	bool has_edns;
	uint64_t extended_errors; /* RFC 8914: bit N for info-code N; codes above 63 are left out */
	bool aliased;             /* `final` is not the name asked: CNAME (also by DNAME) */
	bool has_ttl;             /* false: a negative answer without SOA, or no answer */
	uint32_t ttl_s;           /* DATA: least of the RRset and the chain; negative: RFC 2308 5 */
	bool has_soa;             /* DATA: it was asked for; negative: it covers `final` */
	struct dns_soa soa;       /* of the deepest zone, if there are several */
	struct dns_name final;

	struct dns_name_set names;        /* PTR, NS */
	struct dns_address_set addresses; /* A, AAAA */
};

/* Decode `bytes` as the reply to `query`. Always fills `reply`; whatever cannot be
 * read is DNS_MALFORMED, and then says nothing else. The caller clears it. */
void dns_reply_decode(struct dns_reply *reply, const struct dns_query *query, const uint8_t *bytes,
		      size_t size);

/* Frees what the reply owns; safe to call twice, and on zeroed memory. */
void dns_reply_clear(struct dns_reply *reply);

bool dns_reply_has_extended_error(const struct dns_reply *reply, unsigned code);
