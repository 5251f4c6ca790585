#include "io/files.h"

#include "base/memory.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define CHUNK (64 * 1024)

static bool read_all(int fd, struct files_text *text, struct error *error)
{
	size_t capacity = 0;
	ssize_t got;

	do {
		if (capacity - text->size < CHUNK) {
			capacity = memory_grown_capacity(capacity, text->size + CHUNK + 1);
			text->bytes = memory_resize_array(text->bytes, capacity, 1);
		}
		got = read(fd, text->bytes + text->size, capacity - text->size - 1);
		if (got < 0 && errno != EINTR)
			return error_set(error, "cannot read %s: %s", text->path, strerror(errno));
		if (got > 0)
			text->size += (size_t)got;
		if (text->size > FILES_SIZE_MAX)
			return error_set(error, "%s: too large, expected at most %d MiB",
					 text->path, FILES_SIZE_MAX / (1024 * 1024));
	} while (got != 0);
	/* Many small files may be held at once. */
	text->bytes = memory_resize_array(text->bytes, text->size + 1, 1);
	text->bytes[text->size] = '\0';
	return true;
}

/* Never blocks on a FIFO, and never takes a device for a file. */
static bool open_regular(const char *path, int *fd, struct error *error)
{
	struct stat status;

	*fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (*fd < 0)
		return error_set(error, "cannot read %s: %s", path, strerror(errno));
	if (fstat(*fd, &status) == 0 && S_ISREG(status.st_mode))
		return true;
	close(*fd);
	return error_set(error, "cannot read %s: not a regular file", path);
}

bool files_read(const char *path, struct files_text *text, struct error *error)
{
	bool good;
	int fd;

	if (!open_regular(path, &fd, error))
		return false;
	*text = (struct files_text){.path = memory_duplicate_text(path)};
	good = read_all(fd, text, error);
	close(fd);
	if (!good)
		files_text_clear(text);
	return good;
}

void files_text_clear(struct files_text *text)
{
	free(text->path);
	free(text->bytes);
	*text = (struct files_text){0};
}

static bool has_suffix(const char *name, const char *suffix)
{
	size_t length = strlen(name), suffix_length = strlen(suffix);

	return length > suffix_length && strcmp(name + length - suffix_length, suffix) == 0;
}

bool files_is_target(const char *name)
{
	return name[0] != '.' &&
	       (has_suffix(name, ".yml") || has_suffix(name, ".yaml") || has_suffix(name, ".json"));
}

static int is_target_file(const struct dirent *entry)
{
	return files_is_target(entry->d_name);
}

static int by_bytes(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

/* A file that vanished since the directory was listed is no file of it any more; a link that
 * leads nowhere is still there, and a mistake. */
static bool read_entry(const char *directory, const char *name, struct files_list *list,
		       struct error *error)
{
	size_t size = strlen(directory) + strlen(name) + 2;
	char *path = memory_allocate(size);
	struct stat status;
	bool good;

	snprintf(path, size, "%s%s%s", directory, has_suffix(directory, "/") ? "" : "/", name);
	good = files_read(path, &list->items[list->count], error);
	if (good)
		list->count++;
	else if (lstat(path, &status) != 0 && errno == ENOENT)
		good = true;
	free(path);
	return good;
}

bool files_read_directory(const char *directory, struct files_list *list, bool *missing,
			  struct error *error)
{
	struct dirent **entries;
	int count = scandir(directory, &entries, is_target_file, by_bytes), i;
	bool good = true;

	*list = (struct files_list){0};
	*missing = count < 0 && errno == ENOENT;
	if (*missing)
		return true;
	if (count < 0)
		return error_set(error, "cannot read the directory %s: %s", directory,
				 strerror(errno));
	list->items = memory_allocate_array((size_t)count, sizeof *list->items);
	for (i = 0; i < count; i++) {
		good = good && read_entry(directory, entries[i]->d_name, list, error);
		free(entries[i]);
	}
	free(entries);
	if (!good)
		files_list_clear(list);
	return good;
}

void files_list_clear(struct files_list *list)
{
	size_t i;

	for (i = 0; i < list->count; i++)
		files_text_clear(&list->items[i]);
	free(list->items);
	*list = (struct files_list){0};
}
