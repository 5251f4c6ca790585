/* ares_udp.h - a c-ares channel for UDP whose sockets and packets are ours.
 *
 * c-ares believes in one socket to its one server. What it sends goes to `send`, which
 * uses whatever socket it likes; what it shall read is fed to it. It never times out
 * before the caller does, except c-ares 1.34, whose word then means nothing.
 */
#pragma once

#include "base/error.h"
#include "base/ip.h"

#include <ares.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ares_udp;

struct ares_udp_events {
	/* The packet that `query` is to send out. False: the network will not have it. */
	bool (*send)(void *context, void *query, const uint8_t *packet, size_t size);
	void *context;
	/* c-ares has let go of the query, its first argument, for whatever reason; maybe
	 * before ares_udp_ask() returns. What else it says has no meaning here. */
	ares_callback done;
};

/* NULL: `error` says why. */
struct ares_udp *ares_udp_create(const struct ip *address, uint16_t port, int64_t timeout_ms,
				 const struct ares_udp_events *events, struct error *error);
void ares_udp_free(struct ares_udp *udp); /* lets go of all queries first; NULL is fine */

void ares_udp_ask(struct ares_udp *udp, void *query, const uint8_t *packet, size_t size);
/* A packet that answers one of its queries: it forgets that. */
void ares_udp_feed(struct ares_udp *udp, const uint8_t *packet, size_t size);
/* Time passes: it ends what is too old for it. */
void ares_udp_tick(struct ares_udp *udp);
