#include "app/prober.h"

#include "app/change_log.h"
#include "app/lane_set.h"
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
	struct lane_set lanes;
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
	if (prober == NULL)
		return;
	authority_lane_free(prober->authority);
	lane_set_clear(&prober->lanes);
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

	for (i = 0; i < prober->lanes.count; i++)
		hold_ms[i] = lane_hold_ms(prober->lanes.items[i], now.ms);
	shared_ptr_renew(prober->targets, target, hold_ms, prober->config->quorum, now.ms);
	agreement = target_agreement(target, hold_ms, prober->config->quorum, now.ms);
	if (agreement.status != target->last_status) {
		change_log_status(&prober->change_log, target, agreement.status, now.ms);
		target->last_status = (uint8_t)agreement.status;
	}
	/* That nothing is known yet at the start is no trouble. */
	if (target_last_check_unix_ms(target) != 0 &&
	    agreement_is_trouble(&agreement, prober->lanes.count))
		target->trouble_ms = now.ms;
	target_notice_agreement(target, &agreement, now);
	if (!target_is_changing(target, now.ms))
		return;
	for (i = 0; i < prober->lanes.count; i++)
		lane_ask_soon(prober->lanes.items[i], target);
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
		status =
		    status_name((enum status)judge(finding->evidence, target->expectation).status);
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
	for (i = 0; i < prober->lanes.count; i++)
		upstreams[i] = lane_upstream(prober->lanes.items[i]);
	authority_lane_watch(prober->authority, prober->config, upstreams, prober->targets);
}

/* --- a new configuration --- */

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
	const struct upstream *upstream = lane_upstream(prober->lanes.items[i]);
	int64_t round_ms = lane_round_ms(prober->lanes.items[i]);
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
	for (i = 0; i < prober->lanes.count; i++) {
		lane_watch(prober->lanes.items[i], prober->targets, i, prober->ring, ask_at_once,
			   prober->config);
		warn_if_too_slow(prober, i);
	}
	ring_free(before);
}

static void start_survey(const struct prober *prober)
{
	struct upstream *upstreams[CONFIG_RESOLVERS_MAX];
	size_t i;

	for (i = 0; i < prober->lanes.count; i++)
		upstreams[i] = lane_upstream(prober->lanes.items[i]);
	name_survey_configure(prober->survey, prober->config, upstreams, prober->lanes.count);
}

/* Resolvers first, then the authority, if it is asked. */
static void reconcile_targets(struct prober *prober, const struct config *config,
			      struct lane_set_change *change, bool *ask_at_once)
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

static void free_elsewhere(void *config)
{
	config_free(config);
}

static void on_freed(void *config)
{
	(void)config;
}

bool prober_configure(struct prober *prober, struct config *config, struct error *error)
{
	const struct lane_events events = {on_news, on_change, prober};
	struct lane_set_change change;
	struct config *before = prober->config;
	bool *ask_at_once;

	if (!lane_set_prepare(&prober->lanes, &change, prober->loop, config, &events, error))
		return false;
	ask_at_once = memory_allocate_array(config->watch_count, sizeof *ask_at_once);
	lane_set_swap(&prober->lanes, &change);
	reconcile_targets(prober, config, &change, ask_at_once);
	prober->config = config;
	start_lanes(prober, ask_at_once);
	start_survey(prober);
	start_authority(prober);
	free(ask_at_once);
	/* That of a hundred thousand targets takes longer than the loop may be held. */
	if (before != NULL)
		loop_work(prober->loop, free_elsewhere, on_freed, before);
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
	return prober->lanes.count;
}

const struct upstream *prober_upstream(const struct prober *prober, size_t lane)
{
	return lane_upstream(prober->lanes.items[lane]);
}

struct upstream *prober_upstream_to_ask(struct prober *prober, size_t lane)
{
	return lane_upstream(prober->lanes.items[lane]);
}

int64_t prober_hold_ms(const struct prober *prober, size_t lane, int64_t now_ms)
{
	return lane_hold_ms(prober->lanes.items[lane], now_ms);
}

int64_t prober_lag_ms(const struct prober *prober, int64_t now_ms)
{
	int64_t most = 0;
	size_t i;

	for (i = 0; i < prober->lanes.count; i++) {
		int64_t lag_ms = lane_lag_ms(prober->lanes.items[i], now_ms);

		if (lag_ms > most)
			most = lag_ms;
	}
	return most;
}

static bool is_checked_everywhere(const struct prober *prober, const struct target *target)
{
	size_t i;

	for (i = 0; i < prober->lanes.count; i++)
		if (lane_is_original(prober->lanes.items[i]) &&
		    target->views[i].finished_unix_ms == 0)
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
