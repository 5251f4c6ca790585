/* probe_page.h - GET /probe: one address checked now, and its page when that is over, or the time.
 *
 * Story: a request joins the probe of the same address and names, if one is under way, or starts one; each
 * waits until that is through, or until its own deadline, and gets the page as it is then. A probe goes on
 * to its end whoever still waits: it is bounded by timeouts and tries. All probes together take at most
 * half of the slowest resolver's rate, so that what is watched keeps the other half.
 */
#pragma once

#include "app/options.h"
#include "app/prober.h"
#include "io/http.h"

struct probe_page;

/* Borrows all three for its life. */
struct probe_page *probe_page_create(struct loop *loop, struct prober *prober,
				     const struct options *options);
/* After http_server_free(), which ends what waits. NULL is fine. */
void probe_page_free(struct probe_page *page);

void probe_page_serve(struct probe_page *page, const struct http_request *request,
		      struct http_response *response);
