#include "report/metrics.h"

#include "base/memory.h"
#include "report/histogram.h"
#include "report/label_sets.h"
#include "report/readers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HELP_MAX 512

/* PROBE is of /probe only; that has what is of targets and views, too, and nothing of the process. */
enum scope { PROCESS, RESOLVER, TARGET, NAME, VIEW, PROBE };

struct family {
	const char *name;
	enum exposition_type type;
	enum scope scope;
	reader_fn read;
	const struct label_set *set; /* NULL: one sample */
	label_fn labels;             /* NULL: none of its own */
	bool user_labels;
	size_t member;               /* for families that share a reader and have no set */
	const char *help;
};

#define GAUGE EXPOSITION_GAUGE
#define COUNTER EXPOSITION_COUNTER
#define INFO EXPOSITION_INFO
/* Said in every HELP: nothing is asked when the page is. */
#define EARLIER " Observed by the checks before, not at scrape time."

/* Columns: name, type, scope, reader, set, own labels, user labels, member, help. */
static const struct family catalogue[] = {
	{"probe_success", GAUGE, PROBE, read_probe_success, NULL, NULL, false, 0,
	 "1 if the probed address is at pass."},
	{"probe_duration_seconds", GAUGE, PROBE, read_probe_duration, NULL, NULL, false, 0,
	 "How long the probe took to complete in seconds."},
	{"fcrdns_target_ok", GAUGE, TARGET, read_target_ok, NULL, NULL, true, 0,
	 "1 if the combined status of the target is pass. It is 0 while the status is unknown, too: alert on fcrdns_target_status." EARLIER},
	{"fcrdns_target_status", GAUGE, TARGET, read_target_status, &label_set_statuses, NULL, true, 0,
	 "1 for the combined status of the target over all resolvers, 0 for the others." EARLIER},
	{"fcrdns_target_info", INFO, TARGET, read_one, NULL, label_family, true, 0,
	 "A constant 1 with the address family and the labels of the target file, to join onto other series."},
	{"fcrdns_target_flag", GAUGE, TARGET, read_target_flag, &label_set_flags, NULL, false, 0,
	 "1 if what is named in flag holds; flags are independent of the status." EARLIER},
	{"fcrdns_disagreement", GAUGE, TARGET, read_disagreement, &label_set_aspects, NULL, false, 0,
	 "1 if the resolvers' answers differ in their PTR names (ptr) or in their status (verdict): the counted ones, and older ones until their TTL has ended. Failed lookups never count." EARLIER},
	{"fcrdns_distinct_answers", GAUGE, TARGET, read_distinct_answers, NULL, NULL, false, 0,
	 "Number of different sets of PTR names among the resolvers' counted answers, no PTR record being one of them." EARLIER},
	{"fcrdns_propagation_ratio", GAUGE, TARGET, read_propagation_ratio, NULL, NULL, false, 0,
	 "Share of the resolvers' counted answers that are the authority's, in status and PTR names; absent while that is not known." EARLIER},
	{"fcrdns_authority_state", GAUGE, TARGET, read_authority_state, &label_set_authority_states, NULL, false, 0,
	 "1 for how the authoritative servers answered when they were last asked, 0 for the others." EARLIER},
	{"fcrdns_propagation_eta_timestamp_seconds", GAUGE, TARGET, read_propagation_eta, &label_set_bounds, NULL, false, 0,
	 "Unix time at which the last old answer is gone: of those seen at the resolvers (sampled, may move), of those a cache may hold unseen (upper). Absent when nothing propagates or nothing can be promised." EARLIER},
	{"fcrdns_target_last_check_timestamp_seconds", GAUGE, TARGET, read_last_check, NULL, NULL, false, 0,
	 "Unix time of the oldest, over all resolvers, of the last finished checks of the target, whatever their outcome."},
	{"fcrdns_target_last_change_timestamp_seconds", GAUGE, TARGET, read_last_change, NULL, NULL, false, 0,
	 "Unix time of the last change from one conclusive combined status to another, or of the PTR names at a resolver; absent until the first." EARLIER},
	{"fcrdns_unwatched_addresses", GAUGE, NAME, read_unwatched_addresses, &label_set_families, label_name, false, 0,
	 "Number of addresses of an expected host name that are no targets, as last answered by one of the resolvers; special-use ones count only with special_use: check." EARLIER},

	{"fcrdns_lookup_success", GAUGE, VIEW, read_lookup_success, NULL, NULL, false, 0,
	 "1 if the last check of the target at the resolver got a conclusive answer." EARLIER},
	{"fcrdns_ptr_match", GAUGE, VIEW, read_ptr_match, NULL, NULL, false, 0,
	 "1 if an expected host name is among the PTR names in the resolver's counted answer." EARLIER},
	{"fcrdns_forward_match", GAUGE, VIEW, read_forward_match, NULL, NULL, false, 0,
	 "1 if some PTR name in the resolver's counted answer leads back to the address (iprev pass, RFC 8601)." EARLIER},
	{"fcrdns_ptr_records", GAUGE, VIEW, read_ptr_records, NULL, NULL, false, 0,
	 "Number of PTR records in the resolver's counted answer." EARLIER},
	{"fcrdns_ptr_ttl_seconds", GAUGE, VIEW, read_ptr_ttl, NULL, NULL, false, 0,
	 "TTL with which the resolver gave the PTR records of its counted answer; without any, how long their absence may be cached (RFC 2308)." EARLIER},
	{"fcrdns_forward_ttl_seconds", GAUGE, VIEW, read_forward_ttl, NULL, NULL, false, 0,
	 "Smallest TTL, over the PTR names in the resolver's counted answer, of their addresses or of the absence of these." EARLIER},
	{"fcrdns_lookup_duration_seconds", GAUGE, VIEW, read_lookup_duration, &label_set_lookup_types, NULL, false, 0,
	 "How long the lookup took in the last check, retries included, of several names the slowest." EARLIER},
	{"fcrdns_answer_info", INFO, VIEW, read_one, NULL, label_answer, false, 0,
	 "A constant 1 with status, reason and PTR names of the resolver's counted answer, or of its last check with an empty ptr." EARLIER},

	{"fcrdns_resolver_up", GAUGE, RESOLVER, read_resolver_up, NULL, NULL, false, 0,
	 "0 if the resolver's last 5 queries and then a control query went unanswered or were refused." EARLIER},
	{"fcrdns_resolver_info", INFO, RESOLVER, read_one, NULL, label_resolver, false, 0,
	 "A constant 1 with address and transport of the resolver."},
	{"fcrdns_dns_queries_total", COUNTER, RESOLVER, read_queries, &label_set_query_types, NULL, false, 0,
	 "DNS queries sent, every try counted."},
	{"fcrdns_dns_responses_total", COUNTER, RESOLVER, read_responses, &label_set_rcodes, NULL, false, 0,
	 "DNS responses received, by response code."},
	{"fcrdns_dns_query_failures_total", COUNTER, RESOLVER, read_failures, &label_set_failures, NULL, false, 0,
	 "DNS queries without an answer to judge by, by reason."},
	{"fcrdns_dns_confirmations_total", COUNTER, RESOLVER, read_confirmations, &label_set_confirmations, NULL, false, 0,
	 "Checks repeated over TCP because they found something new: it said the same, another thing (which counts), or nothing confirmed it."},
	{"fcrdns_dns_dropped_packets_total", COUNTER, RESOLVER, read_dropped_packets, &label_set_drops, NULL, false, 0,
	 "UDP packets that were no answer to a waiting query (mismatch: forged, late or broken), or for which a socket had no room (buffer)."},

	{"fcrdns_exporter_targets", GAUGE, PROCESS, read_targets, NULL, NULL, false, 0,
	 "Number of addresses that are watched, of the configuration in force."},
	{"fcrdns_exporter_check_lag_seconds", GAUGE, PROCESS, read_check_lag, NULL, NULL, false, 0,
	 "How far the checks are behind their schedule at the slowest resolver. Lasting values mean that max_qps is too low for the interval."},
	{"fcrdns_exporter_event_loop_lag_seconds", GAUGE, PROCESS, read_event_loop_lag, NULL, NULL, false, 0,
	 "How late the event loop's last heartbeat was."},
	{"fcrdns_exporter_config_last_reload_successful", GAUGE, PROCESS, read_reload_successful, NULL, NULL, false, 0,
	 "1 if the last attempt to load the configuration succeeded."},
	{"fcrdns_exporter_config_last_reload_success_timestamp_seconds", GAUGE, PROCESS, read_reload_success_time, NULL, NULL, false, 0,
	 "Unix time of the last successful load of the configuration."},
	{"fcrdns_exporter_build_info", INFO, PROCESS, read_one, NULL, label_build, false, 0,
	 "A metric with a constant '1' value labeled by version, revision, branch and compiler from which fcrdns_exporter was built."},

	{"process_cpu_seconds_total", COUNTER, PROCESS, read_process, NULL, NULL, false, 0,
	 "Total user and system CPU time spent in seconds."},
	{"process_open_fds", GAUGE, PROCESS, read_process, NULL, NULL, false, 1,
	 "Number of open file descriptors."},
	{"process_max_fds", GAUGE, PROCESS, read_process, NULL, NULL, false, 2,
	 "Maximum number of open file descriptors."},
	{"process_virtual_memory_bytes", GAUGE, PROCESS, read_process, NULL, NULL, false, 3,
	 "Virtual memory size in bytes."},
	{"process_virtual_memory_max_bytes", GAUGE, PROCESS, read_process, NULL, NULL, false, 4,
	 "Maximum amount of virtual memory available in bytes."},
	{"process_resident_memory_bytes", GAUGE, PROCESS, read_process, NULL, NULL, false, 5,
	 "Resident memory size in bytes."},
	{"process_start_time_seconds", GAUGE, PROCESS, read_process, NULL, NULL, false, 6,
	 "Start time of the process since unix epoch in seconds."},
	{"process_threads", GAUGE, PROCESS, read_process, NULL, NULL, false, 7,
	 "Number of OS threads in the process."},
};

