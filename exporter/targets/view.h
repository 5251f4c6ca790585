/* view.h - what one resolver, or the authority, says of one address.
 *
 * The counted answer is the last conclusive one; how long it counts, the caller knows.
 */
#pragma once

#include "base/moment.h"
#include "fcrdns/evidence.h"
#include "fcrdns/judge.h"
#include "targets/ptr_history.h"
#include "targets/sightings.h"

struct view {
	struct evidence *counted; /* owned; NULL: no conclusive answer yet */
	struct ptr_history *history; /* owned; NULL: the PTR names never changed */
	struct sightings sightings;
	struct verdict verdict;   /* of `counted` */
	int64_t counted_ms;       /* monotonic, when it was got */
	int64_t finished_unix_ms; /* of the last check, any outcome; 0: none yet */
	float ptr_seconds;        /* of the last check */
	float forward_seconds;    /* of its slowest name; negative: nothing was asked */
	uint8_t last_status;      /* of the last check; STATUS_PENDING before the first */
	uint8_t last_reason;
	bool asking;              /* a check is on its way */
	bool ask_again;           /* and another is to follow it at once */
	bool due_at_once;         /* asked for, but not begun yet */
};

struct check_times {
	float ptr_seconds;
	float forward_seconds; /* negative: nothing was asked */
};

/* What a check came to, beside its evidence. */
struct view_outcome {
	struct verdict verdict;
	struct check_times times;
	struct moment at;
};

/* A check is over. Takes the evidence over (NULL: none), which counts from now on if the verdict
 * is conclusive. `*news`, then: is it another answer than before? */
bool view_finish(struct view *view, struct evidence *evidence, const struct view_outcome *outcome,
		 enum sighting_news *news);

/* Has it a counted answer, not older than `hold_ms`? */
bool view_counts(const struct view *view, int64_t hold_ms, int64_t now_ms);

/* Is its counted answer this one? Only if it has one. */
bool view_says(const struct view *view, uint64_t ptr_digest, enum status status);

/* What the view owns, freed; it is empty then. */
void view_clear(struct view *view);
