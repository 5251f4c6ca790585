/* reload.h - read and parse everything anew; swap in whole, or keep the old and say why.
 *
 * Reading and parsing run on another thread, so that a hundred thousand targets do
 * not hold the loop; the swap runs on the loop.
 */
#pragma once

#include "app/options.h"
#include "app/prober.h"
#include "io/loop.h"

struct reload;

/* Borrows all three for its life. */
struct reload *reload_create(struct loop *loop, const struct options *options,
			     struct prober *prober);

/* The first configuration, at once. */
bool reload_first(struct reload *reload, struct error *error);

/* Soon; a request during a reload leads to one more. */
void reload_request(struct reload *reload);

bool reload_last_was_successful(const struct reload *reload);
int64_t reload_last_success_unix_ms(const struct reload *reload);

bool reload_is_running(const struct reload *reload);

/* From now on nothing is swapped in. The memory goes with reload_free(), which must
 * come after loop_free(), since a thread may still be reading. */
void reload_stop(struct reload *reload);
void reload_free(struct reload *reload);

/* Read and parse; the caller owns the result. NULL: one sentence. `directory_seen`: the
 * targets' directory was there before, so that its absence now is a mistake. */
struct config *reload_read(const struct options *options, bool *directory_seen,
			   struct error *error);
