#include "fcrdns/host_name.h"

#include "dns/name.h"

#include <stddef.h>
#include <string.h>

struct special_name {
	const char *wire; /* uncompressed, the root label is the literal's own NUL */
	bool internal_too;
};

/* RFC 6761, 6762, 7686, 8375, 9476, ICANN's "internal", and what home routers invent. */
static const struct special_name special_names[] = {
	{"\011localhost", true},   {"\007invalid", true},
	{"\005onion", true},       {"\005local", false},
	{"\013localdomain", false}, {"\004test", false},
	{"\007example", false},    {"\010internal", false},
	{"\003lan", false},        {"\004home", false},
	{"\004corp", false},       {"\003alt", false},
	{"\004home\004arpa", false},
};

static bool is_special(const uint8_t *name, bool internal)
{
	size_t i;

	for (i = 0; i < sizeof special_names / sizeof *special_names; i++) {
		if (internal && !special_names[i].internal_too)
			continue;
		if (dns_name_is_under(name, (const uint8_t *)special_names[i].wire))
			return true;
	}
	return false;
}

static bool is_reverse(const uint8_t *name)
{
	return dns_name_is_under(name, (const uint8_t *)"\004arpa") &&
	       !dns_name_is_under(name, (const uint8_t *)"\004home\004arpa");
}

static const uint8_t *last_label(const uint8_t *name)
{
	while (name[1 + *name] != 0)
		name += 1 + *name;
	return name;
}

static bool is_all_digits(const uint8_t *label)
{
	size_t i;

	for (i = 1; i <= *label; i++)
		if (label[i] < '0' || label[i] > '9')
			return false;
	return true;
}

static bool is_good_character(uint8_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

static bool label_is_good(const uint8_t *label)
{
	size_t i;

	if (label[1] == '-' || label[*label] == '-')
		return false;
	for (i = 1; i <= *label; i++)
		if (!is_good_character(label[i]))
			return false;
	return true;
}

bool host_name_has_good_characters(const uint8_t *name)
{
	for (; *name != 0; name += 1 + *name)
		if (!label_is_good(name))
			return false;
	return true;
}

bool host_name_has_underscore(const uint8_t *name)
{
	return memchr(name, '_', dns_name_size(name)) != NULL;
}

enum reason host_name_fault(const uint8_t *name, bool internal)
{
	if (*name == 0)
		return REASON_ROOT;
	if (is_reverse(name))
		return REASON_REVERSE_NAME;
	if (is_special(name, internal))
		return REASON_SPECIAL_TLD;
	if (dns_name_label_count(name) == 1)
		return REASON_SINGLE_LABEL;
	if (is_all_digits(last_label(name)))
		return REASON_IP_LITERAL;
	if (!host_name_has_good_characters(name))
		return REASON_BAD_CHARS;
	return REASON_NONE;
}
