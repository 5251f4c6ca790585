/* fuzz_name.c - names from any bytes: on the wire, as text, and in order.
 *
 * The first byte says where in the rest, a message, three names are read one after the other.
 */
#include "dns/name.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define NAMES 3

static void check_bounds(const struct dns_name *name)
{
	size_t size = dns_name_size(name->wire), i;

	assert(size >= 1 && size <= DNS_NAME_MAX);
	assert(dns_name_label_count(name->wire) <= 127);
	for (i = 0; i < size; i++)
		assert(name->wire[i] < 'A' || name->wire[i] > 'Z');
}

/* What is printed is ASCII without blanks, and reads as the same name. */
static void check_round_trip(const struct dns_name *name)
{
	char text[DNS_NAME_TEXT_MAX], dotted[DNS_NAME_TEXT_MAX + 1];
	size_t length = dns_name_print(name->wire, text), i;
	struct dns_name again;

	assert(length > 0 && length == strlen(text) && length < sizeof text);
	for (i = 0; i < length; i++)
		assert(text[i] > ' ' && text[i] < 0x7f);
	assert(dns_name_parse(text, &again) && dns_name_equal(again.wire, name->wire));
	strcpy(dotted, text);
	if (name->wire[0] != 0)
		strcat(dotted, ".");
	assert(dns_name_parse(dotted, &again) && dns_name_equal(again.wire, name->wire));
}

static int sign(int order)
{
	return (order > 0) - (order < 0);
}

static int compare_keys(const uint8_t *a, const uint8_t *b)
{
	uint8_t a_key[DNS_NAME_KEY_MAX], b_key[DNS_NAME_KEY_MAX];
	size_t a_size = dns_name_key(a, a_key), b_size = dns_name_key(b, b_key);
	int order = memcmp(a_key, b_key, a_size < b_size ? a_size : b_size);

	assert(a_size <= 2 * dns_name_size(a));
	return order != 0 ? order : (a_size > b_size) - (a_size < b_size);
}

static void check_pair(const uint8_t *a, const uint8_t *b)
{
	int order = sign(dns_name_compare(a, b));

	assert(order == -sign(dns_name_compare(b, a)));
	assert((order == 0) == dns_name_equal(a, b) && order == sign(compare_keys(a, b)));
	if (dns_name_is_under(a, b))
		assert(order >= 0 && dns_name_label_count(a) >= dns_name_label_count(b));
	assert(!dns_name_is_under(b, a) || !dns_name_is_under(a, b) || order == 0);
	assert(dns_name_is_under(a, (const uint8_t *)""));
}

static void check_order(const struct dns_name names[NAMES])
{
	const uint8_t *a = names[0].wire, *b = names[1].wire, *c = names[2].wire;

	check_pair(a, a);
	check_pair(a, b);
	check_pair(b, c);
	check_pair(a, c);
	if (dns_name_compare(a, b) <= 0 && dns_name_compare(b, c) <= 0)
		assert(dns_name_compare(a, c) <= 0);
	if (dns_name_compare(a, b) >= 0 && dns_name_compare(b, c) >= 0)
		assert(dns_name_compare(a, c) >= 0);
}

static void read_wire(const uint8_t *message, size_t size, size_t offset)
{
	struct dns_name names[NAMES];
	size_t i;

	for (i = 0; i < NAMES; i++) {
		size_t before = offset;

		if (!dns_name_decode(message, size, &offset, &names[i]))
			return;
		assert(offset > before && offset <= size);
		check_bounds(&names[i]);
		check_round_trip(&names[i]);
	}
	check_order(names);
}

static void read_text(const uint8_t *bytes, size_t size)
{
	char *text = malloc(size + 1);
	struct dns_name name;

	assert(text != NULL);
	memcpy(text, bytes, size);
	text[size] = '\0';
	if (dns_name_parse(text, &name)) {
		check_bounds(&name);
		check_round_trip(&name);
	}
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	if (size == 0)
		return 0;
	read_wire(bytes + 1, size - 1, bytes[0]);
	read_text(bytes + 1, size - 1);
	return 0;
}
