#include "dns/name.h"

#include <string.h>

static uint8_t lower(uint8_t byte)
{
	return byte >= 'A' && byte <= 'Z' ? (uint8_t)(byte + ('a' - 'A')) : byte;
}

size_t dns_name_size(const uint8_t *name)
{
	size_t size = 0;

	while (name[size] != 0)
		size += 1u + name[size];
	return size + 1;
}

unsigned dns_name_label_count(const uint8_t *name)
{
	unsigned count = 0;

	for (; *name != 0; name += 1 + *name)
		count++;
	return count;
}

/* --- wire form --- */

#define POINTER_BITS 0xc0
#define JUMPS_MAX 32 /* honest messages nest a few: bounds the work of a hostile one */

static bool append_label(struct dns_name *name, size_t *used, const uint8_t *label, size_t length)
{
	size_t i;

	if (*used + 1 + length + 1 > DNS_NAME_MAX)
		return false;
	name->wire[(*used)++] = (uint8_t)length;
	for (i = 0; i < length; i++)
		name->wire[(*used)++] = lower(label[i]);
	return true;
}

bool dns_name_decode(const uint8_t *message, size_t size, size_t *offset, struct dns_name *name)
{
	size_t at = *offset, limit = *offset, used = 0;
	unsigned jumps = 0;

	for (;;) {
		uint8_t length;

		if (at >= size)
			return false;
		length = message[at];
		if ((length & POINTER_BITS) == POINTER_BITS) {
			if (at + 2 > size || ++jumps > JUMPS_MAX)
				return false;
			if (jumps == 1)
				*offset = at + 2;
			at = (size_t)(length & ~POINTER_BITS) << 8 | message[at + 1];
			/* Each jump must go to before where this stretch began: no loop can form. */
			if (at >= limit)
				return false;
			limit = at;
			continue;
		}
		if (length > DNS_LABEL_MAX || at + 1 + length > size)
			return false;
		at += 1 + (size_t)length;
		if (length == 0)
			break;
		if (!append_label(name, &used, message + at - length, length))
			return false;
	}
	name->wire[used] = 0;
	if (jumps == 0)
		*offset = at;
	return true;
}

/* --- text --- */

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* One character of presentation form, an escape undone. Returns its end, NULL if malformed. */
static const char *read_character(const char *text, uint8_t *byte)
{
	unsigned value;

	if (*text != '\\') {
		*byte = (uint8_t)*text;
		return text + 1;
	}
	text++;
	if (!is_digit(*text)) {
		*byte = (uint8_t)*text;
		return *text == '\0' ? NULL : text + 1;
	}
	if (!is_digit(text[1]) || !is_digit(text[2]))
		return NULL;
	value = (unsigned)(text[0] - '0') * 100 + (unsigned)(text[1] - '0') * 10 +
		(unsigned)(text[2] - '0');
	if (value > 255)
		return NULL;
	*byte = (uint8_t)value;
	return text + 3;
}

bool dns_name_parse(const char *text, struct dns_name *name)
{
	uint8_t label[DNS_LABEL_MAX];
	size_t length = 0, used = 0;

	if (*text == '\0')
		return false;
	if (strcmp(text, ".") == 0) {
		name->wire[0] = 0;
		return true;
	}
	while (*text != '\0') {
		if (*text == '.') {
			if (length == 0 || !append_label(name, &used, label, length))
				return false;
			length = 0;
			text++;
			continue;
		}
		if (length == sizeof label)
			return false;
		text = read_character(text, &label[length++]);
		if (text == NULL)
			return false;
	}
	if (length > 0 && !append_label(name, &used, label, length))
		return false;
	name->wire[used] = 0;
	return true;
}

