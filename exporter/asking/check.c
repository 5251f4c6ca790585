#include "asking/check.h"

#include "base/memory.h"
#include "fcrdns/confirmation.h"

#include <stdlib.h>

/* What the probe under way is for. */
enum check_step { CHECK_FIRST, CHECK_BY_TCP, CHECK_BY_UDP };

struct check {
	enum check_step step;
	struct upstream *upstream;
	struct target *target;
	const struct check_events *events;
	struct evidence *news; /* what the first probe found, while it must be confirmed */
	struct check_times times; /* of the first probe */
	enum reason tcp_failure;
	unsigned udp_repeats;
	unsigned queries;
	int confirmation; /* -1: none so far */
};

static void on_probe(void *context, const struct probe_result *result);

/* Nothing of the check may be touched behind this: the probe may end at once. */
static void go_on(struct check *check, enum check_step step, enum resolver_transport transport)
{
	check->step = step;
	probe_start(check->upstream, check->target, transport, on_probe, check);
}

/* Takes `evidence` over; with NULL the check failed for `failure`, or was cancelled. */
static void finish(struct check *check, struct evidence *evidence, enum reason failure)
{
	struct check_result result = {
		.upstream = check->upstream,
		.target = check->target,
		.check = {evidence, (uint8_t)failure, check->times},
		.cancelled = evidence == NULL && failure == REASON_NONE,
		.queries = check->queries,
		.confirmation = check->confirmation,
	};

	free(check->news);
	check->events->on_done(check->events->context, &result);
	upstream_release(check->upstream);
	target_release(check->target);
	free(check);
}

static void finish_confirmed(struct check *check, struct evidence *evidence,
			     enum confirmation confirmation)
{
	check->upstream->stats.confirmations[confirmation]++;
	check->confirmation = (int)confirmation;
	finish(check, evidence, REASON_NONE);
}

static bool is_same(const struct check *check, const struct evidence *evidence,
		    struct verdict verdict)
{
	return confirmation_same(check->news, judge(check->news, check->target->expectation),
				 evidence, verdict);
}

static void on_first(struct check *check, const struct probe_result *result)
{
	check->times = result->times;
	if (result->all_by_tcp ||
	    !check->events->is_news(check->events->context, check->target, result->evidence)) {
		finish(check, result->evidence, REASON_NONE);
		return;
	}
	check->news = result->evidence;
	go_on(check, CHECK_BY_TCP, RESOLVER_TCP);
}

static void on_tcp(struct check *check, struct evidence *evidence)
{
	struct verdict verdict = judge(evidence, check->target->expectation);

	if (status_is_conclusive((enum status)verdict.status)) {
		finish_confirmed(check, evidence,
				 is_same(check, evidence, verdict) ? CONFIRMATION_SAME
								   : CONFIRMATION_OTHER);
		return;
	}
	check->tcp_failure = (enum reason)verdict.reason;
	free(evidence);
	go_on(check, CHECK_BY_UDP, RESOLVER_UDP_OWN_PORT);
}

static void on_udp(struct check *check, struct evidence *evidence)
{
	struct verdict verdict = judge(evidence, check->target->expectation);

	if (is_same(check, evidence, verdict)) {
		finish_confirmed(check, evidence, CONFIRMATION_SAME);
		return;
	}
	free(evidence);
	if (++check->udp_repeats < CONFIRMATION_UDP_REPEATS) {
		go_on(check, CHECK_BY_UDP, RESOLVER_UDP_OWN_PORT);
		return;
	}
	check->upstream->stats.confirmations[CONFIRMATION_FAILED]++;
	check->confirmation = CONFIRMATION_FAILED;
	finish(check, NULL, check->tcp_failure);
}

static void on_probe(void *context, const struct probe_result *result)
{
	struct check *check = context;

	check->queries += result->queries;
	if (result->evidence == NULL)
		finish(check, NULL, REASON_NONE);
	else if (check->step == CHECK_FIRST)
		on_first(check, result);
	else if (check->step == CHECK_BY_TCP)
		on_tcp(check, result->evidence);
	else
		on_udp(check, result->evidence);
}

void check_start(struct upstream *upstream, struct target *target,
		 const struct check_events *events)
{
	struct check *check = memory_allocate(sizeof *check);

	check->upstream = upstream;
	check->target = target;
	check->events = events;
	check->confirmation = -1;
	upstream_hold(upstream);
	target_hold(target);
	go_on(check, CHECK_FIRST, RESOLVER_UDP);
}
