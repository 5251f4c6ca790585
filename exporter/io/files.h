/* files.h - the text of files, and which files a directory holds. */
#pragma once

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

struct files_text {
	char *path;
	char *bytes; /* NUL-terminated, the NUL not counted */
	size_t size;
};

struct files_list {
	struct files_text *items;
	size_t count;
};

/* Whole file, at most FILES_SIZE_MAX bytes. False: a sentence that names the path.
 * The caller frees with files_text_clear(). */
#define FILES_SIZE_MAX (256 * 1024 * 1024)
bool files_read(const char *path, struct files_text *text, struct error *error);
void files_text_clear(struct files_text *text);

/* Is it what a target file is called? */
bool files_is_target(const char *name);

/* Every *.yml, *.yaml, *.json in `directory` in name order (bytes), names that start with a dot
 * left out, symbolic links followed. `*missing` is set, and true returned with an empty list,
 * if there is no such directory. The caller frees with files_list_clear(). */
bool files_read_directory(const char *directory, struct files_list *list, bool *missing,
			  struct error *error);
void files_list_clear(struct files_list *list);