/* --- samples --- */

static void print_sample(struct exposition *e, const struct family *family,
			 const struct snapshot *snapshot, const struct place *at)
{
	double value;

	if (!family->read(snapshot, at, &value))
		return;
	exposition_begin(e, "");
	if (at->target != NULL) {
		struct labels_slice own =
			labels_of(snapshot->labels, at->target_index, family->user_labels);

		exposition_labels(e, own.bytes, own.size);
	}
	if (family->scope == RESOLVER || family->scope == VIEW) {
		const struct text *resolver = &snapshot->resolver_labels[at->resolver];

		exposition_labels(e, resolver->bytes, resolver->size);
	}
	if (family->labels != NULL)
		family->labels(e, snapshot, at);
	if (family->set != NULL)
		exposition_label(e, family->set->label, family->set->name(at->member));
	exposition_end(e, value);
}

static void print_members(struct exposition *e, const struct family *family,
			  const struct snapshot *snapshot, struct place at)
{
	size_t i;

	at.member = family->member;
	if (family->set == NULL) {
		print_sample(e, family, snapshot, &at);
		return;
	}
	for (i = 0; i < family->set->count; i++) {
		at.member = i;
		print_sample(e, family, snapshot, &at);
	}
}

static void print_of_resolvers(struct exposition *e, const struct family *family,
			       const struct snapshot *snapshot, struct place at)
{
	size_t count = at.target != NULL ? snapshot->view_count : snapshot->input->resolver_count;

	for (at.resolver = 0; at.resolver < count; at.resolver++) {
		if (at.target != NULL)
			at.view = &at.target->target->views[at.resolver];
		print_members(e, family, snapshot, at);
	}
}

