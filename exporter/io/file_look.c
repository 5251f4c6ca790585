#include "io/file_look.h"

#include "base/hash.h"
#include "base/memory.h"
#include "io/files.h"

#include <dirent.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#define YOUNG_SECONDS 2

struct looker {
	struct file_look *look;
	time_t now;
	bool young;
};

/* --- directories --- */

static void add_directory(struct file_look *look, const char *path)
{
	struct file_look_directory *next = &look->directories[look->directory_count];
	struct stat status;
	size_t i;

	if (look->directory_count == FILE_LOOK_DIRECTORIES_MAX || stat(path, &status) != 0 ||
	    !S_ISDIR(status.st_mode))
		return;
	for (i = 0; i < look->directory_count; i++)
		if (look->directories[i].inode == status.st_ino &&
		    look->directories[i].device == status.st_dev)
			return;
	*next = (struct file_look_directory){memory_duplicate_text(path), status.st_dev,
					     status.st_ino};
	look->directory_count++;
}

static void add_parent(struct file_look *look, const char *path)
{
	char *copy = memory_duplicate_text(path);

	add_directory(look, dirname(copy));
	free(copy);
}

/* Where it is, and where it really is. */
static void add_places(struct file_look *look, const char *path)
{
	char *real = realpath(path, NULL);

	add_parent(look, path);
	if (real != NULL)
		add_parent(look, real);
	free(real);
}

/* --- stamps --- */

/* The order in which a directory lists its entries may be another one next time: so a sum. */
static void add_stamp(struct looker *looker, const char *name, const struct stat *status)
{
	const uint64_t facts[] = {
		hash_bytes(name, strlen(name)),
		(uint64_t)status->st_dev,
		(uint64_t)status->st_ino,
		(uint64_t)status->st_mode,
		(uint64_t)status->st_size,
		(uint64_t)status->st_mtim.tv_sec,
		(uint64_t)status->st_mtim.tv_nsec,
		(uint64_t)status->st_ctim.tv_sec,
		(uint64_t)status->st_ctim.tv_nsec,
	};

	looker->look->stamp += hash_bytes(facts, sizeof facts);
	looker->young |= llabs((long long)(looker->now - status->st_ctim.tv_sec)) <= YOUNG_SECONDS;
}

static void look_at_file(struct looker *looker, const char *path)
{
	struct stat status = {0};

	stat(path, &status);
	add_stamp(looker, path, &status);
	add_places(looker->look, path);
}

static void look_at_entry(struct looker *looker, int directory, const char *path,
			  const struct dirent *entry)
{
	char full[PATH_MAX];
	struct stat status = {0};
	char *real;

	fstatat(directory, entry->d_name, &status, 0);
	add_stamp(looker, entry->d_name, &status);
	if (entry->d_type != DT_LNK && entry->d_type != DT_UNKNOWN)
		return;
	if (looker->look->directory_count == FILE_LOOK_DIRECTORIES_MAX ||
	    (size_t)snprintf(full, sizeof full, "%s/%s", path, entry->d_name) >= sizeof full)
		return;
	real = realpath(full, NULL);
	if (real != NULL)
		add_parent(looker->look, real);
	free(real);
}

/* Not the times of the directory itself: other files in it are not ours. */
static void look_at_directory(struct looker *looker, const char *path)
{
	DIR *directory = opendir(path);
	const struct dirent *entry;

	add_directory(looker->look, path);
	add_places(looker->look, path);
	if (directory == NULL)
		return;
	looker->look->stamp++;
	while ((entry = readdir(directory)) != NULL)
		if (files_is_target(entry->d_name))
			look_at_entry(looker, dirfd(directory), path, entry);
	closedir(directory);
}

void file_look_take(struct file_look *look, const char *file, const char *directory)
{
	struct looker looker = {look, time(NULL), false};

	*look = (struct file_look){0};
	if (file != NULL)
		look_at_file(&looker, file);
	look_at_directory(&looker, directory);
	if (looker.young)
		look->stamp += (uint64_t)looker.now * UINT64_C(0x9e3779b97f4a7c15);
}

void file_look_clear(struct file_look *look)
{
	size_t i;

	for (i = 0; i < look->directory_count; i++)
		free(look->directories[i].path);
	*look = (struct file_look){0};
}
