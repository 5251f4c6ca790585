/* config.h - one configuration generation: everything the operator said, checked, with defaults.
 *
 * Immutable once parsed. One arena owns it and all it points to; config_free()
 * frees the whole generation.
 */
#pragma once

#include "base/arena.h"
#include "base/ip.h"
#include "fcrdns/watch.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CONFIG_RESOLVERS_MAX 32    /* every target has a row for each of them */
#define CONFIG_TARGETS_MAX 2000000 /* of all files together; bounds memory */

enum config_transport { CONFIG_UDP, CONFIG_TCP };
enum config_per_resolver {
	CONFIG_PER_RESOLVER_ALL,
	CONFIG_PER_RESOLVER_FAILING,
	CONFIG_PER_RESOLVER_NONE
};

struct config_resolver {
	const char *name; /* [a-z0-9_-]{1,32}, never "authoritative" */
	struct ip address;
	uint16_t port;
	enum config_transport transport;
	unsigned max_qps;       /* queries per second, 1 to 1,000,000 */
	unsigned max_in_flight; /* queries, 1 to 10,000 */
	bool edns;
};

struct config {
	struct arena *arena; /* owns all that is below */

	const struct config_resolver *resolvers; /* in the order written */
	size_t resolver_count;

	int64_t interval_ms;
	int64_t changing_interval_ms;
	int64_t timeout_ms; /* per try */
	unsigned tries;
	unsigned quorum; /* 1 to resolver_count; "majority" is a number by now */
	int64_t hold_ms; /* least age at which a counted answer expires; the prober stretches
			     * it where max_qps makes rounds longer */
	bool check_special_use;
	bool authoritative_enabled;
	uint16_t authoritative_port;
	bool authoritative_special_use;
	unsigned max_block_addresses;
	enum config_per_resolver per_resolver;
	bool answer_info;

	const struct watch *watches; /* of this shard; sorted by address, no two alike */
	size_t watch_count;
	const struct watch *all_watches; /* of all shards, likewise; those of others without
					  * an expectation, which is not kept */
	size_t all_watch_count;
	const uint8_t *const *names; /* expected of any of `watches`, distinct, in canonical order */
	const bool *names_hopeless;  /* [i]: names[i] can have no public address, by its form */
	size_t name_count;
	const char *const *warnings; /* sentences; what was accepted but deserves a word */
	size_t warning_count;
};

void config_free(struct config *config); /* NULL is fine */
