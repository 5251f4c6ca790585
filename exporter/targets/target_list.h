/* target_list.h - all targets, sorted by address; the one owner of what is known.
 *
 * Changed only by reconciling with a new configuration; in between the list is
 * fixed, so an index names a target as long as `generation` stays the same.
 */
#pragma once

#include "targets/target.h"

struct target_list {
	struct target **items; /* [i]->index is i */
	size_t count;
	size_t view_count;
	struct ptr_index *ptr_index; /* of the names they have, for shared_ptr */
	size_t resolver_count; /* the views but the authority's */
	uint64_t generation;   /* grows with every reconciliation */
};

struct target_list *target_list_create(void);
void target_list_free(struct target_list *list);

/* NULL if it is not in the list. */
struct target *target_list_find(const struct target_list *list, const struct ip *ip);

struct target_list_change {
	const struct watch *watches; /* sorted by ip_compare(), no two alike */
	size_t watch_count;
	size_t view_count;
	const int *old_views;  /* [i]: which view before is view i now; -1: a new resolver */
	bool check_special_use;
	bool has_authority;    /* the last view is the authority's */
};

/* Make the list what `change` says. What is known of an address that stays is kept, as is
 * every view of a resolver that stays; a target whose expected names are others is judged
 * again. `ask_at_once`, with one entry per new target, is set where somebody must ask soon:
 * a new target, or other expected names. Removed targets are released. */
void target_list_reconcile(struct target_list *list, const struct target_list_change *change,
			   bool *ask_at_once);
