/* A check of the authorities, and the lookups it is made of, among zones that the test says. */
#include "authority/authority_check.h"
#include "test.h"

#include <stdlib.h>

#define IP "5.45.100.7"
#define REVERSE "7.100.45.5.in-addr.arpa"
#define REVERSE_ZONE "100.45.5.in-addr.arpa"
#define MAIL "mail.example.com"

static const struct expectation nothing = {.hostname = ""};

/* What the resolver says to SOA of a name: the zone it lies in, or one of "alias", "servfail",
 * "timeout", "loop", "bare", "cancelled". Names that are not there lie in the zone of the
 * longest name that is a zone. */
struct soa_row {
	const char *name, *says;
};

/* What server `server` (-1: each) of a zone says of a name: "PTR NAME", "A ADDRESS", "CNAME NAME",
 * "nxdomain", "lame", "resolver", "silent", "cancelled". */
struct server_row {
	const char *zone;
	int server;
	const char *name, *says;
};

struct zone_row {
	const char *name;
	enum zone_outcome outcome;
	size_t servers;
	uint32_t other_serial; /* of the last server; the others have 1 */
};

#define ROWS_MAX 24

struct world {
	struct zone_row zones[8];
	struct soa_row soas[ROWS_MAX];
	struct server_row servers[ROWS_MAX];
};

static const struct world *world;
static struct zone zones[8];
static unsigned soa_questions, server_questions, taken;
static struct authority_ways ways;

/* How it ended. */
static struct {
	unsigned count;
	bool cancelled;
	enum authority_state state;
	int status; /* -1: no evidence */
	int reason;
	unsigned flags;
} end;

/* --- answers made by hand --- */

static struct dns_name name_of(const char *text)
{
	struct dns_name name;

	assert_true(dns_name_parse(text, &name));
	return name;
}

static void add_address(struct dns_reply *reply, const char *text)
{
	struct ip ip;

	assert_true(ip_parse(text, &ip));
	dns_address_set_add(&reply->addresses, &ip);
}

static void answer_by_word(struct query *query, const char *says)
{
	struct dns_reply *reply = &query->reply;

	reply->authoritative = true;
	reply->outcome = DNS_DATA;
	reply->final = query->question.name;
	if (strncmp(says, "PTR ", 4) == 0)
		dns_name_set_add(&reply->names, name_of(says + 4).wire);
	else if (strncmp(says, "A ", 2) == 0)
		add_address(reply, says + 2);
	else if (strcmp(says, "nxdomain") == 0)
		reply->outcome = DNS_NXDOMAIN;
	else if (strncmp(says, "CNAME ", 6) == 0) {
		reply->outcome = DNS_UNCHASED;
		reply->aliased = true;
		reply->final = name_of(says + 6);
	} else
		reply->authoritative = false;
	reply->recursion_available = strcmp(says, "resolver") == 0;
	query->lookup = lookup_of_reply(reply, false);
}

/* --- what is asked of the resolver --- */

struct waiting {
	inquiry_done_fn on_done;
	void *context;
	struct query query;
	struct server_question *question; /* or this */
};

static struct waiting line[64];
static size_t line_first, line_end;

void inquiries_ask(struct inquiries *inquiries, const uint8_t *name, enum dns_type type,
		   inquiry_done_fn on_done, void *context)
{
	struct waiting *waiting = &line[line_end++ % COUNT_OF(line)];

	(void)inquiries;
	assert_int_equal(type, DNS_SOA);
	memset(waiting, 0, sizeof *waiting);
	waiting->on_done = on_done;
	waiting->context = context;
	memcpy(waiting->query.question.name.wire, name, dns_name_size(name));
	soa_questions++;
}

static const char *zone_around(const uint8_t *name)
{
	const char *found = NULL;
	size_t i;

	for (i = 0; i < COUNT_OF(world->zones) && world->zones[i].name != NULL; i++)
		if (dns_name_is_under(name, name_of(world->zones[i].name).wire) &&
		    (found == NULL || strlen(found) < strlen(world->zones[i].name)))
			found = world->zones[i].name;
	return found == NULL ? "servfail" : found;
}

static const char *soa_of(const uint8_t *name)
{
	size_t i;

	for (i = 0; i < ROWS_MAX && world->soas[i].name != NULL; i++)
		if (dns_name_equal(name, name_of(world->soas[i].name).wire))
			return world->soas[i].says;
	return zone_around(name);
}

