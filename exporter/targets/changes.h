/* changes.h - what only a target that changes needs: when it did, and what follows from that.
 *
 * Most targets never change, so this is made when there is something to keep.
 *
 * Pure: time is given.
 */
#pragma once

#include "base/moment.h"

#include <stdbool.h>
#include <stdint.h>

/* So long after a change, or into a disagreement, is it worth asking more often. */
#define CHANGES_HURRY_MS (INT64_C(60) * 60 * 1000)

/* NULL: nothing has ever changed. */
struct changes {
	int64_t last_unix_ms;    /* of the last change of status or PTR names; 0: none yet */
	int64_t answer_ms;       /* monotonic: when a resolver last changed to an answer it was not seen to give */
	int64_t disagreement_ms; /* monotonic: since when the resolvers disagree */
	int64_t doubt_ms;        /* monotonic: when a resolver last came to know what the authority did not say */
	struct moment upper;     /* when the last copy of what the authority said before must be gone */
	bool has_answer : 1;
	bool disagrees : 1;
	bool doubted : 1;
	bool has_upper : 1;
};

/* Made if need be. */
struct changes *changes_make(struct changes **place);

void changes_set_disagreement(struct changes **place, bool disagrees, int64_t now_ms);

/* Is it worth asking more often now? */
bool changes_are_fresh(const struct changes *changes, int64_t now_ms);
