#include "base/text.h"

#include "base/memory.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

void text_clear(struct text *text)
{
	free(text->bytes);
	*text = TEXT_EMPTY;
}

char *text_reserve(struct text *text, size_t more)
{
	size_t needed = text->size + more;

	if (needed > text->capacity) {
		text->capacity = memory_grown_capacity(text->capacity, needed);
		text->bytes = memory_resize_array(text->bytes, text->capacity, 1);
	}
	return text->bytes + text->size;
}

void text_add_format(struct text *text, const char *format, ...)
{
	va_list arguments, again;
	int length;

	va_start(arguments, format);
	va_copy(again, arguments);
	length = vsnprintf(NULL, 0, format, arguments);
	assert(length >= 0);
	vsnprintf(text_reserve(text, (size_t)length + 1), (size_t)length + 1, format, again);
	text->size += (size_t)length;
	va_end(again);
	va_end(arguments);
}

char *text_terminate(struct text *text)
{
	*text_reserve(text, 1) = '\0';
	return text->bytes;
}

size_t text_print_number(char *place, uint64_t number)
{
	char reversed[TEXT_NUMBER_MAX];
	size_t count = 0, i;

	do {
		reversed[count++] = (char)('0' + number % 10);
		number /= 10;
	} while (number > 0);
	for (i = 0; i < count; i++)
		place[i] = reversed[count - 1 - i];
	return count;
}

bool text_equal_ignoring_case(const char *a, const char *b)
{
	return strcasecmp(a, b) == 0;
}
