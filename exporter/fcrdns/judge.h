/* judge.h - does a reverse name lead back to the address it names, and is it an expected one?
 *
 * Pure: reads the evidence of one check at one resolver, returns a verdict. Asks
 * nothing, stores nothing, knows no time. RFC 8601 section 3 (iprev): every PTR name
 * counts, not the first.
 */
#pragma once

#include "fcrdns/evidence.h"
#include "fcrdns/status.h"

#include <stdbool.h>

struct verdict {
	uint8_t status;        /* enum status */
	uint8_t reason;        /* enum reason */
	uint16_t flags;        /* FLAG_BIT()s */
	bool ptr_match : 1;    /* an expected name is among the PTR names */
	bool forward_match : 1; /* iprev pass: some PTR name leads back */
};

/* Never fails: where evidence is missing the verdict is temp_error or filtered. */
struct verdict judge(const struct evidence *evidence, const struct expectation *expectation);