static void print_of_names(struct exposition *e, const struct family *family,
			   const struct snapshot *snapshot, struct place at)
{
	const struct unwatched *unwatched = snapshot->input->unwatched;

	for (at.name = 0; at.name < unwatched_name_count(unwatched); at.name++)
		print_members(e, family, snapshot, at);
}

/* --- samples of targets: nearly all of the page, so their labels are put together once --- */

/* What follows the target's labels in a family: [resolver * members + member]. */
struct tails {
	struct text bytes;
	struct tail {
		size_t start;
		size_t size;
	} *items;
};

static void add_tail(struct tails *tails, size_t i, const struct text *resolver,
		     const struct label_set *set, size_t member)
{
	struct text *bytes = &tails->bytes;

	tails->items[i].start = bytes->size;
	if (resolver != NULL)
		text_add_bytes(bytes, resolver->bytes, resolver->size);
	if (resolver != NULL && set != NULL)
		text_add_char(bytes, ',');
	if (set != NULL)
		exposition_format_label(bytes, set->label, set->name(member));
	tails->items[i].size = bytes->size - tails->items[i].start;
}

static void tails_init(struct tails *tails, const struct family *family,
		       const struct snapshot *snapshot)
{
	size_t resolvers = family->scope == VIEW ? snapshot->view_count : 1;
	size_t members = family->set != NULL ? family->set->count : 1, i;

	*tails = (struct tails){.bytes = TEXT_EMPTY};
	tails->items = memory_allocate_array(resolvers * members, sizeof *tails->items);
	for (i = 0; i < resolvers * members; i++)
		add_tail(tails, i,
			 family->scope == VIEW ? &snapshot->resolver_labels[i / members] : NULL,
			 family->set, i % members);
	memset(text_reserve(&tails->bytes, EXPOSITION_BLOCK), 0, EXPOSITION_BLOCK);
}

