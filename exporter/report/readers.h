/* readers.h - how each series gets its value, and the labels only it has.
 *
 * One short function per series, named after it; report/metrics is the table that
 * names them.
 */
#pragma once

#include "report/exposition.h"
#include "report/snapshot.h"

/* Which sample of a family: the parts its scope does not have are 0. */
struct place {
	const struct snapshot_target *target;
	const struct view *view;
	size_t target_index;
	size_t resolver; /* also the view's number, the authority's coming last */
	size_t name;     /* of input->unwatched */
	size_t member;   /* of the closed set */
};

/* False: no such sample now. */
typedef bool (*reader_fn)(const struct snapshot *snapshot, const struct place *at, double *value);
typedef void (*label_fn)(struct exposition *e, const struct snapshot *snapshot,
			 const struct place *at);

#define READER(name) bool read_##name(const struct snapshot *, const struct place *, double *)
#define LABELS(name) void label_##name(struct exposition *, const struct snapshot *, const struct place *)

READER(one);
READER(probe_success);
READER(probe_duration);
READER(target_ok);
READER(target_status);
READER(target_flag);
READER(disagreement);
READER(distinct_answers);
READER(propagation_ratio);
READER(authority_state);
READER(propagation_eta);
READER(last_check);
READER(last_change);
READER(unwatched_addresses);
READER(lookup_success);
READER(ptr_match);
READER(forward_match);
READER(ptr_records);
READER(ptr_ttl);
READER(forward_ttl);
READER(lookup_duration);
READER(resolver_up);
READER(queries);
READER(responses);
READER(failures);
READER(confirmations);
READER(dropped_packets);
READER(targets);
READER(check_lag);
READER(event_loop_lag);
READER(reload_successful);
READER(reload_success_time);
READER(process);

LABELS(family);
LABELS(name);
LABELS(answer);
LABELS(resolver);
LABELS(build);
