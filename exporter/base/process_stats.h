/* process_stats.h - what the operating system says of this process; plain data.
 *
 * Read by io/process, printed by report/metrics. What cannot be read is negative and
 * has no series.
 */
#pragma once

struct process_stats {
	double cpu_seconds;
	double open_fds;
	double max_fds;
	double virtual_bytes;
	double virtual_max_bytes;
	double resident_bytes;
	double start_time_seconds; /* Unix time */
	double threads;
};
