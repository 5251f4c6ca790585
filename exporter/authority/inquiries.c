#include "authority/inquiries.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

/* Of a resolver's max_qps. */
#define SHARE 0.1

/* How many resolvers one question is put to. */
#define ATTEMPTS_MAX 2

#define FLYING_MAX 32
#define TICK_MS 10
#define NOBODY_THERE_MS 1000

struct inquiry {
	struct query query; /* first: the query's owner is the inquiry */
	struct inquiries *inquiries; /* NULL: nobody waits for it any more */
	struct inquiry *next, *previous; /* in the line, or among those on their way */
	struct upstream *upstream;   /* held while it is asked */
	const struct upstream *asked_before; /* only compared */
	unsigned attempts;
	struct dns_name name;
	enum dns_type type;
	inquiry_done_fn on_done;
	void *context;
};

struct desk {
	struct upstream *upstream; /* held */
	struct rate_limit rate;
};

struct inquiries {
	struct loop_timer *timer;
	struct desk desks[CONFIG_RESOLVERS_MAX];
	size_t desk_count;
	size_t turn; /* the desk that comes next */
	struct inquiry *first, *last; /* the line, by `next` */
	struct inquiry *flying;       /* linked both ways */
	size_t flying_count;
	bool stopping;
};

static void wake(struct inquiries *inquiries, int64_t delay_ms)
{
	if (!inquiries->stopping)
		loop_timer_start(inquiries->timer, delay_ms);
}

/* --- the line, and those on their way --- */

static void put_into_line(struct inquiries *inquiries, struct inquiry *inquiry)
{
	inquiry->next = NULL;
	if (inquiries->first == NULL)
		inquiries->first = inquiry;
	else
		inquiries->last->next = inquiry;
	inquiries->last = inquiry;
}

static struct inquiry *take_from_line(struct inquiries *inquiries)
{
	struct inquiry *inquiry = inquiries->first;

	inquiries->first = inquiry->next;
	if (inquiries->first == NULL)
		inquiries->last = NULL;
	return inquiry;
}

static void let_fly(struct inquiries *inquiries, struct inquiry *inquiry)
{
	inquiry->previous = NULL;
	inquiry->next = inquiries->flying;
	if (inquiry->next != NULL)
		inquiry->next->previous = inquiry;
	inquiries->flying = inquiry;
	inquiries->flying_count++;
}

static void land(struct inquiries *inquiries, struct inquiry *inquiry)
{
	if (inquiry->previous == NULL)
		inquiries->flying = inquiry->next;
	else
		inquiry->previous->next = inquiry->next;
	if (inquiry->next != NULL)
		inquiry->next->previous = inquiry->previous;
	inquiries->flying_count--;
}

/* --- answers --- */

static void inquiry_free(struct inquiry *inquiry)
{
	query_clear(&inquiry->query);
	if (inquiry->upstream != NULL)
		upstream_release(inquiry->upstream);
	free(inquiry);
}

static void finish(struct inquiry *inquiry)
{
	inquiry->on_done(inquiry->context, &inquiry->query);
	inquiry_free(inquiry);
}

static void cancel(struct inquiry *inquiry)
{
	inquiry->query.cancelled = true;
	finish(inquiry);
}

/* Retries went out without being asked for here: they are paid now. */
static void pay(struct inquiries *inquiries, const struct inquiry *inquiry)
{
	size_t i;

	for (i = 0; i < inquiries->desk_count && inquiry->query.sent > 1; i++)
		if (inquiries->desks[i].upstream == inquiry->upstream)
			rate_limit_use(&inquiries->desks[i].rate, inquiry->query.sent - 1);
}

static bool is_worth_another(const struct inquiries *inquiries, const struct inquiry *inquiry)
{
	enum lookup_outcome outcome = inquiry->query.lookup.outcome;

	if (inquiries->stopping)
		return false;
	if (inquiry->query.cancelled)
		return true; /* its resolver was removed */
	return (outcome == LOOKUP_FAILED || outcome == LOOKUP_FILTERED) &&
	       inquiry->attempts < ATTEMPTS_MAX && inquiry->attempts < inquiries->desk_count;
}

static void on_answer(struct query *query)
{
	struct inquiry *inquiry = (struct inquiry *)query;
	struct inquiries *inquiries = inquiry->inquiries;

	if (inquiries == NULL) {
		inquiry_free(inquiry);
		return;
	}
	land(inquiries, inquiry);
	pay(inquiries, inquiry);
	wake(inquiries, 0);
	if (!is_worth_another(inquiries, inquiry)) {
		finish(inquiry);
		return;
	}
	inquiry->asked_before = inquiry->upstream;
	upstream_release(inquiry->upstream);
	inquiry->upstream = NULL;
	query_clear(query);
	put_into_line(inquiries, inquiry);
}

/* --- turns --- */

