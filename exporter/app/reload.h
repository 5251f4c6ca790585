/* reload.h - read and parse everything anew; swap in whole, or keep the old and say why.
 *
 * Reading and parsing run on another thread, so that a hundred thousand targets do
 * not hold the loop; the swap runs on the loop. Two never run at once: what is asked for
 * during one is done behind it, once.
 */
#pragma once

#include "app/options.h"
#include "app/prober.h"
#include "io/loop.h"

struct reload;

/* It is over, on the loop. NULL: the new configuration is in force; else why it is not. */
typedef void (*reload_done_fn)(void *context, const char *sentence);

/* Borrows all three for its life. */
struct reload *reload_create(struct loop *loop, const struct options *options,
			     struct prober *prober);

/* The first configuration, at once. */
bool reload_first(struct reload *reload, struct error *error);

void reload_request(struct reload *reload);

/* Only if the files say anything else than when they were read last; else nothing happens, and
 * nothing is logged. What was bad then is not told again. */
void reload_request_if_changed(struct reload *reload);

/* As reload_request(), and told of its end; never before this returns, and not at all after
 * reload_stop(). False: too many wait already, and nothing was asked for. */
#define RELOAD_WAITERS_MAX 64
bool reload_request_and_tell(struct reload *reload, reload_done_fn done, void *context);

/* Tell the service manager that all is up, and what is watched. After the first configuration; each
 * reload tells by itself. */
void reload_tell_ready(const struct reload *reload);

bool reload_last_was_successful(const struct reload *reload);
int64_t reload_last_success_unix_ms(const struct reload *reload);

bool reload_is_running(const struct reload *reload);

/* From now on nothing is swapped in. The memory goes with reload_free(), which must
 * come after loop_free(), since a thread may still be reading. */
void reload_stop(struct reload *reload);
void reload_free(struct reload *reload);
