#include "app/options.h"

#include "config/probe_request.h"

#include <getopt.h>
#include <string.h>

#define DEFAULT_LISTEN ":10312"

enum flag_id {
	FLAG_CONFIG_FILE = 256, /* above any character getopt returns */
	FLAG_CONFIG_CHECK,
	FLAG_NO_CONFIG_CHECK,
	FLAG_AUTO_RELOAD,
	FLAG_NO_AUTO_RELOAD,
	FLAG_TARGETS_DIR,
	FLAG_RESOLVER,
	FLAG_SHARD,
	FLAG_LISTEN,
	FLAG_SYSTEMD_SOCKET,
	FLAG_NO_SYSTEMD_SOCKET,
	FLAG_WEB_CONFIG_FILE,
	FLAG_TELEMETRY_PATH,
	FLAG_ROUTE_PREFIX,
	FLAG_EXTERNAL_URL,
	FLAG_LIFECYCLE,
	FLAG_NO_LIFECYCLE,
	FLAG_PROBE,
	FLAG_NO_PROBE,
	FLAG_TIMEOUT_OFFSET,
	FLAG_LOG_LEVEL,
	FLAG_LOG_FORMAT,
	FLAG_HELP,
	FLAG_VERSION,
};

struct flag_row {
	const char *name;
	int has_value;
	int id;
	const char *help; /* NULL: not listed */
};

static const struct flag_row rows[] = {
	{"help", no_argument, FLAG_HELP, "show this help and leave"},
	{"version", no_argument, FLAG_VERSION, "show the version and leave"},
	{"config.file", required_argument, FLAG_CONFIG_FILE,
	 "YAML file with settings; without it all have defaults"},
	{"config.check", no_argument, FLAG_CONFIG_CHECK,
	 "read the configuration, say whether it is good, and leave with 0 or 2"},
	{"no-config.check", no_argument, FLAG_NO_CONFIG_CHECK, NULL},
	{"config.enable-auto-reload", no_argument, FLAG_AUTO_RELOAD, NULL},
	{"no-config.enable-auto-reload", no_argument, FLAG_NO_AUTO_RELOAD,
	 "do not reload by itself when a file changes"},
	{"targets.dir", required_argument, FLAG_TARGETS_DIR,
	 "directory of target files: *.yml, *.yaml, *.json (default targets.d)"},
	{"resolver", required_argument, FLAG_RESOLVER,
	 "NAME=ADDRESS[:PORT] of a resolver to ask; repeatable, replaces the configured ones"},
	{"shard", required_argument, FLAG_SHARD,
	 "I/N: watch only what falls to number I, from 0, of N exporters (default 0/1)"},
	{"web.listen-address", required_argument, FLAG_LISTEN,
	 "HOST:PORT to serve on; repeatable (default " DEFAULT_LISTEN ", both families)"},
	{"web.config.file", required_argument, FLAG_WEB_CONFIG_FILE,
	 "YAML file with TLS, users and headers, as exporter-toolkit has it"},
	{"web.systemd-socket", no_argument, FLAG_SYSTEMD_SOCKET,
	 "serve on the sockets systemd passes, instead of --web.listen-address"},
	{"no-web.systemd-socket", no_argument, FLAG_NO_SYSTEMD_SOCKET, NULL},
	{"web.telemetry-path", required_argument, FLAG_TELEMETRY_PATH,
	 "path of the metrics (default /metrics)"},
	{"web.route-prefix", required_argument, FLAG_ROUTE_PREFIX,
	 "path below which all pages are (default: that of --web.external-url)"},
	{"web.external-url", required_argument, FLAG_EXTERNAL_URL,
	 "URL of this exporter for browsers, behind a reverse proxy for example"},
	{"web.enable-lifecycle", no_argument, FLAG_LIFECYCLE,
	 "reload on POST or PUT to /-/reload; whoever reaches the port may"},
	{"no-web.enable-lifecycle", no_argument, FLAG_NO_LIFECYCLE, NULL},
	{"web.enable-probe", no_argument, FLAG_PROBE,
	 "check any address on GET /probe; whoever reaches the port may"},
	{"no-web.enable-probe", no_argument, FLAG_NO_PROBE, NULL},
	{"timeout-offset", required_argument, FLAG_TIMEOUT_OFFSET,
	 "seconds that a probe ends before its scrape times out (default 0.5)"},
	{"log.level", required_argument, FLAG_LOG_LEVEL, "debug, info, warn or error (default info)"},
	{"log.format", required_argument, FLAG_LOG_FORMAT, "logfmt or json (default logfmt)"},
};
#define ROW_COUNT (sizeof rows / sizeof *rows)

void options_print_help(FILE *out)
{
	size_t i;

	fputs("usage: fcrdns_exporter [flags]\n\n"
	      "Watches the forward-confirmed reverse DNS of addresses at several resolvers and\n"
	      "serves it to Prometheus.\n\nFlags:\n",
	      out);
	for (i = 0; i < ROW_COUNT; i++)
		if (rows[i].help != NULL)
			fprintf(out, "  --%-30s %s\n", rows[i].name, rows[i].help);
}

static bool append(const char **list, size_t *count, const char *value, const char *flag,
		   struct error *error)
{
	if (*count == OPTIONS_REPEATS_MAX)
		return error_set(error, "--%s: given more than %d times", flag, OPTIONS_REPEATS_MAX);
	list[(*count)++] = value;
	return true;
}

