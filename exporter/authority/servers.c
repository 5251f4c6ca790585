#include "authority/servers.h"

#include "base/memory.h"
#include "fcrdns/special_use.h"
#include "io/host.h"

#include <stdlib.h>
#include <string.h>

#define IN_FLIGHT_MAX 4

/* An idle upstream costs sockets and a channel; a new one costs less than a query. */
#define IDLE_MS (10 * 1000)
#define SWEEP_MS (5 * 1000)

/* After so many questions in a row without an answer, a rest after each. */
#define SILENT_MAX 3
#define REST_MS (60 * 1000)

/* Above what all checks together can ask at once (authority_lane.h): 16 x 16. */
#define SERVERS_MAX 512

/* Routes come and go; to ask for them costs two system calls. */
#define ROUTES_MS (60 * 1000)

struct server {
	struct server *next;
	struct ip ip;
	struct upstream *upstream;
	unsigned asking; /* questions under way */
	unsigned silent; /* in a row */
	int64_t rest_until_ms;
	int64_t used_ms;
};

struct endpoint {
	struct ip ip;
	uint16_t port;
};

struct servers {
	struct loop *loop;
	struct loop_timer *sweeper;
	uint16_t port;
	bool allow_special_use;
	int64_t timeout_ms;
	unsigned tries;
	struct endpoint resolvers[CONFIG_RESOLVERS_MAX]; /* never to be asked */
	size_t resolver_count;
	struct server *first;
	size_t count;
	unsigned silent; /* questions in a row, over all servers */
	bool has_ipv4, has_ipv6;
	int64_t routes_ms; /* when that was looked up; 0: never */
	bool stopping;
};

/* --- whom to ask --- */

static bool is_resolver(const struct servers *servers, const struct ip *ip)
{
	size_t i;

	for (i = 0; i < servers->resolver_count; i++) {
		const struct endpoint *resolver = &servers->resolvers[i];

		/* Where everything is on one machine the port tells them apart. */
		if (ip_equal(&resolver->ip, ip) &&
		    (!servers->allow_special_use || resolver->port == servers->port))
			return true;
	}
	return false;
}

static bool is_refused(const struct servers *servers, const struct ip *ip)
{
	return is_resolver(servers, ip) ||
	       (!servers->allow_special_use && special_use_has(ip));
}

/* A host without IPv6 would find half of the servers of the world dead. */
static bool is_routed(struct servers *servers, const struct ip *ip, int64_t now_ms)
{
	if (special_use_has(ip))
		return true;
	if (servers->routes_ms == 0 || now_ms - servers->routes_ms >= ROUTES_MS) {
		servers->has_ipv4 = host_has_ipv4_route();
		servers->has_ipv6 = host_has_ipv6_route();
		servers->routes_ms = now_ms;
	}
	return ip->family == IP_V4 ? servers->has_ipv4 : servers->has_ipv6;
}

/* --- one server --- */

static bool start_nothing(void *context, int64_t now_ms, int64_t *due_ms)
{
	(void)context, (void)now_ms;
	*due_ms = INT64_MAX;
	return false;
}

static void hear_nothing(void *context)
{
	(void)context;
}

static struct upstream *make_upstream(const struct servers *servers, const struct ip *ip)
{
	const struct upstream_source source = {start_nothing, hear_nothing, NULL};
	const struct config settings = {.timeout_ms = servers->timeout_ms, .tries = servers->tries};
	char name[IP_PORT_TEXT_MAX];
	const struct config_resolver resolver = {
		.name = ip_port_print(ip, servers->port, name),
		.address = *ip,
		.port = servers->port,
		.transport = CONFIG_UDP,
		.max_qps = SERVERS_QPS,
		.max_in_flight = IN_FLIGHT_MAX,
		.edns = true,
	};
	struct error error;
	struct upstream *upstream =
		upstream_create(servers->loop, &resolver, &settings, &source, &error);

	if (upstream != NULL)
		upstream->is_authority = true;
	return upstream;
}

static void server_free(struct server *server)
{
	upstream_stop(server->upstream);
	upstream_release(server->upstream);
	free(server);
}

static struct server *find(const struct servers *servers, const struct ip *ip)
{
	struct server *server;

	for (server = servers->first; server != NULL; server = server->next)
		if (ip_equal(&server->ip, ip))
			break;
	return server;
}

/* NULL: there are too many, or the system has no room. */
static struct server *find_or_make(struct servers *servers, const struct ip *ip)
{
	struct server *server = find(servers, ip);
	struct upstream *upstream;

