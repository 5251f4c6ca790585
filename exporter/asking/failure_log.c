#include "asking/failure_log.h"

#include "base/log.h"

void failure_log_lookup(struct failure_log *log, const char *resolver,
			const struct dns_query *example, enum reason reason, int64_t now_ms)
{
	char name[DNS_NAME_TEXT_MAX];
	uint64_t count;

	if (!quiet_ends(&log->reasons[reason], now_ms, &count))
		return;
	dns_name_print(example->name.wire, name);
	log_warn("Lookups fail", LOG_TEXT("resolver", resolver),
		 LOG_TEXT("reason", reason_name(reason)), LOG_NUMBER("count", count),
		 LOG_TEXT("example", name), LOG_TEXT("type", dns_type_name(example->type)));
}

void failure_log_silence(struct failure_log *log, const char *resolver, enum reason reason,
			 int64_t now_ms)
{
	uint64_t count;

	if (quiet_ends(&log->silence, now_ms, &count))
		log_warn("Resolver does not answer", LOG_TEXT("resolver", resolver),
			 LOG_TEXT("reason", reason_name(reason)), LOG_NUMBER("count", count));
}