static bool set_telemetry_path(struct options *options, const char *value, struct error *error)
{
	if (value[0] != '/' || strpbrk(value, "?# %") != NULL)
		return error_set(error, "--web.telemetry-path %s: expected a path like /metrics",
				 value);
	options->telemetry_path = value;
	return true;
}

static bool take_web_flag(struct options *options, int id, const char *value, struct error *error)
{
	switch (id) {
	case FLAG_LISTEN:
		return append(options->listen, &options->listen_count, value, "web.listen-address",
			      error);
	case FLAG_WEB_CONFIG_FILE:
		options->web_config_file = value;
		return true;
	case FLAG_TELEMETRY_PATH:
		return set_telemetry_path(options, value, error);
	case FLAG_SYSTEMD_SOCKET:
	case FLAG_NO_SYSTEMD_SOCKET:
		options->systemd_socket = id == FLAG_SYSTEMD_SOCKET;
		return true;
	case FLAG_ROUTE_PREFIX:
		options->route_prefix = value;
		return true;
	case FLAG_EXTERNAL_URL:
		options->external_url = value;
		return true;
	case FLAG_LIFECYCLE:
	case FLAG_NO_LIFECYCLE:
		options->enable_lifecycle = id == FLAG_LIFECYCLE;
		return true;
	case FLAG_PROBE:
	case FLAG_NO_PROBE:
		options->enable_probe = id == FLAG_PROBE;
		return true;
	case FLAG_TIMEOUT_OFFSET:
		return probe_offset_parse(value, &options->timeout_offset_ms, error);
	default:
		return false; /* every row has its case */
	}
}

static bool take_flag(struct options *options, int id, const char *value, struct error *error)
{
	switch (id) {
	case FLAG_CONFIG_FILE:
		options->config_file = value;
		return true;
	case FLAG_CONFIG_CHECK:
	case FLAG_NO_CONFIG_CHECK:
		options->config_check = id == FLAG_CONFIG_CHECK;
		return true;
	case FLAG_AUTO_RELOAD:
	case FLAG_NO_AUTO_RELOAD:
		options->auto_reload = id == FLAG_AUTO_RELOAD;
		return true;
	case FLAG_TARGETS_DIR:
		options->targets_dir = value;
		options->targets_dir_given = true;
		return true;
	case FLAG_RESOLVER:
		return append(options->resolvers, &options->resolver_count, value, "resolver", error);
	case FLAG_SHARD:
		return shard_parse(value, &options->shard, error);
	case FLAG_LOG_LEVEL:
		return log_level_parse(value, &options->log_level) ||
		       error_set(error, "--log.level %s: expected debug, info, warn or error", value);
	case FLAG_LOG_FORMAT:
		return log_format_parse(value, &options->log_format) ||
		       error_set(error, "--log.format %s: expected logfmt or json", value);
	case FLAG_HELP:
		options->help = true;
		return true;
	case FLAG_VERSION:
		options->version = true;
		return true;
	default:
		return take_web_flag(options, id, value, error);
	}
}

/* getopt_long() takes abbreviations; a flag that means another one next year is none. */
static bool is_exact(const char *argument)
{
	size_t length = strcspn(argument + 2, "="), i;

	for (i = 0; i < ROW_COUNT; i++)
		if (strlen(rows[i].name) == length && strncmp(rows[i].name, argument + 2, length) == 0)
			return true;
	return false;
}

static bool flags_are_known(int argc, char **argv, struct error *error)
{
	int i;

	for (i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
		if (strncmp(argv[i], "--", 2) == 0 && !is_exact(argv[i]))
			return error_set(error, "unknown flag %.*s, see --help",
					 (int)strcspn(argv[i], "="), argv[i]);
	return true;
}

static bool read_flags(struct options *options, int argc, char **argv, struct error *error)
{
	struct option flags[ROW_COUNT + 1] = {{0}};
	size_t i;
	int id;

	for (i = 0; i < ROW_COUNT; i++)
		flags[i] = (struct option){rows[i].name, rows[i].has_value, NULL, rows[i].id};
	opterr = 0;
	optind = 1;
	while ((id = getopt_long(argc, argv, ":h", flags, NULL)) != -1) {
		if (id == ':')
			return error_set(error, "flag %s needs a value", argv[optind - 1]);
		if (id == '?')
			return error_set(error, "unknown flag or a value where none goes: %s, see --help",
					 argv[optind - 1]);
		if (!take_flag(options, id == 'h' ? FLAG_HELP : id, optarg, error))
			return false;
	}
	if (optind < argc)
		return error_set(error, "unexpected argument %s, see --help", argv[optind]);
	return true;
}

bool options_parse(struct options *options, int argc, char **argv, struct error *error)
{
	*options = (struct options){
		.targets_dir = "targets.d",
		.auto_reload = true,
		.telemetry_path = "/metrics",
		.timeout_offset_ms = 500,
		.log_level = LOG_INFO,
		.log_format = LOG_LOGFMT,
	};
	if (!flags_are_known(argc, argv, error) || !read_flags(options, argc, argv, error))
		return false;
	options->listen_given = options->listen_count > 0;
	if (options->listen_count == 0)
		options->listen[options->listen_count++] = DEFAULT_LISTEN;
	return web_paths_settle(&options->paths, options->route_prefix, options->external_url, error);
}
