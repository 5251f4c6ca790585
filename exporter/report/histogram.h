/* histogram.h - the one histogram of the metrics page: how long answered DNS queries took. */
#pragma once

#include "report/exposition.h"
#include "report/snapshot.h"

void histogram_print(struct exposition *e, const struct snapshot *snapshot);
