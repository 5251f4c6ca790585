#include "io/http_server.h"

#include "base/memory.h"
#include "base/url.h"
#include "io/http_client.h"
#include "io/http_request.h"
#include "io/http_response.h"
#include "io/http_tls.h"
#include "io/listener.h"

#include <microhttpd.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>
#include <utlist.h>

/* Ours come first (io/http_connections.h). */
#define TIMEOUT_SECONDS 150
#define MEMORY_PER_CONNECTION (32 * 1024)
/* Nothing we serve wants a body. Beyond the first limit the answer is 413; a chunked body
 * can only be answered at its end, so beyond the second the connection is cut. */
#define UPLOAD_MAX (64 * 1024)
#define UPLOAD_CUT (1024 * 1024)

/* While connections are open: libmicrohttpd 0.9.75 may forget one that is ready. */
#define SAFETY_TICK_MS 1000

struct http_server {
	struct http_service service;
	struct MHD_Daemon *daemon;
	struct loop_poll *poll;
	struct loop_timer *timer;
	struct http_exchange *waiting; /* for answers that come later */
	char address[LISTENER_TEXT_MAX];
};

/* One request, from its first line until its response is sent. */
struct http_exchange {
	uintptr_t uri; /* where it began, and how far it goes to its first NUL */
	size_t uri_length;
	bool bad_path; /* NUL or control bytes, spelled out or as %XX */
	bool began;    /* the headers are in */
	char *query;
	bool admitted; /* the handler may see it */
	bool answered; /* put off, and then answered */
	size_t uploaded;
	/* While it waits. Its connection is suspended: it can neither end nor time out. */
	struct http_server *server;
	struct MHD_Connection *connection;
	struct http_exchange *prev, *next;
	struct http_response response; /* once it is answered */
};

/* --- requests --- */

static void on_connection(void *context, struct MHD_Connection *connection, void **slot,
			  enum MHD_ConnectionNotificationCode code)
{
	const struct http_server *server = context;

	if (code == MHD_CONNECTION_NOTIFY_CLOSED)
		http_client_end(*slot);
	else
		*slot = http_client_begin(connection, server->service.connections,
					  server->service.policy);
}

static void *on_uri(void *context, const char *uri, struct MHD_Connection *connection)
{
	struct http_exchange *exchange = memory_allocate(sizeof *exchange);

	(void)context;
	http_connection_begin(http_client_place(connection), loop_now().ms);
	exchange->uri = (uintptr_t)uri;
	exchange->uri_length = strlen(uri);
	exchange->bad_path = url_has_control_bytes(uri) || !url_is_request_target(uri);
	exchange->query = memory_duplicate_text(url_find_query(uri));
	return exchange;
}

static void on_completed(void *context, struct MHD_Connection *connection, void **slot,
			 enum MHD_RequestTerminationCode code)
{
	struct http_exchange *exchange = *slot;

	(void)context;
	(void)code;
	http_connection_rest(http_client_place(connection), loop_now().ms);
	if (exchange != NULL) {
		free(exchange->response.body);
		free(exchange->query);
	}
	free(exchange);
	*slot = NULL;
}

/* --- responses --- */

static enum MHD_Result send_response(const struct http_server *server,
				     struct MHD_Connection *connection,
				     const struct http_response *response, bool close)
{
	http_connection_answer(http_client_place(connection), response->size, loop_now().ms);
	return http_response_send(connection, response, server->service.policy, close);
}

static enum MHD_Result refuse(const struct http_server *server,
			      struct MHD_Connection *connection, unsigned status)
{
	struct http_response response = {.status = status};

	return send_response(server, connection, &response, true);
}

/* libmicrohttpd leaves the request line where it was received: between the first NUL of its target and
 * its version stands nothing, unless that NUL was the client's. */
static bool has_nul(const struct http_exchange *exchange, const char *version)
{
	uintptr_t end = (uintptr_t)version;

	return end > exchange->uri && end - exchange->uri < MEMORY_PER_CONNECTION &&
	       end - exchange->uri != exchange->uri_length + 1;
}

