/* inquiries.h - questions to the configured resolvers about who speaks for a name.
 *
 * They come after everything else: of each resolver's max_qps they use a tenth at most, all
 * together, retries included, and are counted in its numbers like any other question. The
 * resolvers take turns; what fails at one is asked of one more.
 *
 * Happy path: inquiries_ask() -> in the line -> a resolver has a turn to spare -> query ->
 * `on_done`. Failure modes: the resolver goes away (the next is asked), all go away
 * (cancelled).
 */
#pragma once

#include "asking/query.h"

struct inquiries;

/* `query` holds the result and is valid during the call; with `query->cancelled` there is none. */
typedef void (*inquiry_done_fn)(void *context, const struct query *query);

struct inquiries *inquiries_create(struct loop *loop);

/* Ends all inquiries as cancelled, also those on their way at resolvers that stay. NULL is fine. */
void inquiries_free(struct inquiries *inquiries);

/* From now on ask these, by their rates of now; they are held until the next call. */
void inquiries_set_resolvers(struct inquiries *inquiries, struct upstream *const *upstreams,
			     size_t count);

/* `on_done` comes exactly once, and not before this has returned unless cancelled. */
void inquiries_ask(struct inquiries *inquiries, const uint8_t *name, enum dns_type type,
		   inquiry_done_fn on_done, void *context);
