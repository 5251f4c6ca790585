/* pages.h - path -> body. Reads what is known; never asks DNS, never waits. One path does
 * something: a reload, whose end is its answer. */
#pragma once

#include "app/prober.h"
#include "app/reload.h"
#include "io/http_server.h"

struct pages;

/* Borrows all four for its life. */
struct pages *pages_create(struct loop *loop, struct prober *prober, struct reload *reload,
			   const struct options *options);
/* After http_server_free(). NULL is fine. */
void pages_free(struct pages *pages);

/* How late the loop's last heartbeat was. */
void pages_set_loop_lag(struct pages *pages, double seconds);

/* An http_handler_fn; `context` is the struct pages. */
void pages_handle(void *context, const struct http_request *request,
		  struct http_response *response);
