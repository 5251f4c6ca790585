#include "asking/query.h"

#include <string.h>

/* Forwarders that follow no CNAME give one hop per question. */
#define CHASES_MAX 8

/* A server that changes the letter case and has no TCP is found out by then (letter_case.h). */
#define DOUBTS_MAX 6

/* Over all tries, transports and hops: as many times what the tries of one hop may take. */
#define DEADLINE_ROUNDS 3

static void finish(struct query *query, struct lookup lookup)
{
	query->lookup = lookup;
	if (lookup.reason >= REASON_FIRST_FAILURE && !query->cancelled &&
	    query->question.recursion_desired)
		failure_log_lookup(&query->upstream->failure_log, query->upstream->name,
				   &query->question, lookup.reason, loop_now().ms);
	query->on_done(query);
}

static void submit(struct query *query)
{
	upstream_submit(query->upstream, &query->ticket);
}

static void count_failure(struct query *query, enum reason reason)
{
	query->upstream->stats.failures[reason]++;
}

/* Once more, if tries and time are left. */
static void retry_or_fail(struct query *query, enum reason reason)
{
	if (query->doubted) {
		/* There is no TCP to be had: the next reply by UDP may be in the right case. */
		query->doubted = false;
		query->transport = query->first_transport;
	}
	if (--query->tries_left > 0 && loop_now().ms < query->deadline_ms)
		submit(query);
	else
		finish(query, lookup_of_failure(reason));
}

/* The same question in another way, with all its tries. */
static void ask_differently(struct query *query, enum reason reason_if_late)
{
	query->tries_left = query->upstream->tries;
	if (loop_now().ms < query->deadline_ms) {
		submit(query);
		return;
	}
	count_failure(query, reason_if_late);
	finish(query, lookup_of_failure(reason_if_late));
}

static bool is_refusal_of_edns(const struct query *query)
{
	enum { BADVERS = 16 };
	const struct dns_reply *reply = &query->reply;

	if (!query->question.edns || query->edns_refused)
		return false;
	return reply->rcode == BADVERS ||
	       (!reply->has_edns &&
		(reply->outcome == DNS_FORMERR || reply->outcome == DNS_NOTIMP));
}

/* What the hops of the chain said belongs to the answer they lead to. */
static void add_chain(struct query *query)
{
	struct dns_reply *reply = &query->reply;

	reply->aliased |= query->chain.aliased;
	if (query->chain.has_ttl && reply->has_ttl && query->chain.ttl_s < reply->ttl_s)
		reply->ttl_s = query->chain.ttl_s;
}

static void take_reply(struct query *query, const struct resolver_answer *answer)
{
	struct dns_reply *reply = &query->reply;

	dns_reply_clear(reply);
	dns_reply_decode(reply, &query->question, answer->bytes, answer->size);
	add_chain(query);
	if (reply->outcome != DNS_MALFORMED)
		query->upstream->stats.responses[stats_rcode_of(reply->rcode)]++;
	if (reply->outcome == DNS_DATA || reply->outcome == DNS_NODATA)
		upstream_note_recursion(query->upstream, reply->recursion_available);
}

/* Ask for the name that a CNAME leads to, which the resolver has not followed. */
static void follow(struct query *query)
{
	const struct dns_reply *reply = &query->reply;

	query->chases_left--;
	query->chain.aliased = true;
	if (reply->has_ttl && (!query->chain.has_ttl || reply->ttl_s < query->chain.ttl_s)) {
		query->chain.has_ttl = true;
		query->chain.ttl_s = reply->ttl_s;
	}
	query->question.name = reply->final;
	ask_differently(query, REASON_TIMEOUT);
}

