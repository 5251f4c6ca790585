/* Which servers are asked, which are left alone, and when none of them is there. */
#include "authority/servers.h"
#include "base/memory.h"
#include "io/host.h"
#include "test.h"

#include <stdlib.h>

#define RESOLVERS 1

static int64_t now_ms;
static unsigned questions, upstreams, most_qps;
static bool answers; /* do servers answer? */
static bool has_ipv6;
static struct query *held[64]; /* questions that wait */
static unsigned held_count;
static bool hold;
static struct loop_timer {
	loop_fn on_time;
	void *context;
	bool set;
} timer;

struct moment loop_now(void)
{
	return (struct moment){now_ms, now_ms};
}

struct loop_timer *loop_timer_create(struct loop *loop, loop_fn on_time, void *context)
{
	(void)loop;
	timer = (struct loop_timer){on_time, context, false};
	return &timer;
}

void loop_timer_start(struct loop_timer *t, int64_t delay_ms)
{
	(void)delay_ms;
	t->set = true;
}

bool loop_timer_is_set(const struct loop_timer *t)
{
	return t->set;
}

void loop_timer_free(struct loop_timer *t)
{
	t->set = false;
}

bool host_has_ipv4_route(void)
{
	return true;
}

bool host_has_ipv6_route(void)
{
	return has_ipv6;
}

struct upstream *upstream_create(struct loop *loop, const struct config_resolver *config,
				 const struct config *settings,
				 const struct upstream_source *source, struct error *error)
{
	struct upstream *upstream = memory_allocate(sizeof *upstream);
	int64_t due_ms;

	(void)loop, (void)error;
	assert_int_equal(settings->tries, 2);
	assert_int_equal(config->port, 53);
	assert_false(source->start_next(source->context, 0, &due_ms));
	most_qps = config->max_qps;
	upstream->address = config->address;
	upstreams++;
	return upstream;
}

void upstream_stop(struct upstream *upstream)
{
	unsigned i;

	for (i = 0; i < held_count; i++)
		if (held[i] != NULL && held[i]->upstream == upstream) {
			struct query *query = held[i];

			held[i] = NULL;
			query->cancelled = true;
			query->on_done(query);
		}
}

void upstream_release(struct upstream *upstream)
{
	upstreams--;
	free(upstream);
}

void query_start(struct query *query, struct upstream *upstream, const struct query_order *order,
		 query_done_fn on_done, void *context)
{
	(void)context;
	assert_true(upstream->is_authority);
	assert_int_equal(order->type, DNS_PTR);
	questions++;
	query->upstream = upstream;
	query->on_done = on_done;
	query->reply.authoritative = true;
	query->lookup = answers ? lookup_of_reply(&query->reply, false) : lookup_of_failure(REASON_TIMEOUT);
	if (hold)
		held[held_count++] = query;
	else
		on_done(query);
}

void query_clear(struct query *query)
{
	dns_reply_clear(&query->reply);
}

/* --- asking --- */

static struct servers *servers;
static struct config_resolver resolvers[RESOLVERS];
static struct config config;
static unsigned done, cancelled;

static void on_done(struct server_question *question)
{
	done++;
	cancelled += question->query.cancelled;
}

/* What came of it, and whether somebody was asked. */
static enum authority_answer_kind ask(const char *address, bool *was_asked)
{
	static const uint8_t root[] = {0};
	struct server_question question;
	unsigned before = questions;
	struct ip ip;

	assert_true(ip_parse(address, &ip));
	servers_ask(servers, &question, &ip, root, DNS_PTR, on_done, NULL);
	*was_asked = questions > before;
	server_question_clear(&question);
	return question.kind;
}

static void assert_asked(const char *address, bool expected)
{
	bool was_asked;

	ask(address, &was_asked);
	if (was_asked != expected)
		fail_msg("%s: asked %d", address, was_asked);
}

static void start(bool allow_special_use)
{
	memset(&config, 0, sizeof config);
	resolvers[0].port = 53;
	assert_true(ip_parse("9.9.9.9", &resolvers[0].address));
	config.resolvers = resolvers;
	config.resolver_count = RESOLVERS;
	config.authoritative_port = 53;
	config.authoritative_special_use = allow_special_use;
	config.timeout_ms = 3000;
	config.tries = 2;
	now_ms = 1000000;
	questions = done = cancelled = held_count = 0;
	answers = has_ipv6 = true;
	hold = false;
	servers = servers_create(NULL);
	servers_configure(servers, &config);
}

static void stop(void)
{
	servers_free(servers);
	assert_int_equal(upstreams, 0);
}

static void nobody_inside_is_asked(void **state)
{
	static const char *const inside[] = {"127.0.0.1", "10.1.2.3", "192.168.0.1", "169.254.169.254", "0.0.0.0",
					     "224.0.0.1", "::1",      "fe80::1",     "fd00::1"};
	bool was_asked;
	size_t i;

	(void)state;
	start(false);
	for (i = 0; i < COUNT_OF(inside); i++) {
		assert_int_equal(ask(inside[i], &was_asked), AUTHORITY_NOT_IN_ZONE);
		assert_false(was_asked);
	}
	assert_asked("5.45.100.7", true);
	assert_asked("2a01:4f8::1", true);
	config.authoritative_special_use = true;
	servers_configure(servers, &config);
	for (i = 0; i < COUNT_OF(inside); i++)
		assert_asked(inside[i], true);
	stop();
}