static void answer_soa(struct query *query)
{
	const char *says = soa_of(query->question.name.wire);

	query->reply.outcome = DNS_NODATA;
	query->cancelled = strcmp(says, "cancelled") == 0;
	query->lookup = (struct lookup){LOOKUP_ABSENT, REASON_NODATA, &query->reply};
	if (strcmp(says, "servfail") == 0)
		query->lookup = lookup_of_failure(REASON_SERVFAIL);
	else if (strcmp(says, "timeout") == 0)
		query->lookup = lookup_of_failure(REASON_TIMEOUT);
	else if (strcmp(says, "loop") == 0)
		query->lookup = lookup_of_failure(REASON_CNAME_LOOP);
	else if (strcmp(says, "alias") == 0)
		query->reply.aliased = query->reply.has_soa = true;
	else if (strcmp(says, "bare") != 0 && !query->cancelled) {
		query->reply.has_soa = true;
		query->reply.soa.zone = name_of(says);
	}
}

/* --- zones --- */

struct zone *zone_list_take(struct zone_list *list, const uint8_t *name)
{
	size_t i, s;

	(void)list;
	for (i = 0; !dns_name_equal(name, name_of(world->zones[i].name).wire); i++)
		assert_true(i + 1 < COUNT_OF(world->zones) && world->zones[i + 1].name != NULL);
	zones[i].name = name_of(world->zones[i].name);
	zones[i].outcome = world->zones[i].outcome;
	zones[i].server_count = world->zones[i].servers;
	for (s = 0; s < zones[i].server_count; s++) {
		zones[i].servers[s] = (struct zone_server){{IP_V4, {192, 0, (uint8_t)i, (uint8_t)s}}, true, 1};
		if (s + 1 == zones[i].server_count && world->zones[i].other_serial != 0)
			zones[i].servers[s].serial = world->zones[i].other_serial;
	}
	taken++;
	return &zones[i];
}

void zone_list_give_back(struct zone_list *list, struct zone *zone)
{
	(void)list, (void)zone;
	taken--;
}

void zone_want(struct zone *zone, struct zone_waiter *waiter, bool recent)
{
	(void)zone, (void)recent;
	waiter->on_ready(waiter, false);
}

/* --- servers --- */

static const char *server_says(const struct ip *ip, const uint8_t *name)
{
	const struct zone_row *zone = &world->zones[ip->bytes[2]];
	size_t i;

	for (i = 0; i < ROWS_MAX && world->servers[i].zone != NULL; i++) {
		const struct server_row *row = &world->servers[i];

		if (strcmp(row->zone, zone->name) == 0 &&
		    (row->server == -1 || row->server == ip->bytes[3]) &&
		    dns_name_equal(name, name_of(row->name).wire))
			return row->says;
	}
	return "nxdomain";
}

void servers_ask(struct servers *servers, struct server_question *question, const struct ip *ip,
		 const uint8_t *name, enum dns_type type, server_question_done_fn on_done,
		 void *context)
{
	const char *says = server_says(ip, name);

	(void)servers;
	memset(question, 0, sizeof *question);
	question->on_done = on_done;
	question->context = context;
	question->query.question.type = type;
	memcpy(question->query.question.name.wire, name, dns_name_size(name));
	server_questions++;
	if (strcmp(says, "silent") == 0 || strcmp(says, "cancelled") == 0) { /* at once */
		question->query.cancelled = strcmp(says, "cancelled") == 0;
		question->query.lookup = lookup_of_failure(REASON_TIMEOUT);
		question->kind = AUTHORITY_SILENT;
		on_done(question);
		return;
	}
	answer_by_word(&question->query, says);
	question->kind = authority_answer_kind_of(&question->query.lookup);
	line[line_end % COUNT_OF(line)] = (struct waiting){.question = question};
	line_end++;
}

void server_question_clear(struct server_question *question)
{
	dns_reply_clear(&question->query.reply);
}

/* --- a check --- */

static void on_finding(void *context, struct target *target, struct authority_finding *finding)
{
	(void)context;
	end.count++;
	end.state = finding->state;
	end.status = -1;
	if (finding->evidence != NULL) {
		struct verdict verdict = judge(finding->evidence, target->expectation);

		end.status = verdict.status;
		end.reason = verdict.reason;
		end.flags = verdict.flags;
	}
	free(finding->evidence);
}

static void on_cancelled(void *context, struct target *target)
{
	(void)context, (void)target;
	end.count++;
	end.cancelled = true;
}

static void run(const struct world *w)
{
	static const struct authority_check_events events = {on_finding, on_cancelled, NULL};
	struct watch watch = {{0}, &nothing};
	struct target *target;

	world = w;
	soa_questions = server_questions = taken = 0;
	line_first = line_end = 0;
	memset(&end, 0, sizeof end);
	assert_true(ip_parse(IP, &watch.ip));
	target = target_create(&watch, 0);
	authority_check_start(&ways, target, false, &events);
	while (line_first < line_end) {
		struct waiting waiting = line[line_first++ % COUNT_OF(line)];

		assert_true(line_end - line_first < COUNT_OF(line));
		if (waiting.question != NULL) {
			waiting.question->on_done(waiting.question);
			continue;
		}
		answer_soa(&waiting.query);
		if (waiting.query.lookup.reply != NULL)
			waiting.query.lookup.reply = &waiting.query.reply;
		waiting.on_done(waiting.context, &waiting.query);
	}
	assert_int_equal(end.count, 1);
	assert_int_equal(taken, 0);
	assert_int_equal(target->references, 1);
	target_release(target);
}

