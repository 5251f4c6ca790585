#include "fcrdns/address_trace.h"

#include "dns/name.h"

#include <assert.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

enum {
	NUMBERS_MAX = DNS_NAME_MAX,
	NO_OCTET = 256,
	PADDED = 3,    /* digits of an octet with leading zeros */
	HINT_MIN = 10, /* a smaller last octet is any counter's value */
	NIBBLES = 32,
	GROUPS = 8,
	NIBBLES_SURE = 12,
};

/* The decimal numbers of a name, from left to right. */
struct numbers {
	unsigned values[NUMBERS_MAX]; /* an octet, or NO_OCTET */
	size_t count;
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static int hex_value(char c)
{
	if (is_digit(c))
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool is_separator(char c)
{
	return c == '.' || c == '-' || c == '_';
}

/* ---- IPv4, decimal */

static unsigned octet_of(const char *digits, size_t size)
{
	unsigned value = 0;
	size_t i;

	if (size > PADDED)
		return NO_OCTET;
	for (i = 0; i < size; i++)
		value = value * 10 + (unsigned)(digits[i] - '0');
	return value > 255 ? NO_OCTET : value;
}

/* "084010123045": octets of three digits each, run together. */
static bool is_padded_run(const char *digits, size_t size)
{
	size_t i;

	if (size < 2 * PADDED || size % PADDED != 0)
		return false;
	for (i = 0; i < size; i += PADDED)
		if (octet_of(digits + i, PADDED) == NO_OCTET)
			return false;
	return true;
}

static void add_run(struct numbers *numbers, const char *digits, size_t size)
{
	size_t i;

	if (is_padded_run(digits, size))
		for (i = 0; i < size; i += PADDED)
			numbers->values[numbers->count++] = octet_of(digits + i, PADDED);
	else
		numbers->values[numbers->count++] = octet_of(digits, size);
}

static void read_numbers(struct numbers *numbers, const char *text)
{
	numbers->count = 0;
	while (*text != '\0') {
		size_t size = strspn(text, "0123456789");

		if (size > 0)
			add_run(numbers, text, size);
		text += size > 0 ? size : 1;
	}
}

/* Are these numbers octets of the address, each standing for another one? */
static bool are_octets(const unsigned *values, size_t count, const uint8_t octets[4], bool used[4])
{
	size_t i, j;

	memset(used, 0, 4 * sizeof *used);
	for (i = 0; i < count; i++) {
		/* From the last on: of two equal octets the last is the one that counts. */
		for (j = 4; j-- > 0;)
			if (!used[j] && octets[j] == values[i])
				break;
		if (j > 3)
			return false;
		used[j] = true;
	}
	return true;
}

static bool has_number(const struct numbers *numbers, unsigned value)
{
	size_t i;

	for (i = 0; i < numbers->count; i++)
		if (numbers->values[i] == value)
			return true;
	return false;
}

/* All four, wherever they stand: the name's numbers may only not run short of equal ones. */
static bool has_all_octets(const struct numbers *numbers, const uint8_t octets[4])
{
	size_t i, j;

	for (i = 0; i < 4; i++) {
		size_t wanted = 0, there = 0;

		for (j = 0; j < 4; j++)
			wanted += octets[j] == octets[i];
		for (j = 0; j < numbers->count; j++)
			there += numbers->values[j] == octets[i];
		if (there < wanted)
			return false;
	}
	return true;
}

/* The last octet before the one before it, as in in-addr.arpa: only who writes out whole
 * zones does that; senders number their machines in reading order. */
static bool is_zone_order(const unsigned values[2], const uint8_t octets[4])
{
	return octets[2] != octets[3] && octets[2] >= HINT_MIN && octets[3] >= HINT_MIN &&
	       values[0] == octets[3] && values[1] == octets[2];
}

static enum address_trace side_by_side(const struct numbers *numbers, const uint8_t octets[4])
{
	enum address_trace trace = TRACE_NONE;
	bool used[4];
	size_t i;

	for (i = 0; i + 1 < numbers->count; i++) {
		const unsigned *values = &numbers->values[i];

		if (i + 2 < numbers->count && are_octets(values, 3, octets, used) && used[3])
			return TRACE_MOST;
		if (!are_octets(values, 2, octets, used))
			continue;
		if (is_zone_order(values, octets))
			return TRACE_MOST;
		if (used[2] && used[3])
			trace = TRACE_PART;
		else if (used[0] && used[1] && trace == TRACE_NONE)
			trace = TRACE_HINT;
	}
	return trace;
}

/* ---- IPv4, run together */

/* As a run of digits of its own. */
static bool has_digits(const char *text, const char *digits, size_t size)
{
	const char *found = text;

	for (; (found = strstr(found, digits)) != NULL; found++)
		if ((found == text || !is_digit(found[-1])) && !is_digit(found[size]))
			return true;
	return false;
}

/* A run of digits as short as "1111" could be anything. */
enum { RUN_MIN = 7 };

static bool has_run(const char *text, const char *joined, const uint8_t o[4])
{
	uint32_t value = (uint32_t)o[0] << 24 | (uint32_t)o[1] << 16 | (uint32_t)o[2] << 8 | o[3];
	char digits[4 * PADDED + 1];
	int size;

	snprintf(digits, sizeof digits, "%03u%03u%03u%03u", o[0], o[1], o[2], o[3]);
	if (strstr(joined, digits) != NULL)
		return true;
	size = snprintf(digits, sizeof digits, "%u%u%u%u", o[0], o[1], o[2], o[3]);
	if (size >= RUN_MIN && has_digits(text, digits, (size_t)size))
		return true;
	size = snprintf(digits, sizeof digits, "%u", value);
	return size >= RUN_MIN && has_digits(text, digits, (size_t)size);
}

/* ---- IPv4, hexadecimal */

static bool has_hex(const char *joined, const char *text, const uint8_t o[4],
		    const struct numbers *numbers)
{
	char hex[9];

	snprintf(hex, sizeof hex, "%x%02x%02x%02x", o[0], o[1], o[2], o[3]);
	if (strstr(joined, hex) != NULL)
		return true;
	snprintf(hex, sizeof hex, "%02x%02x%02x", o[1], o[2], o[3]);
	if (strstr(text, hex) != NULL)
		return true;
	snprintf(hex, sizeof hex, "%02x%02x%02x", o[0], o[1], o[2]);
	return strstr(text, hex) != NULL && has_number(numbers, o[3]);
}

/* Does nothing hexadecimal lead up to `at`? A word may: "node" in "node181b". */
static bool begins_anew(const char *text, const char *at)
{
	if (at == text || is_separator(at[-1]))
		return true;
	for (; at > text && !is_digit(at[-1]) && !is_separator(at[-1]); at--)
		if (hex_value(at[-1]) < 0)
			return true;
	return false;
}

/* "c0a8" of its own: the last two octets. */
static bool has_low_half(const char *text, const uint8_t o[4])
{
	const char *found = text;
	char hex[5];

	snprintf(hex, sizeof hex, "%02x%02x", o[2], o[3]);
	while ((found = strstr(found, hex)) != NULL) {
		if (begins_anew(text, found) && hex_value(found[4]) < 0)
			return true;
		found++;
	}
	return false;
}

static enum address_trace find_v4(const char *text, const char *joined, const uint8_t octets[4])
{
	const uint8_t reversed[4] = {octets[3], octets[2], octets[1], octets[0]};
	struct numbers numbers;
	enum address_trace trace;

	read_numbers(&numbers, text);
	trace = side_by_side(&numbers, octets);
	if (trace == TRACE_MOST || has_all_octets(&numbers, octets) ||
	    has_run(text, joined, octets) || has_run(text, joined, reversed) ||
	    has_hex(joined, text, octets, &numbers) || has_hex(joined, text, reversed, &numbers))
		return TRACE_MOST;
	if (trace == TRACE_PART || has_low_half(text, octets))
		return TRACE_PART;
	if (octets[3] >= HINT_MIN && has_number(&numbers, octets[3]))
		return TRACE_HINT;
	return trace;
}

/* ---- IPv6 */

static bool has_nibbles(const char *joined, const char nibbles[NIBBLES])
{
	char window[NIBBLES_SURE + 1] = "";
	size_t i;

	for (i = 0; i + NIBBLES_SURE <= NIBBLES; i++) {
		memcpy(window, nibbles + i, NIBBLES_SURE);
		if (strstr(joined, window) != NULL)
			return true;
	}
	return false;
}

static bool has_nibbles_of(const char *joined, const uint8_t bytes[16])
{
	static const char digits[] = "0123456789abcdef";
	char forward[NIBBLES], backward[NIBBLES];
	size_t i;

	for (i = 0; i < NIBBLES; i++) {
		forward[i] = digits[i % 2 == 0 ? bytes[i / 2] >> 4 : bytes[i / 2] & 15];
		backward[NIBBLES - 1 - i] = forward[i];
	}
	return has_nibbles(joined, forward) || has_nibbles(joined, backward);
}

/* The group written at `text` up to the next separator; -1 if none is. Moves behind it. */
static int read_group(const char **text)
{
	int value = 0, size = 0;

	for (; **text != '\0' && !is_separator(**text); (*text)++, size++) {
		if (hex_value(**text) < 0 || size == 4)
			return -1;
		value = value * 16 + hex_value(**text);
	}
	return size == 0 ? -1 : value;
}

/* How many groups other than 0 stand at `text`, from group `i` of the address on; an
 * empty one ("--") stands for all zeros that come. */
static unsigned count_groups(const char *text, const uint8_t bytes[16], size_t i)
{
	unsigned count = 0;

	for (; i < GROUPS; i++) {
		int group = bytes[2 * i] << 8 | bytes[2 * i + 1];

		if (count > 0 && group == 0 && is_separator(*text)) {
			while (i + 1 < GROUPS && bytes[2 * i + 2] == 0 && bytes[2 * i + 3] == 0)
				i++;
		} else if (read_group(&text) != group) {
			break;
		} else {
			count += group != 0;
		}
		if (*text == '\0')
			break;
		text++;
	}
	return count;
}

static unsigned most_groups(const char *text, const uint8_t bytes[16])
{
	unsigned most = 0, count;
	const char *at;
	size_t i;

	for (at = text; *at != '\0'; at++) {
		if (at > text && !is_separator(at[-1]))
			continue;
		for (i = 0; i < GROUPS; i++) {
			count = count_groups(at, bytes, i);
			if (count > most)
				most = count;
		}
	}
	return most;
}

static enum address_trace find_v6(const char *text, const char *joined, const uint8_t bytes[16])
{
	unsigned groups = most_groups(text, bytes);

	if (groups >= 3 || has_nibbles_of(joined, bytes))
		return TRACE_MOST;
	return groups == 2 ? TRACE_PART : TRACE_NONE;
}

/* ---- */

enum address_trace address_trace_find(const char *text, const struct ip *ip)
{
	char joined[DNS_NAME_MAX]; /* without separators */
	size_t i, size = 0;

	for (i = 0; text[i] != '\0'; i++) {
		assert(i < DNS_NAME_MAX);
		if (!is_separator(text[i]))
			joined[size++] = text[i];
	}
	joined[size] = '\0';
	return ip->family == IP_V4 ? find_v4(text, joined, ip->bytes)
				   : find_v6(text, joined, ip->bytes);
}
