/* file_look.h - has anything happened to the files of the configuration, by what stat() says.
 *
 * For file systems that tell of no changes, as those of the network; and to learn which
 * directories to watch on those that do. Blocks: for another thread.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* More directories than this are only looked at, not watched. */
#define FILE_LOOK_DIRECTORIES_MAX 32

struct file_look_directory {
	char *path;
	uint64_t device, inode; /* another directory of the same name is another one */
};

struct file_look {
	/* Another one when a file was changed, appeared or went. A change within two seconds of
	 * the one before may leave no trace where times are coarse, so that of files so young is
	 * another one each time. */
	uint64_t stamp;
	/* Where changes show: those of the files, those the symbolic links among them lead to, and
	 * those in which these would be replaced. */
	struct file_look_directory directories[FILE_LOOK_DIRECTORIES_MAX];
	size_t directory_count;
};

/* `file` may be NULL. What is not there is a state like any other: never fails. */
void file_look_take(struct file_look *look, const char *file, const char *directory);
void file_look_clear(struct file_look *look);
