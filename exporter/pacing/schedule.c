#include "pacing/schedule.h"

#include "base/memory.h"
#include "pacing/waiting_line.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* --- the ring --- */

#define DIGIT_BITS 11
#define DIGITS (1 << DIGIT_BITS)

/* One pass of a radix sort, which keeps the order of what is alike. */
static void sort_by_digit(const struct schedule_slot *from, struct schedule_slot *to, size_t count,
			  unsigned shift)
{
	uint32_t starts[DIGITS] = {0}, sum = 0, here;
	size_t i;

	for (i = 0; i < count; i++)
		starts[from[i].phase_ms >> shift & (DIGITS - 1)]++;
	for (i = 0; i < DIGITS; i++) {
		here = starts[i];
		starts[i] = sum;
		sum += here;
	}
	for (i = 0; i < count; i++)
		to[starts[from[i].phase_ms >> shift & (DIGITS - 1)]++] = from[i];
}

/* By phase, then by item, in which order they come. A reload sorts several rings of a hundred
 * thousand slots while the loop stands still: qsort() takes ten times as long. */
static void sort_slots(struct schedule_ring *ring)
{
	struct schedule_slot *other = memory_allocate_array(ring->slot_count, sizeof *other);
	unsigned shift;

	for (shift = 0; shift < 32 && (ring->interval_ms - 1) >> shift > 0; shift += DIGIT_BITS) {
		struct schedule_slot *sorted = other;

		sort_by_digit(ring->slots, sorted, ring->slot_count, shift);
		other = ring->slots;
		ring->slots = sorted;
	}
	free(other);
}

void schedule_ring_init(struct schedule_ring *ring, const uint64_t *hashes, const bool *skip,
			size_t count, int64_t interval_ms)
{
	bool sorted = true;
	size_t i;

	assert(interval_ms > 0 && interval_ms <= UINT32_MAX && count <= UINT32_MAX);
	ring->slots = memory_allocate_array(count, sizeof *ring->slots);
	ring->slot_count = 0;
	ring->item_count = count;
	ring->interval_ms = interval_ms;
	for (i = 0; i < count; i++) {
		if (skip[i])
			continue;
		ring->slots[ring->slot_count] = (struct schedule_slot){
			.item = (uint32_t)i,
			.phase_ms = (uint32_t)(hashes[i] % (uint64_t)interval_ms),
		};
		sorted &= ring->slot_count == 0 || ring->slots[ring->slot_count - 1].phase_ms <=
							   ring->slots[ring->slot_count].phase_ms;
		ring->slot_count++;
	}
	if (!sorted)
		sort_slots(ring);
}

void schedule_ring_clear(struct schedule_ring *ring)
{
	free(ring->slots);
	memset(ring, 0, sizeof *ring);
}

/* --- the schedule of one resolver --- */

struct schedule {
	const struct schedule_ring *ring;
	size_t cursor;          /* the slot that comes next */
	int64_t lap_start_ms;   /* when phase 0 of this lap was or is due; a multiple of the interval */
	int64_t lap_began_ms;   /* when the cursor really passed the start; -1: not yet seen */
	int64_t last_lap_ms;    /* how long the last whole lap took; 0: none yet */
	struct waiting_line line; /* by when they joined it */
	struct waiting_line soon; /* by when they are due */
	bool line_had_turn;     /* who goes next when both are due */
};

