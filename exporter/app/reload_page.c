#include "app/reload_page.h"

#include "app/plain_answer.h"
#include "base/memory.h"
#include "io/http_server.h"

#include <stdlib.h>
#include <utlist.h>

struct reload_page {
	struct loop *loop;
	struct reload *reload;
	struct wait *waits;
};

/* Lives until the reload ends, though its client was answered before. */
struct wait {
	struct reload_page *page;
	struct http_exchange *exchange; /* NULL: answered */
	struct loop_timer *timer;
	struct wait *prev, *next;
};

static void wait_answer(struct wait *wait, unsigned status, const char *sentence)
{
	struct http_response response = {0};

	if (wait->exchange == NULL)
		return;
	plain_answer(&response, status, sentence);
	http_exchange_answer(wait->exchange, &response);
	wait->exchange = NULL;
}

static void wait_free(struct wait *wait)
{
	DL_DELETE(wait->page->waits, wait);
	loop_timer_free(wait->timer);
	free(wait);
}

static void on_late(void *context)
{
	wait_answer(context, 503, "The reload takes long; the log will say how it ends");
}

static void on_reloaded(void *context, const char *sentence)
{
	struct wait *wait = context;

	if (sentence == NULL)
		wait_answer(wait, 200, "The configuration was reloaded");
	else
		wait_answer(wait, 500, sentence);
	wait_free(wait);
}

void reload_page_serve(struct reload_page *page, const struct http_request *request,
		       struct http_response *response)
{
	struct wait *wait = memory_allocate(sizeof *wait);

	if (!reload_request_and_tell(page->reload, on_reloaded, wait)) {
		free(wait);
		plain_answer(response, 503, "Too many wait for a reload already");
		return;
	}
	wait->page = page;
	wait->exchange = request->exchange;
	wait->timer = loop_timer_create(page->loop, on_late, wait);
	loop_timer_start(wait->timer, RELOAD_PAGE_WAIT_MS);
	DL_APPEND(page->waits, wait);
	response->later = true;
}

struct reload_page *reload_page_create(struct loop *loop, struct reload *reload)
{
	struct reload_page *page = memory_allocate(sizeof *page);

	page->loop = loop;
	page->reload = reload;
	return page;
}

void reload_page_free(struct reload_page *page)
{
	struct wait *wait, *next;

	if (page == NULL)
		return;
	DL_FOREACH_SAFE(page->waits, wait, next)
		wait_free(wait);
	free(page);
}
