#include "dns/registrable_domain.h"

#include "dns/name.h"

#include <libpsl.h>
#include <stdbool.h>
#include <string.h>

/* No public suffix is longer than four labels; one more is the domain under it. */
#define LABELS_MAX 5

static bool is_text(const uint8_t *bytes, size_t size)
{
	size_t i;

	for (i = 0; i < size; i++)
		if (!(bytes[i] >= 'a' && bytes[i] <= 'z') &&
		    !(bytes[i] >= '0' && bytes[i] <= '9') && bytes[i] != '-' && bytes[i] != '_')
			return false;
	return true;
}

/* "com" from com's label on. False if a label is no text. */
static bool print_text(const uint8_t *name, char text[DNS_NAME_MAX])
{
	for (; *name != 0; name += 1 + *name) {
		if (!is_text(name + 1, *name))
			return false;
		memcpy(text, name + 1, *name);
		text += *name;
		*text++ = '.';
	}
	text[-1] = '\0'; /* the last dot */
	return true;
}

const uint8_t *registrable_domain_find(const uint8_t *name)
{
	unsigned labels = dns_name_label_count(name);
	const char *suffix;
	char text[DNS_NAME_MAX];
	const uint8_t *previous = NULL;

	for (; labels > LABELS_MAX; labels--)
		name += 1 + *name;
	if (labels == 0 || !print_text(name, text))
		return NULL;
	for (suffix = text; !psl_is_public_suffix2(psl_builtin(), suffix, PSL_TYPE_ICANN);) {
		previous = name;
		suffix += 1 + *name;
		name += 1 + *name;
	}
	return previous;
}
