#include "io/http_server.h"

#include "base/memory.h"
#include "io/http_request.h"
#include "io/listener.h"

#include <microhttpd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CONNECTIONS_MAX 512
#define IDLE_SECONDS 30
#define MEMORY_PER_CONNECTION (32 * 1024)
/* Nothing we serve wants a body. Beyond the first limit the answer is 413; a chunked body
 * can only be answered at its end, so beyond the second the connection is cut. */
#define UPLOAD_MAX (64 * 1024)
#define UPLOAD_CUT (1024 * 1024)

/* While connections are open: libmicrohttpd 0.9.75 may forget one that is ready. */
#define SAFETY_TICK_MS 1000

struct http_server {
	struct MHD_Daemon *daemon;
	struct loop_poll *poll;
	struct loop_timer *timer;
	http_handler_fn handler;
	void *context;
	struct http_exchange *waiting; /* for answers that come later */
	char address[LISTENER_TEXT_MAX];
};

/* One request, from its first line until its response is sent. */
struct http_exchange {
	bool bad_path; /* NUL or control bytes, spelled out or as %XX */
	bool began;    /* the headers are in */
	char *query;
	bool answered; /* put off, and then answered */
	size_t uploaded;
	/* While it waits. Its connection is suspended: it can neither end nor time out. */
	struct http_server *server;
	struct MHD_Connection *connection;
	struct http_exchange *previous, *next;
	struct http_response response; /* once it is answered */
};

/* --- requests --- */

static void *on_uri(void *context, const char *uri, struct MHD_Connection *connection)
{
	struct http_exchange *exchange = memory_allocate(sizeof *exchange);

	(void)context;
	(void)connection;
	exchange->bad_path = http_request_has_control_bytes(uri);
	exchange->query = memory_duplicate_text(http_request_find_query(uri));
	return exchange;
}

static void on_completed(void *context, struct MHD_Connection *connection, void **slot,
			 enum MHD_RequestTerminationCode code)
{
	struct http_exchange *exchange = *slot;

	(void)context;
	(void)connection;
	(void)code;
	if (exchange != NULL) {
		free(exchange->response.body);
		free(exchange->query);
	}
	free(exchange);
	*slot = NULL;
}

/* --- responses --- */

static void add_header(struct MHD_Response *mhd, const char *name, const char *value)
{
	if (value != NULL)
		MHD_add_response_header(mhd, name, value);
}

static void add_headers(struct MHD_Response *mhd, const struct http_response *response, bool close)
{
	const char *type = response->content_type != NULL ? response->content_type : "text/plain";

	add_header(mhd, MHD_HTTP_HEADER_CONTENT_TYPE, type);
	add_header(mhd, "X-Content-Type-Options", "nosniff");
	if (strncmp(type, "text/html", 9) == 0)
		add_header(mhd, "Content-Security-Policy",
			   "default-src 'none'; style-src 'unsafe-inline'");
	add_header(mhd, MHD_HTTP_HEADER_CONTENT_ENCODING, response->content_encoding);
	add_header(mhd, MHD_HTTP_HEADER_VARY, response->vary);
	add_header(mhd, MHD_HTTP_HEADER_ALLOW, response->allow);
	add_header(mhd, MHD_HTTP_HEADER_CONNECTION, close ? "close" : NULL);
}

static enum MHD_Result send_response(struct MHD_Connection *connection,
				     struct http_response *response, bool close)
{
	struct MHD_Response *mhd =
	    MHD_create_response_from_buffer(response->size, response->body, MHD_RESPMEM_MUST_FREE);
	enum MHD_Result result;

	if (mhd == NULL) {
		free(response->body);
		return MHD_NO;
	}
	add_headers(mhd, response, close);
	result = MHD_queue_response(connection, response->status, mhd);
	MHD_destroy_response(mhd);
	return result;
}

static enum MHD_Result refuse(struct MHD_Connection *connection, unsigned status)
{
	struct http_response response = {.status = status};

	return send_response(connection, &response, true);
}

/* The headers are in. */
static enum MHD_Result begin(struct MHD_Connection *connection, bool bad_path)
{
	unsigned status =
	    bad_path ? MHD_HTTP_BAD_REQUEST : http_request_check(connection, UPLOAD_MAX);

	return status == 0 ? MHD_YES : refuse(connection, status);
}

/* --- answers that come later --- */

static void put_off(struct http_server *server, struct MHD_Connection *connection,
		    struct http_exchange *exchange)
{
	exchange->server = server;
	exchange->connection = connection;
	exchange->next = server->waiting;
	if (exchange->next != NULL)
		exchange->next->previous = exchange;
	server->waiting = exchange;
	MHD_suspend_connection(connection);
}

/* libmicrohttpd calls on_request() once more, at its next turn. */
void http_exchange_answer(struct http_exchange *exchange, const struct http_response *response)
{
	struct http_server *server = exchange->server;

	exchange->answered = true;
	exchange->response = *response;
	if (exchange->previous != NULL)
		exchange->previous->next = exchange->next;
	else
		server->waiting = exchange->next;
	if (exchange->next != NULL)
		exchange->next->previous = exchange->previous;
	MHD_resume_connection(exchange->connection);
	loop_timer_start(server->timer, 0);
}

static enum MHD_Result answer_at_last(struct MHD_Connection *connection,
				      struct http_exchange *exchange)
{
	struct http_response response = exchange->response;

	exchange->response.body = NULL; /* goes with what is sent */
	return send_response(connection, &response, false);
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
	server->handler(server->context, &request, &response);
	if (response.later) {
		put_off(server, connection, exchange);
		return MHD_YES;
	}
	return send_response(connection, &response, false);
}

static enum MHD_Result on_request(void *context, struct MHD_Connection *connection,
				  const char *path, const char *method, const char *version,
				  const char *upload, size_t *upload_size, void **slot)
{
	struct http_exchange *exchange = *slot;

	(void)version;
	(void)upload;
	if (exchange == NULL)
		return MHD_NO;
	if (!exchange->began) {
		exchange->began = true;
		return begin(connection, exchange->bad_path || path[0] != '/');
	}
	if (*upload_size > 0) {
		exchange->uploaded += *upload_size;
		*upload_size = 0;
		return exchange->uploaded > UPLOAD_CUT ? MHD_NO : MHD_YES;
	}
	if (exchange->answered)
		return answer_at_last(connection, exchange);
	if (exchange->uploaded > UPLOAD_MAX)
		return refuse(connection, MHD_HTTP_CONTENT_TOO_LARGE);
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
	return MHD_start_daemon(MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL, on_request,
				server, MHD_OPTION_EXTERNAL_LOGGER, say_nothing, NULL,
				MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_URI_LOG_CALLBACK, on_uri,
				NULL, MHD_OPTION_NOTIFY_COMPLETED, on_completed, NULL,
				MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS_MAX,
				MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_SECONDS,
				MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)MEMORY_PER_CONNECTION,
				MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_END);
}

struct http_server *http_server_create(struct loop *loop, int fd, http_handler_fn handler,
				       void *context, struct error *error)
{
	struct http_server *server = memory_allocate(sizeof *server);

	server->handler = handler;
	server->context = context;
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