static void on_reply(struct query *query)
{
	struct dns_reply *reply = &query->reply;
	struct lookup lookup;

	if (reply->outcome == DNS_TRUNCATED && query->transport != RESOLVER_TCP) {
		query->transport = RESOLVER_TCP;
		ask_differently(query, REASON_TRUNCATED);
		return;
	}
	query->by_udp |= query->transport != RESOLVER_TCP;
	lookup = lookup_of_reply(reply, query->question.recursion_desired &&
						upstream_recursion_is_usual(query->upstream));
	if (lookup.reason >= REASON_FIRST_FAILURE && reply->outcome != DNS_UNCHASED)
		count_failure(query, lookup.reason);
	if (is_refusal_of_edns(query)) {
		query->edns_refused = true;
		query->question.edns = false;
		ask_differently(query, REASON_TIMEOUT);
	} else if (reply->outcome == DNS_UNCHASED && lookup.outcome != LOOKUP_FILTERED &&
		   query->chases_left > 0) {
		follow(query);
	} else if (reply->outcome == DNS_MALFORMED) {
		retry_or_fail(query, REASON_MALFORMED);
	} else {
		finish(query, lookup);
	}
}

static void cancel(struct query *query)
{
	query->cancelled = true;
	finish(query, lookup_of_failure(REASON_TIMEOUT));
}

/* Over TCP it cannot be forged. */
static void on_doubt(struct query *query)
{
	if (++query->doubts > DOUBTS_MAX) {
		count_failure(query, REASON_TIMEOUT);
		finish(query, lookup_of_failure(REASON_TIMEOUT));
		return;
	}
	query->doubted = true;
	query->transport = RESOLVER_TCP;
	ask_differently(query, REASON_TIMEOUT);
}

static void on_answer(void *context, const struct resolver_answer *answer)
{
	struct query *query = context;
	enum reason reason;

	query->elapsed_us += answer->elapsed_us;
	switch (answer->outcome) {
	case RESOLVER_ANSWERED:
		take_reply(query, answer);
		stats_histogram_add(&query->upstream->stats.durations[stats_type_of(query->question.type)],
				    answer->elapsed_us);
		upstream_end_query(query->upstream, query->reply.outcome != DNS_REFUSED);
		on_reply(query);
		break;
	case RESOLVER_TIMEOUT:
	case RESOLVER_NETWORK:
		reason = answer->outcome == RESOLVER_NETWORK	 ? REASON_NETWORK
			 : query->transport == RESOLVER_TCP	 ? REASON_TCP_TIMEOUT
								 : REASON_TIMEOUT;
		upstream_end_query(query->upstream, false);
		count_failure(query, reason);
		retry_or_fail(query, reason);
		break;
	case RESOLVER_DOUBTED:
		upstream_drop_query(query->upstream);
		on_doubt(query);
		break;
	case RESOLVER_STOPPED:
		/* The channel was made anew under us, or the resolver is gone for good:
		 * upstream_submit() knows which. */
		upstream_drop_query(query->upstream);
		submit(query);
		break;
	}
}

static void on_turn(struct upstream_ticket *ticket)
{
	struct query *query = (struct query *)ticket;
	uint8_t bytes[DNS_QUERY_MAX];
	size_t size = dns_query_encode(&query->question, 0, bytes);

	if (query->deadline_ms == 0)
		query->deadline_ms = loop_now().ms + DEADLINE_ROUNDS * query->upstream->tries *
							     query->upstream->timeout_ms;
	query->sent++;
	upstream_begin_query(query->upstream, query->question.type);
	resolver_ask(query->upstream->resolver, query->transport, bytes, size, on_answer, query);
}

static void on_cancel(struct upstream_ticket *ticket)
{
	cancel((struct query *)ticket);
}

void query_start(struct query *query, struct upstream *upstream, const struct query_order *order,
		 query_done_fn on_done, void *context)
{
	memset(query, 0, sizeof *query);
	query->ticket.on_turn = on_turn;
	query->ticket.on_cancel = on_cancel;
	query->upstream = upstream;
	memcpy(query->question.name.wire, order->name, dns_name_size(order->name));
	query->question.type = order->type;
	query->question.recursion_desired = !upstream->is_authority;
	query->question.edns = upstream->edns;
	query->first_transport =
		upstream->transport == CONFIG_TCP ? RESOLVER_TCP : order->transport;
	query->transport = query->first_transport;
	query->tries_left = upstream->tries;
	query->chases_left = upstream->is_authority ? 0 : CHASES_MAX;
	query->on_done = on_done;
	query->context = context;
	submit(query);
}

void query_clear(struct query *query)
{
	dns_reply_clear(&query->reply);
}
