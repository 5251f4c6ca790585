#include "config/quote.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* Byte `i` is an ASCII control, or of a C1 control (two bytes), which terminals obey too. */
static bool is_unsafe(const char *text, size_t i)
{
	unsigned char byte = (unsigned char)text[i];

	if (byte < 0x20 || byte == 0x7f)
		return true;
	if (byte == 0xc2)
		return ((unsigned char)text[i + 1] & 0xe0) == 0x80;
	return (byte & 0xe0) == 0x80 && i > 0 && (unsigned char)text[i - 1] == 0xc2;
}

/* How many bytes to show: all, or as many whole characters as fit. */
static size_t shown_length(const char *text)
{
	size_t length = strnlen(text, QUOTE_BYTES_MAX + 1);

	if (length <= QUOTE_BYTES_MAX)
		return length;
	length = QUOTE_BYTES_MAX;
	while (length > 0 && ((unsigned char)text[length] & 0xc0) == 0x80)
		length--;
	return length;
}

const char *quote_print(const char *text, char quoted[QUOTE_TEXT_MAX])
{
	size_t length = shown_length(text), i;
	char *end = quoted;

	*end++ = '"';
	for (i = 0; i < length; i++) {
		if (is_unsafe(text, i)) {
			end += sprintf(end, "\\x%02x", (unsigned char)text[i]);
			continue;
		}
		if (text[i] == '"' || text[i] == '\\')
			*end++ = '\\';
		*end++ = text[i];
	}
	strcpy(end, text[length] == '\0' ? "\"" : "...\"");
	return quoted;
}
