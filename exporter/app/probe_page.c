#include "app/probe_page.h"

#include "app/plain_answer.h"
#include "asking/spot_check.h"
#include "base/gzip.h"
#include "base/memory.h"
#include "config/probe_request.h"
#include "io/http_server.h"
#include "pacing/bucket.h"
#include "report/metrics.h"
#include "report/negotiation.h"
#include "report/probe_report.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <utlist.h>

/* Different probes under way, and requests that wait for any of them. */
#define PROBES_MAX 64
#define WAITS_MAX 256

/* Questions of a probe at one resolver, as a rule: PTR and address, and both again where it is no pass. What a
 * stranger's zone makes it cost beyond that is settled when it is through. */
#define QUESTIONS 4
/* So many of them at once, however slow the slowest resolver. */
#define QUESTIONS_AT_ONCE 16

/* What a probe found counts for as long as it is there. */
#define HOLD_MS (INT64_MAX / 4)

struct probe_page {
	struct loop *loop;
	struct prober *prober;
	const struct options *options;
	struct probe *probes;
	size_t probe_count, wait_count;
	struct bucket bucket; /* of questions at the slowest resolver */
	bool filled;
};

/* One address and what is expected of it. */
struct probe {
	struct probe_page *page;
	struct spot_check *spot;
	uint64_t generation; /* of the configuration it began with */
	unsigned quorum;
	int64_t started_us;
	struct wait *waits;
	struct probe *prev, *next;
};

/* One request. */
struct wait {
	struct probe *probe;
	struct http_exchange *exchange;
	struct loop_timer *deadline;
	struct negotiation negotiation;
	bool gzip, debug;
	struct wait *prev, *next;
};

/* --- the page --- */

static void list_resolvers(const struct probe *probe, struct metrics_resolver *resolvers,
			   struct probe_report_resolver *parts, size_t *count)
{
	const struct spot_view *views = spot_check_views(probe->spot, count);
	size_t i;

	for (i = 0; i < *count; i++) {
		resolvers[i] = upstream_describe(views[i].upstream, HOLD_MS);
		parts[i] = (struct probe_report_resolver){&resolvers[i], views[i].queries,
							  views[i].confirmation, views[i].done};
	}
}

static void print_page(const struct probe *probe, const struct wait *wait, struct text *body)
{
	struct metrics_probe outcome = {(double)(loop_now_us() - probe->started_us) / 1e6};
	struct metrics_resolver resolvers[CONFIG_RESOLVERS_MAX];
	struct probe_report_resolver parts[CONFIG_RESOLVERS_MAX];
	struct probe_report report = {
		.input = {
			.probe = &outcome,
			.now = loop_now(),
			.targets = spot_check_targets(probe->spot),
			.resolvers = resolvers,
			.quorum = probe->quorum,
			.per_resolver = CONFIG_PER_RESOLVER_ALL,
			.answer_info = true,
		},
		.resolvers = parts,
	};
	struct metrics_labels *labels = metrics_labels_create(report.input.targets);

	list_resolvers(probe, resolvers, parts, &report.input.resolver_count);
	if (wait->debug)
		probe_report_print(body, &report);
	metrics_print(body, wait->debug ? EXPOSITION_TEXT : wait->negotiation.format, &report.input,
		      labels);
	metrics_labels_free(labels);
}

static void make_response(struct probe *probe, const struct wait *wait,
			  struct http_response *response)
{
	struct text body = TEXT_EMPTY;

	spot_check_time_out(probe->spot);
	print_page(probe, wait, &body);
	if (wait->gzip && gzip_pack(&body))
		response->content_encoding = "gzip";
	response->status = 200;
	response->content_type =
		wait->debug ? PLAIN_TYPE : negotiation_content_type(wait->negotiation);
	response->vary = "Accept, Accept-Encoding";
	response->body = body.bytes;
	response->size = body.size;
}

/* --- waiting --- */

static void wait_free(struct wait *wait)
{
	struct probe *probe = wait->probe;

	DL_DELETE(probe->waits, wait);
	probe->page->wait_count--;
	loop_timer_free(wait->deadline);
	free(wait);
}

static void wait_end(struct wait *wait)
{
	struct http_response response = {0};

	make_response(wait->probe, wait, &response);
	http_exchange_answer(wait->exchange, &response);
	wait_free(wait);
}

static bool was_cancelled(const struct probe *probe)
{
	size_t count, i;
	const struct spot_view *views = spot_check_views(probe->spot, &count);

	for (i = 0; i < count; i++)
		if (views[i].cancelled)
			return true;
	return false;
}

/* A verdict of the resolvers that are left would be another one. */
static void wait_refuse(struct wait *wait)
{
	struct http_response response = {0};

	plain_answer(&response, 503, "The resolvers were changed by a reload meanwhile: ask again");
	http_exchange_answer(wait->exchange, &response);
	wait_free(wait);
}

static void wait_finish(struct wait *wait)
{
	if (was_cancelled(wait->probe))
		wait_refuse(wait);
	else
		wait_end(wait);
}

static void on_deadline(void *context)
{
	wait_finish(context);
}

static void probe_free(struct probe *probe)
{
	struct wait *wait, *next;

	DL_FOREACH_SAFE(probe->waits, wait, next)
		wait_free(wait);
	DL_DELETE(probe->page->probes, probe);
	probe->page->probe_count--;
	spot_check_free(probe->spot);
	free(probe);
}

/* What it cost at the resolver that was asked most, beyond what was paid at the start. */
static void settle(const struct probe *probe)
{
	size_t count, i;
	const struct spot_view *views = spot_check_views(probe->spot, &count);
	unsigned most = QUESTIONS;

	for (i = 0; i < count; i++)
		if (views[i].queries > most)
			most = views[i].queries;
	bucket_use(&probe->page->bucket, most - QUESTIONS, loop_now().ms);
}

