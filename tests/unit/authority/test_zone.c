/* A zone finds out who its servers are, for all who want to know, as seldom as may be. */
#include "authority/zone.h"
#include "test.h"

#include <stdio.h>
#include <stdlib.h>

#define MINUTE_MS (60 * 1000)

/* What resolver and servers say. */
static struct {
	const char *ns;        /* "data", "nxdomain", "servfail", "timeout", "cancelled" */
	unsigned names;        /* how many NS names */
	uint32_t ttl_s;
	unsigned addresses;    /* of each name, A only */
	const char *address;   /* NULL: those; else why there are none, as `ns` */
	uint32_t serials[32];  /* by the last byte of the address; 0: no answer */
	bool cancel_serials;
} says;

static int64_t now_ms;
static unsigned ns_asked, addresses_asked, serials_asked;
static struct dns_name apex;

struct moment loop_now(void)
{
	return (struct moment){now_ms, now_ms};
}

/* --- the resolver --- */

struct waiting {
	inquiry_done_fn on_done;
	void *context;
	struct dns_name name;
	enum dns_type type;
};

static struct waiting line[64];
static size_t line_count;

void inquiries_ask(struct inquiries *inquiries, const uint8_t *name, enum dns_type type,
		   inquiry_done_fn on_done, void *context)
{
	struct waiting *waiting = &line[line_count++];

	(void)inquiries;
	assert_true(line_count <= COUNT_OF(line));
	*waiting = (struct waiting){.on_done = on_done, .context = context, .type = type};
	memcpy(waiting->name.wire, name, dns_name_size(name));
	ns_asked += type == DNS_NS;
	addresses_asked += type != DNS_NS;
}

static void answer_failed(struct query *query, const char *how)
{
	query->cancelled = strcmp(how, "cancelled") == 0;
	query->lookup = lookup_of_failure(strcmp(how, "servfail") == 0 ? REASON_SERVFAIL : REASON_TIMEOUT);
	if (strcmp(how, "nxdomain") == 0)
		query->lookup = (struct lookup){LOOKUP_ABSENT, REASON_NXDOMAIN, &query->reply};
}

static void add_names(struct dns_reply *reply)
{
	unsigned i;

	for (i = 0; i < says.names; i++) {
		char text[32];
		struct dns_name name;

		snprintf(text, sizeof text, "ns%04u.example", i);
		assert_true(dns_name_parse(text, &name));
		dns_name_set_add(&reply->names, name.wire);
	}
}

/* All names have the same ones but for the last byte, which begins with the name's number. */
static void add_addresses(struct dns_reply *reply, const uint8_t *name)
{
	unsigned i, number = (unsigned)(name[5] - '0') * 10 + (unsigned)(name[6] - '0');

	for (i = 0; i < says.addresses; i++) {
		struct ip ip = {IP_V4, {192, 0, (uint8_t)i, (uint8_t)number}};

		dns_address_set_add(&reply->addresses, &ip);
	}
}

static void answer(const struct waiting *waiting)
{
	struct query query = {.reply = {.has_ttl = true, .ttl_s = says.ttl_s}};

	query.lookup = (struct lookup){LOOKUP_DATA, REASON_NONE, &query.reply};
	if (waiting->type == DNS_NS && strcmp(says.ns, "data") == 0)
		add_names(&query.reply);
	else if (waiting->type == DNS_NS)
		answer_failed(&query, says.ns);
	else if (says.address != NULL)
		answer_failed(&query, says.address);
	else if (waiting->type == DNS_A)
		add_addresses(&query.reply, waiting->name.wire);
	else
		answer_failed(&query, "nxdomain");
	waiting->on_done(waiting->context, &query);
	dns_reply_clear(&query.reply);
}

/* --- the servers --- */

