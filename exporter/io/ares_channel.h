/* ares_channel.h - a c-ares channel with exactly one server and nothing of the system's.
 *
 * No resolv.conf, hosts file, search list, aliases, cache or retry. The TCP kind
 * brings its sockets to the loop by itself.
 */
#pragma once

#include "base/error.h"
#include "io/loop.h"

#include <ares.h>

struct ares_tcp;

/* `server` is IP:port. The caller ends it with ares_destroy(). */
bool ares_channel_open(ares_channel *channel, const char *server, int64_t timeout_ms, int flags,
		       const struct ares_options *sockets, struct error *error);

/* A channel that only speaks TCP. NULL: `error` says why. */
struct ares_tcp *ares_tcp_create(struct loop *loop, const char *server, int64_t timeout_ms,
				 struct error *error);
/* Ends all its questions first. Not from inside a callback. NULL is fine. */
void ares_tcp_free(struct ares_tcp *tcp);
ares_channel ares_tcp_channel(const struct ares_tcp *tcp);

/* The reply as it came over the wire, if it was kept; else NULL. c-ares 1.34 hands up what it
 * has parsed and written anew, and cannot write every name it can parse. */
const unsigned char *ares_tcp_reply(const struct ares_tcp *tcp, size_t *size);
