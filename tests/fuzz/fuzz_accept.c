/* fuzz_accept.c - what a stranger's scraper says it accepts.
 *
 * The first line is Accept, the rest Accept-Encoding.
 */
#include "report/negotiation.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Exactly as long as it is: one byte too far is seen. */
static char *text_of(const char *before, const uint8_t *bytes, size_t size)
{
	size_t length = strlen(before);
	char *text = malloc(length + size + 1);

	assert(text != NULL);
	memcpy(text, before, length);
	if (size > 0)
		memcpy(text + length, bytes, size);
	text[length + size] = '\0';
	return text;
}

static void check_accept(const uint8_t *bytes, size_t size)
{
	char *accept = text_of("", bytes, size),
	     *longer = text_of("x/y;z=\",\\\"\" ,,", bytes, size);
	struct negotiation found = negotiation_read_accept(accept);
	struct negotiation again = negotiation_read_accept(longer);
	const char *type = negotiation_content_type(found);
	bool is_text = found.format == EXPOSITION_TEXT;

	assert(found.escaping < NEGOTIATION_ESCAPINGS);
	assert(strncmp(type, is_text ? "text/plain; version=0.0.4" : "application/openmetrics-text",
		       25) == 0);
	/* Nothing is given to who did not name it; what we do not have changes nothing. */
	assert(is_text || strcasestr(accept, "application/openmetrics-text") != NULL);
	assert(found.escaping == NEGOTIATION_NOT_ASKED || strcasestr(accept, "escaping=") != NULL);
	assert(found.format == again.format && found.escaping == again.escaping);
	free(accept);
	free(longer);
}

static void check_accept_encoding(const uint8_t *bytes, size_t size)
{
	char *encoding = text_of("", bytes, size),
	     *refused = text_of("gzip;q=0,*;q=0,", bytes, size);

	if (negotiation_wants_gzip(encoding))
		assert(strcasestr(encoding, "gzip") != NULL || strchr(encoding, '*') != NULL);
	if (negotiation_wants_gzip(refused))
		assert(strcasestr(encoding, "gzip") != NULL);
	free(encoding);
	free(refused);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	const uint8_t *end = size > 0 ? memchr(bytes, '\n', size) : NULL;
	size_t first = end != NULL ? (size_t)(end - bytes) : size;

	check_accept(bytes, first);
	if (end != NULL)
		check_accept_encoding(end + 1, size - first - 1);
	return 0;
}