static void on_done(void *context)
{
	struct probe *probe = context;
	struct wait *wait, *next;

	settle(probe);
	DL_FOREACH_SAFE(probe->waits, wait, next)
		wait_finish(wait);
	probe_free(probe);
}

/* --- starting --- */

/* The same address, and the same names: their text is sorted and unambiguous. */
static struct probe *find(const struct probe_page *page, const struct probe_request *request)
{
	struct probe *probe;

	DL_FOREACH(page->probes, probe) {
		const struct target *target = spot_check_targets(probe->spot)->items[0];

		if (probe->generation == prober_targets(page->prober)->generation &&
		    ip_equal(&target->ip, &request->ip) &&
		    strcmp(target->expectation->hostname, request->expectation->hostname) == 0)
			return probe;
	}
	return NULL;
}

static size_t list_upstreams(struct probe_page *page, struct upstream **upstreams)
{
	size_t count = prober_lane_count(page->prober), i;

	for (i = 0; i < count; i++)
		upstreams[i] = prober_upstream_to_ask(page->prober, i);
	return count;
}

static bool may_start(struct probe_page *page, struct upstream *const *upstreams, size_t count)
{
	double per_second = INFINITY;
	int64_t now_ms = loop_now().ms;
	double burst;
	size_t i;

	for (i = 0; i < count; i++)
		per_second = fmin(per_second, upstreams[i]->max_qps);
	burst = fmax(per_second, QUESTIONS_AT_ONCE);
	if (!page->filled)
		bucket_init(&page->bucket, per_second / 2, burst, now_ms);
	page->filled = true;
	bucket_set(&page->bucket, per_second / 2, burst, now_ms);
	return page->probe_count < PROBES_MAX && bucket_take(&page->bucket, QUESTIONS, now_ms);
}

/* Takes the arena over. NULL: too many. */
static struct probe *start(struct probe_page *page, const struct probe_request *request,
			   struct arena *arena)
{
	const struct config *config = prober_config(page->prober);
	struct upstream *upstreams[CONFIG_RESOLVERS_MAX];
	size_t count = list_upstreams(page, upstreams);
	struct spot_order order = {
		.watch = {request->ip, request->expectation},
		.arena = arena,
		.upstreams = upstreams,
		.upstream_count = count,
		.check_special_use = config->check_special_use,
	};
	struct probe *probe;

	if (!may_start(page, upstreams, count)) {
		arena_free(arena);
		return NULL;
	}
	probe = memory_allocate(sizeof *probe);
	probe->page = page;
	probe->generation = prober_targets(page->prober)->generation;
	probe->quorum = config->quorum;
	probe->started_us = loop_now_us();
	probe->spot = spot_check_start(&order, on_done, probe);
	DL_APPEND(page->probes, probe);
	page->probe_count++;
	return probe;
}

static struct probe *find_or_start(struct probe_page *page, const struct probe_request *request,
				   struct arena *arena)
{
	struct probe *probe = find(page, request);

	if (probe == NULL)
		return start(page, request, arena);
	arena_free(arena);
	return probe;
}

static void wait_for(struct probe *probe, const struct wait *settings, int64_t timeout_ms)
{
	struct wait *wait = memory_duplicate(settings, sizeof *settings);

	wait->probe = probe;
	wait->deadline = loop_timer_create(probe->page->loop, on_deadline, wait);
	loop_timer_start(wait->deadline, timeout_ms);
	DL_APPEND(probe->waits, wait);
	probe->page->wait_count++;
}

static void answer(struct probe_page *page, const struct http_request *request,
		   const struct probe_request *wanted, struct arena *arena, int64_t timeout_ms,
		   struct http_response *response)
{
	const struct wait wait = {
		.exchange = request->exchange,
		.negotiation = negotiation_read_accept(request->accept),
		.gzip = negotiation_wants_gzip(request->accept_encoding),
		.debug = wanted->debug,
	};
	struct probe *probe = find_or_start(page, wanted, arena);

	if (probe == NULL) {
		plain_answer(response, 429, "Too many probes: they may take half of what the "
					    "resolvers are asked");
	} else if (spot_check_is_done(probe->spot)) {
		make_response(probe, &wait, response);
		probe_free(probe);
	} else {
		wait_for(probe, &wait, timeout_ms);
		response->later = true;
	}
}

void probe_page_serve(struct probe_page *page, const struct http_request *request,
		      struct http_response *response)
{
	struct arena *arena = arena_create();
	struct probe_request wanted;
	struct error error;
	int64_t timeout_ms;

	if (!probe_request_parse(&wanted, arena, request->query, &error) ||
	    !probe_timeout_parse(request->scrape_timeout, page->options->timeout_offset_ms,
				 &timeout_ms, &error)) {
		arena_free(arena);
		plain_answer(response, 400, error.text);
	} else if (page->wait_count >= WAITS_MAX) {
		arena_free(arena);
		plain_answer(response, 429, "Too many requests wait for their probes");
	} else {
		answer(page, request, &wanted, arena, timeout_ms, response);
	}
}

/* --- life --- */

struct probe_page *probe_page_create(struct loop *loop, struct prober *prober,
				     const struct options *options)
{
	struct probe_page *page = memory_allocate(sizeof *page);

	page->loop = loop;
	page->prober = prober;
	page->options = options;
	return page;
}

void probe_page_free(struct probe_page *page)
{
	struct probe *probe, *next;

	if (page == NULL)
		return;
	DL_FOREACH_SAFE(page->probes, probe, next)
		probe_free(probe);
	free(page);
}
