/* error.h - one sentence for the operator.
 *
 * For mistakes a person can mend (a bad file, a taken port). What the network
 * says is never an error but a value, and a bug is an assert().
 */
#pragma once

#include <stdarg.h>
#include <stdbool.h>

#define ERROR_TEXT_MAX 1024

struct error {
	char text[ERROR_TEXT_MAX]; /* no final newline; cut when too long */
};

/* Write the sentence. Always returns false, so that callers can `return error_set(...)`. */
bool error_set(struct error *error, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Put "PREFIX: " before the sentence that is there. Always returns false. */
bool error_prefix(struct error *error, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
