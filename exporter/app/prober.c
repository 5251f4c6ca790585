#include "app/prober.h"

#include "app/change_log.h"
#include "asking/lane.h"
#include "asking/name_survey.h"
#include "authority/authority_lane.h"
#include "base/log.h"
#include "base/memory.h"
#include "targets/shared_ptr.h"

#include <stdlib.h>

struct prober {
	struct loop *loop;
	struct config *config; /* NULL before the first prober_configure() */
	struct target_list *targets;
	struct lane *lanes[CONFIG_RESOLVERS_MAX];
	size_t lane_count;
	struct schedule_ring *ring; /* shared by all lanes */
	struct name_survey *survey;
	struct change_log change_log;
	struct authority_lane *authority; /* NULL: the authorities are not asked */
	bool ready;
};

static void ring_free(struct schedule_ring *ring)
{
	if (ring == NULL)
		return;
	schedule_ring_clear(ring);
	free(ring);
}

struct prober *prober_create(struct loop *loop)
{
	struct prober *prober = memory_allocate(sizeof *prober);

	prober->loop = loop;
	prober->targets = target_list_create();
	prober->survey = name_survey_create(loop);
	return prober;
}

void prober_free(struct prober *prober)
{
	size_t i;

	if (prober == NULL)
		return;
	authority_lane_free(prober->authority);
	for (i = 0; i < prober->lane_count; i++)
		lane_free(prober->lanes[i]);
	name_survey_free(prober->survey);
	target_list_free(prober->targets);
	ring_free(prober->ring);
	config_free(prober->config);
	free(prober);
}

/* --- news --- */

static void on_news(void *context, struct target *target, struct moment now)
{
	struct prober *prober = context;
	int64_t hold_ms[CONFIG_RESOLVERS_MAX];
	struct agreement agreement;
	size_t i;

	for (i = 0; i < prober->lane_count; i++)
		hold_ms[i] = lane_hold_ms(prober->lanes[i], now.ms);
	shared_ptr_renew(prober->targets, target, hold_ms, prober->config->quorum, now.ms);
	agreement = target_agreement(target, hold_ms, prober->config->quorum, now.ms);
	if (agreement.status != target->last_status) {
		change_log_status(&prober->change_log, target, agreement.status, now.ms);
		target->last_status = (uint8_t)agreement.status;
	}
	/* That nothing is known yet at the start is no trouble. */
	if (target_last_check_unix_ms(target) != 0 &&
	    agreement_is_trouble(&agreement, prober->lane_count))
		target->trouble_ms = now.ms;
	target_notice_agreement(target, &agreement, now);
	if (!target_is_changing(target, now.ms))
		return;
	for (i = 0; i < prober->lane_count; i++)
		lane_ask_soon(prober->lanes[i], target);
	if (prober->authority != NULL)
		authority_lane_ask_soon(prober->authority, target);
}

static void on_change(void *context, const struct answer_change *change, struct moment now)
{
	struct prober *prober = context;

	change_log_answer(&prober->change_log, change, now.ms);
}

/* --- the authorities --- */

static bool is_changing(void *context, const struct target *target, int64_t now_ms)
{
	(void)context;
	return target_is_changing(target, now_ms);
}

static void on_authority(void *context, struct target *target, struct authority_finding *finding)
{
	const char *status = "unknown";
	char ip[IP_TEXT_MAX];

	(void)context;
	if (finding->evidence != NULL)
		status = status_name(
			(enum status)judge(finding->evidence, target->expectation).status);
	log_debug("Authorities asked", LOG_TEXT("ip", ip_print(&target->ip, ip)),
		  LOG_TEXT("state", authority_state_name(finding->state)),
		  LOG_TEXT("status", status));
	target_finish_authority(target, finding, loop_now());
}

static void start_authority(struct prober *prober)
{
	const struct authority_lane_events events = {is_changing, on_authority, prober};
	struct upstream *upstreams[CONFIG_RESOLVERS_MAX];
	size_t i;

	if (!prober->config->authoritative_enabled) {
		authority_lane_free(prober->authority);
		prober->authority = NULL;
		return;
	}
	if (prober->authority == NULL)
		prober->authority = authority_lane_create(prober->loop, &events);
	for (i = 0; i < prober->lane_count; i++)
		upstreams[i] = lane_upstream(prober->lanes[i]);
	authority_lane_watch(prober->authority, prober->config, upstreams, prober->targets);
}

