/* process.h - reads base/process_stats.h from /proc/self and getrlimit(2). */
#pragma once

#include "base/process_stats.h"

/* Call once early: the start time is taken from the clock then. */
void process_note_start(void);
void process_read(struct process_stats *stats);

/* Allow as many descriptors as the hard limit does. */
void process_raise_fd_limit(void);
