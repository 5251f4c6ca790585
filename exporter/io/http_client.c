#include "io/http_client.h"

#include "base/memory.h"
#include "io/http_tls.h"
#include "io/loop.h"

#include <stdlib.h>

struct http_client {
	struct http_connection *place;
	struct http_tls *tls; /* held; NULL: without TLS */
};

static void begin_tls(struct http_client *client, struct MHD_Connection *connection,
		      const struct http_policy *policy)
{
	client->tls = policy->tls;
	http_tls_hold(client->tls);
	http_tls_begin(client->tls,
		       MHD_get_connection_info(connection, MHD_CONNECTION_INFO_GNUTLS_SESSION)
			       ->tls_session);
}

struct http_client *http_client_begin(struct MHD_Connection *connection,
				      struct http_connections *connections,
				      const struct http_policy *policy)
{
	struct http_client *client = memory_allocate(sizeof *client);
	int fd = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;

	client->place = http_connection_open(connections, fd, loop_now().ms);
	if (policy->has_tls)
		begin_tls(client, connection, policy);
	return client;
}

void http_client_end(struct http_client *client)
{
	http_connection_close(client->place);
	http_tls_release(client->tls);
	free(client);
}

struct http_connection *http_client_place(struct MHD_Connection *connection)
{
	const struct http_client *client =
		MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT)
			->socket_context;

	return client->place;
}
