#include "app/reload.h"

#include "base/log.h"
#include "base/memory.h"
#include "config/config_parser.h"
#include "io/files.h"
#include "io/host.h"

#include <stdlib.h>

struct reload {
	struct loop *loop;
	const struct options *options;
	struct prober *prober;
	bool directory_seen;
	bool running;
	bool again;   /* asked for while one is running */
	bool stopped;
	/* What the other thread leaves. */
	struct config *config; /* NULL: `error` */
	struct error error;
	bool last_successful;
	int64_t last_success_unix_ms;
};

/* --- reading, on any thread --- */

static const char *own_name(void *context, struct error *error)
{
	return host_own_name(context, error) ? context : NULL;
}

static struct config *parse(const struct options *options, const struct files_text *settings,
			    const struct files_list *list, struct error *error)
{
	struct config_file *files = memory_allocate_array(list->count, sizeof *files);
	struct config_file settings_file = {settings->path, settings->bytes, settings->size};
	char name[HOST_NAME_TEXT_MAX];
	struct config_input input = {
		.settings = options->config_file == NULL ? NULL : &settings_file,
		.target_files = files,
		.target_file_count = list->count,
		.shard = options->shard,
		.resolver_flags = options->resolvers,
		.resolver_flag_count = options->resolver_count,
		.no_ipv4_route = !host_has_ipv4_route(),
		.own_name = own_name,
		.own_name_context = name,
	};
	struct config *config;
	size_t i;

	for (i = 0; i < list->count; i++)
		files[i] = (struct config_file){list->items[i].path, list->items[i].bytes,
						list->items[i].size};
	config = config_parse(&input, error);
	free(files);
	return config;
}

static bool read_targets(const struct options *options, bool *directory_seen,
			 struct files_list *list, struct error *error)
{
	bool missing = false;

	if (!files_read_directory(options->targets_dir, list, &missing, error))
		return false;
	if (missing && (options->targets_dir_given || *directory_seen))
		return error_set(error, "%s: no such directory, expected one with target files",
				 options->targets_dir);
	if (missing)
		log_warn("No targets directory: nothing is watched",
			 LOG_TEXT("dir", options->targets_dir));
	*directory_seen |= !missing;
	return true;
}

struct config *reload_read(const struct options *options, bool *directory_seen,
			   struct error *error)
{
	struct files_text settings = {0};
	struct files_list list = {0};
	struct config *config = NULL;

	if (options->config_file != NULL && !files_read(options->config_file, &settings, error))
		return NULL;
	if (read_targets(options, directory_seen, &list, error))
		config = parse(options, &settings, &list, error);
	files_list_clear(&list);
	files_text_clear(&settings);
	return config;
}

/* --- swapping, on the loop --- */

static void log_warnings(const struct config *config)
{
	size_t i;

	for (i = 0; i < config->warning_count; i++)
		log_warn(config->warnings[i]);
}

static bool swap(struct reload *reload, struct config *config, struct error *error)
{
	char shard[SHARD_TEXT_MAX];

	log_warnings(config);
	if (!prober_configure(reload->prober, config, error)) {
		config_free(config);
		return false;
	}
	reload->last_successful = true;
	reload->last_success_unix_ms = loop_now().unix_ms;
	log_info("Configuration loaded", LOG_NUMBER("targets", config->watch_count),
		 LOG_TEXT("shard", shard_print(&reload->options->shard, shard)),
		 LOG_NUMBER("resolvers", config->resolver_count),
		 LOG_NUMBER("interval_seconds", config->interval_ms / 1000),
		 LOG_TEXT("targets_dir", reload->options->targets_dir));
	return true;
}

bool reload_first(struct reload *reload, struct error *error)
{
	struct config *config = reload_read(reload->options, &reload->directory_seen, error);

	return config != NULL && swap(reload, config, error);
}

static void read_elsewhere(void *context)
{
	struct reload *reload = context;

	reload->config = reload_read(reload->options, &reload->directory_seen, &reload->error);
}

static void on_read(void *context)
{
	struct reload *reload = context;

	reload->running = false;
	if (reload->stopped) {
		config_free(reload->config);
		return;
	}
	if (reload->config == NULL || !swap(reload, reload->config, &reload->error)) {
		reload->last_successful = false;
		log_error("Reload failed, the configuration before stays in force",
			  LOG_TEXT("err", reload->error.text));
	}
	if (reload->again)
		reload_request(reload);
}

void reload_request(struct reload *reload)
{
	reload->again = reload->running;
	if (reload->running)
		return;
	reload->running = true;
	loop_work(reload->loop, read_elsewhere, on_read, reload);
}

/* --- life --- */

struct reload *reload_create(struct loop *loop, const struct options *options,
			     struct prober *prober)
{
	struct reload *reload = memory_allocate(sizeof *reload);

	reload->loop = loop;
	reload->options = options;
	reload->prober = prober;
	return reload;
}

bool reload_is_running(const struct reload *reload)
{
	return reload->running;
}

void reload_stop(struct reload *reload)
{
	reload->stopped = true;
}

void reload_free(struct reload *reload)
{
	free(reload);
}

bool reload_last_was_successful(const struct reload *reload)
{
	return reload->last_successful;
}

int64_t reload_last_success_unix_ms(const struct reload *reload)
{
	return reload->last_success_unix_ms;
}
