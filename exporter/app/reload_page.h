/* reload_page.h - POST /-/reload: a reload, whose end is its answer.
 *
 * One that takes longer than RELOAD_PAGE_WAIT_MS is answered all the same: a thread may hang in a dead
 * file system, and a client must not hang with it.
 */
#pragma once

#include "app/reload.h"
#include "io/http.h"

#define RELOAD_PAGE_WAIT_MS 60000

struct reload_page;

/* Borrows both for its life. */
struct reload_page *reload_page_create(struct loop *loop, struct reload *reload);
/* After reload_stop() and http_server_free(), which ends what waits. NULL is fine. */
void reload_page_free(struct reload_page *page);

void reload_page_serve(struct reload_page *page, const struct http_request *request,
		       struct http_response *response);