static bool is_any_up(const struct inquiries *inquiries)
{
	size_t i;

	for (i = 0; i < inquiries->desk_count; i++)
		if (!inquiries->desks[i].upstream->stopping && inquiries->desks[i].upstream->stats.up)
			return true;
	return false;
}

/* The next resolver that has a turn to spare for this one; NULL: none before `*wait_ms`. */
static struct desk *choose_desk(struct inquiries *inquiries, const struct inquiry *inquiry,
				int64_t now_ms, int64_t *wait_ms)
{
	bool any_up = is_any_up(inquiries);
	size_t i;

	*wait_ms = NOBODY_THERE_MS;
	for (i = 0; i < inquiries->desk_count; i++) {
		size_t at = (inquiries->turn + i) % inquiries->desk_count;
		struct desk *desk = &inquiries->desks[at];
		int64_t desk_wait_ms;

		if (desk->upstream->stopping || (any_up && !desk->upstream->stats.up) ||
		    (desk->upstream == inquiry->asked_before && inquiries->desk_count > 1))
			continue;
		if (rate_limit_take(&desk->rate, now_ms)) {
			inquiries->turn = at + 1;
			return desk;
		}
		desk_wait_ms = rate_limit_wait_ms(&desk->rate, now_ms);
		if (desk_wait_ms < *wait_ms)
			*wait_ms = desk_wait_ms;
	}
	return NULL;
}

static void on_timer(void *context)
{
	struct inquiries *inquiries = context;
	int64_t now_ms = loop_now().ms, wait_ms;

	while (inquiries->first != NULL && inquiries->flying_count < FLYING_MAX) {
		struct desk *desk = choose_desk(inquiries, inquiries->first, now_ms, &wait_ms);
		struct inquiry *inquiry;

		if (desk == NULL) {
			wake(inquiries, wait_ms > TICK_MS ? wait_ms : TICK_MS);
			return;
		}
		inquiry = take_from_line(inquiries);
		inquiry->attempts++;
		inquiry->upstream = desk->upstream;
		upstream_hold(inquiry->upstream);
		let_fly(inquiries, inquiry);
		query_start(&inquiry->query, inquiry->upstream,
			    &(struct query_order){inquiry->name.wire, inquiry->type, RESOLVER_UDP},
			    on_answer, inquiry);
	}
}

/* --- life --- */

struct inquiries *inquiries_create(struct loop *loop)
{
	struct inquiries *inquiries = memory_allocate(sizeof *inquiries);

	inquiries->timer = loop_timer_create(loop, on_timer, inquiries);
	return inquiries;
}

void inquiries_free(struct inquiries *inquiries)
{
	struct inquiry *inquiry;

	if (inquiries == NULL)
		return;
	inquiries->stopping = true;
	/* What is on its way ends when its resolver says so, and finds nobody. */
	while ((inquiry = inquiries->flying) != NULL) {
		struct query none = {.cancelled = true};

		land(inquiries, inquiry);
		inquiry->inquiries = NULL;
		inquiry->on_done(inquiry->context, &none);
	}
	while (inquiries->first != NULL)
		cancel(take_from_line(inquiries));
	inquiries_set_resolvers(inquiries, NULL, 0);
	loop_timer_free(inquiries->timer);
	free(inquiries);
}

void inquiries_set_resolvers(struct inquiries *inquiries, struct upstream *const *upstreams,
			     size_t count)
{
	struct desk before[CONFIG_RESOLVERS_MAX];
	size_t before_count = inquiries->desk_count, i, j;

	memcpy(before, inquiries->desks, sizeof before);
	for (i = 0; i < count; i++) {
		struct desk *desk = &inquiries->desks[i];
		double per_second = upstreams[i]->max_qps * SHARE;

		desk->upstream = upstreams[i];
		upstream_hold(desk->upstream);
		rate_limit_init(&desk->rate, per_second, loop_now().ms);
		for (j = 0; j < before_count; j++)
			if (before[j].upstream == desk->upstream)
				desk->rate = before[j].rate;
		rate_limit_set(&desk->rate, per_second);
	}
	inquiries->desk_count = count;
	inquiries->turn = 0;
	for (j = 0; j < before_count; j++)
		upstream_release(before[j].upstream);
	wake(inquiries, 0);
}

void inquiries_ask(struct inquiries *inquiries, const uint8_t *name, enum dns_type type,
		   inquiry_done_fn on_done, void *context)
{
	struct inquiry *inquiry = memory_allocate(sizeof *inquiry);

	inquiry->inquiries = inquiries;
	memcpy(inquiry->name.wire, name, dns_name_size(name));
	inquiry->type = type;
	inquiry->on_done = on_done;
	inquiry->context = context;
	if (inquiries->stopping) {
		cancel(inquiry);
		return;
	}
	put_into_line(inquiries, inquiry);
	wake(inquiries, 0);
}