static void the_resolvers_are_not_asked(void **state)
{
	bool was_asked;

	(void)state;
	start(false);
	resolvers[0].port = 5353;
	servers_configure(servers, &config);
	assert_int_equal(ask("9.9.9.9", &was_asked), AUTHORITY_NOT_IN_ZONE);
	assert_false(was_asked);
	config.authoritative_special_use = true; /* where all are on one machine, the port tells */
	servers_configure(servers, &config);
	assert_asked("9.9.9.9", true);
	resolvers[0].port = 53;
	servers_configure(servers, &config);
	assert_asked("9.9.9.9", false);
	stop();
}

/* rate_limit.h: at most one more than the rate, in any second. */
static void no_second_sees_more_than_five(void **state)
{
	(void)state;
	start(false);
	assert_asked("5.45.100.7", true);
	assert_int_equal(most_qps, SERVERS_QPS);
	assert_true(SERVERS_QPS + 1 <= 5);
	stop();
}

static void who_is_silent_is_left_alone_for_a_minute(void **state)
{
	bool was_asked;

	(void)state;
	start(false);
	answers = false;
	assert_asked("5.45.100.7", true);
	assert_asked("5.45.100.7", true);
	assert_asked("5.45.100.7", true);
	assert_int_equal(ask("5.45.100.7", &was_asked), AUTHORITY_SILENT);
	assert_false(was_asked);
	assert_asked("5.45.100.8", true);
	now_ms += 61 * 1000;
	assert_asked("5.45.100.7", true);
	assert_asked("5.45.100.7", false);
	stop();
}

static void ask_nine(const char *first)
{
	char text[IP_TEXT_MAX];
	struct ip ip;
	unsigned i;

	assert_true(ip_parse(first, &ip));
	for (i = 0; i < 9; i++, ip = ip_next(&ip))
		assert_asked(ip_print(&ip, text), true);
}

static void ten_unanswered_in_a_row_are_unreachable(void **state)
{
	(void)state;
	start(false);
	answers = false;
	ask_nine("5.45.1.0");
	assert_false(servers_are_unreachable(servers));
	answers = true;
	assert_asked("5.45.100.9", true);
	answers = false;
	ask_nine("5.45.2.0");
	assert_false(servers_are_unreachable(servers));
	assert_asked("5.45.100.10", true);
	assert_true(servers_are_unreachable(servers));
	assert_asked("5.45.100.11", true); /* whoever asks all the same */
	assert_true(servers_are_unreachable(servers));
	answers = true;
	assert_asked("5.45.100.12", true);
	assert_false(servers_are_unreachable(servers));
	stop();
}

/* It says nothing about the network, and nothing about those servers. */
static void without_a_route_there_is_silence_that_does_not_count(void **state)
{
	bool was_asked;
	unsigned i;

	(void)state;
	start(false);
	has_ipv6 = false;
	for (i = 0; i < 20; i++) {
		assert_int_equal(ask("2a01:4f8::1", &was_asked), AUTHORITY_SILENT);
		assert_false(was_asked);
	}
	assert_false(servers_are_unreachable(servers));
	stop();
}

static void the_idle_are_freed(void **state)
{
	(void)state;
	start(false);
	assert_asked("5.45.100.1", true);
	assert_asked("5.45.100.2", true);
	now_ms += 9 * 1000;
	assert_asked("5.45.100.2", true);
	now_ms += 2 * 1000;
	timer.on_time(timer.context);
	assert_int_equal(upstreams, 1);
	now_ms += 20 * 1000;
	timer.on_time(timer.context);
	assert_int_equal(upstreams, 0);
	stop();
}

static void there_are_only_so_many(void **state)
{
	struct ip ip;
	char text[IP_TEXT_MAX];
	unsigned i;

	(void)state;
	start(false);
	assert_true(ip_parse("5.45.0.0", &ip));
	for (i = 0; i < 2000; i++, ip = ip_next(&ip))
		assert_asked(ip_print(&ip, text), i < 512);
	assert_int_equal(upstreams, 512);
	stop();
}

static void what_is_under_way_ends_cancelled(void **state)
{
	static const uint8_t root[] = {0};
	struct server_question question;
	struct ip ip;

	(void)state;
	start(false);
	hold = true;
	assert_true(ip_parse("5.45.100.7", &ip));
	servers_ask(servers, &question, &ip, root, DNS_PTR, on_done, NULL);
	assert_int_equal(done, 0);
	config.timeout_ms = 5000;
	servers_configure(servers, &config);
	assert_int_equal(done, 1);
	assert_int_equal(cancelled, 1);
	server_question_clear(&question);
	servers_ask(servers, &question, &ip, root, DNS_PTR, on_done, NULL);
	stop();
	assert_int_equal(cancelled, 2);
	server_question_clear(&question);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nobody_inside_is_asked),
		cmocka_unit_test(the_resolvers_are_not_asked),
		cmocka_unit_test(no_second_sees_more_than_five),
		cmocka_unit_test(who_is_silent_is_left_alone_for_a_minute),
		cmocka_unit_test(ten_unanswered_in_a_row_are_unreachable),
		cmocka_unit_test(without_a_route_there_is_silence_that_does_not_count),
		cmocka_unit_test(the_idle_are_freed),
		cmocka_unit_test(there_are_only_so_many),
		cmocka_unit_test(what_is_under_way_ends_cancelled),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
