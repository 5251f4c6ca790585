#include "fcrdns/authority_answers.h"

#include <string.h>

static bool is_silence(enum reason reason)
{
	return reason == REASON_TIMEOUT || reason == REASON_TCP_TIMEOUT || reason == REASON_NETWORK;
}

enum authority_answer_kind authority_answer_kind_of(const struct lookup *lookup)
{
	const struct dns_reply *reply = lookup->reply;

	if (reply == NULL)
		return is_silence(lookup->reason) ? AUTHORITY_SILENT : AUTHORITY_NOT_IN_ZONE;
	if (!reply->authoritative)
		return reply->recursion_available ? AUTHORITY_RESOLVER : AUTHORITY_NOT_IN_ZONE;
	switch (reply->outcome) {
	case DNS_DATA:
	case DNS_NXDOMAIN:
	case DNS_NODATA:
	case DNS_UNCHASED:
		return AUTHORITY_ANSWERED;
	default:
		return AUTHORITY_NOT_IN_ZONE;
	}
}

/* --- are two answers the same? --- */

static bool is_absence(const struct dns_reply *reply)
{
	return reply->outcome == DNS_NXDOMAIN || reply->outcome == DNS_NODATA;
}

static bool is_same_data(const struct dns_reply *a, const struct dns_reply *b, const struct ip *ip)
{
	if (a->addresses.count > 0 || b->addresses.count > 0)
		return (a->addresses.count > 0) == (b->addresses.count > 0) &&
		       dns_address_set_has(&a->addresses, ip) ==
			       dns_address_set_has(&b->addresses, ip);
	return a->names.bytes.size == b->names.bytes.size &&
	       memcmp(a->names.bytes.bytes, b->names.bytes.bytes, a->names.bytes.size) == 0;
}

/* A server that also has the zone a CNAME leads to may answer from there; its neighbour, that
 * has not, stops at the CNAME. Where both lead to one name they say the same. */
static bool is_same_alias(const struct dns_reply *a, const struct dns_reply *b)
{
	return a->aliased && b->aliased && dns_name_equal(a->final.wire, b->final.wire);
}

static bool is_same(const struct dns_reply *a, const struct dns_reply *b, const struct ip *ip)
{
	if (a->outcome == DNS_UNCHASED || b->outcome == DNS_UNCHASED)
		return is_same_alias(a, b);
	if (is_absence(a) || is_absence(b))
		return is_absence(a) && is_absence(b);
	return is_same_data(a, b, ip);
}

/* --- the decision --- */

struct tally {
	size_t counts[AUTHORITY_SILENT + 1]; /* by kind */
	int truth;
	bool answers_differ, serials_differ;
};

/* Each is compared with the one chosen so far: "the same" holds between any two then. */
static void count_answered(struct tally *tally, const struct authority_answer *answers, size_t i,
			   const struct ip *ip)
{
	const struct dns_reply *reply = answers[i].reply;

	if (tally->truth == AUTHORITY_NO_TRUTH) {
		tally->truth = (int)i;
		return;
	}
	tally->answers_differ |= !is_same(answers[tally->truth].reply, reply, ip);
	/* The CNAME itself is what all of them vouch for: its end is to be asked of its own zone. */
	if (reply->outcome == DNS_UNCHASED && answers[tally->truth].reply->outcome != DNS_UNCHASED)
		tally->truth = (int)i;
}

static bool serials_differ(const struct authority_answer *answers, size_t count)
{
	const struct authority_answer *first = NULL;
	size_t i;

	for (i = 0; i < count; i++) {
		if (!answers[i].has_serial)
			continue;
		if (first != NULL && first->serial != answers[i].serial)
			return true;
		first = &answers[i];
	}
	return false;
}

static struct tally count_answers(const struct authority_answer *answers, size_t count,
				  const struct ip *ip)
{
	struct tally tally = {.truth = AUTHORITY_NO_TRUTH};
	size_t i;

	for (i = 0; i < count; i++) {
		tally.counts[answers[i].kind]++;
		if (answers[i].kind == AUTHORITY_ANSWERED)
			count_answered(&tally, answers, i, ip);
	}
	tally.serials_differ = serials_differ(answers, count);
	return tally;
}

static enum authority_state state_without_truth(const struct tally *tally, size_t count)
{
	if (tally->counts[AUTHORITY_NOT_IN_ZONE] > 0 || count == 0)
		return AUTHORITY_LAME;
	if (tally->counts[AUTHORITY_RESOLVER] > 0)
		return AUTHORITY_INTERCEPTED;
	return AUTHORITY_UNREACHABLE;
}

struct authority_decision authority_decide(const struct authority_answer *answers, size_t count,
					   const struct ip *ip)
{
	struct tally tally = count_answers(answers, count, ip);

	if (tally.truth == AUTHORITY_NO_TRUTH)
		return (struct authority_decision){state_without_truth(&tally, count),
						   AUTHORITY_NO_TRUTH};
	if (tally.answers_differ)
		return (struct authority_decision){AUTHORITY_INCONSISTENT, AUTHORITY_NO_TRUTH};
	/* This name reads alike everywhere, so the truth is known; but a transfer is under way or
	 * stuck, and the next change will not reach all servers. */
	if (tally.serials_differ)
		return (struct authority_decision){AUTHORITY_INCONSISTENT, tally.truth};
	if (tally.counts[AUTHORITY_NOT_IN_ZONE] > 0 || tally.counts[AUTHORITY_RESOLVER] > 0)
		return (struct authority_decision){AUTHORITY_LAME, tally.truth};
	return (struct authority_decision){AUTHORITY_CONSISTENT, tally.truth};
}

enum authority_state authority_state_worse(enum authority_state a, enum authority_state b)
{
	/* What was found wrong counts for more than what could not be found out. */
	static const int badness[AUTHORITY_STATE_COUNT] = {
		[AUTHORITY_CONSISTENT] = 0,  [AUTHORITY_UNKNOWN] = 1,     [AUTHORITY_INCONSISTENT] = 2,
		[AUTHORITY_LAME] = 3,        [AUTHORITY_UNREACHABLE] = 4, [AUTHORITY_INTERCEPTED] = 5,
	};

	return badness[a] >= badness[b] ? a : b;
}
