#include "report/histogram.h"

static void begin_histogram_line(struct exposition *e, const struct snapshot *snapshot,
				 size_t resolver, size_t type, const char *suffix)
{
	const struct text *label = &snapshot->resolver_labels[resolver];

	exposition_begin(e, suffix);
	exposition_labels(e, label->bytes, label->size);
	exposition_label(e, "record_type", stats_type_name((enum stats_type)type));
}

static void print_histogram(struct exposition *e, const struct snapshot *snapshot, size_t resolver,
			    size_t type)
{
	/* As Prometheus itself writes floats, the same in every format. */
	static const char *const bounds[STATS_BUCKETS + 1] = {
		"0.0005", "0.001", "0.0025", "0.005", "0.01", "0.025", "0.05",
		"0.1",    "0.25",  "0.5",    "1.0",   "2.5",  "5.0",   "+Inf"};
	const struct stats_histogram *histogram =
		&snapshot->input->resolvers[resolver].stats->durations[type];
	uint64_t below = 0;
	size_t i;

	for (i = 0; i <= STATS_BUCKETS; i++) {
		below += histogram->buckets[i];
		begin_histogram_line(e, snapshot, resolver, type, "_bucket");
		exposition_label(e, "le", bounds[i]);
		exposition_end(e, (double)below);
	}
	begin_histogram_line(e, snapshot, resolver, type, "_sum");
	exposition_end(e, (double)histogram->sum_us / 1e6);
	begin_histogram_line(e, snapshot, resolver, type, "_count");
	exposition_end(e, (double)histogram->count);
}

void histogram_print(struct exposition *e, const struct snapshot *snapshot)
{
	size_t resolver, type;

	exposition_family(e, "fcrdns_dns_query_duration_seconds", EXPOSITION_HISTOGRAM,
			  "How long answered DNS queries took, each try by itself.");
	for (resolver = 0; resolver < snapshot->input->resolver_count; resolver++)
		for (type = 0; type < STATS_TYPES; type++)
			print_histogram(e, snapshot, resolver, type);
}
