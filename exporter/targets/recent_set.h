/* recent_set.h - what has been seen within a day, so that it is told once and not every round.
 *
 * Bounded: where more is seen within a day than fits, the rest is not told at all.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct recent_set;

struct recent_set *recent_set_create(void);
void recent_set_free(struct recent_set *set); /* NULL is fine */

/* Note that `key`, a hash, is seen. True if it was not within the last 24 hours,
 * and there is room to remember it. */
bool recent_set_note(struct recent_set *set, uint64_t key, int64_t now_ms);
