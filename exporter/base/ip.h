/* ip.h - IPv4 and IPv6 addresses and blocks of them, as values.
 *
 * An IPv4-mapped IPv6 address is the IPv4 address. No zone identifiers, no ports.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum ip_family { IP_V4 = 4, IP_V6 = 6 };

struct ip {
	uint8_t family;    /* enum ip_family */
	uint8_t bytes[16]; /* network order; IPv4 in the first four, the rest 0 */
};

struct ip_block {
	struct ip first;
	uint8_t length; /* of the prefix: 0 to 32, or 0 to 128 */
};

#define IP_TEXT_MAX 40            /* "ffff:...:ffff" with its NUL */
#define IP_PORT_TEXT_MAX (IP_TEXT_MAX + 8) /* "[v6]:65535" */

/* Any usual spelling of one address. False if it is none. */
bool ip_parse(const char *text, struct ip *ip);

/* "ADDRESS/LENGTH". False if it is none. Host bits stay as written, see ip_block_is_aligned(). */
bool ip_block_parse(const char *text, struct ip_block *block);

/* "IP", "IP:port" or "[v6]:port"; `port` is left alone where none is written. */
bool ip_port_parse(const char *text, struct ip *ip, uint16_t *port);

/* RFC 5952 form. Returns `text`. */
const char *ip_print(const struct ip *ip, char text[IP_TEXT_MAX]);
/* "1.2.3.4:53", "[::1]:53". Returns `text`. */
const char *ip_port_print(const struct ip *ip, uint16_t port, char text[IP_PORT_TEXT_MAX]);

/* IPv4 before IPv6, then by value: <0, 0, >0. */
int ip_compare(const struct ip *a, const struct ip *b);
bool ip_equal(const struct ip *a, const struct ip *b);
uint64_t ip_hash(const struct ip *ip);

/* The address after this one; all ones wraps to all zeros. */
struct ip ip_next(const struct ip *ip);

unsigned ip_bits(const struct ip *ip); /* 32 or 128 */
bool ip_block_contains(const struct ip_block *block, const struct ip *ip);
bool ip_block_is_aligned(const struct ip_block *block); /* no host bit is set */
/* How many addresses; UINT64_MAX where they are more than fit. */
uint64_t ip_block_count(const struct ip_block *block);
