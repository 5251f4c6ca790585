/* failure_log.h - what fails at one resolver, told to the operator without drowning him.
 *
 * A line per reason, with how often it happened since the line before and one example,
 * at most once a minute and ever more seldom while it goes on (pacing/quiet.h).
 */
#pragma once

#include "dns/query.h"
#include "fcrdns/status.h"
#include "pacing/quiet.h"

#include <stdint.h>

/* Of one resolver. Zeroed memory: nothing failed yet. */
struct failure_log {
	struct quiet reasons[REASON_COUNT];
	struct quiet silence;
};

/* A lookup failed for good. */
void failure_log_lookup(struct failure_log *log, const char *resolver,
			const struct dns_query *example, enum reason reason, int64_t now_ms);

/* The resolver was up and answers no more. */
void failure_log_silence(struct failure_log *log, const char *resolver, enum reason reason,
			 int64_t now_ms);
