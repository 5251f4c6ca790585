#include "base/error.h"

#include <stdio.h>

bool error_set(struct error *error, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(error->text, sizeof error->text, format, arguments);
	va_end(arguments);
	return false;
}

bool error_prefix(struct error *error, const char *format, ...)
{
	char prefix[ERROR_TEXT_MAX / 2];
	struct error sentence = *error;
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(prefix, sizeof prefix, format, arguments);
	va_end(arguments);
	snprintf(error->text, sizeof error->text, "%s: %.*s", prefix,
		 (int)(sizeof error->text - sizeof prefix - 2), sentence.text);
	return false;
}
