/* http_connections.h - all open connections of this process, and which of them have had their time.
 *
 * libmicrohttpd's own timeout starts anew at every byte, so a client that sends or reads one byte now and
 * then could keep its place for ever. Here a request must be in, and its response be read, by a moment that
 * does not move; and where places run out, the oldest unfinished one goes. To cut is to shut the socket down:
 * libmicrohttpd notices, and closes it.
 *
 * Knows descriptors and moments, no HTTP. One for all listening sockets.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* Places; from HTTP_CONNECTIONS_CROWDED on, whoever comes costs another one its place. */
#define HTTP_CONNECTIONS_MAX 512
#define HTTP_CONNECTIONS_CROWDED (HTTP_CONNECTIONS_MAX * 9 / 10)

/* From the connection, or the request line of a later request, until the last byte of the request. */
#define HTTP_CONNECTIONS_REQUEST_MS 10000
/* Until the response is read: so long, and a second for every HTTP_CONNECTIONS_BYTES_PER_SECOND. */
#define HTTP_CONNECTIONS_RESPONSE_MS 10000
#define HTTP_CONNECTIONS_BYTES_PER_SECOND (256 * 1024)
/* Between two requests; scrapers come back once a minute as a rule. */
#define HTTP_CONNECTIONS_IDLE_MS 120000

/* Responses from this size on are under way at most so many at once, as each is memory. */
#define HTTP_CONNECTIONS_LARGE_BYTES (1024 * 1024)
#define HTTP_CONNECTIONS_LARGE_MAX 8

struct http_connections;
struct http_connection;

struct http_connections *http_connections_create(void);
/* All must have been closed. NULL is fine. */
void http_connections_free(struct http_connections *connections);

/* A client has connected, its request begins. It lives until http_connection_close(). */
struct http_connection *http_connection_open(struct http_connections *connections, int fd,
					     int64_t now_ms);
void http_connection_close(struct http_connection *connection);

/* The request line is in: of a first request, its time runs already. */
void http_connection_begin(struct http_connection *connection, int64_t now_ms);
/* The request is whole, and we take our time: bounded by whoever does. */
void http_connection_wait(struct http_connection *connection);
void http_connection_answer(struct http_connection *connection, size_t size, int64_t now_ms);
/* The response is read; the next request may come. */
void http_connection_rest(struct http_connection *connection, int64_t now_ms);

/* Cut those whose time is over, and those whose client has gone without another request; to be called
 * about once a second. */
void http_connections_cut_overdue(struct http_connections *connections, int64_t now_ms);
