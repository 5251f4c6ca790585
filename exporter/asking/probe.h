/* probe.h - all lookups for one target at one resolver, once: the state machine.
 *
 * Story: ask PTR; make the evidence; ask A or AAAA of every usable name; done. A
 * failure is evidence too. Owns its queries and the evidence until `on_done` takes
 * that; holds its target and its upstream meanwhile. Frees itself after `on_done`.
 * Whether what it found may count is asking/check's business.
 */
#pragma once

#include "asking/upstream.h"
#include "targets/target.h"

struct probe_result {
	struct upstream *upstream;
	struct target *target;
	struct evidence *evidence; /* now the callback's; NULL: cancelled, nothing was learnt */
	struct check_times times;
	unsigned queries;          /* questions sent */
	bool all_by_tcp;           /* nobody off the path can have forged any of it */
};

typedef void (*probe_done_fn)(void *context, const struct probe_result *result);

void probe_start(struct upstream *upstream, struct target *target,
		 enum resolver_transport transport, probe_done_fn on_done, void *context);
