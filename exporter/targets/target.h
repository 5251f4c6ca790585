/* target.h - all that is known of one watched address.
 *
 * A target lives as long as its address is configured, plus as long as checks of
 * it are on their way: target_list holds one reference, each check another. It
 * has one view per resolver, in the order of the resolvers.
 */
#pragma once

#include "base/moment.h"
#include "fcrdns/agreement.h"
#include "fcrdns/evidence.h"
#include "fcrdns/judge.h"
#include "targets/ptr_history.h"
#include "targets/ptr_index.h"
#include "fcrdns/watch.h"

#define TARGET_VIEWS_MAX 33 /* the most resolvers there can be, and the authority */

/* What one resolver says. The counted answer is the last conclusive one; how long it
 * counts is asked of target_opinion(). */
struct view {
	struct evidence *counted; /* owned; NULL: no conclusive answer yet */
	struct ptr_history *history; /* owned; NULL is empty */
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

struct target {
	struct ip ip;
	const struct expectation *expectation; /* owned by the configuration in force */
	struct view *views;                    /* owned */
	struct ptr_claim *claim; /* its names in the list's index, see shared_ptr_renew() */
	uint32_t view_count;
	uint32_t index;      /* in its list */
	uint16_t references;
	bool special_use;
	bool skipped;        /* special-use, and not to be looked up */
	bool removed;        /* not in the configuration any more */
	bool original;       /* there from the first configuration on */
	uint8_t last_status; /* combined, when it was last looked at; for noticing changes */
	int64_t trouble_ms;  /* monotonic, when it was last seen not simply passing; 0: never */
};

/* With one reference, the caller's. */
struct target *target_create(const struct watch *watch, size_t view_count);
void target_hold(struct target *target);
void target_release(struct target *target); /* the last one frees it */

struct check_times {
	float ptr_seconds;
	float forward_seconds; /* negative: nothing was asked */
};

/* How a check ended. */
struct target_check {
	struct evidence *evidence; /* NULL: it could not be confirmed */
	uint8_t failure;           /* enum reason; then, why not */
	struct check_times times;
};

/* Is what a check of view `i` found news, beside the counted answer or for want of one? */
bool target_is_news(const struct target *target, size_t i, const struct evidence *evidence,
		    int64_t hold_ms, int64_t now_ms);

/* A check of view `i` is over. Takes the evidence over. */
void target_finish_check(struct target *target, size_t i, const struct target_check *check,
			 struct moment now);

/* What the view owns, freed; it is empty then. */
void view_clear(struct view *view);

/* New expectations: judge again what the resolvers said. */
void target_expect(struct target *target, const struct expectation *expectation);

/* What view `i` says for the target as a whole: its counted answer, if it is not older
 * than `hold_ms`. A view asked less often than others may have a longer hold. */
struct opinion target_opinion(const struct target *target, size_t i, int64_t hold_ms,
			      int64_t now_ms);

/* All views together. `hold_ms` has one entry per view. STATUS_SPECIAL_USE if skipped. */
struct agreement target_agreement(const struct target *target, const int64_t *hold_ms,
				  unsigned quorum, int64_t now_ms);

/* Unix time of the oldest of the last checks, in ms; 0 until every view has one. */
int64_t target_last_check_unix_ms(const struct target *target);
