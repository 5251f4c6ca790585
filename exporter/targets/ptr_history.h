/* ptr_history.h - how many different answers one resolver has given for one address lately.
 *
 * A stranger's zone must not flood the user's Prometheus with label values: more than
 * 50 different sets of PTR names within a day, and they are shown as one,
 * until a day has passed without a new one.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct ptr_history; /* NULL is the empty one: most answers never change */

/* Note the digest of a counted answer; makes or enlarges the history as needed. */
void ptr_history_note(struct ptr_history **place, uint64_t digest, int64_t now_ms);

/* Too many different ones to be shown each by itself. */
bool ptr_history_varies(const struct ptr_history *history, int64_t now_ms);
