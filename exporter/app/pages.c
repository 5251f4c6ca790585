#include "app/pages.h"

#include "app/plain_answer.h"
#include "app/probe_page.h"
#include "app/reload_page.h"
#include "base/gzip.h"
#include "base/memory.h"
#include "base/text.h"
#include "config/config_printer.h"
#include "config/quote.h"
#include "io/process.h"
#include "report/landing_page.h"
#include "report/metrics.h"
#include "report/negotiation.h"

#include <stdlib.h>
#include <string.h>

#define HTML_TYPE "text/html; charset=utf-8"

struct pages {
	struct prober *prober;
	struct reload *reload;
	struct reload_page *reload_page;
	struct probe_page *probe_page;
	const struct options *options;
	double loop_lag_seconds;
	struct metrics_labels *labels;
	uint64_t labels_generation; /* of the target list they were made from */
	size_t last_page_size;      /* the next page will be about as long */
};

struct pages *pages_create(struct loop *loop, struct prober *prober, struct reload *reload,
			   const struct options *options)
{
	struct pages *pages = memory_allocate(sizeof *pages);

	pages->prober = prober;
	pages->reload = reload;
	pages->reload_page = reload_page_create(loop, reload);
	pages->probe_page = probe_page_create(loop, prober, options);
	pages->options = options;
	return pages;
}

void pages_free(struct pages *pages)
{
	if (pages == NULL)
		return;
	metrics_labels_free(pages->labels);
	reload_page_free(pages->reload_page);
	probe_page_free(pages->probe_page);
	free(pages);
}

void pages_set_loop_lag(struct pages *pages, double seconds)
{
	pages->loop_lag_seconds = seconds;
}

static void answer(struct http_response *response, unsigned status, const char *type,
		   struct text *body)
{
	response->status = status;
	response->content_type = type;
	response->body = body->bytes;
	response->size = body->size;
}

static void refresh_labels(struct pages *pages)
{
	const struct target_list *targets = prober_targets(pages->prober);

	if (pages->labels != NULL && pages->labels_generation == targets->generation)
		return;
	metrics_labels_free(pages->labels);
	pages->labels = metrics_labels_create(targets);
	pages->labels_generation = targets->generation;
}

static size_t list_resolvers(const struct pages *pages, int64_t now_ms,
			     struct metrics_resolver *resolvers)
{
	size_t count = prober_lane_count(pages->prober), i;

	for (i = 0; i < count; i++)
		resolvers[i] = upstream_describe(prober_upstream(pages->prober, i),
						 prober_hold_ms(pages->prober, i, now_ms));
	return count;
}

static void print_metrics(struct pages *pages, enum exposition_format format, struct text *body)
{
	const struct config *config = prober_config(pages->prober);
	struct metrics_resolver resolvers[CONFIG_RESOLVERS_MAX];
	struct moment now = loop_now();
	struct metrics_input input = {
		.now = now,
		.targets = prober_targets(pages->prober),
		.unwatched = prober_unwatched(pages->prober),
		.resolvers = resolvers,
		.resolver_count = list_resolvers(pages, now.ms, resolvers),
		.quorum = config->quorum,
		.per_resolver = config->per_resolver,
		.answer_info = config->answer_info,
		.check_lag_seconds = (double)prober_lag_ms(pages->prober, now.ms) / 1000,
		.event_loop_lag_seconds = pages->loop_lag_seconds,
		.last_reload_successful = reload_last_was_successful(pages->reload),
		.last_reload_success_seconds =
			(double)reload_last_success_unix_ms(pages->reload) / 1000,
	};

	process_read(&input.process);
	refresh_labels(pages);
	text_reserve(body, pages->last_page_size + pages->last_page_size / 16 + 1);
	metrics_print(body, format, &input, pages->labels);
	pages->last_page_size = body->size;
}

/* Made anew for every scrape: counters of packets and CPU time, ages and what counts by now
 * differ from one to the next, and a page kept would cost its size until the one after. */
static void serve_metrics(struct pages *pages, const struct http_request *request,
			  struct http_response *response)
{
	struct negotiation negotiation = negotiation_read_accept(request->accept);
	struct text body = TEXT_EMPTY;

	print_metrics(pages, negotiation.format, &body);
	if (negotiation_wants_gzip(request->accept_encoding) && gzip_pack(&body))
		response->content_encoding = "gzip";
	response->vary = "Accept, Accept-Encoding";
	answer(response, 200, negotiation_content_type(negotiation), &body);
}

static void serve_landing_page(struct pages *pages, const struct http_request *request,
			       struct http_response *response)
{
	const struct landing_page input = {pages->options->telemetry_path,
					    pages->options->enable_probe};
	struct text body = TEXT_EMPTY;

