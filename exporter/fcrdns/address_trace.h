/* address_trace.h - how much of an address stands in a host name.
 *
 * In any of the ways providers write it: decimal octets in any order behind any separator,
 * with or without leading zeros, run together, as one number, hexadecimal; IPv6 by nibbles
 * or by groups. Says what is there, not what it means.
 */
#pragma once

#include "base/ip.h"

/* Each is stronger evidence than the one before. */
enum address_trace {
	TRACE_NONE,
	TRACE_HINT, /* the last octet, or the first two: may well be chance */
	TRACE_PART, /* the last two octets side by side; two groups of an IPv6 address */
	TRACE_MOST, /* three octets side by side, or more, up to the whole address */
};

/* `text`: a name in lower case with dots, at most 253 characters. */
enum address_trace address_trace_find(const char *text, const struct ip *ip);