/* --- a new configuration --- */

struct change {
	struct lane *lanes[CONFIG_RESOLVERS_MAX];
	int old_views[TARGET_VIEWS_MAX]; /* -1: a new lane; the authority's comes last */
	size_t lane_count;
};

/* The lane before that asks this resolver; -1 if there is none. */
static int find_lane(const struct prober *prober, const struct config_resolver *resolver)
{
	size_t i;

	for (i = 0; i < prober->lane_count; i++)
		if (lane_is_of(prober->lanes[i], resolver))
			return (int)i;
	return -1;
}

static void drop_new_lanes(struct change *change)
{
	size_t i;

	for (i = 0; i < change->lane_count; i++)
		if (change->old_views[i] < 0)
			lane_free(change->lanes[i]);
}

/* Everything that can fail, before anything is changed. */
static bool prepare_lanes(struct prober *prober, const struct config *config,
			  struct change *change, struct error *error)
{
	const struct lane_events events = {on_news, on_change, prober};
	size_t i;

	for (i = 0; i < config->resolver_count; i++) {
		const struct config_resolver *resolver = &config->resolvers[i];
		int old = find_lane(prober, resolver);

		change->old_views[i] = old;
		change->lanes[i] = old >= 0 ? prober->lanes[old]
					    : lane_create(prober->loop, resolver, config, &events,
							  error);
		if (change->lanes[i] == NULL) {
			drop_new_lanes(change);
			return false;
		}
		change->lane_count++;
	}
	return true;
}

static bool is_kept(const struct change *change, const struct lane *lane)
{
	size_t i;

	for (i = 0; i < change->lane_count; i++)
		if (change->lanes[i] == lane)
			return true;
	return false;
}

static void swap_lanes(struct prober *prober, const struct change *change)
{
	size_t i;

	for (i = 0; i < prober->lane_count; i++)
		if (!is_kept(change, prober->lanes[i]))
			lane_free(prober->lanes[i]);
	for (i = 0; i < change->lane_count; i++)
		prober->lanes[i] = change->lanes[i];
	prober->lane_count = change->lane_count;
}

static struct schedule_ring *ring_create(const struct target_list *targets, int64_t interval_ms)
{
	struct schedule_ring *ring = memory_allocate(sizeof *ring);
	uint64_t *hashes = memory_allocate_array(targets->count, sizeof *hashes);
	bool *skip = memory_allocate_array(targets->count, sizeof *skip);
	size_t i;

	for (i = 0; i < targets->count; i++) {
		hashes[i] = ip_hash(&targets->items[i]->ip);
		skip[i] = targets->items[i]->skipped;
	}
	schedule_ring_init(ring, hashes, skip, targets->count, interval_ms);
	free(hashes);
	free(skip);
	return ring;
}

static void warn_if_too_slow(const struct prober *prober, size_t i)
{
	const struct upstream *upstream = lane_upstream(prober->lanes[i]);
	int64_t round_ms = lane_round_ms(prober->lanes[i]);
	int64_t interval_ms = prober->config->interval_ms;

	if (round_ms <= interval_ms)
		return;
	log_warn("max_qps is too low for the interval: every check comes late",
		 LOG_TEXT("resolver", upstream->name), LOG_NUMBER("max_qps", upstream->max_qps),
		 LOG_NUMBER("needed_qps",
			    (upstream->max_qps * round_ms + interval_ms - 1) / interval_ms),
		 LOG_NUMBER("interval_seconds", interval_ms / 1000),
		 LOG_NUMBER("round_seconds", round_ms / 1000));
}

static void start_lanes(struct prober *prober, const bool *ask_at_once)
{
	struct schedule_ring *before = prober->ring;
	size_t i;

	prober->ring = ring_create(prober->targets, prober->config->interval_ms);
	for (i = 0; i < prober->lane_count; i++) {
		lane_watch(prober->lanes[i], prober->targets, i, prober->ring, ask_at_once,
			   prober->config);
		warn_if_too_slow(prober, i);
	}
	ring_free(before);
}

