#include "asking/name_survey.h"

#include "asking/query.h"
#include "base/log.h"
#include "base/memory.h"
#include "pacing/quiet.h"
#include "pacing/schedule.h"

#include <assert.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Fewer wakeups, several questions each. */
#define TICK_MS 20

/* A question waits for its turn and for its answer in memory of its own: a bound on that. */
#define ASKS_MAX 256

/* Lines a minute about addresses: those of a name in the hands of a stranger may be new each time. */
#define NEWS_LINES 20

/* One in so many of the queries a resolver allows is the survey's. */
#define SHARE 10

/* A name and a family: [name * UNWATCHED_FAMILIES + family]. */
struct item {
	uint8_t turn; /* which resolver comes next */
	bool asking;
};

struct name_survey {
	struct unwatched *unwatched;
	struct upstream *upstreams[CONFIG_RESOLVERS_MAX];
	size_t upstream_count;
	struct schedule_ring *ring;
	struct schedule *schedule;
	struct item *items;
	double gap_ms;  /* between two questions at least */
	double free_ms; /* when the next one may be asked */
	unsigned asks;  /* under way */
	struct line_budget news_lines;
	struct loop_timer *timer;
	int64_t wake_ms; /* when it goes off */
};

/* One question; its own copy of the name outlives a reload. */
struct ask {
	struct query query;
	struct name_survey *survey;
	struct dns_name name;
	enum unwatched_family family;
};

/* --- asking --- */

static void tell(struct name_survey *survey, const struct ask *ask,
		 const struct unwatched_news *news)
{
	char name[DNS_NAME_TEXT_MAX], ip[IP_TEXT_MAX];
	uint64_t left_out;

	if (news->count == 0 ||
	    !line_budget_take(&survey->news_lines, NEWS_LINES, loop_now().ms, &left_out))
		return;
	if (left_out > 0)
		log_info("Further addresses that are no targets were left out of the log",
			 LOG_NUMBER("count", left_out));
	dns_name_print(ask->name.wire, name);
	log_info("An expected name has an address that is no target", LOG_TEXT("name", name),
		 LOG_TEXT("address", ip_print(&news->first, ip)),
		 LOG_NUMBER("others", news->count - 1));
}

static void take_answer(struct name_survey *survey, struct ask *ask, size_t name)
{
	static const struct dns_address_set none;
	const struct lookup *lookup = &ask->query.lookup;
	const struct dns_address_set *addresses = &none;
	struct unwatched_news news;

	if (lookup->outcome == LOOKUP_DATA)
		addresses = &lookup->reply->addresses;
	else if (lookup->outcome != LOOKUP_ABSENT)
		return;
	news = unwatched_answer(survey->unwatched, name, ask->family, addresses, loop_now().ms);
	tell(survey, ask, &news);
}

static void wake(struct name_survey *survey, int64_t now_ms);

static void on_answer(struct query *query)
{
	struct ask *ask = query->context;
	struct name_survey *survey = ask->survey;
	size_t name;

	survey->asks--;
	/* It may have left the configuration, or come back as another item. */
	if (unwatched_find(survey->unwatched, ask->name.wire, &name)) {
		survey->items[name * UNWATCHED_FAMILIES + ask->family].asking = false;
		if (!query->cancelled)
			take_answer(survey, ask, name);
	}
	if (!query->cancelled)
		wake(survey, loop_now().ms);
	query_clear(query);
	upstream_release(query->upstream);
	free(ask);
}

/* The next in turn; those that are down only if all are. */
static struct upstream *choose_upstream(const struct name_survey *survey, struct item *item)
{
	size_t left;

	for (left = survey->upstream_count; left > 1; left--) {
		if (survey->upstreams[item->turn]->stats.up)
			break;
		item->turn = (uint8_t)((item->turn + 1U) % survey->upstream_count);
	}
	return survey->upstreams[item->turn];
}

static void ask_about(struct name_survey *survey, uint32_t number)
{
	struct item *item = &survey->items[number];
	struct upstream *upstream = choose_upstream(survey, item);
	const uint8_t *name = unwatched_name(survey->unwatched, number / UNWATCHED_FAMILIES);
	struct ask *ask = memory_allocate(sizeof *ask);

	item->turn = (uint8_t)((item->turn + 1U) % survey->upstream_count);
	item->asking = true;
	survey->asks++;
	ask->survey = survey;
	ask->family = number % UNWATCHED_FAMILIES;
	memcpy(ask->name.wire, name, dns_name_size(name));
	upstream_hold(upstream);
	query_start(&ask->query, upstream,
		    &(struct query_order){
			    .name = name,
			    .type = ask->family == UNWATCHED_IPV4 ? DNS_A : DNS_AAAA,
			    .transport = RESOLVER_UDP,
		    },
		    on_answer, ask);
}

