#include "report/readers.h"

#include "base/version.h"
#include "dns/name.h"

#define UNUSED(x) ((void)(x))

bool read_one(const struct snapshot *snapshot, const struct place *at, double *value)
{
	UNUSED(snapshot);
	UNUSED(at);
	*value = 1;
	return true;
}

/* --- per target --- */

bool read_probe_success(const struct snapshot *snapshot, const struct place *at, double *value)
{
	(void)at;
	*value = snapshot->targets[0].agreement.status == STATUS_PASS;
	return true;
}

bool read_probe_duration(const struct snapshot *snapshot, const struct place *at, double *value)
{
	(void)at;
	*value = snapshot->input->probe->duration_seconds;
	return true;
}

bool read_target_ok(const struct snapshot *snapshot, const struct place *at, double *value)
{
	UNUSED(snapshot);
	*value = at->target->agreement.status == STATUS_PASS;
	return true;
}

bool read_target_status(const struct snapshot *snapshot, const struct place *at, double *value)
{
	UNUSED(snapshot);
	*value = at->target->agreement.status == at->member;
	return true;
}

bool read_target_flag(const struct snapshot *snapshot, const struct place *at, double *value)
{
	UNUSED(snapshot);
	*value = (at->target->agreement.flags & FLAG_BIT(at->member)) != 0;
	return true;
}

bool read_disagreement(const struct snapshot *snapshot, const struct place *at, double *value)
{
	const struct agreement *agreement = &at->target->agreement;

	UNUSED(snapshot);
	*value = at->member == 0 ? agreement->ptr_disagreement : agreement->verdict_disagreement;
	return true;
}

bool read_distinct_answers(const struct snapshot *snapshot, const struct place *at, double *value)
{
	UNUSED(snapshot);
	*value = at->target->agreement.distinct_answers;
	return true;
}

bool read_propagation_ratio(const struct snapshot *snapshot, const struct place *at, double *value)
{
	UNUSED(snapshot);
	*value = at->target->propagation.ratio;
	return at->target->propagation.has_ratio;
}

bool read_authority_state(const struct snapshot *snapshot, const struct place *at, double *value)
{
	*value = at->target->target->authority_state == at->member;
	return snapshot->view_count > snapshot->input->resolver_count;
}

/* The members are the bounds: sampled, upper. */
bool read_propagation_eta(const struct snapshot *snapshot, const struct place *at, double *value)
{
	const struct propagation *propagation = &at->target->propagation;

	UNUSED(snapshot);
	*value = (double)(at->member == 0 ? propagation->sampled_ms : propagation->upper_ms) / 1000;
	return at->member == 0 ? propagation->has_sampled : propagation->has_upper;
}

bool read_last_change(const struct snapshot *snapshot, const struct place *at, double *value)
{
	int64_t unix_ms = target_last_change_unix_ms(at->target->target);

	UNUSED(snapshot);
	*value = (double)unix_ms / 1000;
	return unix_ms != 0 && !at->target->target->skipped;
}

bool read_last_check(const struct snapshot *snapshot, const struct place *at, double *value)
{
	int64_t unix_ms = target_last_check_unix_ms(at->target->target);

	UNUSED(snapshot);
	*value = (double)unix_ms / 1000;
	return unix_ms != 0 && !at->target->target->skipped;
}

void label_family(struct exposition *e, const struct snapshot *snapshot, const struct place *at)
{
	UNUSED(snapshot);
	exposition_label(e, "family", at->target->target->ip.family == IP_V4 ? "ipv4" : "ipv6");
}

/* --- per expected name --- */

/* The members are the families. */
bool read_unwatched_addresses(const struct snapshot *snapshot, const struct place *at,
			      double *value)
{
	unsigned count;
	bool known = unwatched_count(snapshot->input->unwatched, at->name,
				     (enum unwatched_family)at->member, &count);

	*value = count;
	return known;
}

void label_name(struct exposition *e, const struct snapshot *snapshot, const struct place *at)
{
	char name[DNS_NAME_TEXT_MAX];

	dns_name_print(unwatched_name(snapshot->input->unwatched, at->name), name);
	exposition_label(e, "name", name);
}

/* --- per target and resolver --- */

static bool is_checked(const struct place *at)
{
	return at->view->finished_unix_ms != 0 && !at->target->target->skipped;
}

bool read_lookup_success(const struct snapshot *snapshot, const struct place *at, double *value)
{
	UNUSED(snapshot);
	*value = status_is_conclusive((enum status)at->view->last_status);
	return is_checked(at);
}

bool read_ptr_match(const struct snapshot *snapshot, const struct place *at, double *value)
{
	UNUSED(snapshot);
	*value = at->view->verdict.ptr_match;
	return snapshot_counts(at->target, at->resolver) &&
	       at->target->target->expectation->name_count > 0;
}

bool read_forward_match(const struct snapshot *snapshot, const struct place *at, double *value)
{
	UNUSED(snapshot);
	*value = at->view->verdict.forward_match;
	return snapshot_counts(at->target, at->resolver);
}

bool read_ptr_records(const struct snapshot *snapshot, const struct place *at, double *value)
{
	UNUSED(snapshot);
	if (!snapshot_counts(at->target, at->resolver))
		return false;
	*value = at->view->counted->ptr_count;
	return true;
}

bool read_ptr_ttl(const struct snapshot *snapshot, const struct place *at, double *value)
{
	UNUSED(snapshot);
	if (!snapshot_counts(at->target, at->resolver) || !at->view->counted->has_ptr_ttl)
		return false;
	*value = at->view->counted->ptr_ttl_s;
	return true;
}