	(void)request;
	landing_page_print(&body, &input);
	response->content_security_policy = LANDING_PAGE_POLICY;
	answer(response, 200, HTML_TYPE, &body);
}

static void add_source(struct text *body, const char *flag, const char *value)
{
	char quoted[QUOTE_TEXT_MAX];

	if (value != NULL)
		text_add_format(body, "# %s: %s\n", flag, quote_print(value, quoted));
}

/* Where it comes from, in comments, so that the rest is a settings file. */
static void serve_config(struct pages *pages, const struct http_request *request,
			 struct http_response *response)
{
	const struct config *config = prober_config(pages->prober);
	char shard[SHARD_TEXT_MAX];
	struct text body = TEXT_EMPTY;

	(void)request;
	add_source(&body, "config.file", pages->options->config_file);
	add_source(&body, "targets.dir", pages->options->targets_dir);
	text_add_format(&body, "# targets: %zu\n# targets of all shards: %zu\n# shard: %s\n",
			config->watch_count, config->all_watch_count,
			shard_print(&pages->options->shard, shard));
	text_add_format(&body, "# loaded, Unix time: %lld\n# last reload: %s\n",
			(long long)(reload_last_success_unix_ms(pages->reload) / 1000),
			reload_last_was_successful(pages->reload)
				? "successful"
				: "failed, see the log; this is the configuration before");
	config_print(&body, config);
	answer(response, 200, PLAIN_TYPE, &body);
}

static void serve_healthy(struct pages *pages, const struct http_request *request,
			  struct http_response *response)
{
	(void)pages;
	(void)request;
	plain_answer(response, 200, "Healthy");
}

static void serve_ready(struct pages *pages, const struct http_request *request,
			struct http_response *response)
{
	(void)request;
	if (prober_is_ready(pages->prober))
		plain_answer(response, 200, "Ready");
	else
		plain_answer(response, 503, "Not ready: the first round of checks is not complete");
}

static void serve_reload(struct pages *pages, const struct http_request *request,
			 struct http_response *response)
{
	if (!pages->options->enable_lifecycle)
		plain_answer(response, 403, "Reloading over HTTP needs --web.enable-lifecycle");
	else
		reload_page_serve(pages->reload_page, request, response);
}

static void serve_probe(struct pages *pages, const struct http_request *request,
			struct http_response *response)
{
	if (!pages->options->enable_probe)
		plain_answer(response, 403, "Probes need --web.enable-probe");
	else
		probe_page_serve(pages->probe_page, request, response);
}

struct page {
	const char *path; /* NULL: the telemetry path */
	void (*serve)(struct pages *pages, const struct http_request *request,
		      struct http_response *response);
	const char *methods[2];
	const char *allow;
};

static const struct page all_pages[] = {
	{NULL, serve_metrics, {"GET", "HEAD"}, "GET, HEAD"},
	{"/", serve_landing_page, {"GET", "HEAD"}, "GET, HEAD"},
	{"/config", serve_config, {"GET", "HEAD"}, "GET, HEAD"},
	{"/-/healthy", serve_healthy, {"GET", "HEAD"}, "GET, HEAD"},
	{"/-/ready", serve_ready, {"GET", "HEAD"}, "GET, HEAD"},
	{"/probe", serve_probe, {"GET", "HEAD"}, "GET, HEAD"},
	{"/-/reload", serve_reload, {"POST", "PUT"}, "POST, PUT"},
};

/* NULL: there is none. */
static const struct page *find_page(const struct pages *pages, const char *path)
{
	size_t i;

	for (i = 0; i < sizeof all_pages / sizeof *all_pages; i++) {
		const struct page *page = &all_pages[i];

		if (strcmp(path, page->path != NULL ? page->path
						    : pages->options->telemetry_path) == 0)
			return page;
	}
	return NULL;
}

void pages_handle(void *context, const struct http_request *request,
		  struct http_response *response)
{
	struct pages *pages = context;
	const struct web_paths *paths = &pages->options->paths;
	const char *path = web_paths_find(paths, request->path);
	const struct page *page = path == NULL ? NULL : find_page(pages, path);

	if (page == NULL && web_paths_leads_home(paths, request->path)) {
		response->location = paths->home;
		plain_answer(response, 302, paths->home);
	} else if (page == NULL) {
		plain_answer(response, 404, "Not found");
	} else if (strcmp(request->method, page->methods[0]) != 0 &&
		   strcmp(request->method, page->methods[1]) != 0) {
		response->allow = page->allow;
		plain_answer(response, 405, "Method not allowed");
	} else {
		page->serve(pages, request, response);
	}
}
