#include "config/duration.h"

#include <assert.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

/* Prometheus counts nanoseconds in 64 bits. */
#define DURATION_MAX_MS (INT64_MAX / 1000000)

struct unit {
	const char *name;
	int64_t ms;
	bool only_exact; /* printed only if nothing is left over */
};

static const struct unit units[] = {
    {"y", INT64_C(365) * 24 * 3600 * 1000, true},
    {"w", INT64_C(7) * 24 * 3600 * 1000, true},
    {"d", INT64_C(24) * 3600 * 1000, false},
    {"h", INT64_C(3600) * 1000, false},
    {"m", INT64_C(60) * 1000, false},
    {"s", 1000, false},
    {"ms", 1, false},
};

#define UNIT_COUNT (sizeof units / sizeof units[0])

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Digits at `*text`, which is moved behind them. False if there are none or too many. */
static bool take_number(const char **text, int64_t *number)
{
	const char *c = *text;

	*number = 0;
	for (; is_digit(*c); c++) {
		*number = *number * 10 + (*c - '0');
		if (*number > DURATION_MAX_MS)
			return false;
	}
	if (c == *text)
		return false;
	*text = c;
	return true;
}

/* The unit at `*text`, at `least` or behind it in the table; UNIT_COUNT if there is none. */
static size_t take_unit(const char **text, size_t least)
{
	size_t length = 0, i;

	while ((*text)[length] != '\0' && !is_digit((*text)[length]))
		length++;
	for (i = least; i < UNIT_COUNT; i++) {
		if (strlen(units[i].name) == length && strncmp(*text, units[i].name, length) == 0) {
			*text += length;
			return i;
		}
	}
	return UNIT_COUNT;
}

bool duration_parse(const char *text, int64_t *duration_ms)
{
	int64_t sum = 0, number;
	size_t next = 0, unit;

	if (strcmp(text, "0") == 0) {
		*duration_ms = 0;
		return true;
	}
	do {
		if (!take_number(&text, &number))
			return false;
		unit = take_unit(&text, next);
		if (unit == UNIT_COUNT || number > (DURATION_MAX_MS - sum) / units[unit].ms)
			return false;
		sum += number * units[unit].ms;
		next = unit + 1;
	} while (*text != '\0');
	*duration_ms = sum;
	return true;
}

const char *duration_print(int64_t duration_ms, char text[DURATION_TEXT_MAX])
{
	char *end = text;
	size_t i;

	assert(duration_ms >= 0);
	strcpy(text, "0s");
	for (i = 0; i < UNIT_COUNT; i++) {
		if (duration_ms < units[i].ms ||
		    (units[i].only_exact && duration_ms % units[i].ms != 0))
			continue;
		end += sprintf(end, "%" PRId64 "%s", duration_ms / units[i].ms, units[i].name);
		duration_ms %= units[i].ms;
	}
	return text;
}
