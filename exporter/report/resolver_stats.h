/* resolver_stats.h - the numbers one resolver's traffic leaves behind.
 *
 * Counted by app/, read by report/metrics. They start at zero with the program and
 * live as long as the resolver is configured.
 */
#pragma once

#include "base/packet_drops.h"
#include "dns/message.h"
#include "fcrdns/confirmation.h"
#include "fcrdns/status.h"

#include <stdbool.h>
#include <stdint.h>

/* The record types we ask for, as rows of the counters. */
enum stats_type { STATS_PTR, STATS_A, STATS_AAAA, STATS_NS, STATS_SOA, STATS_TYPES };

/* Response codes with a label value of their own; the last takes all others. */
enum stats_rcode {
	STATS_NOERROR,
	STATS_FORMERR,
	STATS_SERVFAIL,
	STATS_NXDOMAIN,
	STATS_NOTIMP,
	STATS_REFUSED,
	STATS_YXDOMAIN,
	STATS_NOTAUTH,
	STATS_BADVERS,
	STATS_OTHER_RCODE,
	STATS_RCODES
};

/* Upper bounds in microseconds: 0.5 ms to 5 s. */
#define STATS_BUCKETS 13
extern const int64_t stats_bucket_us[STATS_BUCKETS];

struct stats_histogram {
	uint64_t buckets[STATS_BUCKETS + 1]; /* not cumulative; the last is +Inf */
	uint64_t count;
	uint64_t sum_us;
};

struct resolver_stats {
	uint64_t queries[STATS_TYPES];
	uint64_t responses[STATS_RCODES];
	uint64_t failures[REASON_COUNT]; /* from REASON_FIRST_FAILURE on */
	struct stats_histogram durations[STATS_TYPES]; /* of answered queries */
	uint64_t confirmations[CONFIRMATION_COUNT];
	struct packet_drops drops;
	bool up;
};

enum stats_type stats_type_of(enum dns_type type);
enum stats_rcode stats_rcode_of(unsigned rcode);
const char *stats_type_name(enum stats_type type);
const char *stats_rcode_name(enum stats_rcode rcode);

void stats_histogram_add(struct stats_histogram *histogram, int64_t duration_us);
