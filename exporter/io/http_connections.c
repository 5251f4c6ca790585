#include "io/http_connections.h"

#include "base/memory.h"

#include <stdbool.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <utlist.h>

/* In the order in which they are cut where places run out. */
enum stage { STAGE_ASKING, STAGE_RESTING, STAGE_READING, STAGE_WAITING, STAGE_CUT, STAGES };

struct http_connection {
	struct http_connections *connections;
	int fd;
	enum stage stage;
	int64_t due_ms; /* when its stage must have ended */
	size_t size;    /* of the response it reads */
	struct http_connection *prev, *next; /* of the same stage, oldest first */
};

struct http_connections {
	struct http_connection *stages[STAGES];
	size_t counts[STAGES];
};

struct http_connections *http_connections_create(void)
{
	return memory_allocate(sizeof(struct http_connections));
}

void http_connections_free(struct http_connections *connections)
{
	free(connections);
}

static void leave(struct http_connection *connection)
{
	struct http_connections *connections = connection->connections;

	DL_DELETE(connections->stages[connection->stage], connection);
	connections->counts[connection->stage]--;
}

static void enter(struct http_connection *connection, enum stage stage, int64_t due_ms)
{
	struct http_connections *connections = connection->connections;

	connection->stage = stage;
	connection->due_ms = due_ms;
	DL_APPEND(connections->stages[stage], connection);
	connections->counts[stage]++;
}

/* What is cut stays so, whatever libmicrohttpd still does with it. */
static void move(struct http_connection *connection, enum stage stage, int64_t due_ms)
{
	if (connection->stage == STAGE_CUT)
		return;
	leave(connection);
	enter(connection, stage, due_ms);
}

static void cut(struct http_connection *connection)
{
	move(connection, STAGE_CUT, INT64_MAX);
	shutdown(connection->fd, SHUT_RDWR);
}

/* --- where places run out --- */

static size_t taken(const struct http_connections *connections)
{
	size_t count = 0, stage;

	for (stage = 0; stage < STAGE_CUT; stage++)
		count += connections->counts[stage];
	return count;
}

/* False: all wait for us. */
static bool cut_oldest(struct http_connections *connections)
{
	size_t stage;

	for (stage = 0; stage < STAGE_WAITING; stage++) {
		if (connections->stages[stage] != NULL) {
			cut(connections->stages[stage]);
			return true;
		}
	}
	return false;
}

struct http_connection *http_connection_open(struct http_connections *connections, int fd,
					     int64_t now_ms)
{
	struct http_connection *connection = memory_allocate(sizeof *connection);
	bool crowded = taken(connections) >= HTTP_CONNECTIONS_CROWDED;
	bool has_place = !crowded || cut_oldest(connections) ||
			 taken(connections) < HTTP_CONNECTIONS_MAX;

	connection->connections = connections;
	connection->fd = fd;
	enter(connection, STAGE_ASKING, now_ms + HTTP_CONNECTIONS_REQUEST_MS);
	if (!has_place)
		cut(connection);
	return connection;
}

void http_connection_close(struct http_connection *connection)
{
	leave(connection);
	free(connection);
}

/* --- stages --- */

void http_connection_begin(struct http_connection *connection, int64_t now_ms)
{
	if (connection->stage == STAGE_RESTING)
		move(connection, STAGE_ASKING, now_ms + HTTP_CONNECTIONS_REQUEST_MS);
}

void http_connection_wait(struct http_connection *connection)
{
	move(connection, STAGE_WAITING, INT64_MAX);
}

static bool is_large(const struct http_connection *connection)
{
	return connection->size >= HTTP_CONNECTIONS_LARGE_BYTES;
}

/* Where too many large responses are under way, whoever has taken longest over its own loses it. */
static void bound_large(struct http_connections *connections)
{
	struct http_connection *each, *oldest = NULL;
	size_t count = 0;

	DL_FOREACH(connections->stages[STAGE_READING], each)
		if (is_large(each) && count++ == 0)
			oldest = each;
	if (count > HTTP_CONNECTIONS_LARGE_MAX)
		cut(oldest);
}

void http_connection_answer(struct http_connection *connection, size_t size, int64_t now_ms)
{
	int64_t for_size_ms = (int64_t)(size / HTTP_CONNECTIONS_BYTES_PER_SECOND) * 1000;

	connection->size = size;
	move(connection, STAGE_READING, now_ms + HTTP_CONNECTIONS_RESPONSE_MS + for_size_ms);
	if (is_large(connection))
		bound_large(connection->connections);
}

void http_connection_rest(struct http_connection *connection, int64_t now_ms)
{
	move(connection, STAGE_RESTING, now_ms + HTTP_CONNECTIONS_IDLE_MS);
}

/* --- time --- */

/* A client that closed its half together with its last bytes is not noticed by libmicrohttpd 0.9.75, which
 * waits for an event that has been. All it sent was read: it can neither finish a request nor begin one. */
static bool has_left(const struct http_connection *connection)
{
	char byte;

	return (connection->stage == STAGE_RESTING || connection->stage == STAGE_ASKING) &&
	       recv(connection->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
}

void http_connections_cut_overdue(struct http_connections *connections, int64_t now_ms)
{
	size_t stage;

	for (stage = 0; stage < STAGE_WAITING; stage++) {
		struct http_connection *each, *next;

		DL_FOREACH_SAFE(connections->stages[stage], each, next)
			if (each->due_ms <= now_ms || has_left(each))
				cut(each);
	}
}
