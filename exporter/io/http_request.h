/* http_request.h - is a request one we answer at all, and what it says.
 *
 * For io/http_server alone: reads what libmicrohttpd has parsed, and what it has let through.
 */
#pragma once

#include "io/http.h"

#include <microhttpd.h>

/* The headers are in. The status to refuse it with at once, or 0. Beyond `upload_max` bytes of body
 * it is 413. */
unsigned http_request_check(struct MHD_Connection *connection, unsigned long long upload_max);

/* Its headers, into `request`; borrowed from the connection. */
void http_request_read(struct MHD_Connection *connection, struct http_request *request);
