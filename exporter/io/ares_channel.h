/* ares_channel.h - a c-ares channel with exactly one server and nothing of the system's.
 *
 * No resolv.conf, hosts file, search list, aliases, cache or retry.
 */
#pragma once

#include "base/error.h"

#include <ares.h>
#include <stdbool.h>
#include <stdint.h>

/* `server` is IP:port. The caller ends it with ares_destroy(). */
bool ares_channel_open(ares_channel *channel, const char *server, int64_t timeout_ms, int flags,
		       const struct ares_options *sockets, struct error *error);
