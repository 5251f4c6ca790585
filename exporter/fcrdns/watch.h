/* watch.h - what the operator wants watched: an address and what is expected of it.
 *
 * Plain data, made by config/ and owned by its configuration generation; const from then on.
 */
#pragma once

#include "base/ip.h"

#include <stddef.h>
#include <stdint.h>

/* A user's label; the name fits [a-zA-Z_][a-zA-Z0-9_]*, the value is UTF-8 as written. */
struct watch_label {
	const char *name;
	const char *value;
};

/* Shared by all addresses of one entry in a target file. */
struct expectation {
	const uint8_t *const *names; /* expected host names (dns/name.h), no two alike; in the order of `hostname` */
	size_t name_count;           /* 0: any forward-confirmed name will do */
	const char *hostname;        /* the names as text, sorted, joined by commas; "" if none */
	const struct watch_label *labels; /* sorted by name */
	size_t label_count;
};

struct watch {
	struct ip ip;
	const struct expectation *expectation;
};