static void start_survey(const struct prober *prober)
{
	struct upstream *upstreams[CONFIG_RESOLVERS_MAX];
	size_t i;

	for (i = 0; i < prober->lane_count; i++)
		upstreams[i] = lane_upstream(prober->lanes[i]);
	name_survey_configure(prober->survey, prober->config, upstreams, prober->lane_count);
}

/* Lanes that stay take over rates and timeouts; they could be made before, so they can be now. */
static bool configure_kept_lanes(struct change *change, const struct config *config,
				 struct error *error)
{
	size_t i;

	for (i = 0; i < change->lane_count; i++)
		if (change->old_views[i] >= 0 &&
		    !lane_configure(change->lanes[i], &config->resolvers[i], config, error))
			return false;
	return true;
}

/* Resolvers first, then the authority, if it is asked. */
static void reconcile_targets(struct prober *prober, const struct config *config,
			      struct change *change, bool *ask_at_once)
{
	const struct target_list *targets = prober->targets;
	size_t view_count = config->resolver_count;

	if (config->authoritative_enabled)
		change->old_views[view_count++] = targets->view_count > targets->resolver_count
							  ? (int)targets->resolver_count
							  : -1;
	target_list_reconcile(prober->targets,
			      &(struct target_list_change){
				      .watches = config->watches,
				      .watch_count = config->watch_count,
				      .view_count = view_count,
				      .old_views = change->old_views,
				      .check_special_use = config->check_special_use,
				      .has_authority = config->authoritative_enabled,
			      },
			      ask_at_once);
}

bool prober_configure(struct prober *prober, struct config *config, struct error *error)
{
	struct change change = {.lane_count = 0};
	struct config *before = prober->config;
	bool *ask_at_once;

	if (!prepare_lanes(prober, config, &change, error))
		return false;
	if (!configure_kept_lanes(&change, config, error)) {
		drop_new_lanes(&change);
		return false;
	}
	ask_at_once = memory_allocate_array(config->watch_count, sizeof *ask_at_once);
	swap_lanes(prober, &change);
	reconcile_targets(prober, config, &change, ask_at_once);
	prober->config = config;
	start_lanes(prober, ask_at_once);
	start_survey(prober);
	start_authority(prober);
	free(ask_at_once);
	config_free(before);
	return true;
}

/* --- questions --- */

const struct config *prober_config(const struct prober *prober)
{
	return prober->config;
}

const struct target_list *prober_targets(const struct prober *prober)
{
	return prober->targets;
}

const struct unwatched *prober_unwatched(const struct prober *prober)
{
	return name_survey_unwatched(prober->survey);
}

size_t prober_lane_count(const struct prober *prober)
{
	return prober->lane_count;
}

const struct upstream *prober_upstream(const struct prober *prober, size_t lane)
{
	return lane_upstream(prober->lanes[lane]);
}

int64_t prober_hold_ms(const struct prober *prober, size_t lane, int64_t now_ms)
{
	return lane_hold_ms(prober->lanes[lane], now_ms);
}

int64_t prober_lag_ms(const struct prober *prober, int64_t now_ms)
{
	int64_t most = 0;
	size_t i;

	for (i = 0; i < prober->lane_count; i++) {
		int64_t lag_ms = lane_lag_ms(prober->lanes[i], now_ms);

		if (lag_ms > most)
			most = lag_ms;
	}
	return most;
}

static bool is_checked_everywhere(const struct prober *prober, const struct target *target)
{
	size_t i;

	for (i = 0; i < prober->lane_count; i++)
		if (lane_is_original(prober->lanes[i]) && target->views[i].finished_unix_ms == 0)
			return false;
	return true;
}

bool prober_is_ready(struct prober *prober)
{
	size_t i;

	for (i = 0; i < prober->targets->count && !prober->ready; i++) {
		const struct target *target = prober->targets->items[i];

		if (target->original && !target->skipped && !is_checked_everywhere(prober, target))
			return false;
	}
	prober->ready = true;
	return true;
}
