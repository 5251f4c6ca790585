#include "base/ip.h"

#include "base/hash.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const uint8_t mapped_prefix[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

bool ip_parse(const char *text, struct ip *ip)
{
	struct ip parsed = {0};

	if (inet_pton(AF_INET, text, parsed.bytes) == 1) {
		parsed.family = IP_V4;
	} else if (inet_pton(AF_INET6, text, parsed.bytes) == 1) {
		parsed.family = IP_V6;
		if (memcmp(parsed.bytes, mapped_prefix, sizeof mapped_prefix) == 0) {
			parsed.family = IP_V4;
			memmove(parsed.bytes, parsed.bytes + 12, 4);
			memset(parsed.bytes + 4, 0, 12);
		}
	} else {
		return false;
	}
	*ip = parsed;
	return true;
}

/* A decimal number without sign or leading zero. */
static bool parse_number(const char *text, unsigned max, unsigned *number)
{
	unsigned value = 0;
	const char *c;

	if (*text == '\0' || (text[0] == '0' && text[1] != '\0'))
		return false;
	for (c = text; *c != '\0'; c++) {
		if (*c < '0' || *c > '9')
			return false;
		value = value * 10 + (unsigned)(*c - '0');
		if (value > max)
			return false;
	}
	*number = value;
	return true;
}

/* Copy what stands before `end`; false if it is longer than an address can be. */
static bool copy_address(char copy[64], const char *text, const char *end)
{
	size_t length = (size_t)(end - text);

	if (length >= 64)
		return false;
	memcpy(copy, text, length);
	copy[length] = '\0';
	return true;
}

bool ip_block_parse(const char *text, struct ip_block *block)
{
	const char *slash = strchr(text, '/');
	char address[64];
	unsigned length;
	struct ip ip;

	if (slash == NULL || !copy_address(address, text, slash) || !ip_parse(address, &ip))
		return false;
	if (!parse_number(slash + 1, 128, &length))
		return false;
	/* ::ffff:192.0.2.0/124 is the IPv4 block 192.0.2.0/28. */
	if (ip.family == IP_V4 && strchr(address, ':') != NULL) {
		if (length < 96)
			return false;
		length -= 96;
	}
	if (length > ip_bits(&ip))
		return false;
	block->first = ip;
	block->length = (uint8_t)length;
	return true;
}

bool ip_port_parse(const char *text, struct ip *ip, uint16_t *port)
{
	const char *colon = NULL;
	char address[64];
	unsigned number;

	if (ip_parse(text, ip))
		return true;
	if (text[0] == '[') {
		const char *end = strchr(text, ']');

		if (end == NULL || !copy_address(address, text + 1, end))
			return false;
		if (strchr(address, ':') == NULL)
			return false;
		if (end[1] == '\0')
			return ip_parse(address, ip);
		colon = end + 1;
	} else {
		colon = strchr(text, ':');
		if (colon == NULL || !copy_address(address, text, colon))
			return false;
	}
	if (*colon != ':' || !parse_number(colon + 1, 65535, &number) || number == 0)
		return false;
	if (!ip_parse(address, ip))
		return false;
	*port = (uint16_t)number;
	return true;
}

/* The longest run of at least two zero groups, the first of equals; -1 if none (RFC 5952 4.2). */
static int longest_zero_run(const unsigned groups[8], int *length)
{
	int best = -1, best_length = 1, start = 0, i;

	for (i = 0; i < 8; i++) {
		if (groups[i] != 0)
			start = i + 1;
		else if (i + 1 - start > best_length) {
			best = start;
			best_length = i + 1 - start;
		}
	}
	*length = best_length;
	return best;
}

static void print_v6(const uint8_t bytes[16], char text[IP_TEXT_MAX])
{
	unsigned groups[8];
	int run, run_length, i;
	char *end = text;

	for (i = 0; i < 8; i++)
		groups[i] = (unsigned)bytes[2 * i] << 8 | bytes[2 * i + 1];
	run = longest_zero_run(groups, &run_length);
	for (i = 0; i < 8; i++) {
		if (i == run) {
			end += sprintf(end, "::");
			i += run_length - 1;
			continue;
		}
		if (i > 0 && end[-1] != ':')
			*end++ = ':';
		end += sprintf(end, "%x", groups[i]);
	}
	*end = '\0';
}

const char *ip_print(const struct ip *ip, char text[IP_TEXT_MAX])
{
	if (ip->family == IP_V4)
		snprintf(text, IP_TEXT_MAX, "%u.%u.%u.%u", ip->bytes[0], ip->bytes[1], ip->bytes[2],
			 ip->bytes[3]);
	else
		print_v6(ip->bytes, text);
	return text;
}

const char *ip_port_print(const struct ip *ip, uint16_t port, char text[IP_PORT_TEXT_MAX])
{
	char address[IP_TEXT_MAX];

	snprintf(text, IP_PORT_TEXT_MAX, ip->family == IP_V4 ? "%s:%u" : "[%s]:%u",
		 ip_print(ip, address), port);
	return text;
}

int ip_compare(const struct ip *a, const struct ip *b)
{
	if (a->family != b->family)
		return a->family < b->family ? -1 : 1;
	return memcmp(a->bytes, b->bytes, sizeof a->bytes);
}

bool ip_equal(const struct ip *a, const struct ip *b)
{
	return ip_compare(a, b) == 0;
}

uint64_t ip_hash(const struct ip *ip)
{
	return hash_bytes(ip->bytes, ip_bits(ip) / 8);
}

struct ip ip_next(const struct ip *ip)
{
	struct ip next = *ip;
	int i;

	for (i = (int)ip_bits(ip) / 8 - 1; i >= 0 && ++next.bytes[i] == 0; i--)
		;
	return next;
}

unsigned ip_bits(const struct ip *ip)
{
	return ip->family == IP_V4 ? 32 : 128;
}

/* The bits of byte `i` that lie inside a prefix of `length` bits. */
static uint8_t prefix_mask(unsigned length, unsigned i)
{
	if (length >= 8 * (i + 1))
		return 0xff;
	if (length <= 8 * i)
		return 0;
	return (uint8_t)(0xff << (8 * (i + 1) - length));
}

bool ip_block_contains(const struct ip_block *block, const struct ip *ip)
{
	unsigned i;

	if (block->first.family != ip->family)
		return false;
	for (i = 0; i < ip_bits(ip) / 8; i++)
		if ((block->first.bytes[i] ^ ip->bytes[i]) & prefix_mask(block->length, i))
			return false;
	return true;
}

bool ip_block_is_aligned(const struct ip_block *block)
{
	unsigned i;

	for (i = 0; i < ip_bits(&block->first) / 8; i++)
		if (block->first.bytes[i] & (uint8_t)~prefix_mask(block->length, i))
			return false;
	return true;
}

uint64_t ip_block_count(const struct ip_block *block)
{
	unsigned host_bits = ip_bits(&block->first) - block->length;

	return host_bits >= 64 ? UINT64_MAX : (uint64_t)1 << host_bits;
}
