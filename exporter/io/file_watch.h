/* file_watch.h - something has happened in one of these directories, as the kernel tells it.
 *
 * Says neither what nor whether it matters: whoever is told looks for himself.
 */
#pragma once

#include "io/file_look.h"
#include "io/loop.h"

struct file_watch;

struct file_watch *file_watch_create(struct loop *loop, loop_fn on_change, void *context);
void file_watch_free(struct file_watch *watch); /* NULL is fine */

/* Watch these from now on; those watched before that are among them stay watched without a gap.
 * Takes the paths over. False: not all could be, as where the system has no watches left. */
bool file_watch_set(struct file_watch *watch, struct file_look *look);
