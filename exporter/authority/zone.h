/* zone.h - one zone: who its servers are, and which serial each of them has.
 *
 * Shared by all targets that lie in it. Found out when somebody wants it, then kept for as
 * long as the TTLs say, between ZONE_FRESH_MIN_MS and ZONE_FRESH_MAX_MS.
 *
 * Happy path: NS at a resolver; A and AAAA of each name at a resolver; SOA at each address,
 * if there are two or more; tell all who wait. Serials are asked again with the servers, and,
 * when somebody wants recent ones or they differed, after 45 s. Failure modes: no NS or no
 * address, SERVFAIL from two resolvers (they found nobody who speaks for it): lame; no
 * resolver answers: unknown; cancelled.
 *
 * Bounds, whatever the zone says of itself: ZONE_NAMES_MAX names, ZONE_SERVERS_MAX addresses,
 * of each name in turn, so that no name crowds out the others; so at most 27 questions to
 * resolvers and 16 to the servers an hour, and those 16 once a minute.
 */
#pragma once

#include "authority/inquiries.h"
#include "authority/servers.h"

#define ZONE_NAMES_MAX 13   /* as many as the root has */
#define ZONE_SERVERS_MAX 16

#define ZONE_FRESH_MIN_MS (5 * 60 * 1000)
#define ZONE_FRESH_MAX_MS (60 * 60 * 1000)
#define ZONE_SERIALS_MS (45 * 1000) /* less than what lies between two hurried checks of a target */

enum zone_outcome { ZONE_FOUND, ZONE_LAME, ZONE_UNKNOWN };

struct zone_server {
	struct ip ip;
	bool has_serial;
	uint32_t serial;
};

/* Somebody who waits; part of his memory. */
struct zone_waiter {
	struct zone_waiter *next;
	void (*on_ready)(struct zone_waiter *waiter, bool cancelled);
};

struct zone_work;

struct zone {
	struct zone *next; /* in its zone_list */
	struct inquiries *inquiries;
	struct servers *ask_servers;
	struct dns_name name;
	enum zone_outcome outcome; /* with ZONE_FOUND there is a server */
	struct zone_server servers[ZONE_SERVERS_MAX];
	size_t server_count;
	int64_t fresh_until_ms;
	int64_t serials_ms; /* when they were asked */
	int64_t used_ms;
	unsigned users;     /* who have it from the list and not given it back */
	struct zone_waiter *waiters;
	struct zone_work *work; /* NULL: nothing is under way */
};

struct zone *zone_create(struct inquiries *inquiries, struct servers *servers, const uint8_t *name);
void zone_free(struct zone *zone); /* nothing may be under way */

/* `waiter->on_ready` comes exactly once, perhaps before this returns. `recent`: with serials
 * of this minute. The caller is one of its users until then and longer. */
void zone_want(struct zone *zone, struct zone_waiter *waiter, bool recent);
