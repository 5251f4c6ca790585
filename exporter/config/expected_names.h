/* expected_names.h - host names a person wrote -> the names expected of a target.
 *
 * For target files as for the command line and /probe. Lower case, no trailing dot, IDN as
 * A-labels (UTS #46, non-transitional), no two alike, sorted.
 * Whether a name that DNS gave is a usable one is judged elsewhere.
 */
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "fcrdns/watch.h"

#include <stdbool.h>
#include <stddef.h>

#define EXPECTED_NAMES_MAX 64        /* host names of one target */
#define EXPECTED_NAMES_TEXT_MAX 1024 /* bytes of all together, joined: one label value */
#define EXPECTED_NAME_BYTES 256      /* 253 of a name, and a NUL */

struct expected_names {
	size_t count; /* starts as 0 */
	char names[EXPECTED_NAMES_MAX][EXPECTED_NAME_BYTES];
};

/* Add one name as written; one that is there already changes nothing.
 * False: the sentence says what is wrong with the name, without a place. */
bool expected_names_add(struct expected_names *expected, const char *text, struct error *error);

/* Sort them and fill names, name_count and hostname of `expectation`, in the arena. */
bool expected_names_finish(struct expected_names *expected, struct arena *arena,
			   struct expectation *expectation, struct error *error);
