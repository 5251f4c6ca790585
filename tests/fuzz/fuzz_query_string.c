/* fuzz_query_string.c - NAME=VALUE pairs, however they are written. */
#include "base/url.h"

#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static char name[URL_PART_MAX], value[URL_PART_MAX], name_again[URL_PART_MAX], value_again[URL_PART_MAX];

static char *encode(char *to, const char *part)
{
	for (; *part != '\0'; part++)
		to += sprintf(to, "%%%02X", (unsigned)(unsigned char)*part);
	*to = '\0';
	return to;
}

/* Every byte escaped, it is the same pair. */
static void check_round_trip(void)
{
	static char encoded[6 * URL_PART_MAX + 2];
	const char *query = encoded;
	char *end = encode(encoded, name);

	*end++ = '=';
	encode(end, value);
	assert(url_next_pair(&query, name_again, value_again) == URL_PAIR);
	assert(strcmp(name, name_again) == 0 && strcmp(value, value_again) == 0);
	assert(url_next_pair(&query, name_again, value_again) == URL_END);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	char *text = malloc(size + 1);
	const char *query = text, *before;
	enum url_pair found;

	assert(text != NULL);
	if (size > 0)
		memcpy(text, bytes, size);
	text[size] = '\0';
	for (before = query; (found = url_next_pair(&query, name, value)) == URL_PAIR; before = query) {
		assert(query > before);
		check_round_trip();
	}
	assert(found == URL_TOO_LONG || *query == '\0');
	free(text);
	return 0;
}
