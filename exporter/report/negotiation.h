/* negotiation.h - in which format a scraper wants the metrics page, and whether compressed.
 *
 * Reads the headers Accept and Accept-Encoding (RFC 9110 12.4, 12.5): foreign bytes. What is
 * no element of such a list counts for nothing, and whoever asks for nothing we have gets text
 * 0.0.4, as scrapers expect: nobody is told 406. Allocates nothing; linear in the header.
 */
#pragma once

#include "report/exposition.h"

#include <stdbool.h>

/* How the scraper wants names that are more than letters, digits and '_'. We have none of
 * these, so the page is the same; the answer says that it is as asked. */
enum negotiation_escaping {
	NEGOTIATION_NOT_ASKED,
	NEGOTIATION_ALLOW_UTF_8,
	NEGOTIATION_UNDERSCORES,
	NEGOTIATION_DOTS,
	NEGOTIATION_VALUES,
	NEGOTIATION_ESCAPINGS
};

struct negotiation {
	enum exposition_format format;
	enum negotiation_escaping escaping;
};

/* `accept`, or NULL. OpenMetrics only to who names it; whatever version of it is asked for gets
 * 1.0.0. Of equal weights the first named wins, a wildcard last. */
struct negotiation negotiation_read_accept(const char *accept);

/* The Content-Type of the answer; static text. */
const char *negotiation_content_type(struct negotiation negotiation);

/* `accept_encoding`, or NULL: gzip is welcome, and not less than no compression at all. */
bool negotiation_wants_gzip(const char *accept_encoding);
