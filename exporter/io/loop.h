/* loop.h - the one event loop: time, timers, signals, descriptors, work for a second thread.
 *
 * All callbacks run on the thread that runs the loop, except loop_work_fn. Creating
 * any of these returns an object the caller owns; freeing it is allowed inside its
 * own callback, and the memory goes when the loop lets go of it.
 */
#pragma once

#include "base/moment.h"

#include <stdbool.h>
#include <stdint.h>

struct loop;
struct loop_timer;
struct loop_signal;
struct loop_poll;
struct loop_directory;

typedef void (*loop_fn)(void *context);
typedef void (*loop_poll_fn)(void *context, int fd, bool readable, bool writable);

struct loop *loop_create(void);
/* All timers, signals, polls and directories must have been freed; waits for work under way. */
void loop_free(struct loop *loop);

void loop_run(struct loop *loop); /* until loop_stop() */
void loop_stop(struct loop *loop);

struct moment loop_now(void);
int64_t loop_now_us(void); /* monotonic */

struct loop_timer *loop_timer_create(struct loop *loop, loop_fn on_time, void *context);
/* Once, `delay_ms` from now; an earlier setting is forgotten. */
void loop_timer_start(struct loop_timer *timer, int64_t delay_ms);
void loop_timer_stop(struct loop_timer *timer);
bool loop_timer_is_set(const struct loop_timer *timer);
void loop_timer_free(struct loop_timer *timer); /* NULL is fine */

struct loop_signal *loop_signal_create(struct loop *loop, int number, loop_fn on_signal,
				       void *context);
void loop_signal_free(struct loop_signal *signal);

/* Watch a descriptor; it must be open until loop_poll_free(). */
struct loop_poll *loop_poll_create(struct loop *loop, int fd, loop_poll_fn on_ready, void *context);
void loop_poll_set(struct loop_poll *poll, bool readable, bool writable);
void loop_poll_free(struct loop_poll *poll);

/* Told of whatever happens to the entries of a directory, as far as its file system tells it.
 * It is the directory that is watched, whatever becomes of its path. NULL: cannot be. */
struct loop_directory *loop_directory_create(struct loop *loop, const char *path, loop_fn on_change,
					     void *context);
void loop_directory_free(struct loop_directory *directory); /* NULL is fine */

/* Run `work` on another thread, then `done` on this one. `context` must live until then. */
void loop_work(struct loop *loop, loop_fn work, loop_fn done, void *context);
