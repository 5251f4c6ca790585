/* resolver.h - one DNS server, asked with raw messages over UDP or TCP.
 *
 * c-ares channels, each with exactly this one server: one for UDP that never falls
 * back to TCP by itself, and one for each TCP question, since a server may close a
 * connection after any answer (RFC 7766 6.2.3) and c-ares would fail all questions
 * that share it. Never the system's resolver
 * configuration, hosts file or search list. One try per question: whoever asks
 * retries, so that attempts can be counted.
 *
 * c-ares gets its UDP sockets from a udp_pool, and its packets through a gate: a
 * packet counts only if its socket, id and question bytes, random letter case included
 * (letter_case.h), are those of a question that waits; all others are dropped and
 * counted. The bytes handed up are those of the wire, since c-ares cuts or
 * re-encodes them (1.18 cuts at 512, 1.34 rebuilds).
 *
 * Happy path: resolver_ask() -> ares_send() -> gate notes what went out -> a packet
 * comes, the gate finds its question, c-ares is fed so that it forgets it, and
 * `on_answer` gets the bytes. Otherwise our own timer finds the question too old
 * (RESOLVER_TIMEOUT; c-ares 1.34 gives up earlier by a mean of its own, which is
 * ignored for UDP), or the network refuses (RESOLVER_NETWORK), or the only reply was in
 * the wrong letter case (RESOLVER_DOUBTED).
 * `on_answer` comes exactly once per question, never before resolver_ask() has returned.
 */
#pragma once

#include "base/error.h"
#include "base/ip.h"
#include "base/packet_drops.h"
#include "io/loop.h"

#include <stddef.h>
#include <stdint.h>

enum resolver_transport {
	RESOLVER_UDP,
	RESOLVER_UDP_OWN_PORT, /* from a port of its own, if not too many want one (udp_pool.h) */
	RESOLVER_TCP,
};

enum resolver_outcome {
	RESOLVER_ANSWERED,
	RESOLVER_TIMEOUT,
	RESOLVER_NETWORK,
	RESOLVER_DOUBTED, /* it may be forged: ask over TCP */
	RESOLVER_STOPPED, /* resolver_free() came first */
};

struct resolver_answer {
	enum resolver_outcome outcome;
	const uint8_t *bytes; /* with RESOLVER_ANSWERED; valid during the call */
	size_t size;
	int64_t elapsed_us;   /* since the question was handed to the kernel */
};

typedef void (*resolver_answer_fn)(void *context, const struct resolver_answer *answer);

struct resolver;

#define RESOLVER_QUERY_MAX 512 /* QUESTION_PACKET_MAX */

/* `drops` is counted up; it must outlive the resolver. */
struct resolver *resolver_create(struct loop *loop, const struct ip *address, uint16_t port,
				 int64_t timeout_ms, struct packet_drops *drops,
				 struct error *error);

/* Ends all questions with RESOLVER_STOPPED. Not from inside `on_answer`. NULL is fine. */
void resolver_free(struct resolver *resolver);

/* `query` is a whole message with one question, at most RESOLVER_QUERY_MAX bytes; it gets a
 * random id. */
void resolver_ask(struct resolver *resolver, enum resolver_transport transport,
		  const uint8_t *query, size_t size, resolver_answer_fn on_answer, void *context);

/* False once the server has proved that it changes the letter case of questions. */
bool resolver_keeps_letter_case(const struct resolver *resolver);
