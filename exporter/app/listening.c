#include "app/listening.h"

#include "base/log.h"
#include "io/listener.h"
#include "io/service_manager.h"

static bool serve(struct listening *listening, struct loop *loop, int fd,
		  const struct http_service *service, struct error *error)
{
	struct http_server *server = http_server_create(loop, fd, service, error);

	if (server != NULL)
		listening->servers[listening->count++] = server;
	return server != NULL;
}

static bool serve_passed(struct listening *listening, struct loop *loop,
			 const struct http_service *service, struct error *error)
{
	int fds[OPTIONS_REPEATS_MAX];
	size_t count, i;

	if (!service_manager_take_sockets(fds, OPTIONS_REPEATS_MAX, &count, error))
		return false;
	for (i = 0; i < count; i++)
		if (!serve(listening, loop, fds[i], service, error))
			return false;
	return true;
}

bool listening_start(struct listening *listening, struct loop *loop, const struct options *options,
		     const struct http_service *service, struct error *error)
{
	size_t i;

	if (options->systemd_socket && options->listen_given)
		log_warn("--web.systemd-socket is given, so --web.listen-address is not used");
	if (options->systemd_socket)
		return serve_passed(listening, loop, service, error);
	for (i = 0; i < options->listen_count; i++) {
		int fd = listener_open(options->listen[i], error);

		if (fd < 0 || !serve(listening, loop, fd, service, error))
			return false;
	}
	return true;
}

void listening_stop(struct listening *listening)
{
	while (listening->count > 0)
		http_server_free(listening->servers[--listening->count]);
}

void listening_log(const struct listening *listening, const struct options *options)
{
	size_t i;

	for (i = 0; i < listening->count; i++)
		log_info("Listening",
			 LOG_TEXT("address", http_server_address(listening->servers[i])),
			 LOG_TEXT("route_prefix", options->paths.prefix),
			 LOG_TEXT("metrics", options->telemetry_path));
}
