/* lane.h - one resolver and the targets due at it.
 *
 * Starts a check when the upstream has room and the schedule says who; puts the
 * result into the target's view. Also asks the control question that tells a silent
 * resolver from silent zones.
 */
#pragma once

#include "asking/upstream.h"
#include "targets/target_list.h"
#include "pacing/schedule.h"

struct lane;

/* The counted answer of a resolver is about to become another; borrowed for the call. */
struct answer_change {
	const struct target *target;
	const char *resolver;
	const char *names_before; /* the evaluated PTR names, joined by commas */
	const char *names;
	enum status status_before;
	enum status status;
};

struct lane_events {
	/* A check of this target has just ended. */
	void (*on_news)(void *context, struct target *target, struct moment now);
	void (*on_change)(void *context, const struct answer_change *change, struct moment now);
	void *context;
};

struct lane *lane_create(struct loop *loop, const struct config_resolver *resolver,
			 const struct config *config, const struct lane_events *events,
			 struct error *error);
void lane_free(struct lane *lane); /* NULL is fine; ends its checks */

/* Is it the lane of this resolver: the same name, address and transport? */
bool lane_is_of(const struct lane *lane, const struct config_resolver *resolver);

/* Take over rates and timeouts. */
bool lane_configure(struct lane *lane, const struct config_resolver *resolver,
		    const struct config *config, struct error *error);

/* Watch `targets` as their view `view`, by `ring`, both borrowed until the next call; those
 * marked, and those never asked, at once. */
void lane_watch(struct lane *lane, const struct target_list *targets, size_t view,
		const struct schedule_ring *ring, const bool *ask_at_once,
		const struct config *config);

/* Ask about this target once the changing interval is over, unless that is to be done already.
 * All such checks together take at most half of the resolver's rate, so that the others keep
 * their turns. */
void lane_ask_soon(struct lane *lane, const struct target *target);

struct upstream *lane_upstream(const struct lane *lane);

/* Was it there from the first configuration on? */
bool lane_is_original(const struct lane *lane);

/* How long one round of all targets takes at max_qps, by what a check takes on average. */
int64_t lane_round_ms(const struct lane *lane);
int64_t lane_hold_ms(const struct lane *lane, int64_t now_ms);
int64_t lane_lag_ms(const struct lane *lane, int64_t now_ms);
