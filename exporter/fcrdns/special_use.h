/* special_use.h - is this address global, so that its reverse DNS means anything to the world?
 *
 * From the IANA IPv4 and IPv6 Special-Purpose Address Registries (RFC 6890, RFC 8190), plus
 * multicast (RFC 5771, RFC 4291) and what is not allocated as global unicast.
 */
#pragma once

#include "base/ip.h"

#include <stdbool.h>

bool special_use_has(const struct ip *ip);
