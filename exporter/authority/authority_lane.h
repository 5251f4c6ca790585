/* authority_lane.h - whose authorities are asked, when, and what if nobody answers at all.
 *
 * Every target once an hour, at its own phase of it, so that the load is even; one that is
 * changing at once, then once a minute, for an hour at most; a new one soon; one whose zone was
 * not found, so that nobody was asked, after five minutes. Never more than
 * AUTHORITY_CHECKS_MAX at once: behind them, and behind the rates of inquiries.h and
 * servers.h, everybody else waits.
 *
 * When the servers are unreachable, all of them (servers.h), that is said once in the log
 * and of every target, and only AUTHORITY_TRIALS targets an hour are tried, until somebody
 * answers; then all are asked anew.
 */
#pragma once

#include "authority/authority_check.h"
#include "targets/target_list.h"

#define AUTHORITY_CHECKS_MAX 16
#define AUTHORITY_TRIALS 3

#define AUTHORITY_INTERVAL_MS (60 * 60 * 1000)
#define AUTHORITY_CHANGING_INTERVAL_MS (60 * 1000)
#define AUTHORITY_CHANGING_MAX_MS (60 * 60 * 1000)

struct authority_lane;

struct authority_lane_events {
	/* Do its answers change, or disagree, at this time? */
	bool (*is_changing)(void *context, const struct target *target, int64_t now_ms);
	/* Its evidence is the callback's. Not for targets that were removed. */
	void (*on_finding)(void *context, struct target *target, struct authority_finding *finding);
	void *context;
};

/* Nothing is asked before authority_lane_watch(). `events` is copied. */
struct authority_lane *authority_lane_create(struct loop *loop,
					     const struct authority_lane_events *events);

/* Ends all checks. NULL is fine; not from inside an answer. */
void authority_lane_free(struct authority_lane *lane);

/* Watch these targets by way of these resolvers (config->resolver_count of them, which are held
 * until the next call) from now on. `targets` is read soon, in a turn of the loop of its own, and
 * must be there until the lane is freed. Targets that are not looked up, or are special-use where
 * such authorities are refused, are left out. */
void authority_lane_watch(struct authority_lane *lane, const struct config *config,
			  struct upstream *const *resolvers, const struct target_list *targets);

/* This target is changing: ask about it at once, or when the minute since it was last asked is
 * over. For targets that are watched; one that is to be asked already changes nothing. */
void authority_lane_ask_soon(struct authority_lane *lane, const struct target *target);