static bool is_plain(uint8_t byte)
{
	return (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9') ||
	       (byte >= 'A' && byte <= 'Z') || byte == '-' || byte == '_' || byte == '/';
}

static char *print_byte(char *end, uint8_t byte)
{
	if (is_plain(byte)) {
		*end++ = (char)byte;
		return end;
	}
	*end++ = '\\';
	*end++ = (char)('0' + byte / 100);
	*end++ = (char)('0' + byte / 10 % 10);
	*end++ = (char)('0' + byte % 10);
	return end;
}

size_t dns_name_print(const uint8_t *name, char text[DNS_NAME_TEXT_MAX])
{
	char *end = text;
	uint8_t length;

	if (*name == 0)
		*end++ = '.';
	while ((length = *name++) != 0) {
		if (end != text)
			*end++ = '.';
		while (length-- > 0)
			end = print_byte(end, *name++);
	}
	*end = '\0';
	return (size_t)(end - text);
}

/* --- order --- */

/* Where each label of the name starts, from the leftmost; returns how many. */
static unsigned find_labels(const uint8_t *name, const uint8_t *labels[128])
{
	unsigned count = 0;

	for (; *name != 0; name += 1 + *name)
		labels[count++] = name;
	return count;
}

static int compare_labels(const uint8_t *a, const uint8_t *b)
{
	size_t shorter = *a < *b ? *a : *b;
	int order = memcmp(a + 1, b + 1, shorter);

	return order != 0 ? order : (int)*a - (int)*b;
}

int dns_name_compare(const uint8_t *a, const uint8_t *b)
{
	const uint8_t *a_labels[128], *b_labels[128];
	unsigned a_left = find_labels(a, a_labels), b_left = find_labels(b, b_labels);

	while (a_left > 0 && b_left > 0) {
		int order = compare_labels(a_labels[--a_left], b_labels[--b_left]);

		if (order != 0)
			return order;
	}
	return (int)a_left - (int)b_left;
}

/* In a key the end of a label sorts before all bytes: those that would not sort behind it get
 * one in front. */
static size_t put_key_byte(uint8_t *key, uint8_t byte)
{
	const uint8_t escape = 1;
	size_t size = 0;

	if (byte <= escape) {
		key[size++] = escape;
		byte++;
	}
	key[size++] = byte;
	return size;
}

size_t dns_name_key(const uint8_t *name, uint8_t key[DNS_NAME_KEY_MAX])
{
	const uint8_t *labels[128];
	unsigned left = find_labels(name, labels);
	size_t size = 0, i;

	while (left > 0) {
		const uint8_t *label = labels[--left];

		for (i = 1; i <= *label; i++)
			size += put_key_byte(key + size, label[i]);
		key[size++] = 0;
	}
	return size;
}

bool dns_name_equal(const uint8_t *a, const uint8_t *b)
{
	const uint8_t *end = a; /* of the label, its length included */

	/* As long as all is the same, so is where labels end: `b` is not read past its own end. */
	for (; *a == *b; a++, b++) {
		if (a != end)
			continue;
		if (*a == 0)
			return true;
		end += 1 + *a;
	}
	return false;
}

bool dns_name_is_under(const uint8_t *name, const uint8_t *ancestor)
{
	unsigned depth = dns_name_label_count(name), least = dns_name_label_count(ancestor);

	if (depth < least)
		return false;
	for (; depth > least; depth--)
		name += 1 + *name;
	return dns_name_equal(name, ancestor);
}

/* --- reverse names --- */

static uint8_t *put_label(uint8_t *end, const char *label, size_t length)
{
	*end++ = (uint8_t)length;
	memcpy(end, label, length);
	return end + length;
}

static uint8_t *put_octet(uint8_t *end, uint8_t octet)
{
	char digits[3];
	size_t length = 0;

	if (octet >= 100)
		digits[length++] = (char)('0' + octet / 100);
	if (octet >= 10)
		digits[length++] = (char)('0' + octet / 10 % 10);
	digits[length++] = (char)('0' + octet % 10);
	return put_label(end, digits, length);
}

void dns_name_reverse(const struct ip *ip, struct dns_name *name)
{
	static const char hex[] = "0123456789abcdef";
	uint8_t *end = name->wire;
	int i;

	if (ip->family == IP_V4) {
		for (i = 3; i >= 0; i--)
			end = put_octet(end, ip->bytes[i]);
		end = put_label(end, "in-addr", 7);
	} else {
		for (i = 15; i >= 0; i--) {
			end = put_label(end, &hex[ip->bytes[i] & 0xf], 1);
			end = put_label(end, &hex[ip->bytes[i] >> 4], 1);
		}
		end = put_label(end, "ip6", 3);
	}
	end = put_label(end, "arpa", 4);
	*end = 0;
}
