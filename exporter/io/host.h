/* host.h - what this machine says of itself. */
#pragma once

#include "base/error.h"

#include <stdbool.h>
#include <stdint.h>

#define HOST_NAME_TEXT_MAX 256

/* This host's own name with a domain, as `hostname -f` gives it: gethostname(), and where that
 * has no dot, getaddrinfo() with AI_CANONNAME; the only use of the system's resolver, which may
 * block. False: `error` says what was found instead. */
bool host_own_name(char name[HOST_NAME_TEXT_MAX], struct error *error);

/* Is there a route to addresses of the world, of this family? Sends nothing: connects a UDP
 * socket. */
bool host_has_ipv4_route(void);
bool host_has_ipv6_route(void);
