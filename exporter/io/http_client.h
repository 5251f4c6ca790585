/* http_client.h - one connection: its place, and the certificates it began with.
 *
 * For io/http_server, as the context of a connection's socket.
 */
#pragma once

#include "io/http.h"
#include "io/http_connections.h"

#include <microhttpd.h>

struct http_client;

struct http_client *http_client_begin(struct MHD_Connection *connection,
				      struct http_connections *connections,
				      const struct http_policy *policy);
void http_client_end(struct http_client *client);

struct http_connection *http_client_place(struct MHD_Connection *connection);
