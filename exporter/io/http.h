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
	/* What a page may load and run; NULL: nothing. */
	const char *content_security_policy;
	char *body;        /* from malloc(), taken over; NULL is an empty body */
	size_t size;
	bool later; /* by http_exchange_answer(); all else is ignored */
};

typedef void (*http_handler_fn)(void *context, const struct http_request *request,
				struct http_response *response);
