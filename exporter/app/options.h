/* options.h - the command line, in the style of Prometheus exporters. */
#pragma once

#include "base/error.h"
#include "base/log.h"
#include "config/shard.h"
#include "config/web_paths.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define OPTIONS_REPEATS_MAX 32

struct options {
	const char *config_file; /* NULL: none */
	const char *targets_dir;
	bool targets_dir_given;  /* by flag: then it must exist */
	bool config_check;
	bool auto_reload;
	const char *resolvers[OPTIONS_REPEATS_MAX]; /* NAME=ADDRESS[:PORT] */
	size_t resolver_count;
	struct shard shard;
	const char *listen[OPTIONS_REPEATS_MAX];
	size_t listen_count;     /* at least one */
	bool listen_given;       /* by flag, not by default */
	bool systemd_socket;     /* listen on what systemd passes, and on nothing of `listen` */
	const char *web_config_file; /* NULL: none */
	const char *telemetry_path;
	const char *route_prefix, *external_url; /* as given, or NULL */
	struct web_paths paths;                  /* what they come to */
	bool enable_lifecycle; /* POST /-/reload */
	bool enable_probe;     /* GET /probe */
	int64_t timeout_offset_ms; /* a probe ends so long before its scrape would */
	enum log_level log_level;
	enum log_format log_format;
	bool help;
	bool version;
};

/* All pointers are into `argv` or to static text. False: one sentence. */
bool options_parse(struct options *options, int argc, char **argv, struct error *error);

void options_print_help(FILE *out);