	if (server != NULL || servers->count == SERVERS_MAX)
		return server;
	upstream = make_upstream(servers, ip);
	if (upstream == NULL)
		return NULL;
	server = memory_allocate(sizeof *server);
	server->ip = *ip;
	server->upstream = upstream;
	server->next = servers->first;
	servers->first = server;
	servers->count++;
	if (!loop_timer_is_set(servers->sweeper))
		loop_timer_start(servers->sweeper, SWEEP_MS);
	return server;
}

static bool is_idle(const struct server *server, int64_t now_ms)
{
	return server->asking == 0 && now_ms - server->used_ms >= IDLE_MS &&
	       now_ms >= server->rest_until_ms;
}

/* From the loop, not from inside an answer: channels may be freed. */
static void on_sweep(void *context)
{
	struct servers *servers = context;
	struct server **link = &servers->first;
	int64_t now_ms = loop_now().ms;

	while (*link != NULL) {
		struct server *server = *link;

		if (!is_idle(server, now_ms)) {
			link = &server->next;
			continue;
		}
		*link = server->next;
		servers->count--;
		server_free(server);
	}
	if (servers->first != NULL)
		loop_timer_start(servers->sweeper, SWEEP_MS);
}

/* --- questions --- */

static void note_silence(struct servers *servers, struct server *server, bool silent)
{
	if (!silent) {
		server->silent = servers->silent = 0;
		return;
	}
	if (servers->silent < SERVERS_SILENT_MAX)
		servers->silent++;
	if (++server->silent >= SILENT_MAX)
		server->rest_until_ms = loop_now().ms + REST_MS;
}

static void on_answer(struct query *query)
{
	struct server_question *question = (struct server_question *)query;
	struct server *server = question->server;

	server->asking--;
	server->used_ms = loop_now().ms;
	question->kind = authority_answer_kind_of(&query->lookup);
	if (!query->cancelled)
		note_silence(question->servers, server, question->kind == AUTHORITY_SILENT);
	question->on_done(question);
}

static void answer_ourselves(struct server_question *question, enum authority_answer_kind kind)
{
	question->kind = kind;
	question->query.lookup = lookup_of_failure(
		kind == AUTHORITY_SILENT ? REASON_TIMEOUT : REASON_LAME);
	question->on_done(question);
}

void servers_ask(struct servers *servers, struct server_question *question, const struct ip *ip,
		 const uint8_t *name, enum dns_type type, server_question_done_fn on_done,
		 void *context)
{
	int64_t now_ms = loop_now().ms;

	memset(question, 0, sizeof *question);
	question->servers = servers;
	question->on_done = on_done;
	question->context = context;
	question->query.cancelled = servers->stopping;
	if (servers->stopping || is_refused(servers, ip)) {
		answer_ourselves(question, AUTHORITY_NOT_IN_ZONE);
		return;
	}
	question->server = is_routed(servers, ip, now_ms) ? find_or_make(servers, ip) : NULL;
	if (question->server == NULL || now_ms < question->server->rest_until_ms) {
		answer_ourselves(question, AUTHORITY_SILENT);
		return;
	}
	question->server->asking++;
	question->server->used_ms = now_ms;
	query_start(&question->query, question->server->upstream,
		    &(struct query_order){name, type, RESOLVER_UDP}, on_answer, question);
}

void server_question_clear(struct server_question *question)
{
	query_clear(&question->query);
}

bool servers_are_unreachable(const struct servers *servers)
{
	return servers->silent >= SERVERS_SILENT_MAX;
}

/* --- life --- */

struct servers *servers_create(struct loop *loop)
{
	struct servers *servers = memory_allocate(sizeof *servers);

	servers->loop = loop;
	servers->sweeper = loop_timer_create(loop, on_sweep, servers);
	return servers;
}

/* Whoever is told that his question is cancelled may ask the next one at once. */
static void drop_all(struct servers *servers)
{
	struct server *server = servers->first, *next;

	servers->first = NULL;
	servers->count = 0;
	for (; server != NULL; server = next) {
		next = server->next;
		server_free(server);
	}
}

void servers_free(struct servers *servers)
{
	if (servers == NULL)
		return;
	servers->stopping = true;
	drop_all(servers);
	loop_timer_free(servers->sweeper);
	free(servers);
}

void servers_configure(struct servers *servers, const struct config *config)
{
	bool same = servers->port == config->authoritative_port &&
		    servers->timeout_ms == config->timeout_ms && servers->tries == config->tries;
	size_t i;

	servers->port = config->authoritative_port;
	servers->timeout_ms = config->timeout_ms;
	servers->tries = config->tries;
	servers->allow_special_use = config->authoritative_special_use;
	servers->resolver_count = config->resolver_count;
	for (i = 0; i < config->resolver_count; i++)
		servers->resolvers[i] = (struct endpoint){config->resolvers[i].address,
							  config->resolvers[i].port};
	if (!same) {
		servers->silent = 0;
		drop_all(servers);
	}
}
