/* http_server.h - HTTP/1.1 on the loop: a request in, a whole response out.
 *
 * libmicrohttpd with external epoll; knows no path and no metric. The handler is
 * called on the loop's thread, once per complete request, and answers at once, or takes the
 * exchange along and answers later.
 */
#pragma once

#include "base/error.h"
#include "io/loop.h"

#include <stdbool.h>
#include <stddef.h>

/* A request that waits for its response. */
struct http_exchange;

struct http_request {
	const char *method; /* "GET", ... */
	const char *path;   /* decoded, starts with '/', without the query string */
	/* Headers, or NULL; of several of one name the first. */
	const char *accept;
	const char *accept_encoding;
	struct http_exchange *exchange;
};

/* Filled by the handler; all zero on entry. HEAD is answered like GET, the body left out
 * by the server. */
struct http_response {
	unsigned status;
	/* Headers; static text, or NULL. */
	const char *content_type;
	const char *content_encoding; /* of `body`, as it is */
	const char *vary;
	const char *allow; /* with 405 */
	char *body;        /* from malloc(), taken over; NULL is an empty body */
	size_t size;
	bool later;               /* by http_exchange_answer(); all else is ignored */
};

typedef void (*http_handler_fn)(void *context, const struct http_request *request,
				struct http_response *response);

struct http_server;

/* Listen on HOST:PORT; ":10312" is every address of both families, "127.0.0.1:0" a free port.
 * NULL: `error` has a whole sentence that names `listen`. */
struct http_server *http_server_create(struct loop *loop, const char *listen,
				       http_handler_fn handler, void *context,
				       struct error *error);

/* The response to a request that was put off, exactly once, and not from inside the handler; the
 * client may have gone. `response` is as the handler would have filled it. Not after
 * http_server_free(), which ends such exchanges. */
void http_exchange_answer(struct http_exchange *exchange, const struct http_response *response);

/* Ends all connections. NULL is fine. Not from inside the handler. */
void http_server_free(struct http_server *server);

/* What it listens on, for the log: "[::]:10312". Owned by the server. */
const char *http_server_address(const struct http_server *server);
