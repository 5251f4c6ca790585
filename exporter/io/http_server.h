/* http_server.h - HTTP/1.1 on the loop: a request in, a whole response out.
 *
 * libmicrohttpd with external epoll; knows no path and no metric. The handler is
 * called on the loop's thread, once per complete request, and answers at once, or takes the
 * exchange along and answers later.
 */
#pragma once

#include "base/error.h"
#include "io/http.h"
#include "io/http_connections.h"
#include "io/loop.h"

struct http_server;

/* What all listening sockets share. */
struct http_service {
	struct http_connections *connections; /* outlives the servers */
	const struct http_policy *policy;
	http_handler_fn handler;
	void *context;
};

/* Serve on `fd`, a listening socket (io/listener), which is taken over. NULL: `error` has a whole
 * sentence, and `fd` is closed. */
struct http_server *http_server_create(struct loop *loop, int fd,
				       const struct http_service *service, struct error *error);

/* The response to a request that was put off, exactly once, and not from inside the handler; the
 * client may have gone. `response` is as the handler would have filled it. Not after
 * http_server_free(), which ends such exchanges. */
void http_exchange_answer(struct http_exchange *exchange, const struct http_response *response);

/* The same for a request that was HTTP_UNDECIDED: the handler will see it. */
void http_exchange_admit(struct http_exchange *exchange);

/* Ends all connections. NULL is fine. Not from inside the handler. */
void http_server_free(struct http_server *server);

/* What it listens on, for the log: "[::]:10312". Owned by the server. */
const char *http_server_address(const struct http_server *server);
