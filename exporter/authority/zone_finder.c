#include "authority/zone_finder.h"

#include <string.h>

static void on_soa(void *context, const struct query *query);

static void finish(struct zone_finder *finder, enum zone_finder_outcome outcome)
{
	finder->outcome = outcome;
	finder->on_done(finder);
}

static void ask(struct zone_finder *finder)
{
	if (finder->steps_left-- == 0) {
		finish(finder, ZONE_FINDER_UNKNOWN);
		return;
	}
	inquiries_ask(finder->inquiries, finder->name.wire, DNS_SOA, on_soa, finder);
}

/* The zone of a name that is not its apex is that of its parent. */
static void climb(struct zone_finder *finder)
{
	uint8_t *name = finder->name.wire;
	size_t label = 1u + *name;

	if (*name == 0) {
		finish(finder, ZONE_FINDER_UNKNOWN);
		return;
	}
	memmove(name, name + label, dns_name_size(name + label));
	ask(finder);
}

static void on_failure(struct zone_finder *finder, const struct lookup *lookup)
{
	bool lame = lookup->reason == REASON_SERVFAIL || lookup->reason == REASON_CNAME_LOOP;

	finish(finder, lame ? ZONE_FINDER_LAME : ZONE_FINDER_UNKNOWN);
}

static void on_soa(void *context, const struct query *query)
{
	struct zone_finder *finder = context;
	const struct dns_reply *reply = query->lookup.reply;

	if (query->cancelled) {
		finish(finder, ZONE_FINDER_CANCELLED);
	} else if (query->lookup.outcome != LOOKUP_DATA && query->lookup.outcome != LOOKUP_ABSENT) {
		on_failure(finder, &query->lookup);
	} else if (reply->aliased || !reply->has_soa) {
		climb(finder);
	} else {
		finder->zone = reply->soa.zone;
		finish(finder, ZONE_FINDER_FOUND);
	}
}

void zone_finder_start(struct zone_finder *finder, struct inquiries *inquiries, const uint8_t *name,
		       zone_finder_done_fn on_done, void *context)
{
	finder->inquiries = inquiries;
	memcpy(finder->name.wire, name, dns_name_size(name));
	finder->steps_left = ZONE_FINDER_STEPS;
	finder->on_done = on_done;
	finder->context = context;
	ask(finder);
}
