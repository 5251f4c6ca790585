#include "authority/zone.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

/* When we ask again what could not be found out. */
#define LAME_MS ZONE_FRESH_MIN_MS
#define UNKNOWN_MS (60 * 1000)

enum zone_step { ZONE_ASK_NAMES, ZONE_ASK_ADDRESSES, ZONE_ASK_SERIALS, ZONE_TELL };

/* One question about an address: which answer it is for. */
struct zone_part {
	struct zone *zone;
	struct dns_address_set addresses;
};

/* What is known only while it is being found out. */
struct zone_work {
	enum zone_step step;
	unsigned pending;
	bool cancelled;
	bool failed_unanswered; /* some question failed and nothing can be concluded from it */
	struct dns_name names[ZONE_NAMES_MAX];
	size_t name_count;
	struct zone_part parts[2 * ZONE_NAMES_MAX]; /* A of all names, then AAAA */
	uint32_t ttl_s;                             /* the least of all */
	struct server_question serials[ZONE_SERVERS_MAX];
};

static void zone_advance(struct zone *zone);

static void note_ttl(struct zone_work *work, const struct dns_reply *reply)
{
	if (reply->has_ttl && reply->ttl_s < work->ttl_s)
		work->ttl_s = reply->ttl_s;
}

static void end_part(struct zone *zone)
{
	zone->work->pending--;
	zone_advance(zone);
}

/* --- the names of its servers --- */

/* A resolver that finds nobody who speaks for a zone says SERVFAIL; anything else that fails
 * is about the resolver. */
static enum zone_outcome outcome_of_failure(const struct lookup *lookup)
{
	return lookup->reason == REASON_SERVFAIL || lookup->reason == REASON_CNAME_LOOP ? ZONE_LAME
											: ZONE_UNKNOWN;
}

static void take_names(struct zone_work *work, const struct dns_name_set *set)
{
	const uint8_t *name = dns_name_set_first(set);
	size_t i;

	for (i = 0; i < set->count && i < ZONE_NAMES_MAX; i++, name += dns_name_size(name))
		memcpy(work->names[i].wire, name, dns_name_size(name));
	work->name_count = i;
}

static void on_names(void *context, const struct query *query)
{
	struct zone *zone = context;
	const struct lookup *lookup = &query->lookup;

	zone->work->cancelled |= query->cancelled;
	if (query->cancelled) {
		end_part(zone);
		return;
	}
	zone->outcome = ZONE_FOUND;
	if (lookup->outcome == LOOKUP_DATA) {
		take_names(zone->work, &lookup->reply->names);
		note_ttl(zone->work, lookup->reply);
	} else {
		zone->outcome = lookup->outcome == LOOKUP_ABSENT ? ZONE_LAME
								 : outcome_of_failure(lookup);
	}
	end_part(zone);
}

/* --- their addresses --- */

static void on_addresses(void *context, const struct query *query)
{
	struct zone_part *part = context;
	struct zone_work *work = part->zone->work;
	size_t i;

	work->cancelled |= query->cancelled;
	if (!query->cancelled && query->lookup.outcome == LOOKUP_DATA) {
		for (i = 0; i < query->reply.addresses.count && i < ZONE_SERVERS_MAX; i++)
			dns_address_set_add(&part->addresses, &query->reply.addresses.items[i]);
		note_ttl(work, &query->reply);
	} else if (query->lookup.outcome != LOOKUP_ABSENT) {
		work->failed_unanswered |= outcome_of_failure(&query->lookup) == ZONE_UNKNOWN;
	}
	end_part(part->zone);
}

static void ask_addresses(struct zone *zone)
{
	struct zone_work *work = zone->work;
	size_t i;

	for (i = 0; i < 2 * work->name_count; i++) {
		size_t name = i % work->name_count;

		work->parts[i].zone = zone;
		work->pending++;
		inquiries_ask(zone->inquiries, work->names[name].wire,
			      i < work->name_count ? DNS_A : DNS_AAAA, on_addresses, &work->parts[i]);
	}
}

static bool has_server(const struct zone *zone, const struct ip *ip)
{
	size_t i;

	for (i = 0; i < zone->server_count; i++)
		if (ip_equal(&zone->servers[i].ip, ip))
			return true;
	return false;
}

/* The first address of each name, then the second of each, while there is room. */
static void choose_servers(struct zone *zone)
{
	const struct zone_work *work = zone->work;
	size_t turn, i;

	zone->server_count = 0;
	for (turn = 0; turn < ZONE_SERVERS_MAX; turn++)
		for (i = 0; i < 2 * work->name_count; i++) {
			const struct dns_address_set *set = &work->parts[i].addresses;

			if (turn >= set->count || zone->server_count == ZONE_SERVERS_MAX ||
			    has_server(zone, &set->items[turn]))
				continue;
			zone->servers[zone->server_count++] =
				(struct zone_server){.ip = set->items[turn]};
		}
}

static int64_t freshness_ms(const struct zone *zone)
{
	int64_t ttl_ms = (int64_t)zone->work->ttl_s * 1000;

	if (zone->outcome == ZONE_UNKNOWN)
		return UNKNOWN_MS;
	if (zone->outcome == ZONE_LAME || ttl_ms < ZONE_FRESH_MIN_MS)
		return LAME_MS;
	return ttl_ms < ZONE_FRESH_MAX_MS ? ttl_ms : ZONE_FRESH_MAX_MS;
}

