#include "app/daemon.h"

#include "app/auto_reload.h"
#include "app/config_reader.h"
#include "app/listening.h"
#include "app/pages.h"
#include "app/prober.h"
#include "app/reload.h"
#include "app/web_policy.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/version.h"
#include "io/ares_library.h"
#include "io/http_connections.h"
#include "io/loop.h"
#include "io/process.h"
#include "io/service_manager.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define EXIT_MISTAKE 2
#define HEARTBEAT_MS 1000

struct daemon {
	const struct options *options;
	struct loop *loop;
	struct prober *prober;
	struct reload *reload;
	struct auto_reload *auto_reload; /* NULL: not wanted */
	struct pages *pages;
	struct http_connections *connections;
	struct web_policy *web_policy;
	struct listening listening;
	struct loop_signal *signals[3];
	struct loop_timer *heartbeat;
	int64_t heartbeat_due_us;
};

/* --- events --- */

static void on_stop(void *context)
{
	struct daemon *daemon = context;

	log_info("Stopping");
	loop_stop(daemon->loop);
}

static void on_hangup(void *context)
{
	struct daemon *daemon = context;

	reload_request(daemon->reload);
}

/* At least three times in the time the service manager's watchdog waits. */
static int64_t heartbeat_ms(void)
{
	int64_t third_ms = service_manager_watchdog_ms() / 3;

	return third_ms > 0 && third_ms < HEARTBEAT_MS ? third_ms : HEARTBEAT_MS;
}

static void beat(struct daemon *daemon)
{
	int64_t pause_ms = heartbeat_ms();

	daemon->heartbeat_due_us = loop_now_us() + pause_ms * 1000;
	loop_timer_start(daemon->heartbeat, pause_ms);
	service_manager_tell_alive();
}

static void on_heartbeat(void *context)
{
	struct daemon *daemon = context;
	int64_t late_us = loop_now_us() - daemon->heartbeat_due_us;

	pages_set_loop_lag(daemon->pages, late_us > 0 ? (double)late_us / 1e6 : 0);
	beat(daemon);
}

/* --- start --- */

static void tell_what_runs(const struct daemon *daemon)
{
	size_t i;

	for (i = 0; i < prober_lane_count(daemon->prober); i++) {
		const struct upstream *upstream = prober_upstream(daemon->prober, i);
		char address[IP_PORT_TEXT_MAX];

		log_info("Asking resolver", LOG_TEXT("resolver", upstream->name),
			 LOG_TEXT("address",
				  ip_port_print(&upstream->address, upstream->port, address)));
	}
	listening_log(&daemon->listening, daemon->options);
}

static bool serve(struct daemon *daemon, struct error *error)
{
	const struct http_service service = {
		.connections = daemon->connections,
		.policy = web_policy_http(daemon->web_policy),
		.handler = pages_handle,
		.context = daemon->pages,
	};

	return listening_start(&daemon->listening, daemon->loop, daemon->options, &service, error);
}

static bool start(struct daemon *daemon, struct error *error)
{
	struct loop *loop = daemon->loop;

	if (!ares_library_start(error))
		return false;
	daemon->prober = prober_create(loop);
	daemon->reload = reload_create(loop, daemon->options, daemon->prober);
	daemon->pages = pages_create(loop, daemon->prober, daemon->reload, daemon->options);
	daemon->connections = http_connections_create();
	daemon->web_policy = web_policy_create(loop, daemon->options->web_config_file, error);
	if (daemon->web_policy == NULL || !reload_first(daemon->reload, error) || !serve(daemon, error))
		return false;
	daemon->signals[0] = loop_signal_create(loop, SIGTERM, on_stop, daemon);
	daemon->signals[1] = loop_signal_create(loop, SIGINT, on_stop, daemon);
	daemon->signals[2] = loop_signal_create(loop, SIGHUP, on_hangup, daemon);
	daemon->heartbeat = loop_timer_create(loop, on_heartbeat, daemon);
	beat(daemon);
	if (daemon->options->auto_reload)
		daemon->auto_reload = auto_reload_create(loop, daemon->options, daemon->reload);
	tell_what_runs(daemon);
	reload_tell_ready(daemon->reload);
	return true;
}

/* --- stop --- */

static bool has_busy_thread(const struct daemon *daemon)
{
	return (daemon->reload != NULL && reload_is_running(daemon->reload)) ||
	       (daemon->auto_reload != NULL && auto_reload_is_looking(daemon->auto_reload)) ||
	       (daemon->web_policy != NULL && web_policy_is_busy(daemon->web_policy));
}

static void stop(struct daemon *daemon)
{
	bool busy = has_busy_thread(daemon);
	size_t i;

	service_manager_tell_stopping();
	listening_stop(&daemon->listening);
	http_connections_free(daemon->connections);
	web_policy_free(daemon->web_policy);
	for (i = 0; i < 3; i++)
		loop_signal_free(daemon->signals[i]);
	loop_timer_free(daemon->heartbeat);
	auto_reload_free(daemon->auto_reload);
	if (daemon->reload != NULL)
		reload_stop(daemon->reload);
	pages_free(daemon->pages);
	prober_free(daemon->prober);
	/* A thread may hang in getaddrinfo() or a dead file system: nobody waits for it. */
	if (busy)
		_exit(EXIT_SUCCESS);
	loop_free(daemon->loop);
	reload_free(daemon->reload);
	ares_library_stop();
}

static int tell_mistake(const struct error *error)
{
	fprintf(stderr, "fcrdns_exporter: %s\n", error->text);
	return EXIT_MISTAKE;
}

int daemon_run(const struct options *options)
{
	struct daemon daemon = {.options = options};
	struct error error;
	int status = EXIT_SUCCESS;

	process_note_start();
	process_raise_fd_limit();
	signal(SIGPIPE, SIG_IGN);
	log_info("Starting fcrdns_exporter", LOG_TEXT("version", version.version),
		 LOG_TEXT("revision", version.revision));
	daemon.loop = loop_create();
	if (start(&daemon, &error))
		loop_run(daemon.loop);
	else
		status = tell_mistake(&error);
	stop(&daemon);
	return status;
}

int daemon_check_config(const struct options *options)
{
	struct config_reader reader = {.options = options};
	struct config *config;
	struct error error;
	char shard[SHARD_TEXT_MAX];
	size_t i;

	if (options->web_config_file != NULL && !web_policy_check(options->web_config_file, &error))
		return tell_mistake(&error);
	if (config_reader_read(&reader, false, &config, &error) != CONFIG_READING_GOOD)
		return tell_mistake(&error);
	for (i = 0; i < config->warning_count; i++)
		log_warn(config->warnings[i]);
	printf("The configuration is good: %zu targets, %zu resolvers.\n", config->all_watch_count,
	       config->resolver_count);
	if (options->shard.count > 1)
		printf("Shard %s has %zu of the targets.\n", shard_print(&options->shard, shard),
		       config->watch_count);
	config_free(config);
	return EXIT_SUCCESS;
}
