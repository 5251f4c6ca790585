/* udp_pool.h - several UDP sockets to one server, on random ports that change.
 *
 * One port for the life of the program is a gift to whoever forges replies, and it
 * pins an anycast resolver's load balancer to one machine. So questions go out of
 * UDP_POOL_SOCKETS sockets at random, and each socket is replaced by one on another
 * port after some use, once nobody waits at it. A question that must not come from a
 * port used before gets a socket of its own. Knows nothing of DNS.
 */
#pragma once

#include "base/ip.h"
#include "io/loop.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define UDP_POOL_SOCKETS 16
#define UDP_POOL_SINGLES 64 /* sockets for one question each, at most at once */

struct udp_pool;

struct udp_pool_events {
	/* A packet came from the server. `bytes` are valid during the call. */
	void (*on_packet)(void *context, unsigned socket, const uint8_t *bytes, size_t size);
	/* The network says that what this socket sent cannot arrive (ICMP). */
	void (*on_refused)(void *context, unsigned socket);
	void *context;
};

/* `overflow` counts the packets for which a socket had no room; it must outlive the pool. */
struct udp_pool *udp_pool_create(struct loop *loop, const struct ip *address, uint16_t port,
				 const struct udp_pool_events *events, uint64_t *overflow);
void udp_pool_free(struct udp_pool *pool); /* NULL is fine; not from inside an event */

/* Send from a socket of the pool's choice, or from one of its own on a port of its own
 * (if none of the UDP_POOL_SINGLES is left, from any). It waits for a reply there until
 * udp_pool_release() is called as often. False: the system would not send. */
bool udp_pool_send(struct udp_pool *pool, bool own_port, const uint8_t *bytes, size_t size,
		   unsigned *socket);
void udp_pool_release(struct udp_pool *pool, unsigned socket);
