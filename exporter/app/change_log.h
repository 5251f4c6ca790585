/* change_log.h - a line in the log for every change of what is known of a target.
 *
 * So many lines a minute at most: when the network fails, everything changes at once.
 */
#pragma once

#include "asking/lane.h"
#include "pacing/quiet.h"

/* Zeroed memory: nothing was told yet. */
struct change_log {
	struct line_budget lines;
};

/* The combined status of a target is another than its `last_status`. */
void change_log_status(struct change_log *log, const struct target *target, enum status status,
		       int64_t now_ms);

/* The counted answer of one resolver is another. */
void change_log_answer(struct change_log *log, const struct answer_change *change, int64_t now_ms);
