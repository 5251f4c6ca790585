#include "asking/probe.h"

#include "asking/query.h"
#include "base/memory.h"

#include <stdlib.h>

enum probe_step { PROBE_ASK_PTR, PROBE_ASK_FORWARD, PROBE_REPORT };

struct probe {
	enum probe_step step; /* what comes when `pending` is down to 0 */
	unsigned pending;     /* answers that are still owed */
	struct upstream *upstream;
	struct target *target;
	enum resolver_transport transport;
	struct query ptr;
	struct query *forward; /* one per evaluated name; unusable ones stay zeroed */
	struct evidence *evidence;
	bool cancelled;
	bool all_by_tcp;
	unsigned queries;
	int64_t forward_us;    /* the slowest; -1: nothing asked */
	probe_done_fn on_done;
	void *context;
};

static void probe_advance(struct probe *probe);

static void note_query(struct probe *probe, const struct query *query)
{
	probe->cancelled |= query->cancelled;
	probe->queries += query->sent;
	probe->all_by_tcp &= !query->by_udp;
}

static void on_ptr(struct query *query)
{
	struct probe *probe = query->context;

	note_query(probe, query);
	if (!query->cancelled)
		probe->evidence = evidence_create(&query->lookup, &probe->target->ip,
						  probe->target->expectation,
						  probe->target->special_use);
	probe->pending--;
	probe_advance(probe);
}

static void on_forward(struct query *query)
{
	struct probe *probe = query->context;
	size_t i = (size_t)(query - probe->forward);

	note_query(probe, query);
	evidence_set_forward(probe->evidence, i, &query->lookup, &probe->target->ip);
	if (query->elapsed_us > probe->forward_us)
		probe->forward_us = query->elapsed_us;
	probe->pending--;
	probe_advance(probe);
}

static void ask_ptr(struct probe *probe)
{
	struct dns_name name;

	dns_name_reverse(&probe->target->ip, &name);
	probe->pending++;
	query_start(&probe->ptr, probe->upstream,
		    &(struct query_order){name.wire, DNS_PTR, probe->transport}, on_ptr, probe);
}

/* Asks nothing if there is no usable name. */
static void ask_forward(struct probe *probe)
{
	struct query_order order = {
		.type = probe->target->ip.family == IP_V4 ? DNS_A : DNS_AAAA,
		.transport = probe->transport,
	};
	struct evidence *evidence = probe->evidence;
	size_t i;

	if (evidence == NULL || evidence->name_count == 0)
		return;
	probe->forward = memory_allocate_array(evidence->name_count, sizeof *probe->forward);
	for (i = 0; i < evidence->name_count; i++) {
		if (!evidence_name_is_usable(evidence, i))
			continue;
		order.name = evidence_name_wire(evidence, i);
		probe->pending++;
		query_start(&probe->forward[i], probe->upstream, &order, on_forward, probe);
	}
}

static float seconds(int64_t us)
{
	return us < 0 ? -1.0F : (float)us / 1e6F;
}

static void report(struct probe *probe)
{
	struct probe_result result = {
		.upstream = probe->upstream,
		.target = probe->target,
		.evidence = probe->evidence,
		.times = {seconds(probe->ptr.elapsed_us), seconds(probe->forward_us)},
		.queries = probe->queries,
		.all_by_tcp = probe->all_by_tcp,
	};

	if (probe->cancelled) {
		free(probe->evidence);
		result.evidence = NULL;
	}
	probe->on_done(probe->context, &result);
}

static void probe_free(struct probe *probe)
{
	size_t i, count = probe->forward == NULL ? 0 : probe->evidence->name_count;

	for (i = 0; i < count; i++)
		query_clear(&probe->forward[i]);
	free(probe->forward);
	query_clear(&probe->ptr);
	report(probe);
	upstream_release(probe->upstream);
	target_release(probe->target);
	free(probe);
}

/* The only place where a probe changes step. Callbacks store what they got and call
 * this; it acts once the last answer of the step is in. */
static void probe_advance(struct probe *probe)
{
	while (probe->pending == 0) {
		/* A cancelled query calls back before query_start() returns: this extra
		 * count keeps it from advancing the probe while we still ask. */
		probe->pending++;
		switch (probe->step) {
		case PROBE_ASK_PTR:
			probe->step = PROBE_ASK_FORWARD;
			ask_ptr(probe);
			break;
		case PROBE_ASK_FORWARD:
			probe->step = PROBE_REPORT;
			ask_forward(probe);
			break;
		case PROBE_REPORT:
			probe_free(probe);
			return;
		}
		probe->pending--;
	}
}

void probe_start(struct upstream *upstream, struct target *target,
		 enum resolver_transport transport, probe_done_fn on_done, void *context)
{
	struct probe *probe = memory_allocate(sizeof *probe);

	probe->upstream = upstream;
	probe->target = target;
	probe->transport = transport;
	probe->all_by_tcp = true;
	probe->forward_us = -1;
	probe->on_done = on_done;
	probe->context = context;
	upstream_hold(upstream);
	target_hold(target);
	probe_advance(probe);
}
