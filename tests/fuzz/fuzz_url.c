/* fuzz_url.c - the escapes of a request's target. */
#include "base/url.h"

#include <assert.h>
#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

/* What is let through has, decoded, no control byte and no NUL, wherever its escapes stand. */
static void check_decoded(const char *url)
{
	static char name[URL_PART_MAX], value[URL_PART_MAX];
	const char *query = url;
	size_t i;

	while (url_next_pair(&query, name, value) == URL_PAIR) {
		for (i = 0; name[i] != '\0'; i++)
			assert(!iscntrl((unsigned char)name[i]));
		for (i = 0; value[i] != '\0'; i++)
			assert(!iscntrl((unsigned char)value[i]));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	char *url = malloc(size + 1);
	const char *query;

	assert(url != NULL);
	if (size > 0)
		memcpy(url, bytes, size);
	url[size] = '\0';
	query = url_find_query(url);
	assert(query == url + strlen(url) || *query == '\0' || query[-1] == '?' || strchr(url, '?') == NULL);
	if (!url_has_control_bytes(url))
		check_decoded(url);
	free(url);
	return 0;
}