void servers_ask(struct servers *servers, struct server_question *question, const struct ip *ip,
		 const uint8_t *name, enum dns_type type, server_question_done_fn on_done,
		 void *context)
{
	uint32_t serial = says.serials[ip->bytes[3]];

	(void)servers;
	assert_int_equal(type, DNS_SOA);
	assert_true(dns_name_equal(name, apex.wire));
	memset(question, 0, sizeof *question);
	question->context = context;
	question->query.cancelled = says.cancel_serials;
	question->kind = serial == 0 ? AUTHORITY_SILENT : AUTHORITY_ANSWERED;
	question->query.reply.has_soa = serial != 0;
	question->query.reply.soa = (struct dns_soa){.zone = apex, .serial = serial};
	serials_asked++;
	on_done(question);
}

void server_question_clear(struct server_question *question)
{
	(void)question;
}

/* --- who wants to know --- */

struct wish {
	struct zone_waiter waiter; /* first */
	unsigned told, cancelled;
};

static void on_ready(struct zone_waiter *waiter, bool cancelled)
{
	struct wish *wish = (struct wish *)waiter;

	wish->told++;
	wish->cancelled += cancelled;
}

static void want(struct zone *zone, struct wish *wish, bool recent)
{
	wish->waiter.on_ready = on_ready;
	zone_want(zone, &wish->waiter, recent);
}

static void answer_all(void)
{
	while (line_count > 0) {
		struct waiting first = line[0];

		line_count--;
		memmove(line, line + 1, line_count * sizeof *line);
		answer(&first);
	}
}

/* One who wants to know, told. */
static void know(struct zone *zone, bool recent)
{
	struct wish wish = {.told = 0};

	want(zone, &wish, recent);
	answer_all();
	assert_int_equal(wish.told, 1);
}

static struct zone *start(void)
{
	memset(&says, 0, sizeof says);
	says.ns = "data";
	says.names = 2;
	says.ttl_s = 3600;
	says.addresses = 1;
	says.serials[0] = says.serials[1] = 7;
	now_ms = 1000000;
	ns_asked = addresses_asked = serials_asked = 0;
	line_count = 0;
	assert_true(dns_name_parse("100.45.5.in-addr.arpa", &apex));
	return zone_create(NULL, NULL, apex.wire);
}

static void many_share_one_zone(void **state)
{
	struct zone *zone = start();
	struct wish wishes[5] = {{.told = 0}};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT_OF(wishes); i++)
		want(zone, &wishes[i], false);
	answer_all();
	for (i = 0; i < COUNT_OF(wishes); i++)
		assert_int_equal(wishes[i].told, 1);
	assert_int_equal(zone->outcome, ZONE_FOUND);
	assert_int_equal(zone->server_count, 2);
	assert_int_equal(ns_asked, 1);
	assert_int_equal(addresses_asked, 4);
	assert_int_equal(serials_asked, 2);
	now_ms += 59 * MINUTE_MS;
	know(zone, false);
	assert_int_equal(ns_asked + addresses_asked + serials_asked, 7);
	now_ms += 2 * MINUTE_MS;
	know(zone, false);
	assert_int_equal(ns_asked, 2);
	zone_free(zone);
}

static void ttl_says_when_within_bounds(void **state)
{
	static const struct {
		uint32_t ttl_s;
		int64_t fresh_ms;
	} rows[] = {{0, 5 * MINUTE_MS}, {299, 5 * MINUTE_MS}, {600, 10 * MINUTE_MS}, {604800, 60 * MINUTE_MS}};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT_OF(rows); i++) {
		struct zone *zone = start();

		says.ttl_s = rows[i].ttl_s;
		know(zone, false);
		now_ms += rows[i].fresh_ms - 1;
		know(zone, false);
		assert_int_equal(ns_asked, 1);
		now_ms += 1;
		know(zone, false);
		assert_int_equal(ns_asked, 2);
		zone_free(zone);
	}
}

static void serials_are_asked_again_by_the_minute_only_when_wanted(void **state)
{
	struct zone *zone = start();

	(void)state;
	know(zone, false);
	assert_int_equal(serials_asked, 2);
	now_ms += 30 * 1000;
	know(zone, true);
	assert_int_equal(serials_asked, 2);
	now_ms += 30 * 1000;
	know(zone, false);
	assert_int_equal(serials_asked, 2);
	says.serials[1] = 8;
	know(zone, true);
	assert_int_equal(serials_asked, 4);
	/* They differ: until they do not, by the minute for everybody. */
	now_ms += MINUTE_MS;
	says.serials[0] = 8;
	know(zone, false);
	assert_int_equal(serials_asked, 6);
	now_ms += MINUTE_MS;
	know(zone, false);
	assert_int_equal(serials_asked, 6);
	assert_int_equal(ns_asked, 1);
	zone_free(zone);
}

