/* sentence.h - what the fuzzers of configuration files have in common. */
#pragma once

#include "base/error.h"

/* Assert that the error is one whole line that starts with "PATH:LINE:COL: ". */
void sentence_check(const struct error *error, const char *path);
