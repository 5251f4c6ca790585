/* moment.h - a point in time, as the shell tells it to the pure code.
 *
 * `ms` is for measuring and never jumps; `unix_ms` is for showing.
 */
#pragma once

#include <stdint.h>

struct moment {
	int64_t ms;      /* monotonic, from an arbitrary start */
	int64_t unix_ms; /* since 1970-01-01 00:00 UTC */
};
