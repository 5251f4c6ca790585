/* settle.h - a burst of changes is one: when it is over.
 *
 * Over is half a second without a further one, or five seconds after the first: who writes
 * without a pause is not waited for.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#define SETTLE_QUIET_MS 500
#define SETTLE_MOST_MS 5000

/* All zero: nothing has changed. */
struct settle {
	bool pending;
	int64_t first_ms;
	int64_t last_ms;
};

void settle_note(struct settle *settle, int64_t now_ms);

/* INT64_MAX: nothing has changed. */
int64_t settle_due_ms(const struct settle *settle);

/* Is it over? Then it is done with. */
bool settle_take(struct settle *settle, int64_t now_ms);
