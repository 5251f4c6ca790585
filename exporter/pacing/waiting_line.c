#include "pacing/waiting_line.h"

#include "base/memory.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct waiting {
	uint32_t item;
	int64_t at_ms;
};

void waiting_line_clear(struct waiting_line *line)
{
	free(line->items);
	free(line->waits);
	*line = (struct waiting_line){.items = NULL};
}

void waiting_line_reset(struct waiting_line *line, size_t item_count)
{
	waiting_line_clear(line);
	line->item_count = item_count;
}

static void close_up(struct waiting_line *line)
{
	memmove(line->items, line->items + line->first,
		(line->end - line->first) * sizeof *line->items);
	line->end -= line->first;
	line->first = 0;
}

bool waiting_line_join(struct waiting_line *line, uint32_t item, int64_t at_ms)
{
	assert(item < line->item_count);
	if (line->waits == NULL)
		line->waits = memory_allocate_array(line->item_count, sizeof *line->waits);
	if (line->waits[item])
		return false;
	/* A line that never empties must not grow for ever. */
	if (line->first > line->end / 2)
		close_up(line);
	if (line->end == line->capacity) {
		line->capacity = memory_grown_capacity(line->capacity, line->end + 1);
		line->items = memory_resize_array(line->items, line->capacity, sizeof *line->items);
	}
	line->items[line->end++] = (struct waiting){item, at_ms};
	line->waits[item] = true;
	return true;
}

bool waiting_line_has(const struct waiting_line *line, uint32_t item)
{
	return line->waits != NULL && line->waits[item];
}

int64_t waiting_line_first_ms(const struct waiting_line *line)
{
	return line->first < line->end ? line->items[line->first].at_ms : INT64_MAX;
}

bool waiting_line_take(struct waiting_line *line, uint32_t *item)
{
	if (line->first == line->end)
		return false;
	*item = line->items[line->first++].item;
	line->waits[*item] = false;
	if (line->first == line->end) {
		free(line->items);
		line->items = NULL;
		line->first = line->end = line->capacity = 0;
	}
	return true;
}
