#include "fcrdns/status.h"

static const char *const status_names[STATUS_COUNT] = {
	[STATUS_PASS] = "pass",
	[STATUS_NAME_MISMATCH] = "name_mismatch",
	[STATUS_FORWARD_MISMATCH] = "forward_mismatch",
	[STATUS_FORWARD_MISSING] = "forward_missing",
	[STATUS_PTR_INVALID] = "ptr_invalid",
	[STATUS_NO_PTR] = "no_ptr",
	[STATUS_TEMP_ERROR] = "temp_error",
	[STATUS_FILTERED] = "filtered",
	[STATUS_SPECIAL_USE] = "special_use",
	[STATUS_PENDING] = "pending",
};

static const char *const reason_names[REASON_COUNT] = {
	[REASON_NONE] = "none",
	[REASON_NXDOMAIN] = "nxdomain",
	[REASON_NODATA] = "nodata",
	[REASON_NXDOMAIN_BARE] = "nxdomain_bare",
	[REASON_ROOT] = "root",
	[REASON_SPECIAL_TLD] = "special_tld",
	[REASON_REVERSE_NAME] = "reverse_name",
	[REASON_SINGLE_LABEL] = "single_label",
	[REASON_IP_LITERAL] = "ip_literal",
	[REASON_BAD_CHARS] = "bad_chars",
	[REASON_TIMEOUT] = "timeout",
	[REASON_TCP_TIMEOUT] = "tcp_timeout",
	[REASON_SERVFAIL] = "servfail",
	[REASON_REFUSED] = "refused",
	[REASON_FORMERR] = "formerr",
	[REASON_NOTIMP] = "notimp",
	[REASON_OTHER_RCODE] = "other_rcode",
	[REASON_MALFORMED] = "malformed",
	[REASON_NETWORK] = "network",
	[REASON_TRUNCATED] = "truncated",
	[REASON_CNAME_LOOP] = "cname_loop",
	[REASON_LAME] = "lame",
	[REASON_BOGUS] = "bogus",
	[REASON_BLOCKED] = "blocked",
};

static const char *const flag_names[FLAG_COUNT] = {
	[FLAG_GENERIC] = "generic",
	[FLAG_MULTIPLE_PTR] = "multiple_ptr",
	[FLAG_PTR_OVERFLOW] = "ptr_overflow",
	[FLAG_FORWARD_ALIAS] = "forward_alias",
	[FLAG_REVERSE_ALIAS] = "reverse_alias",
	[FLAG_UNDERSCORE] = "underscore",
	[FLAG_STALE] = "stale",
	[FLAG_SHARED_PTR] = "shared_ptr",
};

const char *status_name(enum status status)
{
	return status_names[status];
}

const char *reason_name(enum reason reason)
{
	return reason_names[reason];
}

const char *flag_name(enum flag flag)
{
	return flag_names[flag];
}

bool status_is_conclusive(enum status status)
{
	return status <= STATUS_NO_PTR;
}

enum status status_of_failure(enum reason reason)
{
	return reason == REASON_BLOCKED ? STATUS_FILTERED : STATUS_TEMP_ERROR;
}

bool status_is_iprev_pass(enum status status)
{
	return status == STATUS_PASS || status == STATUS_NAME_MISMATCH;
}
