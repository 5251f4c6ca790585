/* config_input.h - what a configuration is made from: texts, flags, and one question.
 *
 * Plain data, filled by app/, which alone reads files and asks the system.
 */
#pragma once

#include "base/error.h"
#include "config/shard.h"

#include <stdbool.h>
#include <stddef.h>

struct config_file {
	const char *path; /* as it shall appear in messages */
	const char *text;
	size_t size;
};

/* "@fqdn": this host's own name, as `hostname -f` gives it. Called at most once per parse and
 * only if a target uses it. NULL: could not be told, and `error` says why. The parser copies it. */
typedef const char *(*config_own_name_fn)(void *context, struct error *error);

struct config_input {
	const struct config_file *settings;     /* --config.file, or NULL: all defaults */
	const struct config_file *target_files; /* of --targets.dir, in the order they are read */
	size_t target_file_count;
	const char *const *resolver_flags; /* NAME=ADDRESS[:PORT]; replace the configured ones */
	size_t resolver_flag_count;
	struct shard shard;          /* all zero: everything */
	bool no_ipv4_route;          /* default resolvers by their IPv6 addresses */
	config_own_name_fn own_name; /* NULL: "@fqdn" is refused */
	void *own_name_context;
};
