#include "app/reload.h"

#include "app/config_reader.h"
#include "base/log.h"
#include "base/memory.h"
#include "io/service_manager.h"

#include <stdio.h>
#include <stdlib.h>

enum demand { DEMAND_NONE, DEMAND_IF_CHANGED, DEMAND_ALWAYS };

struct waiter {
	reload_done_fn done;
	void *context;
};

/* Who is to be told at the end of one reload. */
struct waiters {
	struct waiter items[RELOAD_WAITERS_MAX];
	size_t count;
};

struct reload {
	struct loop *loop;
	const struct options *options;
	struct prober *prober;
	enum demand running;
	enum demand next; /* asked for while one is running */
	bool stopped;
	struct waiters now, later; /* of the one running; of the next */
	/* The other thread's while one is running. */
	struct config_reader reader;
	enum config_reading reading;
	struct config *config;
	struct error error;
	bool last_successful;
	int64_t last_success_unix_ms;
};

/* --- swapping --- */

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
	struct config *config;

	return config_reader_read(&reload->reader, false, &config, error) == CONFIG_READING_GOOD &&
	       swap(reload, config, error);
}

/* --- one reload --- */

void reload_tell_ready(const struct reload *reload)
{
	const struct config *config = prober_config(reload->prober);
	char status[128];

	snprintf(status, sizeof status, "Watching %zu targets at %zu resolvers%s", config->watch_count,
		 config->resolver_count,
		 reload->last_successful ? "" : "; the last reload failed, see the log");
	service_manager_tell_ready(status);
}

static void read_elsewhere(void *context)
{
	struct reload *reload = context;

	reload->reading =
		config_reader_read(&reload->reader, reload->running == DEMAND_IF_CHANGED,
				   &reload->config, &reload->error);
}

static void on_read(void *context);

static void start(struct reload *reload, enum demand demand)
{
	reload->running = demand;
	reload->next = DEMAND_NONE;
	reload->now = reload->later;
	reload->later.count = 0;
	if (demand == DEMAND_ALWAYS)
		service_manager_tell_reloading();
	loop_work(reload->loop, read_elsewhere, on_read, reload);
}

static void tell_waiters(struct reload *reload, const char *sentence)
{
	size_t i;

	for (i = 0; i < reload->now.count; i++)
		reload->now.items[i].done(reload->now.items[i].context, sentence);
	reload->now.count = 0;
}

static void take_reading(struct reload *reload)
{
	bool good = reload->reading == CONFIG_READING_GOOD;

	if (reload->running == DEMAND_IF_CHANGED)
		log_info("The configuration was changed");
	good = good && swap(reload, reload->config, &reload->error);
	if (!good) {
		reload->last_successful = false;
		log_error("Reload failed, the configuration before stays in force",
			  LOG_TEXT("err", reload->error.text));
	}
	tell_waiters(reload, good ? NULL : reload->error.text);
}

static void finish(struct reload *reload)
{
	take_reading(reload);
	reload_tell_ready(reload);
}

static void on_read(void *context)
{
	struct reload *reload = context;

	if (reload->stopped)
		config_free(reload->config);
	else if (reload->reading != CONFIG_READING_UNCHANGED)
		finish(reload);
	reload->running = DEMAND_NONE;
	if (!reload->stopped && reload->next != DEMAND_NONE)
		start(reload, reload->next);
}

/* --- requests --- */

static void ask_for(struct reload *reload, enum demand demand)
{
	if (reload->running == DEMAND_NONE)
		start(reload, demand);
	else if (demand > reload->next)
		reload->next = demand;
}

void reload_request(struct reload *reload)
{
	log_info("Reloading the configuration");
	ask_for(reload, DEMAND_ALWAYS);
}

void reload_request_if_changed(struct reload *reload)
{
	ask_for(reload, DEMAND_IF_CHANGED);
}

bool reload_request_and_tell(struct reload *reload, reload_done_fn done, void *context)
{
	if (reload->later.count == RELOAD_WAITERS_MAX)
		return false;
	reload->later.items[reload->later.count++] = (struct waiter){done, context};
	reload_request(reload);
	return true;
}

/* --- life --- */

struct reload *reload_create(struct loop *loop, const struct options *options,
			     struct prober *prober)
{
	struct reload *reload = memory_allocate(sizeof *reload);

	reload->loop = loop;
	reload->options = options;
	reload->prober = prober;
	reload->reader.options = options;
	return reload;
}

bool reload_is_running(const struct reload *reload)
{
	return reload->running != DEMAND_NONE;
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
