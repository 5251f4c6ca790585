/* duration.h - durations as Prometheus writes them: 500ms, 30s, 1h30m, 1d, 1w, 1y.
 *
 * Whole numbers with the units y w d h m s ms, each at most once, from large to small, no blanks;
 * a day is 24 h, a week 7 d, a year 365 d. As model.ParseDuration of prometheus/common.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#define DURATION_TEXT_MAX 64 /* all units with the largest number, and a NUL */

/* "0" needs no unit. False if it is no duration, or longer than Prometheus can hold (292 years). */
bool duration_parse(const char *text, int64_t *duration_ms);

/* The shortest such text; weeks and years only where they are exact, since 90d reads easier
 * than 12w6d. `duration_ms` is not negative. Returns `text`. */
const char *duration_print(int64_t duration_ms, char text[DURATION_TEXT_MAX]);
