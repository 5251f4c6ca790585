/* pages.h - path -> body. Reads what is known; never asks DNS, never waits. */
#pragma once

#include "app/prober.h"
#include "app/reload.h"
#include "io/http_server.h"

struct pages;

/* Borrows prober, reload and path for its life. */
struct pages *pages_create(struct prober *prober, const struct reload *reload,
			   const char *telemetry_path);
void pages_free(struct pages *pages); /* NULL is fine */

/* How late the loop's last heartbeat was. */
void pages_set_loop_lag(struct pages *pages, double seconds);

/* An http_handler_fn; `context` is the struct pages. */
void pages_handle(void *context, const struct http_request *request,
		  struct http_response *response);
