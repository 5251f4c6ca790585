/* target.h - all that is known of one watched address.
 *
 * A target lives as long as its address is configured, plus as long as checks of
 * it are on their way: target_list holds one reference, each check another. It
 * has one view per resolver, in the order of the resolvers, and one more if the authority
 * is asked.
 */
#pragma once

#include "base/moment.h"
#include "fcrdns/agreement.h"
#include "fcrdns/evidence.h"
#include "fcrdns/judge.h"
#include "targets/changes.h"
#include "targets/ptr_index.h"
#include "targets/view.h"
#include "fcrdns/watch.h"

#define TARGET_VIEWS_MAX 33 /* the most resolvers there can be, and the authority */

struct target {
	struct ip ip;
	const struct expectation *expectation; /* owned by the configuration in force */
	struct view *views;                    /* owned */
	struct ptr_claim *claim; /* its names in the list's index, see shared_ptr_renew() */
	struct changes *changes;               /* owned; NULL: none */
	uint32_t view_count;
	uint8_t resolver_count; /* the first views; one behind them is the authority's */
	uint8_t authority_state; /* enum authority_state, when it was last asked */
	uint32_t index;      /* in its list */
	uint16_t references;
	bool special_use;
	bool skipped;        /* special-use, and not to be looked up */
	bool removed;        /* not in the configuration any more */
	bool original;       /* there from the first configuration on */
	uint8_t last_status; /* combined, when it was last looked at; for noticing changes */
	uint8_t settled_status; /* the last conclusive one; STATUS_PENDING: none since the configuration was loaded */
	int64_t trouble_ms;  /* monotonic, when it was last seen not simply passing; 0: never */
};

/* With one reference, the caller's. All views are of resolvers. */
struct target *target_create(const struct watch *watch, size_t view_count);
void target_hold(struct target *target);
void target_release(struct target *target); /* the last one frees it */

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

/* Would it change the counted answer of view `i`? The first one changes nothing. */
bool target_answer_changes(const struct target *target, size_t i, const struct evidence *evidence);

/* What the views came to together, after a check: keeps when it changed. */
void target_notice_agreement(struct target *target, const struct agreement *agreement,
			     struct moment now);

/* Has it just changed, or begun to disagree, so that it is worth asking more often? */
bool target_is_changing(const struct target *target, int64_t now_ms);

/* Unix time in ms; 0: no change since start. */
int64_t target_last_change_unix_ms(const struct target *target);

/* New expectations: judge again what the resolvers said. */
void target_expect(struct target *target, const struct expectation *expectation);

/* What view `i` says for the target as a whole: its counted answer, if it is not older
 * than `hold_ms`. A view asked less often than others may have a longer hold. */
struct opinion target_opinion(const struct target *target, size_t i, int64_t hold_ms,
			      int64_t now_ms);

/* All resolvers together. `hold_ms` has one entry for each. A disagreement lasts until the last
 * older answer of theirs that differs cannot come any more. STATUS_SPECIAL_USE if skipped. */
struct agreement target_agreement(const struct target *target, const int64_t *hold_ms,
				  unsigned quorum, int64_t now_ms);

/* Unix time of the oldest of the last checks, in ms; 0 until every resolver has one. */
int64_t target_last_check_unix_ms(const struct target *target);