/* The first slot at or behind a phase. */
static size_t find_slot(const struct schedule_ring *ring, int64_t phase_ms)
{
	size_t low = 0, high = ring->slot_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (ring->slots[middle].phase_ms < phase_ms)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Stand where the walk would be if it had reached `at_ms` in time. */
static void place_cursor(struct schedule *schedule, int64_t at_ms)
{
	int64_t interval_ms = schedule->ring->interval_ms;

	schedule->lap_start_ms = at_ms / interval_ms * interval_ms;
	schedule->cursor = find_slot(schedule->ring, at_ms - schedule->lap_start_ms);
}

struct schedule *schedule_create(const struct schedule_ring *ring, int64_t now_ms)
{
	struct schedule *schedule = memory_allocate(sizeof *schedule);

	schedule->ring = ring;
	waiting_line_reset(&schedule->line, ring->item_count);
	waiting_line_reset(&schedule->soon, ring->item_count);
	schedule->lap_began_ms = -1;
	place_cursor(schedule, now_ms);
	return schedule;
}

void schedule_free(struct schedule *schedule)
{
	if (schedule == NULL)
		return;
	waiting_line_clear(&schedule->line);
	waiting_line_clear(&schedule->soon);
	free(schedule);
}

static int64_t ring_due_ms(const struct schedule *schedule)
{
	const struct schedule_ring *ring = schedule->ring;

	if (ring->slot_count == 0)
		return INT64_MAX;
	if (schedule->cursor == ring->slot_count)
		return schedule->lap_start_ms + ring->interval_ms + ring->slots[0].phase_ms;
	return schedule->lap_start_ms + ring->slots[schedule->cursor].phase_ms;
}

void schedule_replace_ring(struct schedule *schedule, const struct schedule_ring *ring,
			   int64_t now_ms)
{
	int64_t reached_ms = ring_due_ms(schedule);
	bool same_phases = ring->interval_ms == schedule->ring->interval_ms;

	waiting_line_reset(&schedule->line, ring->item_count);
	waiting_line_reset(&schedule->soon, ring->item_count);
	schedule->ring = ring;
	place_cursor(schedule, same_phases && reached_ms < now_ms ? reached_ms : now_ms);
	if (!same_phases || ring->slot_count == 0) {
		schedule->last_lap_ms = 0;
		schedule->lap_began_ms = -1;
	}
}

void schedule_ask_at_once(struct schedule *schedule, uint32_t item, int64_t now_ms)
{
	waiting_line_join(&schedule->line, item, now_ms);
}

bool schedule_ask_at(struct schedule *schedule, uint32_t item, int64_t due_ms)
{
	return waiting_line_join(&schedule->soon, item, due_ms);
}

static void begin_lap(struct schedule *schedule, int64_t now_ms)
{
	int64_t interval_ms = schedule->ring->interval_ms;

	if (schedule->lap_began_ms >= 0)
		schedule->last_lap_ms = now_ms - schedule->lap_began_ms;
	schedule->lap_began_ms = now_ms;
	schedule->lap_start_ms += interval_ms;
	/* More than a whole lap late: leave out the laps that can only be missed. */
	if (now_ms - schedule->lap_start_ms >= interval_ms)
		schedule->lap_start_ms = now_ms / interval_ms * interval_ms;
	schedule->cursor = 0;
}

static void take_from_ring(struct schedule *schedule, int64_t now_ms, uint32_t *item)
{
	if (schedule->cursor == schedule->ring->slot_count)
		begin_lap(schedule, now_ms);
	*item = schedule->ring->slots[schedule->cursor++].item;
	schedule->line_had_turn = false;
}

bool schedule_next(struct schedule *schedule, int64_t now_ms, uint32_t *item)
{
	/* Items that stand in the line are asked from there. The bound is for the case that
	 * all of them do. */
	size_t left = schedule->ring->slot_count;

	for (;;) {
		bool line_waits = waiting_line_first_ms(&schedule->line) != INT64_MAX;
		bool ring_due = left > 0 && ring_due_ms(schedule) <= now_ms;

		if (!line_waits && !ring_due)
			return false;
		if (line_waits && (!ring_due || !schedule->line_had_turn)) {
			schedule->line_had_turn = true;
			return waiting_line_take(&schedule->line, item);
		}
		take_from_ring(schedule, now_ms, item);
		left--;
		if (!waiting_line_has(&schedule->line, *item))
			return true;
	}
}

bool schedule_next_soon(struct schedule *schedule, int64_t now_ms, uint32_t *item)
{
	return schedule_soon_ms(schedule) <= now_ms && waiting_line_take(&schedule->soon, item);
}

int64_t schedule_due_ms(const struct schedule *schedule)
{
	int64_t line_ms = waiting_line_first_ms(&schedule->line);

	return line_ms != INT64_MAX ? line_ms : ring_due_ms(schedule);
}

int64_t schedule_soon_ms(const struct schedule *schedule)
{
	return waiting_line_first_ms(&schedule->soon);
}

int64_t schedule_lag_ms(const struct schedule *schedule, int64_t now_ms)
{
	int64_t lag_ms = schedule_lap_ms(schedule, now_ms) - schedule->ring->interval_ms;
	int64_t due_ms = schedule_due_ms(schedule);

	if (ring_due_ms(schedule) < due_ms)
		due_ms = ring_due_ms(schedule);
	if (due_ms < now_ms && now_ms - due_ms > lag_ms)
		lag_ms = now_ms - due_ms;
	return lag_ms;
}

int64_t schedule_lap_ms(const struct schedule *schedule, int64_t now_ms)
{
	int64_t lap_ms = schedule->ring->interval_ms;

	if (schedule->last_lap_ms > lap_ms)
		lap_ms = schedule->last_lap_ms;
	if (schedule->lap_began_ms >= 0 && now_ms - schedule->lap_began_ms > lap_ms)
		lap_ms = now_ms - schedule->lap_began_ms;
	return lap_ms;
}
