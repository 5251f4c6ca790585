/* label_sets.h - labels with a closed set of values, each of which is a sample. */
#pragma once

#include <stddef.h>

struct label_set {
	const char *label;
	size_t count;
	const char *(*name)(size_t member);
};

extern const struct label_set label_set_statuses,
	label_set_flags,
	label_set_aspects,
	label_set_families,
	label_set_authority_states,
	label_set_bounds,
	label_set_lookup_types,
	label_set_query_types,
	label_set_rcodes,
	label_set_confirmations,
	label_set_drops,
	label_set_failures;
