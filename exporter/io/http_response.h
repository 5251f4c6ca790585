/* http_response.h - a response, with the headers every one of ours has, handed to libmicrohttpd.
 *
 * For io/http_server alone.
 */
#pragma once

#include "io/http.h"

#include <microhttpd.h>
#include <stdbool.h>

/* Takes response->body over. The operator's `headers` take the place of ours with the same name. `close`: the
 * connection ends behind it. */
enum MHD_Result http_response_send(struct MHD_Connection *connection,
				   const struct http_response *response,
				   const struct http_policy *policy, bool close);
