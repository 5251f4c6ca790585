/* metrics_input.h - what the metrics page is made from; plain data, borrowed for the call. */
#pragma once

#include "base/moment.h"
#include "base/process_stats.h"
#include "config/config.h"
#include "targets/target_list.h"
#include "targets/unwatched.h"
#include "report/resolver_stats.h"

struct metrics_resolver {
	const char *name;
	struct ip address;
	uint16_t port;
	const char *transport; /* "udp", "tcp" */
	const struct resolver_stats *stats;
	int64_t hold_ms;
};

/* /probe: one target, checked just now. */
struct metrics_probe {
	double duration_seconds;
};

struct metrics_input {
	const struct metrics_probe *probe; /* NULL: the page is /metrics. Else nothing behind answer_info
					    * is read, nor `unwatched` */
	struct moment now;
	const struct target_list *targets; /* view i is of resolvers[i]; the authority's is one more */
	const struct unwatched *unwatched;
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
