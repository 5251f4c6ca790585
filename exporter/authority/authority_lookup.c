#include "authority/authority_lookup.h"

#include "base/memory.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

static void lookup_advance(struct authority_lookup *lookup);

static void end_part(struct authority_lookup *lookup)
{
	lookup->pending--;
	lookup_advance(lookup);
}

/* Nothing more can be found out. */
static void give_up(struct authority_lookup *lookup, enum authority_state state)
{
	lookup->state = authority_state_worse(lookup->state, state);
	lookup->step = AUTHORITY_LOOKUP_END;
}

static void cancel(struct authority_lookup *lookup)
{
	lookup->cancelled = true;
	lookup->step = AUTHORITY_LOOKUP_END;
}

/* --- the zone --- */

static void on_zone_found(struct zone_finder *finder)
{
	struct authority_lookup *lookup = finder->context;

	switch (finder->outcome) {
	case ZONE_FINDER_FOUND:
		lookup->zone = zone_list_take(lookup->ways->zones, finder->zone.wire);
		break;
	case ZONE_FINDER_LAME:
		give_up(lookup, AUTHORITY_LAME);
		break;
	case ZONE_FINDER_UNKNOWN:
		give_up(lookup, AUTHORITY_UNKNOWN);
		break;
	case ZONE_FINDER_CANCELLED:
		cancel(lookup);
		break;
	}
	end_part(lookup);
}

static void on_zone_ready(struct zone_waiter *waiter, bool cancelled)
{
	struct authority_lookup *lookup =
		(struct authority_lookup *)((char *)waiter - offsetof(struct authority_lookup, waiter));

	if (cancelled)
		cancel(lookup);
	else if (lookup->zone->outcome != ZONE_FOUND)
		give_up(lookup, lookup->zone->outcome == ZONE_LAME ? AUTHORITY_LAME
								   : AUTHORITY_UNKNOWN);
	end_part(lookup);
}

/* --- its servers --- */

static void on_server(struct server_question *question)
{
	struct authority_lookup *lookup = question->context;

	if (question->query.cancelled)
		cancel(lookup);
	lookup->asked += question->query.sent > 0;
	end_part(lookup);
}

/* The zone may be found out anew meanwhile: what is needed of it is taken here. */
static void ask_servers(struct authority_lookup *lookup)
{
	const struct zone *zone = lookup->zone;
	size_t i;

	lookup->question_count = zone->server_count;
	lookup->questions =
		memory_allocate_array(zone->server_count, sizeof *lookup->questions);
	for (i = 0; i < lookup->question_count; i++) {
		lookup->pending++;
		servers_ask(lookup->ways->servers, &lookup->questions[i], &zone->servers[i].ip,
			    lookup->name.wire, lookup->type, on_server, lookup);
	}
}

static void forget_zone(struct authority_lookup *lookup)
{
	size_t i;

	for (i = 0; i < lookup->question_count; i++)
		server_question_clear(&lookup->questions[i]);
	free(lookup->questions);
	lookup->questions = NULL;
	lookup->question_count = 0;
	if (lookup->zone != NULL)
		zone_list_give_back(lookup->ways->zones, lookup->zone);
	lookup->zone = NULL;
}

/* --- what they say --- */

static struct authority_decision decide_together(const struct authority_lookup *lookup)
{
	struct authority_answer answers[ZONE_SERVERS_MAX];
	const struct zone *zone = lookup->zone;
	size_t i;

	for (i = 0; i < lookup->question_count; i++) {
		const struct server_question *question = &lookup->questions[i];
		bool same = i < zone->server_count; /* else it was found out anew, with fewer */

		answers[i] = (struct authority_answer){
			.kind = question->kind,
			.reply = &question->query.reply,
			.has_serial = same && zone->servers[i].has_serial,
			.serial = same ? zone->servers[i].serial : 0,
		};
	}
	return authority_decide(answers, lookup->question_count, &lookup->ip);
}

static void take_truth(struct authority_lookup *lookup, struct server_question *question)
{
	lookup->has_truth = true;
	lookup->elapsed_us = question->query.elapsed_us;
	lookup->reply = question->query.reply;
	lookup->reply.aliased |= lookup->aliased;
	memset(&question->query.reply, 0, sizeof question->query.reply); /* moved */
}

static void follow_alias(struct authority_lookup *lookup, const struct dns_name *final)
{
	if (*lookup->aliases_left == 0) {
		give_up(lookup, AUTHORITY_LAME);
		return;
	}
	--*lookup->aliases_left;
	lookup->aliased = true;
	lookup->name = *final;
	lookup->step = AUTHORITY_LOOKUP_FIND_ZONE;
}

static void decide(struct authority_lookup *lookup)
{
	struct authority_decision decision = decide_together(lookup);
	struct server_question *question;

	lookup->state = authority_state_worse(lookup->state, decision.state);
	if (decision.truth != AUTHORITY_NO_TRUTH) {
		question = &lookup->questions[decision.truth];
		if (question->query.reply.outcome == DNS_UNCHASED)
			follow_alias(lookup, &question->query.reply.final);
		else
			take_truth(lookup, question);
	}
	forget_zone(lookup);
}

/* The only place where a lookup changes to its next step; giving up, cancelling and an alias
 * change it to another. See asking/probe.c for the extra count. */
static void lookup_advance(struct authority_lookup *lookup)
{
	while (lookup->pending == 0) {
		lookup->pending++;
		switch (lookup->step) {
		case AUTHORITY_LOOKUP_FIND_ZONE:
			lookup->step = AUTHORITY_LOOKUP_WANT_ZONE;
			lookup->pending++;
			zone_finder_start(&lookup->finder, lookup->ways->inquiries,
					  lookup->name.wire, on_zone_found, lookup);
			break;
		case AUTHORITY_LOOKUP_WANT_ZONE:
			lookup->step = AUTHORITY_LOOKUP_ASK;
			lookup->pending++;
			zone_want(lookup->zone, &lookup->waiter, lookup->recent);
			break;
		case AUTHORITY_LOOKUP_ASK:
			lookup->step = AUTHORITY_LOOKUP_DECIDE;
			ask_servers(lookup);
			break;
		case AUTHORITY_LOOKUP_DECIDE:
			lookup->step = AUTHORITY_LOOKUP_END;
			decide(lookup);
			break;
		case AUTHORITY_LOOKUP_END:
			forget_zone(lookup);
			lookup->on_done(lookup); /* may have freed the lookup */
			return;
		}
		lookup->pending--;
	}
}

void authority_lookup_start(struct authority_lookup *lookup, const struct authority_ways *ways,
			    const struct authority_question *question, unsigned *aliases_left,
			    authority_lookup_done_fn on_done, void *context)
{
	memset(lookup, 0, sizeof *lookup);
	lookup->ways = ways;
	memcpy(lookup->name.wire, question->name, dns_name_size(question->name));
	lookup->type = question->type;
	lookup->ip = *question->ip;
	lookup->recent = question->recent;
	lookup->aliases_left = aliases_left;
	lookup->waiter.on_ready = on_zone_ready;
	lookup->state = AUTHORITY_CONSISTENT;
	lookup->on_done = on_done;
	lookup->context = context;
	lookup_advance(lookup);
}

void authority_lookup_clear(struct authority_lookup *lookup)
{
	dns_reply_clear(&lookup->reply);
}
