/* shared_ptr.h - which PTR names a target has, by its counted answers; for the flag shared_ptr.
 *
 * A name counts when at least `quorum` of the counted answers have it among their evaluated
 * names, or all of fewer: as with every other flag, one resolver alone changes nothing. Only
 * targets that this process looks up are known, not those of other shards.
 */
#pragma once

#include "targets/target_list.h"

/* A check of `target` has ended: renew what it holds in the list's index. Costs next to nothing
 * while its answers stay the same. `hold_ms` has one entry per view. An answer that has got too
 * old is noticed here, so with the next check at the latest. */
void shared_ptr_renew(struct target_list *list, struct target *target, const int64_t *hold_ms,
		      unsigned quorum, int64_t now_ms);
