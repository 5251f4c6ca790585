/* probe_report.h - a probe explained step by step, for people: /probe?debug=true. */
#pragma once

#include "base/text.h"
#include "report/metrics_input.h"

/* One resolver's part, in the order of the target's views. */
struct probe_report_resolver {
	const struct metrics_resolver *resolver;
	unsigned queries;
	int confirmation; /* enum confirmation, or -1: none was due */
	bool done;        /* before the time was over */
};

struct probe_report {
	struct metrics_input input; /* with `probe`; its one target */
	const struct probe_report_resolver *resolvers;
};

void probe_report_print(struct text *text, const struct probe_report *report);