static void one_server_has_nobody_to_differ_from(void **state)
{
	struct zone *zone = start();

	(void)state;
	says.names = 1;
	know(zone, true);
	assert_int_equal(serials_asked, 0);
	zone_free(zone);
}

static void a_thousand_names_are_thirteen(void **state)
{
	struct zone *zone = start();

	(void)state;
	says.names = 1000;
	know(zone, false);
	assert_int_equal(addresses_asked, 2 * ZONE_NAMES_MAX);
	assert_int_equal(zone->server_count, ZONE_NAMES_MAX);
	zone_free(zone);
}

/* The first address of each comes before the second of any. */
static void many_addresses_are_sixteen(void **state)
{
	struct zone *zone = start();
	size_t i;

	(void)state;
	says.names = 5;
	says.addresses = 100;
	know(zone, false);
	assert_int_equal(zone->server_count, ZONE_SERVERS_MAX);
	for (i = 0; i < ZONE_SERVERS_MAX; i++)
		assert_int_equal(zone->servers[i].ip.bytes[2], i / 5);
	assert_int_equal(serials_asked, ZONE_SERVERS_MAX);
	zone_free(zone);
}

static void what_cannot_be_found_out(void **state)
{
	static const struct {
		const char *ns, *address;
		enum zone_outcome outcome;
		int64_t again_ms;
	} rows[] = {
		{"nxdomain", NULL, ZONE_LAME, 5 * MINUTE_MS}, {"servfail", NULL, ZONE_LAME, 5 * MINUTE_MS},
		{"timeout", NULL, ZONE_UNKNOWN, MINUTE_MS},   {"data", "nxdomain", ZONE_LAME, 5 * MINUTE_MS},
		{"data", "servfail", ZONE_LAME, 5 * MINUTE_MS}, {"data", "timeout", ZONE_UNKNOWN, MINUTE_MS},
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT_OF(rows); i++) {
		struct zone *zone = start();

		says.ns = rows[i].ns;
		says.address = rows[i].address;
		know(zone, true);
		assert_int_equal(zone->outcome, rows[i].outcome);
		assert_int_equal(zone->server_count, 0);
		now_ms += rows[i].again_ms - 1;
		know(zone, true);
		assert_int_equal(ns_asked, 1);
		now_ms += 1;
		says.ns = "data";
		says.address = NULL;
		know(zone, true);
		assert_int_equal(zone->outcome, ZONE_FOUND);
		zone_free(zone);
	}
}

static void cancelled_is_told_and_forgotten(void **state)
{
	struct zone *zone = start();
	struct wish wish = {.told = 0};
	int i;

	(void)state;
	for (i = 0; i < 3; i++) {
		says.ns = i == 0 ? "cancelled" : "data";
		says.address = i == 1 ? "cancelled" : NULL;
		says.cancel_serials = i == 2;
		want(zone, &wish, false);
		answer_all();
		assert_int_equal(wish.cancelled, i + 1);
	}
	says.cancel_serials = false;
	know(zone, false);
	assert_int_equal(ns_asked, 4);
	assert_int_equal(zone->outcome, ZONE_FOUND);
	zone_free(zone);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(many_share_one_zone),
		cmocka_unit_test(ttl_says_when_within_bounds),
		cmocka_unit_test(serials_are_asked_again_by_the_minute_only_when_wanted),
		cmocka_unit_test(one_server_has_nobody_to_differ_from),
		cmocka_unit_test(a_thousand_names_are_thirteen),
		cmocka_unit_test(many_addresses_are_sixteen),
		cmocka_unit_test(what_cannot_be_found_out),
		cmocka_unit_test(cancelled_is_told_and_forgotten),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