/* The headers are in. */
static enum MHD_Result begin(const struct http_server *server, struct MHD_Connection *connection,
			     bool bad_path)
{
	unsigned status =
		bad_path ? MHD_HTTP_BAD_REQUEST : http_request_check(connection, UPLOAD_MAX);

	return status == 0 ? MHD_YES : refuse(server, connection, status);
}

/* --- answers that come later --- */

static void put_off(struct http_server *server, struct MHD_Connection *connection,
		    struct http_exchange *exchange)
{
	exchange->server = server;
	exchange->connection = connection;
	DL_PREPEND(server->waiting, exchange);
	http_connection_wait(http_client_place(connection));
	MHD_suspend_connection(connection);
}

/* libmicrohttpd calls on_request() once more, at its next turn. */
static void take_up(struct http_exchange *exchange)
{
	struct http_server *server = exchange->server;

	DL_DELETE(server->waiting, exchange);
	MHD_resume_connection(exchange->connection);
	loop_timer_start(server->timer, 0);
}

void http_exchange_answer(struct http_exchange *exchange, const struct http_response *response)
{
	exchange->answered = true;
	exchange->response = *response;
	take_up(exchange);
}

void http_exchange_admit(struct http_exchange *exchange)
{
	exchange->admitted = true;
	take_up(exchange);
}

static enum MHD_Result answer_at_last(struct MHD_Connection *connection,
				      struct http_exchange *exchange)
{
	struct http_response response = exchange->response;

	exchange->response.body = NULL; /* goes with what is sent */
	return send_response(exchange->server, connection, &response, false);
}

/* "http://host/path" is as good as "/path" (RFC 9112 3.2.2). */
static const char *skip_authority(const char *target)
{
	const char *path;

	if (strncasecmp(target, "http://", 7) != 0 && strncasecmp(target, "https://", 8) != 0)
		return target;
	path = strchr(strchr(target, '/') + 2, '/');
	return path != NULL ? path : "/";
}

static enum http_admission admit(const struct http_server *server,
				 const struct http_exchange *exchange,
				 const struct http_request *request,
				 struct http_response *response)
{
	const struct http_policy *policy = server->service.policy;

	return exchange->admitted || policy->admit == NULL
		       ? HTTP_ADMITTED
		       : policy->admit(policy->context, request, response);
}

static enum MHD_Result handle(struct http_server *server, struct MHD_Connection *connection,
			      const char *path, const char *method, struct http_exchange *exchange)
{
	struct http_response response = {0};
	struct http_request request = {
		.method = method,
		.path = path,
		.query = exchange->query,
		.exchange = exchange,
	};

	http_request_read(connection, &request);
	switch (admit(server, exchange, &request, &response)) {
	case HTTP_ADMITTED:
		exchange->admitted = true;
		server->service.handler(server->service.context, &request, &response);
		break;
	case HTTP_REFUSED:
		break;
	case HTTP_UNDECIDED:
		response.later = true;
		break;
	}
	if (response.later) {
		put_off(server, connection, exchange);
		return MHD_YES;
	}
	return send_response(server, connection, &response, false);
}

static enum MHD_Result on_request(void *context, struct MHD_Connection *connection,
				  const char *path, const char *method, const char *version,
				  const char *upload, size_t *upload_size, void **slot)
{
	struct http_exchange *exchange = *slot;

	(void)upload;
	path = skip_authority(path);
	if (exchange == NULL)
		return MHD_NO;
	if (!exchange->began) {
		exchange->began = true;
		return begin(context, connection, exchange->bad_path || path[0] != '/' ||
						 has_nul(exchange, version));
	}
	if (*upload_size > 0) {
		exchange->uploaded += *upload_size;
		*upload_size = 0;
		return exchange->uploaded > UPLOAD_CUT ? MHD_NO : MHD_YES;
	}
	if (exchange->answered)
		return answer_at_last(connection, exchange);
	if (exchange->uploaded > UPLOAD_MAX)
		return refuse(context, connection, MHD_HTTP_CONTENT_TOO_LARGE);
	return handle(context, connection, path, method, exchange);
}

