/* due_list.h - what the authority's lane remembers of each target, in the order of the target list. */
#pragma once

#include "pacing/schedule.h"
#include "targets/target_list.h"

#define DUE_NEVER (-1)

struct due {
	struct target *target;     /* held */
	int64_t asked_ms;          /* when its last check began; DUE_NEVER */
	int64_t hurried_ms;        /* when the last one began that came because it changes; DUE_NEVER */
	int64_t changing_since_ms; /* DUE_NEVER: it is not */
	bool left_out;             /* its authorities are not asked */
	bool asking;               /* a check is under way */
	bool not_found;            /* the last one found no zone to ask in */
};

/* Zeroed memory is the empty list. */
struct due_list {
	struct due *items; /* [i] is target i of the target list */
	size_t count;
};

/* Make it one of these targets. What is known of those that stay is kept. Left out are those
 * that are not looked up, and special-use ones unless `allow_special_use`. */
void due_list_reconcile(struct due_list *list, const struct target_list *targets,
			bool allow_special_use);
void due_list_clear(struct due_list *list);

/* NULL: the target was removed. */
struct due *due_list_find(const struct due_list *list, const struct target *target);

/* All that are not left out, each at its phase. To be freed by due_list_free_ring(). */
struct schedule_ring *due_list_ring(const struct due_list *list, int64_t interval_ms);
void due_list_free_ring(struct schedule_ring *ring); /* NULL is fine */
