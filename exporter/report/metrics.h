/* metrics.h - the catalogue of all series, and the page they make.
 *
 * Pure: reads a snapshot of what is known, writes the page. One table row per
 * family; adding a series is one line there.
 */
#pragma once

#include "base/moment.h"
#include "base/process_stats.h"
#include "base/text.h"
#include "config/config.h"
#include "fcrdns/target_list.h"
#include "report/labels.h"
#include "report/resolver_stats.h"

/* What the page is made from; everything is borrowed for the call. */
struct metrics_resolver {
	const char *name;
	struct ip address;
	uint16_t port;
	const char *transport; /* "udp", "tcp" */
	const struct resolver_stats *stats;
	int64_t hold_ms;
};

struct metrics_input {
	struct moment now;
	const struct target_list *targets; /* view i is of resolvers[i] */
	const struct metrics_resolver *resolvers;
	size_t resolver_count;
	unsigned quorum;
	enum config_per_resolver per_resolver;
	bool answer_info;

	double check_lag_seconds;
	double event_loop_lag_seconds;
	bool last_reload_successful;
	double last_reload_success_seconds; /* Unix time */
	struct process_stats process;
};

/* Append the whole page, text format 0.0.4. `labels` are of the same generation of the
 * target list. */
void metrics_print(struct text *page, const struct metrics_input *input,
		   const struct metrics_labels *labels);
