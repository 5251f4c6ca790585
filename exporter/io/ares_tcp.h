/* ares_tcp.h - one DNS question over a TCP connection of its own, through c-ares.
 *
 * c-ares connects, frames (RFC 1035 4.2.2) and notices when the connection ends; what it
 * sends and receives is looked at on the way, since it drops replies that a server may
 * well give (a bare FORMERR), and 1.34 hands up only what it has parsed and written anew.
 *
 * Happy path: ares_tcp_ask() -> `on_sent` -> bytes come -> `on_reply` for every whole
 * message, until the owner frees this. Or `on_over`: nothing more will come. Both come
 * from the loop, `on_over` also from inside ares_tcp_ask().
 */
#pragma once

#include "base/error.h"
#include "io/loop.h"

#include <stddef.h>

struct ares_tcp;

struct ares_tcp_events {
	/* The query as it went out; c-ares 1.34 chooses the id. */
	void (*on_sent)(void *context, const uint8_t *packet, size_t size);
	void (*on_reply)(void *context, const uint8_t *reply, size_t size);
	/* `bad_reply`: because of what the server sent, not because it cannot be reached. */
	void (*on_over)(void *context, bool bad_reply);
	void *context;
};

/* `server` is IP:port. NULL: `error` says why. */
struct ares_tcp *ares_tcp_create(struct loop *loop, const char *server, int64_t timeout_ms,
				 const struct ares_tcp_events *events, struct error *error);
/* No event comes any more. Not from inside an event. NULL is fine. */
void ares_tcp_free(struct ares_tcp *tcp);

void ares_tcp_ask(struct ares_tcp *tcp, const uint8_t *packet, size_t size);
