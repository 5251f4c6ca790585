/* query.h - one question at one resolver, asked until there is an answer or it makes no more sense.
 *
 * Happy path: wait for a turn, ask over UDP, decode, done. On the way:
 * - no answer, a refusing network, a malformed reply: again, as often as `tries` says;
 * - truncated, or the only reply may be forged: over TCP, with as many tries; of those
 *   that may be forged, by UDP again if TCP fails;
 * - FORMERR, NOTIMP or BADVERS to a question with EDNS: once without, for this question only;
 * - an answer that ends in a CNAME nobody followed: the name it leads to, a few times.
 * An authority (upstream.h) is asked without recursion; its CNAMEs are not gone along, and
 * its failures are told to nobody but who asked.
 * A deadline bounds the whole. The query lives inside its owner's memory.
 */
#pragma once

#include "asking/upstream.h"
#include "dns/message.h"
#include "fcrdns/lookup.h"

struct query;
typedef void (*query_done_fn)(struct query *query);

/* What to ask, and how at first. A resolver with `transport: tcp` is only asked so. */
struct query_order {
	const uint8_t *name;
	enum dns_type type;
	enum resolver_transport transport;
};

struct query {
	struct upstream_ticket ticket; /* first: the ticket is the query */
	struct upstream *upstream;
	struct dns_query question;
	enum resolver_transport transport;
	enum resolver_transport first_transport;
	unsigned tries_left;
	unsigned chases_left;
	int64_t deadline_ms;
	bool edns_refused;
	bool doubted;    /* it is asked over TCP because what UDP brought may be forged */
	unsigned doubts; /* how often that was so */
	struct {         /* what the hops of a chain so far said */
		bool aliased, has_ttl;
		uint32_t ttl_s;
	} chain;
	query_done_fn on_done;
	void *context;

	/* The result, from on_done() until query_clear(). */
	bool cancelled;         /* the resolver was removed, or the program stops: no result */
	struct lookup lookup;
	struct dns_reply reply; /* what lookup.reply points to */
	int64_t elapsed_us;     /* all tries together, waiting for turns left out */
	unsigned sent;          /* how many questions it took */
	bool by_udp;            /* some of it came by UDP, where it may be forged */
};

/* `on_done` comes exactly once, and not before query_start() has returned unless cancelled. */
void query_start(struct query *query, struct upstream *upstream, const struct query_order *order,
		 query_done_fn on_done, void *context);

/* Free what the result holds. Safe on zeroed memory. */
void query_clear(struct query *query);
