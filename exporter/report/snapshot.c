#include "report/snapshot.h"

#include "base/memory.h"
#include "report/exposition.h"

#include <stdlib.h>

/* With per_resolver "failing", series stay this long after the trouble. */
#define AFTERGLOW_MS (60 * 60 * 1000)

static bool shows_views(const struct metrics_input *input, const struct target *target,
			const struct agreement *agreement)
{
	switch (input->per_resolver) {
	case CONFIG_PER_RESOLVER_ALL:
		return true;
	case CONFIG_PER_RESOLVER_NONE:
		return false;
	default:
		return agreement_is_trouble(agreement, input->resolver_count) ||
		       (target->trouble_ms != 0 &&
			input->now.ms - target->trouble_ms < AFTERGLOW_MS);
	}
}

static void look_at(struct snapshot_target *out, const struct metrics_input *input,
		    const struct target *target, const int64_t *hold_ms)
{
	size_t view;

	out->target = target;
	out->agreement = target_agreement(target, hold_ms, input->quorum, input->now.ms);
	out->propagation = target_propagation(target, hold_ms, input->now.ms);
	if (out->propagation.stale)
		out->agreement.flags |= FLAG_BIT(FLAG_STALE);
	out->shows_views = shows_views(input, target, &out->agreement);
	for (view = 0; view < input->resolver_count && !target->skipped; view++)
		if (target_opinion(target, view, hold_ms[view], input->now.ms).counts)
			out->counting |= UINT64_C(1) << view;
	if (!target->skipped && target_authority_counts(target, input->now.ms))
		out->counting |= UINT64_C(1) << target->resolver_count;
}

void snapshot_init(struct snapshot *snapshot, const struct metrics_input *input,
		   const struct metrics_labels *labels)
{
	int64_t hold_ms[CONFIG_RESOLVERS_MAX] = {0};
	size_t count = input->targets->count, i;

	*snapshot = (struct snapshot){
		.input = input, .labels = labels, .view_count = input->targets->view_count};
	for (i = 0; i < input->resolver_count; i++) {
		hold_ms[i] = input->resolvers[i].hold_ms;
		exposition_format_label(&snapshot->resolver_labels[i], "resolver",
					input->resolvers[i].name);
	}
	if (snapshot->view_count > input->resolver_count)
		exposition_format_label(&snapshot->resolver_labels[input->resolver_count],
					"resolver", "authoritative");
	snapshot->targets = memory_allocate_array(count, sizeof *snapshot->targets);
	for (i = 0; i < count; i++)
		look_at(&snapshot->targets[i], input, input->targets->items[i], hold_ms);
}

void snapshot_clear(struct snapshot *snapshot)
{
	size_t i;

	for (i = 0; i < TARGET_VIEWS_MAX; i++)
		text_clear(&snapshot->resolver_labels[i]);
	free(snapshot->targets);
}