static void assert_end(enum authority_state state, int status)
{
	assert_false(end.cancelled);
	if (end.state != state || end.status != status)
		fail_msg("%s, status %d", authority_state_name(end.state), end.status);
}

#define REVERSE_2 {REVERSE_ZONE, ZONE_FOUND, 2, 0}
#define FORWARD_2 {"example.com", ZONE_FOUND, 2, 0}
#define PTR_MAIL {REVERSE_ZONE, -1, REVERSE, "PTR " MAIL}
#define MAIL_A {"example.com", -1, MAIL, "A " IP}

static void all_is_well(void **state)
{
	(void)state;
	run(&(struct world){{REVERSE_2, FORWARD_2}, {{0}}, {PTR_MAIL, MAIL_A}});
	assert_end(AUTHORITY_CONSISTENT, STATUS_PASS);
	assert_int_equal(soa_questions, 2);
	assert_int_equal(server_questions, 4);
}

static void the_worst_zone_counts(void **state)
{
	(void)state;
	run(&(struct world){{REVERSE_2, FORWARD_2}, {{0}},
			    {PTR_MAIL, {"example.com", 0, MAIL, "lame"}, MAIL_A}});
	assert_end(AUTHORITY_LAME, STATUS_PASS);
	run(&(struct world){{{REVERSE_ZONE, ZONE_FOUND, 2, 5}, FORWARD_2}, {{0}}, {PTR_MAIL, MAIL_A}});
	assert_end(AUTHORITY_INCONSISTENT, STATUS_PASS);
	run(&(struct world){{REVERSE_2, FORWARD_2}, {{0}},
			    {PTR_MAIL, {"example.com", -1, MAIL, "silent"}}});
	assert_end(AUTHORITY_UNREACHABLE, STATUS_TEMP_ERROR);
	assert_int_equal(end.reason, REASON_TIMEOUT);
}

static void without_truth_there_is_no_evidence(void **state)
{
	static const char *const says[] = {"lame", "silent", "resolver"};
	static const enum authority_state states[] = {AUTHORITY_LAME, AUTHORITY_UNREACHABLE,
						      AUTHORITY_INTERCEPTED};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT_OF(says); i++) {
		run(&(struct world){{REVERSE_2}, {{0}}, {{REVERSE_ZONE, -1, REVERSE, says[i]}}});
		assert_end(states[i], -1);
	}
	run(&(struct world){{REVERSE_2}, {{0}},
			    {{REVERSE_ZONE, 0, REVERSE, "PTR a.example.com"}, PTR_MAIL}});
	assert_end(AUTHORITY_INCONSISTENT, -1);
}

static void absence_is_truth(void **state)
{
	(void)state;
	run(&(struct world){{REVERSE_2}, {{0}}, {{0}}});
	assert_end(AUTHORITY_CONSISTENT, STATUS_NO_PTR);
}

static void zones_that_are_not_found(void **state)
{
	static const struct {
		const char *says;
		enum authority_state state;
	} rows[] = {{"servfail", AUTHORITY_LAME}, {"loop", AUTHORITY_LAME}, {"timeout", AUTHORITY_UNKNOWN}};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT_OF(rows); i++) {
		run(&(struct world){{REVERSE_2}, {{REVERSE, rows[i].says}}, {PTR_MAIL}});
		assert_end(rows[i].state, -1);
		assert_int_equal(server_questions, 0);
	}
	run(&(struct world){{{REVERSE_ZONE, ZONE_LAME, 0, 0}}, {{0}}, {{0}}});
	assert_end(AUTHORITY_LAME, -1);
	run(&(struct world){{{REVERSE_ZONE, ZONE_UNKNOWN, 0, 0}}, {{0}}, {{0}}});
	assert_end(AUTHORITY_UNKNOWN, -1);
}

/* RFC 2317: the alias is asked of its own zone, then its end of the customer's. */
static void classless_delegation(void **state)
{
	(void)state;
	run(&(struct world){{REVERSE_2, FORWARD_2, {"0/27." REVERSE_ZONE, ZONE_FOUND, 3, 0}},
			    {{REVERSE, "alias"}},
			    {{REVERSE_ZONE, -1, REVERSE, "CNAME 7.0/27." REVERSE_ZONE},
			     {"0/27." REVERSE_ZONE, -1, "7.0/27." REVERSE_ZONE, "PTR " MAIL},
			     MAIL_A}});
	assert_end(AUTHORITY_CONSISTENT, STATUS_PASS);
	assert_true(end.flags & FLAG_BIT(FLAG_REVERSE_ALIAS));
	assert_int_equal(soa_questions, 2 + 1 + 1);
	assert_int_equal(server_questions, 2 + 3 + 2);
}

