/* metrics.h - the catalogue of all series, and the page they make.
 *
 * Pure: reads what is known, writes the page. One table row per family; adding a
 * series is one line there, and a reader where none fits.
 */
#pragma once

#include "base/text.h"
#include "report/exposition.h"
#include "report/labels.h"
#include "report/metrics_input.h"

/* Append the whole page. `labels` are of the same generation of the target list. */
void metrics_print(struct text *page, enum exposition_format format,
		   const struct metrics_input *input, const struct metrics_labels *labels);
