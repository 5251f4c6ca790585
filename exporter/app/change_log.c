#include "app/change_log.h"

#include "base/log.h"

#define LINES_A_MINUTE 100

static enum log_level level_of_change(enum status before, enum status status)
{
	if (status != STATUS_PASS)
		return LOG_WARN;
	return before == STATUS_PENDING ? LOG_DEBUG : LOG_INFO;
}

static bool has_line(struct change_log *log, enum log_level level, int64_t now_ms)
{
	uint64_t left_out = 0;

	/* What only the curious see takes no line from what all must see. */
	if (!log_is_enabled(level) ||
	    (level != LOG_DEBUG &&
	     !line_budget_take(&log->lines, LINES_A_MINUTE, now_ms, &left_out)))
		return false;
	if (left_out > 0)
		log_warn("Further changes were left out of the log", LOG_NUMBER("count", left_out));
	return true;
}

void change_log_status(struct change_log *log, const struct target *target, enum status status,
		       int64_t now_ms)
{
	enum log_level level = level_of_change((enum status)target->last_status, status);
	char ip[IP_TEXT_MAX];

	if (!has_line(log, level, now_ms))
		return;
	LOG_LINE(level, "Status changed", LOG_TEXT("ip", ip_print(&target->ip, ip)),
		 LOG_TEXT("hostname", target->expectation->hostname),
		 LOG_TEXT("before", status_name((enum status)target->last_status)),
		 LOG_TEXT("status", status_name(status)));
}

void change_log_answer(struct change_log *log, const struct answer_change *change, int64_t now_ms)
{
	const struct target *target = change->target;
	enum log_level level = level_of_change(change->status_before, change->status);
	char ip[IP_TEXT_MAX];

	if (!has_line(log, level, now_ms))
		return;
	LOG_LINE(level, "Answer changed", LOG_TEXT("ip", ip_print(&target->ip, ip)),
		 LOG_TEXT("hostname", target->expectation->hostname),
		 LOG_TEXT("resolver", change->resolver),
		 LOG_TEXT("names_before", change->names_before), LOG_TEXT("names", change->names),
		 LOG_TEXT("status_before", status_name(change->status_before)),
		 LOG_TEXT("status", status_name(change->status)));
}
