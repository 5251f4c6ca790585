/* text.h - a growing text, written from front to back.
 *
 * The owner clears it. `bytes` is not NUL-terminated unless text_terminate() says so.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct text {
	char *bytes;
	size_t size;
	size_t capacity;
};

#define TEXT_EMPTY ((struct text){NULL, 0, 0})

/* The longest form of any unsigned 64-bit number, with its NUL. */
#define TEXT_NUMBER_MAX 21

void text_clear(struct text *text);

/* Make room for `more` bytes behind the end and return where they go; the caller
 * writes at most that many and adds what it wrote to `size`. */
char *text_reserve(struct text *text, size_t more);

void text_add_format(struct text *text, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* A NUL behind the end, not counted in `size`. Returns the bytes. */
char *text_terminate(struct text *text);

/* Decimal digits of `number` at `place` (room for TEXT_NUMBER_MAX - 1). Returns how many. */
size_t text_print_number(char *place, uint64_t number);

static inline void text_add_bytes(struct text *text, const char *bytes, size_t count)
{
	if (count > 0)
		memcpy(text_reserve(text, count), bytes, count);
	text->size += count;
}

static inline void text_add(struct text *text, const char *string)
{
	text_add_bytes(text, string, strlen(string));
}

static inline void text_add_char(struct text *text, char c)
{
	*text_reserve(text, 1) = c;
	text->size++;
}

/* True if both are the same but for the case of ASCII letters. */
bool text_equal_ignoring_case(const char *a, const char *b);
