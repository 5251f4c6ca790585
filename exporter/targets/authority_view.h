/* authority_view.h - what the servers of the zone itself say of one address: the truth.
 *
 * Kept as one more view of the target. It takes no part in the combined status; with it
 * the answers of the resolvers can be told old from new. Of a truth that changes is kept until
 * when a cache may hold what it was before.
 *
 * Asks nobody: what was found is handed in.
 */
#pragma once

#include "fcrdns/authority_state.h"
#include "targets/target.h"

/* The authority is asked seldom while nothing is wrong. */
#define AUTHORITY_HOLD_MS (INT64_C(3) * 60 * 60 * 1000)

struct authority_finding {
	enum authority_state state;
	struct evidence *evidence; /* NULL: not known; taken over */
	struct check_times times;
};

/* The authority was asked. Does nothing (but free the evidence) to a target without such a view. */
void target_finish_authority(struct target *target, struct authority_finding *finding,
			     struct moment now);

/* NULL: this target has none. */
const struct view *target_authority(const struct target *target);

/* Is what it last said shown? */
bool target_authority_counts(const struct target *target, int64_t now_ms);

/* The view, if its counted answer is the truth now: the servers agree, were reached the last
 * time, and no resolver has come to know another answer since. NULL: the truth is not known. */
const struct view *target_truth(const struct target *target, int64_t now_ms);

/* Has a resolver come to know an answer that the authority had not given when it was last asked?
 * Then it is time to ask it again. */
bool target_authority_is_doubted(const struct target *target);
