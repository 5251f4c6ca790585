#include "app/failure_log.h"

#include "base/log.h"

#define PAUSE_LEAST_MS (60 * 1000)
#define PAUSE_MOST_MS (60 * 60 * 1000)

/* Twice the last pause while failures go on; the least again after as long a silence. */
static int64_t next_pause_ms(int64_t pause_ms, int64_t overdue_ms)
{
	if (pause_ms == 0 || overdue_ms > pause_ms)
		return PAUSE_LEAST_MS;
	return pause_ms * 2 < PAUSE_MOST_MS ? pause_ms * 2 : PAUSE_MOST_MS;
}

void failure_log_note(struct failure_log *log, const char *resolver,
		      const struct dns_query *example, enum reason reason, int64_t now_ms)
{
	int64_t *quiet_until_ms = &log->reasons[reason].quiet_until_ms;
	int64_t *pause_ms = &log->reasons[reason].pause_ms;
	char name[DNS_NAME_TEXT_MAX];

	log->reasons[reason].count++;
	if (now_ms < *quiet_until_ms)
		return;
	*pause_ms = next_pause_ms(*pause_ms, now_ms - *quiet_until_ms);
	*quiet_until_ms = now_ms + *pause_ms;
	dns_name_print(example->name.wire, name);
	log_warn("Lookups fail", LOG_TEXT("resolver", resolver),
		 LOG_TEXT("reason", reason_name(reason)),
		 LOG_NUMBER("count", log->reasons[reason].count), LOG_TEXT("example", name),
		 LOG_TEXT("type", dns_type_name(example->type)));
	log->reasons[reason].count = 0;
}
