/* failure_log.h - lookups that fail, told to the operator without drowning him.
 *
 * At most one line per resolver and reason in a minute, each with how many there were
 * since the line before and one of them as an example; while they go on, lines come
 * ever more seldom, down to one an hour.
 */
#pragma once

#include "dns/query.h"
#include "fcrdns/status.h"

#include <stdint.h>

/* Of one resolver. Zeroed memory: nothing failed yet. */
struct failure_log {
	struct {
		int64_t quiet_until_ms;
		int64_t pause_ms;
		uint64_t count; /* since the last line */
	} reasons[REASON_COUNT];
};

void failure_log_note(struct failure_log *log, const char *resolver,
		      const struct dns_query *example, enum reason reason, int64_t now_ms);
