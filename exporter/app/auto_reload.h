/* auto_reload.h - reload by itself when the files of the configuration change.
 *
 *     event of a directory, or a look that finds something else      -> settling
 *     settled: look (which directories to watch from now on), then   -> reload_request_if_changed()
 *     every five seconds, for file systems that tell nothing: look
 *
 * Looks run on another thread. What is watched is brought up to date before the files are read,
 * so that no change falls between.
 */
#pragma once

#include "app/options.h"
#include "app/reload.h"
#include "io/loop.h"

struct auto_reload;

/* Borrows all three for its life. */
struct auto_reload *auto_reload_create(struct loop *loop, const struct options *options,
				       struct reload *reload);

bool auto_reload_is_looking(const struct auto_reload *automatic);

/* NULL is fine. While it is looking the memory stays, and the loop must not run again. */
void auto_reload_free(struct auto_reload *automatic);