static void settle_servers(struct zone *zone)
{
	if (zone->outcome == ZONE_FOUND)
		choose_servers(zone);
	else
		zone->server_count = 0;
	if (zone->outcome == ZONE_FOUND && zone->server_count == 0)
		zone->outcome = zone->work->failed_unanswered ? ZONE_UNKNOWN : ZONE_LAME;
	zone->fresh_until_ms = loop_now().ms + freshness_ms(zone);
}

/* --- their serials --- */

static void on_serial(struct server_question *question)
{
	struct zone *zone = question->context;
	struct zone_server *server = &zone->servers[question - zone->work->serials];
	const struct dns_reply *reply = &question->query.reply;

	zone->work->cancelled |= question->query.cancelled;
	server->has_serial = question->kind == AUTHORITY_ANSWERED && reply->has_soa &&
			     dns_name_equal(reply->soa.zone.wire, zone->name.wire);
	server->serial = reply->soa.serial;
	end_part(zone);
}

/* One server cannot differ from itself. */
static void ask_serials(struct zone *zone)
{
	size_t i;

	zone->serials_ms = loop_now().ms;
	for (i = 0; i < zone->server_count && zone->server_count > 1; i++) {
		zone->work->pending++;
		servers_ask(zone->ask_servers, &zone->work->serials[i], &zone->servers[i].ip,
			    zone->name.wire, DNS_SOA, on_serial, zone);
	}
}

static bool serials_differ(const struct zone *zone)
{
	const struct zone_server *first = NULL;
	size_t i;

	for (i = 0; i < zone->server_count; i++) {
		const struct zone_server *server = &zone->servers[i];

		if (first != NULL && server->has_serial && server->serial != first->serial)
			return true;
		if (server->has_serial)
			first = server;
	}
	return false;
}

/* --- the whole of it --- */

static void work_free(struct zone_work *work)
{
	size_t i;

	for (i = 0; i < 2 * ZONE_NAMES_MAX; i++)
		dns_address_set_clear(&work->parts[i].addresses);
	for (i = 0; i < ZONE_SERVERS_MAX; i++)
		server_question_clear(&work->serials[i]);
	free(work);
}

static void tell(struct zone *zone)
{
	struct zone_waiter *waiter = zone->waiters, *next;
	bool cancelled = zone->work->cancelled;

	if (cancelled)
		zone->fresh_until_ms = zone->serials_ms = 0;
	work_free(zone->work);
	zone->work = NULL;
	zone->waiters = NULL;
	for (; waiter != NULL; waiter = next) {
		next = waiter->next;
		waiter->on_ready(waiter, cancelled);
	}
}

/* The only place where a zone changes step; see asking/probe.c for the extra count. */
static void zone_advance(struct zone *zone)
{
	struct zone_work *work = zone->work;

	while (work->pending == 0) {
		work->pending++;
		switch (work->step) {
		case ZONE_ASK_NAMES:
			work->step = ZONE_ASK_ADDRESSES;
			work->pending++;
			inquiries_ask(zone->inquiries, zone->name.wire, DNS_NS, on_names, zone);
			break;
		case ZONE_ASK_ADDRESSES:
			work->step = ZONE_ASK_SERIALS;
			ask_addresses(zone); /* asks nothing if there is no name */
			break;
		case ZONE_ASK_SERIALS:
			work->step = ZONE_TELL;
			if (loop_now().ms >= zone->fresh_until_ms && !work->cancelled)
				settle_servers(zone);
			if (!work->cancelled)
				ask_serials(zone);
			break;
		case ZONE_TELL:
			tell(zone);
			return;
		}
		work->pending--;
	}
}

struct zone *zone_create(struct inquiries *inquiries, struct servers *servers, const uint8_t *name)
{
	struct zone *zone = memory_allocate(sizeof *zone);

	zone->inquiries = inquiries;
	zone->ask_servers = servers;
	memcpy(zone->name.wire, name, dns_name_size(name));
	return zone;
}

void zone_free(struct zone *zone)
{
	free(zone);
}

/* Everything but the serials holds; are those old? */
static bool are_serials_old(const struct zone *zone, bool recent, int64_t now_ms)
{
	return zone->server_count > 1 && now_ms - zone->serials_ms >= ZONE_SERIALS_MS &&
	       (recent || serials_differ(zone));
}

void zone_want(struct zone *zone, struct zone_waiter *waiter, bool recent)
{
	int64_t now_ms = loop_now().ms;
	bool fresh = now_ms < zone->fresh_until_ms;

	if (zone->work == NULL && fresh && !are_serials_old(zone, recent, now_ms)) {
		waiter->on_ready(waiter, false);
		return;
	}
	waiter->next = zone->waiters;
	zone->waiters = waiter;
	if (zone->work != NULL)
		return;
	zone->work = memory_allocate(sizeof *zone->work);
	zone->work->ttl_s = UINT32_MAX;
	zone->work->step = fresh ? ZONE_ASK_SERIALS : ZONE_ASK_NAMES;
	zone_advance(zone);
}
