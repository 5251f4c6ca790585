/* quiet.h - what goes wrong again and again is told at once, then ever more seldom.
 *
 * After a line there is quiet for a minute, then twice as long each time, up to an
 * hour; when nothing happened for as long as the last pause, it starts anew.
 *
 * Pure: time is given.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* Zeroed memory: nothing was told yet. */
struct quiet {
	int64_t until_ms;
	int64_t pause_ms; /* 0: never told */
	uint64_t count;   /* what happened since the last line */
};

/* It happened. True if it is to be told now; `*count` is how often since the last line. */
bool quiet_ends(struct quiet *quiet, int64_t now_ms, uint64_t *count);

/* At most so many lines a minute about all subjects together. Zeroed memory: none yet. */
struct line_budget {
	int64_t minute_ms; /* when this minute began */
	unsigned used;
	uint64_t left_out; /* lines, in the minutes before */
};

/* True if there is a line left. `*left_out`: lines that had to be left out in a minute that
 * is over, to be told once. */
bool line_budget_take(struct line_budget *budget, unsigned per_minute, int64_t now_ms,
		      uint64_t *left_out);
