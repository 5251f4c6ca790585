#include "fcrdns/special_use.h"

#include <stddef.h>

/* The IANA IPv4 and IPv6 Special-Purpose Address Registries, both as last updated there on
 * 2025-10-09. Special is where "Globally Reachable" is not True; "N/A" (Teredo, 6to4) and the
 * deprecated blocks without an entry (6to4 relays, the first ORCHID) count as not. The most
 * specific row comes first: the first that holds the address decides.
 *
 * Left out, as another row says the same of them: 0.0.0.0/32, 192.0.0.0/29, 192.0.0.8,
 * 192.0.0.170, 192.0.0.171, 192.88.99.2, 255.255.255.255; 2001::/32, 2001:2::/48, 2001:10::/28.
 * Left out as ordinary space that is True: 192.31.196.0/24, 192.52.193.0/24 and 192.175.48.0/24;
 * 2620:4f:8000::/48. ::ffff:0:0/96 is the IPv4 address in it, see ip_parse(). */
struct special_block {
	uint8_t family;
	uint8_t length;
	bool global;
	uint8_t bytes[16];
};

static const struct special_block blocks[] = {
	{IP_V4, 32, true, {192, 0, 0, 9}},     /* PCP anycast, RFC 7723 */
	{IP_V4, 32, true, {192, 0, 0, 10}},    /* TURN anycast, RFC 8155 */
	{IP_V4, 8, false, {0}},                /* "this network", RFC 791 */
	{IP_V4, 8, false, {10}},               /* private, RFC 1918 */
	{IP_V4, 10, false, {100, 64}},         /* shared address space, RFC 6598 */
	{IP_V4, 8, false, {127}},              /* loopback, RFC 1122 */
	{IP_V4, 16, false, {169, 254}},        /* link local, RFC 3927 */
	{IP_V4, 12, false, {172, 16}},         /* private, RFC 1918 */
	{IP_V4, 24, false, {192, 0, 0}},       /* IETF protocol assignments, RFC 6890 */
	{IP_V4, 24, false, {192, 0, 2}},       /* TEST-NET-1, RFC 5737 */
	{IP_V4, 24, false, {192, 88, 99}},     /* 6to4 relay anycast, deprecated, RFC 7526 */
	{IP_V4, 16, false, {192, 168}},        /* private, RFC 1918 */
	{IP_V4, 15, false, {198, 18}},         /* benchmarking, RFC 2544 */
	{IP_V4, 24, false, {198, 51, 100}},    /* TEST-NET-2, RFC 5737 */
	{IP_V4, 24, false, {203, 0, 113}},     /* TEST-NET-3, RFC 5737 */
	{IP_V4, 4, false, {224}},              /* multicast, RFC 5771 */
	{IP_V4, 4, false, {240}},              /* reserved and broadcast, RFC 1112, RFC 919 */

	{IP_V6, 96, true, {0x00, 0x64, 0xff, 0x9b}},                /* NAT64, RFC 6052 */
	{IP_V6, 128, true, {0x20, 0x01, 0, 1, [15] = 1}},           /* PCP anycast, RFC 7723 */
	{IP_V6, 128, true, {0x20, 0x01, 0, 1, [15] = 2}},           /* TURN anycast, RFC 8155 */
	{IP_V6, 128, true, {0x20, 0x01, 0, 1, [15] = 3}},           /* DNS-SD SRP anycast, RFC 9665 */
	{IP_V6, 32, true, {0x20, 0x01, 0x00, 0x03}},                /* AMT, RFC 7450 */
	{IP_V6, 48, true, {0x20, 0x01, 0x00, 0x04, 0x01, 0x12}},    /* AS112, RFC 7535 */
	{IP_V6, 28, true, {0x20, 0x01, 0x00, 0x20}},                /* ORCHIDv2, RFC 7343 */
	{IP_V6, 28, true, {0x20, 0x01, 0x00, 0x30}},                /* drone remote ID, RFC 9374 */
	{IP_V6, 23, false, {0x20, 0x01}},                           /* IETF assignments, Teredo, RFC 2928 */
	{IP_V6, 32, false, {0x20, 0x01, 0x0d, 0xb8}},               /* documentation, RFC 3849 */
	{IP_V6, 16, false, {0x20, 0x02}},                           /* 6to4, RFC 3056 */
	{IP_V6, 20, false, {0x3f, 0xff}},                           /* documentation, RFC 9637 */
	{IP_V6, 3, true, {0x20}},                                   /* global unicast, RFC 4291 */
	{IP_V6, 0, false, {0}},                                     /* all else: ::, ::1, fc00::/7, fe80::/10, ff00::/8 ... */
};

bool special_use_has(const struct ip *ip)
{
	size_t i;

	for (i = 0; i < sizeof blocks / sizeof *blocks; i++) {
		struct ip_block block = {{blocks[i].family, {0}}, blocks[i].length};
		size_t b;

		for (b = 0; b < sizeof block.first.bytes; b++)
			block.first.bytes[b] = blocks[i].bytes[b];
		if (ip_block_contains(&block, ip))
			return !blocks[i].global;
	}
	return false;
}
