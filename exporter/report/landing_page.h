/* landing_page.h - the page at "/": what this is, and where to go. */
#pragma once

#include "base/text.h"

/* Append a whole HTML document. `telemetry_path` is the operator's; it is escaped. */
void landing_page_print(struct text *page, const char *telemetry_path);
