#include "config/expected_names.h"

#include "base/ip.h"
#include "base/text.h"
#include "config/quote.h"
#include "dns/name.h"

#include <assert.h>
#include <idn2.h>
#include <stdlib.h>
#include <string.h>

#define NAME_TEXT_MAX 253 /* 255 bytes of wire form */

static bool is_ascii(const char *text)
{
	for (; *text != '\0'; text++)
		if ((unsigned char)*text >= 0x80)
			return false;
	return true;
}

/* Copy in lower case, without the trailing dot. False if it does not fit. */
static bool normalize(const char *text, char name[EXPECTED_NAME_BYTES])
{
	size_t length = strlen(text), i;

	if (length > 0 && text[length - 1] == '.')
		length--;
	if (length > NAME_TEXT_MAX)
		return false;
	for (i = 0; i < length; i++)
		name[i] = text[i] >= 'A' && text[i] <= 'Z' ? (char)(text[i] - 'A' + 'a') : text[i];
	name[length] = '\0';
	return true;
}

/* libidn2 is asked only about names that are not ASCII: it would refuse an underscore, which is
 * no host name by the book but seen in the wild. */
static bool convert(const char *text, char name[EXPECTED_NAME_BYTES], const char **expected)
{
	uint8_t *ascii;
	int result;
	bool fits;

	*expected = "at most 63 bytes between two dots and 253 in all";
	if (is_ascii(text))
		return normalize(text, name);
	result =
	    idn2_lookup_u8((const uint8_t *)text, &ascii, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
	if (result != IDN2_OK) {
		*expected = "a name that IDNA 2008 allows";
		return false;
	}
	fits = normalize((const char *)ascii, name);
	idn2_free(ascii);
	return fits;
}

static bool is_name_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

/* What is expected of the label, or NULL if that is what it is. */
static const char *check_label(const char *label, size_t length)
{
	size_t i;

	if (length == 0)
		return "something between its dots";
	if (length > DNS_LABEL_MAX)
		return "at most 63 bytes between two dots and 253 in all";
	for (i = 0; i < length; i++)
		if (!is_name_byte(label[i]))
			return "only letters, digits, - and _ between its dots";
	if (label[0] == '-' || label[length - 1] == '-')
		return "no hyphen beside a dot or at an end";
	return NULL;
}

/* The same for a whole name. */
static const char *check_name(const char *name)
{
	const char *label = name, *problem = NULL;
	struct ip ip;
	size_t length;

	if (*name == '\0')
		return "a host name like mail.example.com";
	if (ip_parse(name, &ip) || name[strspn(name, "0123456789.")] == '\0')
		return "a name, not an address";
	do {
		length = strcspn(label, ".");
		problem = check_label(label, length);
		label += length;
	} while (problem == NULL && *label++ == '.');
	if (problem == NULL && strchr(name, '.') == NULL)
		return "at least one dot in it, like mail.example.com";
	return problem;
}

static bool is_known(const struct expected_names *expected, const char *name)
{
	size_t i;

	for (i = 0; i < expected->count; i++)
		if (strcmp(expected->names[i], name) == 0)
			return true;
	return false;
}

bool expected_names_add(struct expected_names *expected, const char *text, struct error *error)
{
	char name[EXPECTED_NAME_BYTES], quoted[QUOTE_TEXT_MAX];
	const char *problem;

	if (convert(text, name, &problem))
		problem = check_name(name);
	if (problem != NULL)
		return error_set(error, "hostname is %s, expected %s", quote_print(text, quoted),
				 problem);
	if (is_known(expected, name))
		return true;
	if (expected->count == EXPECTED_NAMES_MAX)
		return error_set(error, "hostname %s is one too many, expected at most %d",
				 quote_print(text, quoted), EXPECTED_NAMES_MAX);
	strcpy(expected->names[expected->count++], name);
	return true;
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(a, b);
}

static const uint8_t *copy_wire(const char *text, struct arena *arena)
{
	struct dns_name name;
	bool good = dns_name_parse(text, &name);

	assert(good); /* check_name() lets only names through that have a wire form */
	(void)good;
	return (const uint8_t *)arena_copy_bytes(arena, (const char *)name.wire,
						 dns_name_size(name.wire));
}

static bool join(const struct expected_names *expected, struct arena *arena,
		 struct expectation *expectation, struct error *error)
{
	struct text joined = TEXT_EMPTY;
	size_t i, size;

	for (i = 0; i < expected->count; i++) {
		if (i > 0)
			text_add_char(&joined, ',');
		text_add(&joined, expected->names[i]);
	}
	size = joined.size;
	expectation->hostname = arena_copy_bytes(arena, joined.bytes, joined.size);
	text_clear(&joined);
	if (size <= EXPECTED_NAMES_TEXT_MAX)
		return true;
	return error_set(error, "the host names joined have %zu bytes, expected at most %d", size,
			 EXPECTED_NAMES_TEXT_MAX);
}

bool expected_names_finish(struct expected_names *expected, struct arena *arena,
			   struct expectation *expectation, struct error *error)
{
	const uint8_t **names;
	size_t i;

	if (expected->count > 1)
		qsort(expected->names, expected->count, sizeof expected->names[0], compare_names);
	if (!join(expected, arena, expectation, error))
		return false;
	if (expected->count == 0)
		return true;
	names = arena_allocate_array(arena, expected->count, sizeof *names);
	for (i = 0; i < expected->count; i++)
		names[i] = copy_wire(expected->names[i], arena);
	expectation->names = names;
	expectation->name_count = expected->count;
	return true;
}
