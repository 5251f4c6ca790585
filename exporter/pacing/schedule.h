/* schedule.h - which target is due at one resolver.
 *
 * Two queues. The ring holds every item at its own phase of the interval, so that
 * rounds are spread evenly and stay where they are across restarts; a cursor walks
 * it. The line holds items to be asked at once: new ones, and those whose
 * expectation changed. While both have somebody due they take turns, so that ten
 * thousand new targets cannot starve the old ones.
 *
 * Beside these two, items can be asked for at a time of their own: what is changing is asked
 * more often for a while. How many of those may go, and when, is the caller's to say.
 *
 * When the rate allowed is too low for the interval, a lap of the ring takes longer
 * than the interval; missed laps are not made up for.
 *
 * Pure: items are indices 0 to count - 1, time is given.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The phases of all items; shared by the schedules of all resolvers, which must not outlive it. */
struct schedule_ring {
	struct schedule_slot *slots; /* sorted by phase */
	size_t slot_count;
	size_t item_count;
	int64_t interval_ms;
};

struct schedule_slot {
	uint32_t item;
	uint32_t phase_ms; /* below interval_ms */
};

/* An item with `hashes[i]` has its phase by that; `skip[i]` leaves it out for good. */
void schedule_ring_init(struct schedule_ring *ring, const uint64_t *hashes, const bool *skip,
			size_t count, int64_t interval_ms);
void schedule_ring_clear(struct schedule_ring *ring);

struct schedule;

struct schedule *schedule_create(const struct schedule_ring *ring, int64_t now_ms);
void schedule_free(struct schedule *schedule);

/* Put an item into the line, unless it stands there. */
void schedule_ask_at_once(struct schedule *schedule, uint32_t item, int64_t now_ms);

/* Ask about an item at a time of its own, not before that of the last one put in so, unless it
 * waits for one already. True if it did not. Its turn on the ring stays as it is. */
bool schedule_ask_at(struct schedule *schedule, uint32_t item, int64_t due_ms);

/* A ring with other items or another interval takes the place of the one before. The walk
 * goes on at the phase it had reached; the line, and what was asked for, is forgotten. */
void schedule_replace_ring(struct schedule *schedule, const struct schedule_ring *ring,
			   int64_t now_ms);

/* The item that is due, if there is one; it counts as asked then. */
bool schedule_next(struct schedule *schedule, int64_t now_ms, uint32_t *item);

/* The item whose own time has come, if there is one. */
bool schedule_next_soon(struct schedule *schedule, int64_t now_ms, uint32_t *item);

/* When that is; INT64_MAX: never. */
int64_t schedule_soon_ms(const struct schedule *schedule);

/* When the next item of ring and line is due: in the past if one waits, INT64_MAX if there are none. */
int64_t schedule_due_ms(const struct schedule *schedule);

/* How far the schedule is behind: what the longest-waiting item has waited, or by how much
 * the last lap outlasted the interval, if that is more. */
int64_t schedule_lag_ms(const struct schedule *schedule, int64_t now_ms);

/* How long a whole lap really takes at the moment; never less than the interval. */
int64_t schedule_lap_ms(const struct schedule *schedule, int64_t now_ms);
