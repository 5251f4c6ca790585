/* http.h - one request and its response, as the server and whoever answers see them. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* A request that waits for its response. */
struct http_exchange;

struct http_request {
	const char *method; /* "GET", ... */
	const char *path;   /* decoded, starts with '/', without the query string */
	const char *query;  /* as it was sent, without the '?'; "" if there is none */
	/* Headers, or NULL; of several of one name the first. */
	const char *accept;
	const char *accept_encoding;
	const char *authorization;
	const char *scrape_timeout; /* X-Prometheus-Scrape-Timeout-Seconds */
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
	const char *allow;    /* with 405 */
	const char *location; /* with 302 */
	const char *authenticate; /* WWW-Authenticate, with 401 */
	/* What a page may load and run; NULL: nothing. */
	const char *content_security_policy;
	char *body;        /* from malloc(), taken over; NULL is an empty body */
	size_t size;
	bool later; /* by http_exchange_answer(); all else is ignored */
};

/* Before the handler: may this request be answered? */
enum http_admission {
	HTTP_ADMITTED,
	HTTP_REFUSED, /* with the response that was filled */
	HTTP_UNDECIDED /* http_exchange_admit() or http_exchange_answer() will be called */
};

typedef enum http_admission (*http_admit_fn)(void *context, const struct http_request *request,
					     struct http_response *response);

struct http_header {
	const char *name, *value;
};

/* What holds of all connections, and may change while they are served; its owner outlives the servers. */
struct http_policy {
	bool has_tls; /* from the start, or not at all */
	struct http_tls *tls; /* of connections from now on; one reference, the owner's */
	const struct http_header *headers; /* on every response */
	size_t header_count;
	http_admit_fn admit; /* NULL: everybody is let in */
	void *context;       /* its */
};

typedef void (*http_handler_fn)(void *context, const struct http_request *request,
				struct http_response *response);
