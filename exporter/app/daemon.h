/* daemon.h - builds the parts, runs the loop, stops cleanly. */
#pragma once

#include "app/options.h"

/* Until SIGTERM or SIGINT. Returns the exit status: 0 after a clean stop, 2 for a mistake of
 * the operator, which was then told on standard error. */
int daemon_run(const struct options *options);

/* Read the configuration, say whether it is good: 0 or 2. */
int daemon_check_config(const struct options *options);
