#include "io/random.h"

#include <stddef.h>
#include <stdlib.h>
#include <sys/random.h>

uint16_t random_u16(void)
{
	/* Up to 256 bytes come whole and uninterrupted (getrandom(2)). */
	static uint16_t buffer[128];
	static size_t left;

	if (left == 0) {
		if (getrandom(buffer, sizeof buffer, 0) != (ssize_t)sizeof buffer)
			abort();
		left = sizeof buffer / sizeof *buffer;
	}
	return buffer[--left];
}
