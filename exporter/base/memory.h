/* memory.h - allocation that never returns NULL.
 *
 * Bounds on targets, names and sizes keep memory away from its end; where the
 * system has none left all the same, the process says so and aborts.
 * What these return is given back with free().
 */
#pragma once

#include <stddef.h>

void *memory_allocate(size_t size);                      /* zeroed */
void *memory_allocate_array(size_t count, size_t size);  /* zeroed, checked product */
void *memory_resize_array(void *array, size_t count, size_t size); /* new part not zeroed */
void *memory_duplicate(const void *bytes, size_t size);
char *memory_duplicate_text(const char *text);

/* For growing arrays: at least `needed`, by doubling, never below 16. */
size_t memory_grown_capacity(size_t capacity, size_t needed);