static void tails_clear(struct tails *tails)
{
	text_clear(&tails->bytes);
	free(tails->items);
}

static void print_with_tails(struct exposition *e, const struct family *family,
			     const struct snapshot *snapshot, const struct tails *tails,
			     struct place at)
{
	size_t members = family->set != NULL ? family->set->count : 1;
	const struct tail *tail = &tails->items[at.resolver * members];
	double value;

	for (at.member = 0; at.member < members; at.member++, tail++)
		if (family->read(snapshot, &at, &value))
			exposition_sample(e, tails->bytes.bytes + tail->start, tail->size, value);
}

static void print_target(struct exposition *e, const struct family *family,
			 const struct snapshot *snapshot, const struct tails *tails,
			 struct place at)
{
	struct labels_slice own = labels_of(snapshot->labels, at.target_index, family->user_labels);

	exposition_share(e, own.bytes, own.size);
	if (family->scope == TARGET) {
		print_with_tails(e, family, snapshot, tails, at);
		return;
	}
	for (at.resolver = 0; at.resolver < snapshot->view_count; at.resolver++) {
		at.view = &at.target->target->views[at.resolver];
		print_with_tails(e, family, snapshot, tails, at);
	}
}

static void print_of_targets(struct exposition *e, const struct family *family,
			     const struct snapshot *snapshot)
{
	size_t count = snapshot->input->targets->count, i;
	struct tails tails;

	tails_init(&tails, family, snapshot);
	for (i = 0; i < count; i++) {
		struct place at = {.target = &snapshot->targets[i], .target_index = i};

		if (family->scope == VIEW && !at.target->shows_views)
			continue;
		if (family->labels == NULL)
			print_target(e, family, snapshot, &tails, at);
		else if (family->scope == TARGET)
			print_members(e, family, snapshot, at);
		else
			print_of_resolvers(e, family, snapshot, at);
	}
	tails_clear(&tails);
}

/* A probe asks when it is scraped. `help` must last as long as the family. */
static void begin_family(struct exposition *e, const struct family *family,
			 const struct snapshot *snapshot, char help[HELP_MAX])
{
	size_t size = strlen(family->help), tail = strlen(EARLIER);

	if (snapshot->input->probe != NULL && size >= tail &&
	    strcmp(family->help + size - tail, EARLIER) == 0)
		size -= tail;
	snprintf(help, HELP_MAX, "%.*s", (int)size, family->help);
	exposition_family(e, family->name, family->type, help);
}

static bool is_on_page(const struct family *family, const struct snapshot *snapshot)
{
	if (snapshot->input->probe == NULL)
		return family->scope != PROBE;
	return family->scope == PROBE || family->scope == TARGET || family->scope == VIEW;
}

static void print_family(struct exposition *e, const struct family *family,
			 const struct snapshot *snapshot)
{
	struct place nowhere = {0};
	char help[HELP_MAX];

	if (!is_on_page(family, snapshot))
		return;
	begin_family(e, family, snapshot, help);
	if (family->scope == PROCESS || family->scope == PROBE)
		print_members(e, family, snapshot, nowhere);
	else if (family->scope == RESOLVER)
		print_of_resolvers(e, family, snapshot, nowhere);
	else if (family->scope == NAME)
		print_of_names(e, family, snapshot, nowhere);
	else if (family->labels != label_answer || snapshot->input->answer_info)
		print_of_targets(e, family, snapshot);
}

void metrics_print(struct text *page, enum exposition_format format,
		   const struct metrics_input *input, const struct metrics_labels *labels)
{
	struct exposition e = {.page = page, .format = format};
	struct snapshot snapshot;
	size_t i;

	snapshot_init(&snapshot, input, labels);
	for (i = 0; i < sizeof catalogue / sizeof *catalogue; i++)
		print_family(&e, &catalogue[i], &snapshot);
	if (input->probe == NULL)
		histogram_print(&e, &snapshot);
	exposition_finish(&e);
	snapshot_clear(&snapshot);
	exposition_clear(&e);
}
