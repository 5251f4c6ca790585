#include "fcrdns/lookup.h"

/* Extended DNS errors, RFC 8914 4. */
enum {
	EDE_DNSSEC_BOGUS = 6,
	EDE_NSEC_MISSING = 12,
	EDE_BLOCKED = 15,
	EDE_FILTERED = 17,
};

static bool has_error_between(const struct dns_reply *reply, unsigned first, unsigned last)
{
	for (; first <= last; first++)
		if (dns_reply_has_extended_error(reply, first))
			return true;
	return false;
}

static bool is_policy(const struct dns_reply *reply, bool recursion_usual)
{
	if (has_error_between(reply, EDE_BLOCKED, EDE_FILTERED))
		return true;
	return reply->outcome == DNS_NXDOMAIN && recursion_usual && !reply->recursion_available;
}

static enum reason failure_reason(const struct dns_reply *reply)
{
	switch (reply->outcome) {
	case DNS_REFERRAL:
		return REASON_LAME;
	case DNS_UNCHASED: /* whoever asks follows it as far as is sane; this is further */
	case DNS_CNAME_LOOP:
		return REASON_CNAME_LOOP;
	case DNS_TRUNCATED:
		return REASON_TRUNCATED;
	case DNS_SERVFAIL:
		return has_error_between(reply, EDE_DNSSEC_BOGUS, EDE_NSEC_MISSING) ? REASON_BOGUS
										    : REASON_SERVFAIL;
	case DNS_REFUSED:
		return REASON_REFUSED;
	case DNS_FORMERR:
		return REASON_FORMERR;
	case DNS_NOTIMP:
		return REASON_NOTIMP;
	case DNS_OTHER_RCODE:
		return REASON_OTHER_RCODE;
	default:
		return REASON_MALFORMED;
	}
}

struct lookup lookup_of_reply(const struct dns_reply *reply, bool recursion_usual)
{
	if (is_policy(reply, recursion_usual))
		return (struct lookup){LOOKUP_FILTERED, REASON_BLOCKED, reply};
	switch (reply->outcome) {
	case DNS_DATA:
		return (struct lookup){LOOKUP_DATA, REASON_NONE, reply};
	case DNS_NXDOMAIN:
		return (struct lookup){LOOKUP_ABSENT,
				       reply->has_soa ? REASON_NXDOMAIN : REASON_NXDOMAIN_BARE, reply};
	case DNS_NODATA:
		return (struct lookup){LOOKUP_ABSENT, REASON_NODATA, reply};
	default:
		return (struct lookup){LOOKUP_FAILED, failure_reason(reply), reply};
	}
}

struct lookup lookup_of_failure(enum reason reason)
{
	return (struct lookup){LOOKUP_FAILED, reason, NULL};
}
