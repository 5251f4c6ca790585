#include "sentence.h"

#include <assert.h>
#include <string.h>

/* Behind digits and a colon; line and column count from 1. */
static const char *skip_number(const char *text)
{
	size_t digits = strspn(text, "0123456789");

	assert(digits > 0 && text[0] != '0' && text[digits] == ':');
	return text + digits + 1;
}

void sentence_check(const struct error *error, const char *path)
{
	size_t length = strlen(path);
	const char *text = error->text;

	assert(memchr(text, '\0', sizeof error->text) != NULL);
	assert(strncmp(text, path, length) == 0 && text[length] == ':');
	text = skip_number(skip_number(text + length + 1));
	assert(text[0] == ' ' && text[1] != '\0');
	for (; *text != '\0'; text++)
		assert((unsigned char)*text >= ' ' && *text != 0x7f);
}
