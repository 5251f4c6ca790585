/* waiting_line.h - items that wait, first come first served, each at most once.
 *
 * Zeroed memory is the empty line; it takes hardly any until somebody waits.
 *
 * Pure: items are indices below `item_count`, time is given.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct waiting_line {
	struct waiting *items; /* from `first` to `end` */
	size_t first, end, capacity;
	size_t item_count;
	bool *waits;           /* by item; NULL: nobody ever did */
};

/* Empty, for so many items from now on. */
void waiting_line_reset(struct waiting_line *line, size_t item_count);
void waiting_line_clear(struct waiting_line *line);

/* Join with a time, which must not be before that of who waits already. False: it waits. */
bool waiting_line_join(struct waiting_line *line, uint32_t item, int64_t at_ms);

bool waiting_line_has(const struct waiting_line *line, uint32_t item);

/* The time of the first; INT64_MAX: nobody waits. */
int64_t waiting_line_first_ms(const struct waiting_line *line);

/* Take the first, if there is one. */
bool waiting_line_take(struct waiting_line *line, uint32_t *item);
