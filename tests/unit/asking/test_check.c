/* A check and its repetitions, with probes that find what the test says. */
#include "asking/check.h"
#include "fcrdns/confirmation.h"
#include "replies.h"
#include "test.h"

#include <stdlib.h>

static const struct expectation nothing = {.hostname = ""};

/* What the probes find, in the order in which they run. */
struct find {
	enum resolver_transport transport; /* how this one must be asked */
	const char *ptr;                   /* fixture; NULL: timeout; "": cancelled */
	const char *forward;               /* of all names; NULL: timeout */
	bool all_by_tcp;
};

static const struct find *finds;
static size_t find_count, probe_count;

/* How it all ended. */
static struct {
	unsigned count;
	bool cancelled;
	int status, reason; /* of the evidence; status -1: none */
	float ptr_seconds;
	unsigned queries;
} end;

static bool news;
static struct upstream upstream;
static struct target *target;

void upstream_hold(struct upstream *u)
{
	u->references++;
}

void upstream_release(struct upstream *u)
{
	u->references--;
}

static struct evidence *evidence_of(const struct find *find)
{
	struct dns_reply reply;
	struct lookup lookup = replies_look_up(find->ptr, &reply);
	struct evidence *evidence = evidence_create(&lookup, &target->ip, &nothing, false);
	size_t i;

	dns_reply_clear(&reply);
	lookup = replies_look_up(find->forward, &reply);
	for (i = 0; i < evidence->name_count; i++)
		evidence_set_forward(evidence, i, &lookup, &target->ip);
	dns_reply_clear(&reply);
	return evidence;
}

void probe_start(struct upstream *u, struct target *t, enum resolver_transport transport,
		 probe_done_fn on_done, void *context)
{
	const struct find *find = &finds[probe_count++];
	struct probe_result result = {.upstream = u, .target = t, .queries = 2};

	assert_true(probe_count <= find_count);
	assert_int_equal(transport, find->transport);
	result.times.ptr_seconds = (float)probe_count;
	result.all_by_tcp = find->all_by_tcp;
	if (find->ptr == NULL || *find->ptr != '\0')
		result.evidence = evidence_of(find);
	on_done(context, &result);
}

static bool on_news(void *context, const struct target *t, const struct evidence *evidence)
{
	(void)context, (void)t, (void)evidence;
	return news;
}

static void on_done(void *context, const struct check_result *result)
{
	(void)context;
	end.count++;
	end.cancelled = result->cancelled;
	end.status = -1;
	end.reason = result->check.failure;
	if (result->check.evidence != NULL) {
		struct verdict verdict = judge(result->check.evidence, &nothing);

		end.status = verdict.status;
		end.reason = verdict.reason;
	}
	end.ptr_seconds = result->check.times.ptr_seconds;
	end.queries = result->queries;
	free(result->check.evidence);
}

static void run(bool is_news, const struct find *list, size_t count)
{
	static const struct check_events events = {on_news, on_done, NULL};
	struct watch watch = {{0}, &nothing};

	assert_true(ip_parse("5.45.100.7", &watch.ip));
	target = target_create(&watch, 1);
	memset(&end, 0, sizeof end);
	memset(&upstream, 0, sizeof upstream);
	news = is_news;
	finds = list;
	find_count = count;
	probe_count = 0;
	check_start(&upstream, target, &events);
	assert_int_equal(end.count, 1);
	assert_int_equal(probe_count, count);
	assert_int_equal(upstream.references, 0);
	assert_int_equal(target->references, 1);
	target_release(target);
}

#define RUN(is_news, ...)                                                                          \
	run(is_news, (const struct find[]){__VA_ARGS__},                                           \
	    sizeof((const struct find[]){__VA_ARGS__}) / sizeof(struct find))

static void assert_confirmations(unsigned same, unsigned other, unsigned failed)
{
	assert_int_equal(upstream.stats.confirmations[CONFIRMATION_SAME], same);
	assert_int_equal(upstream.stats.confirmations[CONFIRMATION_OTHER], other);
	assert_int_equal(upstream.stats.confirmations[CONFIRMATION_FAILED], failed);
}

static void what_is_no_news_counts_at_once(void **state)
{
	(void)state;
	RUN(false, {RESOLVER_UDP, "ptr_one", "a_target", false});
	assert_int_equal(end.status, STATUS_PASS);
	assert_confirmations(0, 0, 0);
}

