#include "asking/upstream.h"

#include "base/log.h"
#include "base/memory.h"

#include <assert.h>
#include <stdlib.h>

/* How often we wake at most while there is a steady stream of work: fewer wakeups,
 * several queries each. */
#define TICK_MS 10

/* So many queries in a row without an answer make us ask whether the resolver is there. */
#define UNANSWERED_SUSPICIOUS 5

static void on_timer(void *context);

static bool set_resolver(struct upstream *upstream, int64_t timeout_ms, struct error *error)
{
	struct resolver *fresh;

	if (upstream->resolver != NULL && upstream->timeout_ms == timeout_ms)
		return true;
	fresh = resolver_create(upstream->loop, &upstream->address, upstream->port, timeout_ms,
				&upstream->stats.drops, error);
	if (fresh == NULL)
		return false;
	/* What is on its way is asked again: see query.c. */
	resolver_free(upstream->resolver);
	upstream->resolver = fresh;
	upstream->timeout_ms = timeout_ms;
	return true;
}

bool upstream_configure(struct upstream *upstream, const struct config_resolver *config,
			const struct config *settings, struct error *error)
{
	if (!set_resolver(upstream, settings->timeout_ms, error))
		return false;
	upstream->max_qps = config->max_qps;
	upstream->max_in_flight = config->max_in_flight;
	upstream->edns = config->edns;
	upstream->tries = settings->tries;
	rate_limit_set(&upstream->rate, config->max_qps);
	return true;
}

struct upstream *upstream_create(struct loop *loop, const struct config_resolver *config,
				 const struct config *settings,
				 const struct upstream_source *source, struct error *error)
{
	struct upstream *upstream = memory_allocate(sizeof *upstream);

	upstream->loop = loop;
	upstream->name = memory_duplicate_text(config->name);
	upstream->address = config->address;
	upstream->port = config->port;
	upstream->transport = config->transport;
	upstream->source = *source;
	upstream->stats.up = true;
	upstream->keeps_letter_case = true;
	upstream->references = 1;
	upstream->queries_per_check = 2;
	upstream->timer = loop_timer_create(loop, on_timer, upstream);
	rate_limit_init(&upstream->rate, config->max_qps, loop_now().ms);
	if (!upstream_configure(upstream, config, settings, error)) {
		upstream_stop(upstream);
		upstream_release(upstream);
		return NULL;
	}
	return upstream;
}

void upstream_stop(struct upstream *upstream)
{
	struct upstream_ticket *ticket;

	upstream->stopping = true;
	loop_timer_free(upstream->timer);
	upstream->timer = NULL;
	resolver_free(upstream->resolver);
	upstream->resolver = NULL;
	while ((ticket = upstream->first) != NULL) {
		upstream->first = ticket->next;
		ticket->on_cancel(ticket);
	}
	upstream->last = NULL;
}

void upstream_hold(struct upstream *upstream)
{
	upstream->references++;
}

void upstream_release(struct upstream *upstream)
{
	assert(upstream->references > 0);
	if (--upstream->references > 0)
		return;
	assert(upstream->stopping);
	free((char *)upstream->name);
	free(upstream);
}

void upstream_submit(struct upstream *upstream, struct upstream_ticket *ticket)
{
	if (upstream->stopping) {
		ticket->on_cancel(ticket);
		return;
	}
	ticket->next = NULL;
	if (upstream->first == NULL)
		upstream->first = ticket;
	else
		upstream->last->next = ticket;
	upstream->last = ticket;
	upstream_wake(upstream);
}

/* It costs some protection against forged replies, and no more: worth a line. */
static void tell_letter_case(struct upstream *upstream)
{
	bool keeps = resolver_keeps_letter_case(upstream->resolver);

	if (upstream->keeps_letter_case && !keeps && !upstream->is_authority)
		log_info("Resolver changes the letter case of questions: it is asked in lower case",
			 LOG_TEXT("resolver", upstream->name));
	upstream->keeps_letter_case = keeps;
}

void upstream_begin_query(struct upstream *upstream, enum dns_type type)
{
	tell_letter_case(upstream);
	upstream->in_flight++;
	upstream->stats.queries[stats_type_of(type)]++;
}

void upstream_end_query(struct upstream *upstream, bool answered)
{
	upstream->in_flight--;
	if (answered) {
		upstream->unanswered = 0;
		upstream->stats.up = true;
	} else if (++upstream->unanswered % UNANSWERED_SUSPICIOUS == 0 && !upstream->stopping) {
		upstream->source.on_silence(upstream->source.context);
	}
	upstream_wake(upstream);
}

void upstream_drop_query(struct upstream *upstream)
{
	upstream->in_flight--;
	upstream_wake(upstream);
}

#define VOTES_MOST 8

void upstream_note_recursion(struct upstream *upstream, bool available)
{
	int votes = upstream->recursion_votes + (available ? 1 : -1);

	if (votes >= -VOTES_MOST && votes <= VOTES_MOST)
		upstream->recursion_votes = votes;
}

bool upstream_recursion_is_usual(const struct upstream *upstream)
{
	return upstream->recursion_votes > 0;
}

bool upstream_is_silent(const struct upstream *upstream)
{
	return upstream->unanswered >= UNANSWERED_SUSPICIOUS;
}

void upstream_wake(struct upstream *upstream)
{
	if (!upstream->stopping)
		loop_timer_start(upstream->timer, 0);
}

/* Give one turn. False: nobody wants one before `due_ms`. */
static bool give_turn(struct upstream *upstream, int64_t now_ms, int64_t *due_ms)
{
	struct upstream_ticket *ticket = upstream->first;

	/* A new check hands its first ticket in; that gets the next turn. */
	if (ticket == NULL)
		return upstream->source.start_next(upstream->source.context, now_ms, due_ms);
	if (!rate_limit_take(&upstream->rate, now_ms)) {
		*due_ms = now_ms + rate_limit_wait_ms(&upstream->rate, now_ms);
		return false;
	}
	upstream->first = ticket->next;
	if (upstream->first == NULL)
		upstream->last = NULL;
	ticket->on_turn(ticket);
	return true;
}

static void on_timer(void *context)
{
	struct upstream *upstream = context;
	int64_t now_ms = loop_now().ms, due_ms = INT64_MAX, delay_ms;

	while (upstream->in_flight < upstream->max_in_flight)
		if (!give_turn(upstream, now_ms, &due_ms))
			break;
	/* With no room in flight, the next answer wakes us. */
	if (due_ms == INT64_MAX || upstream->in_flight >= upstream->max_in_flight) {
		loop_timer_stop(upstream->timer);
		return;
	}
	delay_ms = due_ms - now_ms;
	loop_timer_start(upstream->timer, delay_ms > TICK_MS ? delay_ms : TICK_MS);
}

struct metrics_resolver upstream_describe(const struct upstream *upstream, int64_t hold_ms)
{
	return (struct metrics_resolver){
		.name = upstream->name,
		.address = upstream->address,
		.port = upstream->port,
		.transport = upstream->transport == CONFIG_TCP ? "tcp" : "udp",
		.stats = &upstream->stats,
		.hold_ms = hold_ms,
	};
}