/* A forwarder that leaves the SOA away: the next name that has one is the apex. */
static void a_reply_without_soa(void **state)
{
	(void)state;
	run(&(struct world){{REVERSE_2, FORWARD_2}, {{REVERSE, "bare"}, {MAIL, "bare"}}, {PTR_MAIL, MAIL_A}});
	assert_end(AUTHORITY_CONSISTENT, STATUS_PASS);
	run(&(struct world){{REVERSE_2},
			    {{REVERSE, "bare"}, {REVERSE_ZONE, "bare"}, {"45.5.in-addr.arpa", "bare"},
			     {"5.in-addr.arpa", "bare"}, {"in-addr.arpa", "bare"}, {"arpa", "bare"}, {".", "bare"}},
			    {{0}}});
	assert_end(AUTHORITY_UNKNOWN, -1);
	assert_true(soa_questions <= ZONE_FINDER_STEPS);
}

/* --- hostile --- */

static void an_endless_chain_is_lame(void **state)
{
	static const struct world chain = {
		{REVERSE_2, {"trap.example", ZONE_FOUND, ZONE_SERVERS_MAX, 0}},
		{{0}},
		{{REVERSE_ZONE, -1, REVERSE, "CNAME a.trap.example"},
		 {"trap.example", -1, "a.trap.example", "CNAME b.trap.example"},
		 {"trap.example", -1, "b.trap.example", "CNAME a.trap.example"}}};

	(void)state;
	run(&chain);
	assert_end(AUTHORITY_LAME, -1);
	assert_int_equal(server_questions, 2 + AUTHORITY_ALIASES_MAX * ZONE_SERVERS_MAX);
}

/* Ten names, each in a zone with the most servers, and each an alias: the bound that is promised. */
static void the_most_that_one_target_can_cost(void **state)
{
	struct world most = {{{REVERSE_ZONE, ZONE_FOUND, ZONE_SERVERS_MAX, 0},
			      {"example.com", ZONE_FOUND, ZONE_SERVERS_MAX, 0}},
			     {{0}},
			     {{REVERSE_ZONE, -1, REVERSE, "CNAME x." REVERSE_ZONE},
			      {REVERSE_ZONE, -1, "x." REVERSE_ZONE, "PTR " MAIL},
			      {"example.com", -1, MAIL, "CNAME b.example.com"},
			      {"example.com", -1, "b.example.com", "CNAME " MAIL}}};

	(void)state;
	run(&most);
	assert_end(AUTHORITY_LAME, STATUS_TEMP_ERROR);
	assert_int_equal(end.reason, REASON_LAME);
	assert_true(server_questions <= AUTHORITY_VISITS_MAX * ZONE_SERVERS_MAX);
	assert_int_equal(server_questions, (2 + AUTHORITY_ALIASES_MAX) * ZONE_SERVERS_MAX);
}

static void it_may_be_cancelled_at_every_step(void **state)
{
	(void)state;
	run(&(struct world){{REVERSE_2}, {{REVERSE, "cancelled"}}, {{0}}});
	assert_true(end.cancelled);
	run(&(struct world){{REVERSE_2}, {{0}}, {{REVERSE_ZONE, -1, REVERSE, "cancelled"}}});
	assert_true(end.cancelled);
	run(&(struct world){{REVERSE_2}, {{0}}, {{REVERSE_ZONE, 1, REVERSE, "cancelled"}, PTR_MAIL}});
	assert_true(end.cancelled);
	run(&(struct world){{REVERSE_2, FORWARD_2}, {{MAIL, "cancelled"}}, {PTR_MAIL}});
	assert_true(end.cancelled);
	run(&(struct world){{REVERSE_2, FORWARD_2}, {{0}},
			    {PTR_MAIL, {"example.com", 0, MAIL, "cancelled"}, MAIL_A}});
	assert_true(end.cancelled);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_is_well),
		cmocka_unit_test(the_worst_zone_counts),
		cmocka_unit_test(without_truth_there_is_no_evidence),
		cmocka_unit_test(absence_is_truth),
		cmocka_unit_test(zones_that_are_not_found),
		cmocka_unit_test(classless_delegation),
		cmocka_unit_test(a_reply_without_soa),
		cmocka_unit_test(an_endless_chain_is_lame),
		cmocka_unit_test(the_most_that_one_target_can_cost),
		cmocka_unit_test(it_may_be_cancelled_at_every_step),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
