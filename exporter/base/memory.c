#include "base/memory.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *checked(void *allocation)
{
	if (allocation == NULL) {
		fputs("out of memory\n", stderr);
		abort();
	}
	return allocation;
}

void *memory_allocate(size_t size)
{
	return checked(calloc(1, size > 0 ? size : 1));
}

void *memory_allocate_array(size_t count, size_t size)
{
	return checked(calloc(count > 0 ? count : 1, size));
}

void *memory_resize_array(void *array, size_t count, size_t size)
{
	return checked(reallocarray(array, count > 0 ? count : 1, size));
}

void *memory_duplicate(const void *bytes, size_t size)
{
	void *copy = checked(malloc(size > 0 ? size : 1));

	if (size > 0)
		memcpy(copy, bytes, size);
	return copy;
}

char *memory_duplicate_text(const char *text)
{
	return memory_duplicate(text, strlen(text) + 1);
}

size_t memory_grown_capacity(size_t capacity, size_t needed)
{
	if (capacity < 16)
		capacity = 16;
	while (capacity < needed)
		capacity = capacity > SIZE_MAX / 2 ? needed : capacity * 2;
	return capacity;
}
