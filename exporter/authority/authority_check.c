#include "authority/authority_check.h"

#include "base/memory.h"

#include <stdlib.h>

enum check_step { CHECK_ASK_PTR, CHECK_ASK_FORWARD, CHECK_REPORT };

struct authority_check {
	enum check_step step;
	unsigned pending;
	const struct authority_ways *ways;
	struct target *target;
	bool recent;
	const struct authority_check_events *events;
	unsigned aliases_left;
	struct authority_lookup lookup;
	size_t name; /* the forward name that is asked, or is next */
	struct evidence *evidence;
	enum authority_state state;
	bool cancelled;
	int64_t ptr_us;
	int64_t forward_us; /* the slowest; -1: nothing asked */
};

static void check_advance(struct authority_check *check);

static void ask(struct authority_check *check, const uint8_t *name, enum dns_type type,
		authority_lookup_done_fn on_done)
{
	const struct authority_question question = {name, type, &check->target->ip, check->recent};

	check->pending++;
	authority_lookup_start(&check->lookup, check->ways, &question, &check->aliases_left, on_done,
			       check);
}

static void end_lookup(struct authority_check *check)
{
	check->cancelled |= check->lookup.cancelled;
	check->state = authority_state_worse(check->state, check->lookup.state);
	authority_lookup_clear(&check->lookup);
	check->pending--;
	check_advance(check);
}

/* --- reverse --- */

static void on_ptr(struct authority_lookup *result)
{
	struct authority_check *check = result->context;
	struct lookup lookup;

	if (result->has_truth) {
		lookup = lookup_of_reply(&result->reply, false);
		check->evidence =
			evidence_create(&lookup, &check->target->ip, check->target->expectation,
					check->target->special_use);
		check->ptr_us = result->elapsed_us;
	}
	end_lookup(check);
}

static void ask_ptr(struct authority_check *check)
{
	struct dns_name name;

	dns_name_reverse(&check->target->ip, &name);
	ask(check, name.wire, DNS_PTR, on_ptr);
}

/* --- forward --- */

/* As a reason of the closed set, for want of the truth. */
static enum reason reason_of(enum authority_state state)
{
	return state == AUTHORITY_UNREACHABLE || state == AUTHORITY_UNKNOWN ? REASON_TIMEOUT
									    : REASON_LAME;
}

static void on_forward(struct authority_lookup *result)
{
	struct authority_check *check = result->context;
	struct lookup lookup = result->has_truth ? lookup_of_reply(&result->reply, false)
						 : lookup_of_failure(reason_of(result->state));

	evidence_set_forward(check->evidence, check->name++, &lookup, &check->target->ip);
	if (result->elapsed_us > check->forward_us)
		check->forward_us = result->elapsed_us;
	end_lookup(check);
}

static bool find_usable_name(struct authority_check *check)
{
	const struct evidence *evidence = check->evidence;

	if (evidence == NULL || check->cancelled)
		return false;
	while (check->name < evidence->name_count && !evidence_name_is_usable(evidence, check->name))
		check->name++;
	return check->name < evidence->name_count;
}

static void ask_forward(struct authority_check *check)
{
	if (find_usable_name(check))
		ask(check, evidence_name_wire(check->evidence, check->name),
		    check->target->ip.family == IP_V4 ? DNS_A : DNS_AAAA, on_forward);
	else
		check->step = CHECK_REPORT;
}

/* --- the end --- */

static float seconds(int64_t us)
{
	return us < 0 ? -1.0F : (float)us / 1e6F;
}

static void report(struct authority_check *check)
{
	const struct authority_check_events *events = check->events;
	struct authority_finding finding = {
		.state = check->state,
		.evidence = check->evidence,
		.times = {seconds(check->ptr_us), seconds(check->forward_us)},
	};

	if (check->cancelled) {
		free(check->evidence);
		events->on_cancelled(events->context, check->target);
	} else {
		events->on_finding(events->context, check->target, &finding);
	}
	target_release(check->target);
	free(check);
}

/* The only place where a check changes step; see asking/probe.c for the extra count. */
static void check_advance(struct authority_check *check)
{
	while (check->pending == 0) {
		check->pending++;
		switch (check->step) {
		case CHECK_ASK_PTR:
			check->step = CHECK_ASK_FORWARD;
			ask_ptr(check);
			break;
		case CHECK_ASK_FORWARD: /* until there is no further name */
			ask_forward(check);
			break;
		case CHECK_REPORT:
			report(check);
			return;
		}
		check->pending--;
	}
}

void authority_check_start(const struct authority_ways *ways, struct target *target, bool recent,
			   const struct authority_check_events *events)
{
	struct authority_check *check = memory_allocate(sizeof *check);

	check->ways = ways;
	check->target = target;
	check->recent = recent;
	check->events = events;
	check->aliases_left = AUTHORITY_ALIASES_MAX;
	check->state = AUTHORITY_CONSISTENT;
	check->forward_us = -1;
	target_hold(target);
	check_advance(check);
}
