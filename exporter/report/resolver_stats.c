#include "report/resolver_stats.h"

const int64_t stats_bucket_us[STATS_BUCKETS] = {
	500, 1000, 2500, 5000, 10000, 25000, 50000, 100000, 250000, 500000, 1000000, 2500000, 5000000,
};

static const char *const type_names[STATS_TYPES] = {"PTR", "A", "AAAA", "NS", "SOA"};

/* RFC 1035 4.1.1, RFC 2136 2.2, RFC 6891 9. */
static const struct {
	unsigned rcode;
	const char *name;
} rcodes[STATS_RCODES] = {
	[STATS_NOERROR] = {0, "noerror"},   [STATS_FORMERR] = {1, "formerr"},
	[STATS_SERVFAIL] = {2, "servfail"}, [STATS_NXDOMAIN] = {3, "nxdomain"},
	[STATS_NOTIMP] = {4, "notimp"},     [STATS_REFUSED] = {5, "refused"},
	[STATS_YXDOMAIN] = {6, "yxdomain"}, [STATS_NOTAUTH] = {9, "notauth"},
	[STATS_BADVERS] = {16, "badvers"},  [STATS_OTHER_RCODE] = {0, "other"},
};

enum stats_type stats_type_of(enum dns_type type)
{
	switch (type) {
	case DNS_A:
		return STATS_A;
	case DNS_AAAA:
		return STATS_AAAA;
	case DNS_NS:
		return STATS_NS;
	case DNS_SOA:
		return STATS_SOA;
	default:
		return STATS_PTR;
	}
}

enum stats_rcode stats_rcode_of(unsigned rcode)
{
	int i;

	for (i = 0; i < STATS_OTHER_RCODE; i++)
		if (rcodes[i].rcode == rcode)
			break;
	return (enum stats_rcode)i;
}

const char *stats_type_name(enum stats_type type)
{
	return type_names[type];
}

const char *stats_rcode_name(enum stats_rcode rcode)
{
	return rcodes[rcode].name;
}

void stats_histogram_add(struct stats_histogram *histogram, int64_t duration_us)
{
	int i;

	for (i = 0; i < STATS_BUCKETS && duration_us > stats_bucket_us[i]; i++)
		;
	histogram->buckets[i]++;
	histogram->count++;
	histogram->sum_us += (uint64_t)duration_us;
}