static void what_came_by_tcp_needs_no_confirmation(void **state)
{
	(void)state;
	RUN(true, {RESOLVER_UDP, "ptr_nxdomain", NULL, true});
	assert_int_equal(end.status, STATUS_NO_PTR);
	assert_confirmations(0, 0, 0);
}

static void tcp_says_the_same(void **state)
{
	(void)state;
	RUN(true, {RESOLVER_UDP, "ptr_nxdomain", NULL, false}, {RESOLVER_TCP, "ptr_nodata", NULL, true});
	assert_int_equal(end.status, STATUS_NO_PTR);
	assert_confirmations(1, 0, 0);
	assert_true(end.ptr_seconds < 1.5F); /* of the first probe */
	assert_int_equal(end.queries, 4);
}

static void tcp_says_another_thing_and_that_is_the_answer(void **state)
{
	(void)state;
	RUN(true, {RESOLVER_UDP, "ptr_nxdomain", NULL, false},
	    {RESOLVER_TCP, "ptr_one", "a_target", true});
	assert_int_equal(end.status, STATUS_PASS);
	assert_confirmations(0, 1, 0);
}

static void without_tcp_one_of_two_more_by_udp_is_enough(void **state)
{
	(void)state;
	RUN(true, {RESOLVER_UDP, "ptr_one", "a_other", false}, {RESOLVER_TCP, NULL, NULL, true},
	    {RESOLVER_UDP_OWN_PORT, "ptr_one", "a_other", false});
	assert_int_equal(end.status, STATUS_FORWARD_MISMATCH);
	assert_confirmations(1, 0, 0);
	RUN(true, {RESOLVER_UDP, "ptr_one", "a_other", false},
	    {RESOLVER_TCP, "ptr_servfail", NULL, true},
	    {RESOLVER_UDP_OWN_PORT, "ptr_one", "a_target", false},
	    {RESOLVER_UDP_OWN_PORT, "ptr_one", "a_other", false});
	assert_int_equal(end.status, STATUS_FORWARD_MISMATCH);
	assert_confirmations(1, 0, 0);
}

static void what_nothing_confirms_does_not_count(void **state)
{
	(void)state;
	RUN(true, {RESOLVER_UDP, "ptr_nxdomain", NULL, false}, {RESOLVER_TCP, "ptr_refused", NULL, true},
	    {RESOLVER_UDP_OWN_PORT, "ptr_one", "a_target", false},
	    {RESOLVER_UDP_OWN_PORT, NULL, NULL, false});
	assert_int_equal(end.status, -1);
	assert_int_equal(end.reason, REASON_REFUSED);
	assert_false(end.cancelled);
	assert_confirmations(0, 0, 1);
}

/* The same status with other names is another answer. */
static void another_set_of_names_confirms_nothing(void **state)
{
	(void)state;
	RUN(true, {RESOLVER_UDP, "ptr_two", "a_target", false}, {RESOLVER_TCP, NULL, NULL, true},
	    {RESOLVER_UDP_OWN_PORT, "ptr_one", "a_target", false},
	    {RESOLVER_UDP_OWN_PORT, "ptr_one", "a_target", false});
	assert_confirmations(0, 0, 1);
	RUN(true, {RESOLVER_UDP, "ptr_two", "a_target", false},
	    {RESOLVER_TCP, "ptr_one", "a_target", true});
	assert_confirmations(0, 1, 0);
}

static void it_may_be_cancelled_at_every_step(void **state)
{
	(void)state;
	RUN(true, {RESOLVER_UDP, "", NULL, false});
	assert_true(end.cancelled);
	RUN(true, {RESOLVER_UDP, "ptr_nxdomain", NULL, false}, {RESOLVER_TCP, "", NULL, true});
	assert_true(end.cancelled);
	RUN(true, {RESOLVER_UDP, "ptr_nxdomain", NULL, false}, {RESOLVER_TCP, NULL, NULL, true},
	    {RESOLVER_UDP_OWN_PORT, "", NULL, false});
	assert_true(end.cancelled);
	assert_confirmations(0, 0, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_no_news_counts_at_once),
		cmocka_unit_test(what_came_by_tcp_needs_no_confirmation),
		cmocka_unit_test(tcp_says_the_same),
		cmocka_unit_test(tcp_says_another_thing_and_that_is_the_answer),
		cmocka_unit_test(without_tcp_one_of_two_more_by_udp_is_enough),
		cmocka_unit_test(what_nothing_confirms_does_not_count),
		cmocka_unit_test(another_set_of_names_confirms_nothing),
		cmocka_unit_test(it_may_be_cancelled_at_every_step),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
