/* status.h - the closed sets of words: status, reason, flag.
 *
 * Their names are label values, therefore public interface.
 */
#pragma once

#include <stdbool.h>

/* In order of severity: what comes later is worse. */
enum status {
	STATUS_PASS,
	STATUS_NAME_MISMATCH,
	STATUS_FORWARD_MISMATCH,
	STATUS_FORWARD_MISSING,
	STATUS_PTR_INVALID,
	STATUS_NO_PTR,
	STATUS_TEMP_ERROR,
	STATUS_FILTERED,
	STATUS_SPECIAL_USE,
	STATUS_PENDING,
};
#define STATUS_COUNT (STATUS_PENDING + 1)

enum reason {
	REASON_NONE,
	/* absent */
	REASON_NXDOMAIN,
	REASON_NODATA,
	REASON_NXDOMAIN_BARE, /* NXDOMAIN without SOA: nobody knows how long it holds */
	/* no usable public host name */
	REASON_ROOT,
	REASON_SPECIAL_TLD,
	REASON_REVERSE_NAME,
	REASON_SINGLE_LABEL,
	REASON_IP_LITERAL,
	REASON_BAD_CHARS,
	/* no answer to judge by */
	REASON_TIMEOUT,
	REASON_TCP_TIMEOUT,
	REASON_SERVFAIL,
	REASON_REFUSED,
	REASON_FORMERR,
	REASON_NOTIMP,
	REASON_OTHER_RCODE,
	REASON_MALFORMED,
	REASON_NETWORK,
	REASON_TRUNCATED,
	REASON_CNAME_LOOP,
	REASON_LAME,
	REASON_BOGUS,
	REASON_BLOCKED,
};
#define REASON_COUNT (REASON_BLOCKED + 1)
#define REASON_FIRST_FAILURE REASON_TIMEOUT /* from here on: why a query failed */

/* Independent of the status; bit numbers. */
enum flag {
	FLAG_GENERIC,
	FLAG_MULTIPLE_PTR,
	FLAG_PTR_OVERFLOW,
	FLAG_FORWARD_ALIAS,
	FLAG_REVERSE_ALIAS,
	FLAG_UNDERSCORE,
	FLAG_STALE,
	FLAG_SHARED_PTR,
};
#define FLAG_COUNT (FLAG_SHARED_PTR + 1)
#define FLAG_BIT(flag) (1u << (flag))

const char *status_name(enum status status);
const char *reason_name(enum reason reason);
const char *flag_name(enum flag flag);

/* Did DNS itself decide: pass to no_ptr. */
bool status_is_conclusive(enum status status);

/* What a check that failed for this reason came to. */
enum status status_of_failure(enum reason reason);

/* Is it "pass" by RFC 8601 section 3 (iprev), whatever names are expected. */
bool status_is_iprev_pass(enum status status);