static void on_timer(void *context)
{
	struct name_survey *survey = context;
	int64_t now_ms = loop_now().ms;
	uint32_t number;

	while (survey->asks < ASKS_MAX && survey->free_ms <= (double)now_ms &&
	       schedule_next(survey->schedule, now_ms, &number)) {
		if (survey->items[number].asking)
			continue;
		/* What a late timer lost is made up for, but no more than that. */
		survey->free_ms =
			fmax(survey->free_ms, (double)(now_ms - 2 * TICK_MS)) + survey->gap_ms;
		ask_about(survey, number);
	}
	wake(survey, now_ms);
}

/* With no room for more, the next answer wakes us. */
static void wake(struct name_survey *survey, int64_t now_ms)
{
	int64_t due_ms = schedule_due_ms(survey->schedule);
	int64_t free_ms = (int64_t)ceil(survey->free_ms);

	if (due_ms == INT64_MAX || survey->asks >= ASKS_MAX) {
		loop_timer_stop(survey->timer);
		return;
	}
	if (due_ms < free_ms)
		due_ms = free_ms;
	if (due_ms < now_ms + TICK_MS)
		due_ms = now_ms + TICK_MS;
	/* Answers must not put it off. */
	if (loop_timer_is_set(survey->timer) && survey->wake_ms <= due_ms)
		return;
	survey->wake_ms = due_ms;
	loop_timer_start(survey->timer, due_ms - now_ms);
}

/* --- a new configuration --- */

/* Names by whose form alone nothing can be found are not asked. */
static struct schedule_ring *ring_create(const struct config *config)
{
	size_t count = config->name_count * UNWATCHED_FAMILIES, i;
	struct schedule_ring *ring = memory_allocate(sizeof *ring);
	uint64_t *phases = memory_allocate_array(count, sizeof *phases);
	bool *skip = memory_allocate_array(count, sizeof *skip);

	for (i = 0; i < count; i++) {
		phases[i] = i * (uint64_t)config->interval_ms / count;
		skip[i] = config->names_hopeless[i / UNWATCHED_FAMILIES];
	}
	schedule_ring_init(ring, phases, skip, count, config->interval_ms);
	free(phases);
	free(skip);
	return ring;
}

static void ring_free(struct schedule_ring *ring)
{
	if (ring == NULL)
		return;
	schedule_ring_clear(ring);
	free(ring);
}

/* Every item begins at another resolver, so that each gets its part of every round. */
static void deal_turns(struct name_survey *survey, size_t count)
{
	size_t i;

	free(survey->items);
	survey->items = memory_allocate_array(count, sizeof *survey->items);
	for (i = 0; i < count; i++)
		survey->items[i].turn = (uint8_t)(i / UNWATCHED_FAMILIES % survey->upstream_count);
}

static void take_upstreams(struct name_survey *survey, struct upstream *const *upstreams,
			   size_t count)
{
	unsigned least = UINT_MAX;
	size_t i;

	for (i = 0; i < count; i++) {
		survey->upstreams[i] = upstreams[i];
		if (upstreams[i]->max_qps < least)
			least = upstreams[i]->max_qps;
	}
	survey->upstream_count = count;
	/* They take turns, so the slowest one decides. */
	survey->gap_ms = 1000.0 * SHARE / ((double)least * (double)count);
}

static void take_schedule(struct name_survey *survey, const struct config *config, int64_t now_ms)
{
	struct schedule_ring *before = survey->ring;

	survey->ring = ring_create(config);
	if (survey->schedule == NULL)
		survey->schedule = schedule_create(survey->ring, now_ms);
	else
		schedule_replace_ring(survey->schedule, survey->ring, now_ms);
	ring_free(before);
}

void name_survey_configure(struct name_survey *survey, const struct config *config,
			   struct upstream *const *upstreams, size_t upstream_count)
{
	int64_t now_ms = loop_now().ms;

	unwatched_reconcile(survey->unwatched, &(struct unwatched_change){
						       .names = config->names,
						       .name_count = config->name_count,
						       .watches = config->all_watches,
						       .watch_count = config->all_watch_count,
						       .count_special_use = config->check_special_use,
					       });
	take_upstreams(survey, upstreams, upstream_count);
	deal_turns(survey, config->name_count * UNWATCHED_FAMILIES);
	take_schedule(survey, config, now_ms);
	wake(survey, now_ms);
}

/* --- life --- */

struct name_survey *name_survey_create(struct loop *loop)
{
	struct name_survey *survey = memory_allocate(sizeof *survey);

	survey->unwatched = unwatched_create();
	survey->timer = loop_timer_create(loop, on_timer, survey);
	return survey;
}

void name_survey_free(struct name_survey *survey)
{
	if (survey == NULL)
		return;
	assert(survey->asks == 0);
	loop_timer_free(survey->timer);
	schedule_free(survey->schedule);
	ring_free(survey->ring);
	free(survey->items);
	unwatched_free(survey->unwatched);
	free(survey);
}

const struct unwatched *name_survey_unwatched(const struct name_survey *survey)
{
	return survey->unwatched;
}
