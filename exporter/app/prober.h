/* prober.h - who is asked when, at every resolver; owner of targets and upstreams.
 *
 * Each resolver has a lane of its own (upstream, schedule), so that a silent one delays
 * nobody else. Results go into the target list, which everything else only reads. Beside the
 * lanes, a survey asks them for the addresses of the expected names.
 */
#pragma once

#include "asking/upstream.h"
#include "base/error.h"
#include "config/config.h"
#include "targets/target_list.h"
#include "targets/unwatched.h"
#include "io/loop.h"

struct prober;

/* Nothing is watched until prober_configure(). */
struct prober *prober_create(struct loop *loop);
void prober_free(struct prober *prober); /* NULL is fine; ends all checks */

/* Watch what `config` says from now on. Takes `config` over and frees the one before.
 * What is known of targets and resolvers that stay is kept. On failure nothing has
 * changed and `config` is still the caller's. */
bool prober_configure(struct prober *prober, struct config *config, struct error *error);

const struct config *prober_config(const struct prober *prober);
const struct target_list *prober_targets(const struct prober *prober);
const struct unwatched *prober_unwatched(const struct prober *prober);

/* Lane i is view i of every target. */
size_t prober_lane_count(const struct prober *prober);
const struct upstream *prober_upstream(const struct prober *prober, size_t lane);

/* The same, for questions of others: they wait for their turns like all. */
struct upstream *prober_upstream_to_ask(struct prober *prober, size_t lane);

/* How old a counted answer of this lane may be: at least 3 x the time in which a target is
 * really asked again. */
int64_t prober_hold_ms(const struct prober *prober, size_t lane, int64_t now_ms);

/* How far the slowest lane is behind. */
int64_t prober_lag_ms(const struct prober *prober, int64_t now_ms);

/* Has every target of the first configuration finished one check at every resolver of it?
 * Once true, always true. */
bool prober_is_ready(struct prober *prober);