bool read_forward_ttl(const struct snapshot *snapshot, const struct place *at, double *value)
{
	uint32_t ttl_s;

	UNUSED(snapshot);
	if (!snapshot_counts(at->target, at->resolver) ||
	    !evidence_forward_ttl(at->view->counted, &ttl_s))
		return false;
	*value = ttl_s;
	return true;
}

/* The members are PTR, A, AAAA. */
bool read_lookup_duration(const struct snapshot *snapshot, const struct place *at, double *value)
{
	size_t forward = at->target->target->ip.family == IP_V4 ? STATS_A : STATS_AAAA;
	float seconds = at->member == STATS_PTR ? at->view->ptr_seconds : at->view->forward_seconds;

	UNUSED(snapshot);
	/* Whole microseconds: a float's further digits are noise. */
	*value = (double)(int64_t)((double)seconds * 1e6 + 0.5) / 1e6;
	return is_checked(at) && seconds >= 0 &&
	       (at->member == STATS_PTR || at->member == forward);
}

void label_answer(struct exposition *e, const struct snapshot *snapshot, const struct place *at)
{
	const struct view *view = at->view;
	bool counts = snapshot_counts(at->target, at->resolver);
	enum status status = counts ? view->verdict.status : view->last_status;
	enum reason reason = counts ? view->verdict.reason : view->last_reason;
	char names[EVIDENCE_NAMES_TEXT_MAX]; /* so the label is bounded */

	if (at->target->target->skipped) {
		status = STATUS_SPECIAL_USE;
		reason = REASON_NONE;
	}
	names[0] = '\0';
	if (counts && ptr_history_varies(view->history, snapshot->input->now.ms))
		stpcpy(names, "(varies)");
	else if (counts)
		evidence_print_names(view->counted, names);
	exposition_label(e, "status", status_name(status));
	exposition_label(e, "reason", reason_name(reason));
	exposition_label(e, "ptr", names);
}

/* --- per resolver --- */

static const struct resolver_stats *stats_of(const struct snapshot *snapshot,
					     const struct place *at)
{
	return snapshot->input->resolvers[at->resolver].stats;
}

bool read_resolver_up(const struct snapshot *snapshot, const struct place *at, double *value)
{
	*value = stats_of(snapshot, at)->up;
	return true;
}

bool read_queries(const struct snapshot *snapshot, const struct place *at, double *value)
{
	*value = (double)stats_of(snapshot, at)->queries[at->member];
	return true;
}

bool read_responses(const struct snapshot *snapshot, const struct place *at, double *value)
{
	*value = (double)stats_of(snapshot, at)->responses[at->member];
	return true;
}

bool read_failures(const struct snapshot *snapshot, const struct place *at, double *value)
{
	*value = (double)stats_of(snapshot, at)->failures[REASON_FIRST_FAILURE + at->member];
	return true;
}

bool read_confirmations(const struct snapshot *snapshot, const struct place *at, double *value)
{
	*value = (double)stats_of(snapshot, at)->confirmations[at->member];
	return true;
}

bool read_dropped_packets(const struct snapshot *snapshot, const struct place *at, double *value)
{
	const struct packet_drops *drops = &stats_of(snapshot, at)->drops;

	*value = (double)(at->member == 0 ? drops->buffer : drops->mismatch);
	return true;
}

void label_resolver(struct exposition *e, const struct snapshot *snapshot, const struct place *at)
{
	const struct metrics_resolver *resolver = &snapshot->input->resolvers[at->resolver];
	char address[IP_PORT_TEXT_MAX];

	exposition_label(e, "address", ip_port_print(&resolver->address, resolver->port, address));
	exposition_label(e, "transport", resolver->transport);
}

/* --- the exporter --- */

bool read_targets(const struct snapshot *snapshot, const struct place *at, double *value)
{
	UNUSED(at);
	*value = (double)snapshot->input->targets->count;
	return true;
}

bool read_check_lag(const struct snapshot *snapshot, const struct place *at, double *value)
{
	UNUSED(at);
	*value = snapshot->input->check_lag_seconds;
	return true;
}

bool read_event_loop_lag(const struct snapshot *snapshot, const struct place *at, double *value)
{
	UNUSED(at);
	*value = snapshot->input->event_loop_lag_seconds;
	return true;
}

bool read_reload_successful(const struct snapshot *snapshot, const struct place *at, double *value)
{
	UNUSED(at);
	*value = snapshot->input->last_reload_successful;
	return true;
}

bool read_reload_success_time(const struct snapshot *snapshot, const struct place *at,
			      double *value)
{
	UNUSED(at);
	*value = snapshot->input->last_reload_success_seconds;
	return true;
}

/* `member` is the place in struct process_stats, in the order of the catalogue. */
bool read_process(const struct snapshot *snapshot, const struct place *at, double *value)
{
	const struct process_stats *p = &snapshot->input->process;
	const double values[] = {p->cpu_seconds,       p->open_fds,           p->max_fds,
				 p->virtual_bytes,     p->virtual_max_bytes,  p->resident_bytes,
				 p->start_time_seconds, p->threads};

	*value = values[at->member];
	return *value >= 0;
}

void label_build(struct exposition *e, const struct snapshot *snapshot, const struct place *at)
{
	UNUSED(snapshot);
	UNUSED(at);
	exposition_label(e, "version", version.version);
	exposition_label(e, "revision", version.revision);
	exposition_label(e, "branch", version.branch);
	exposition_label(e, "compiler", version.compiler);
}
