#include "io/file_watch.h"

#include "base/memory.h"

#include <stdlib.h>

struct watched {
	struct file_look_directory directory; /* owned */
	struct loop_directory *events;        /* NULL: could not be watched */
};

struct file_watch {
	struct loop *loop;
	loop_fn on_change;
	void *context;
	struct watched items[FILE_LOOK_DIRECTORIES_MAX];
	size_t count;
};

struct file_watch *file_watch_create(struct loop *loop, loop_fn on_change, void *context)
{
	struct file_watch *watch = memory_allocate(sizeof *watch);

	watch->loop = loop;
	watch->on_change = on_change;
	watch->context = context;
	return watch;
}

static void clear(struct watched *items, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		loop_directory_free(items[i].events);
		free(items[i].directory.path);
	}
}

void file_watch_free(struct file_watch *watch)
{
	if (watch == NULL)
		return;
	clear(watch->items, watch->count);
	free(watch);
}

/* NULL if it was not watched before. */
static struct loop_directory *take_over(struct file_watch *watch,
					const struct file_look_directory *directory)
{
	struct loop_directory *events;
	size_t i;

	for (i = 0; i < watch->count; i++) {
		const struct file_look_directory *before = &watch->items[i].directory;

		if (before->inode != directory->inode || before->device != directory->device)
			continue;
		events = watch->items[i].events;
		watch->items[i].events = NULL;
		return events;
	}
	return NULL;
}

bool file_watch_set(struct file_watch *watch, struct file_look *look)
{
	struct watched items[FILE_LOOK_DIRECTORIES_MAX];
	bool all = true;
	size_t i;

	for (i = 0; i < look->directory_count; i++) {
		struct loop_directory *events = take_over(watch, &look->directories[i]);

		if (events == NULL)
			events = loop_directory_create(watch->loop, look->directories[i].path,
						       watch->on_change, watch->context);
		items[i] = (struct watched){look->directories[i], events};
		all = all && events != NULL;
	}
	clear(watch->items, watch->count);
	for (i = 0; i < look->directory_count; i++)
		watch->items[i] = items[i];
	watch->count = look->directory_count;
	look->directory_count = 0;
	return all;
}