/* --- on the loop --- */

static unsigned open_connections(const struct http_server *server)
{
	const union MHD_DaemonInfo *info =
		MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_CURRENT_CONNECTIONS);

	return info == NULL ? 0 : info->num_connections;
}

static void on_timer(void *context)
{
	struct http_server *server = context;
	MHD_UNSIGNED_LONG_LONG timeout_ms;

	http_connections_cut_overdue(server->service.connections, loop_now().ms);
	MHD_run(server->daemon);
	if (MHD_get_timeout(server->daemon, &timeout_ms) == MHD_YES && timeout_ms < SAFETY_TICK_MS)
		loop_timer_start(server->timer, (int64_t)timeout_ms);
	else if (open_connections(server) > 0)
		loop_timer_start(server->timer, SAFETY_TICK_MS);
	else
		loop_timer_stop(server->timer);
}

static void on_ready(void *context, int fd, bool readable, bool writable)
{
	(void)fd;
	(void)readable;
	(void)writable;
	on_timer(context);
}

/* --- life --- */

/* What it would say is about clients' mistakes, and belongs in no log. */
static void say_nothing(void *context, const char *format, va_list arguments)
{
	(void)context;
	(void)format;
	(void)arguments;
}

static struct MHD_Daemon *start_daemon(struct http_server *server, int fd)
{
	bool tls = server->service.policy->has_tls;
	struct MHD_OptionItem tls_options[] = {
		{MHD_OPTION_HTTPS_CERT_CALLBACK2, 0, (void *)http_tls_no_certificate},
		{MHD_OPTION_END, 0, NULL},
	};

	return MHD_start_daemon(MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | (tls ? MHD_USE_TLS : 0),
				0, NULL, NULL, on_request, server, MHD_OPTION_EXTERNAL_LOGGER,
				say_nothing, NULL, MHD_OPTION_LISTEN_SOCKET, fd,
				MHD_OPTION_URI_LOG_CALLBACK, on_uri, NULL,
				MHD_OPTION_NOTIFY_COMPLETED, on_completed, NULL,
				MHD_OPTION_NOTIFY_CONNECTION, on_connection, server,
				MHD_OPTION_CONNECTION_LIMIT, (unsigned)HTTP_CONNECTIONS_MAX,
				MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)TIMEOUT_SECONDS,
				MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)MEMORY_PER_CONNECTION,
				MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_ARRAY,
				tls ? tls_options : tls_options + 1, MHD_OPTION_END);
}

struct http_server *http_server_create(struct loop *loop, int fd,
				       const struct http_service *service, struct error *error)
{
	struct http_server *server = memory_allocate(sizeof *server);

	server->service = *service;
	listener_print(fd, server->address);
	server->daemon = start_daemon(server, fd);
	if (server->daemon == NULL) {
		close(fd);
		error_set(error, "cannot serve HTTP on %s: libmicrohttpd did not start",
			  server->address);
		free(server);
		return NULL;
	}
	server->timer = loop_timer_create(loop, on_timer, server);
	server->poll = loop_poll_create(
	    loop, MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd, on_ready,
	    server);
	loop_poll_set(server->poll, true, false);
	return server;
}

void http_server_free(struct http_server *server)
{
	static const struct http_response none = {.status = MHD_HTTP_SERVICE_UNAVAILABLE};

	if (server == NULL)
		return;
	/* libmicrohttpd aborts where it is stopped with suspended connections. */
	while (server->waiting != NULL)
		http_exchange_answer(server->waiting, &none);
	loop_poll_free(server->poll);
	loop_timer_free(server->timer);
	MHD_stop_daemon(server->daemon);
	free(server);
}

const char *http_server_address(const struct http_server *server)
{
	return server->address;
}
