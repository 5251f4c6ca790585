/* snapshot.h - what one page is made from, worked out once per page.
 *
 * Between the input, which belongs to app/, and the catalogue, which only reads.
 */
#pragma once

#include "base/text.h"
#include "report/labels.h"
#include "report/metrics_input.h"
#include "targets/propagation.h"

/* One target at the moment of the page. */
struct snapshot_target {
	const struct target *target;
	struct agreement agreement;
	struct propagation propagation;
	uint64_t counting;  /* bit v: view v has a counted answer; TARGET_VIEWS_MAX fit */
	bool shows_views;   /* its per-resolver series are on the page */
};

struct snapshot {
	const struct metrics_input *input;
	const struct metrics_labels *labels;
	struct snapshot_target *targets;
	size_t view_count; /* resolvers, and the authority if it is asked */
	struct text resolver_labels[TARGET_VIEWS_MAX]; /* resolver="name" */
};

void snapshot_init(struct snapshot *snapshot, const struct metrics_input *input,
		   const struct metrics_labels *labels);
void snapshot_clear(struct snapshot *snapshot);

static inline bool snapshot_counts(const struct snapshot_target *target, size_t view)
{
	return target->counting >> view & 1;
}
