/* ares_library.h - c-ares itself, started before the first resolver and stopped behind the last. */
#pragma once

#include "base/error.h"

#include <stdbool.h>

/* Once per process. */
bool ares_library_start(struct error *error);
void ares_library_stop(void);
