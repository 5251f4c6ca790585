/* key_table.h - a map of settings described by a table: key, type, where it goes, default, range.
 *
 * The table says all there is to say about a key that stands alone; what one key demands of
 * another is checked by the caller afterwards.
 */
#pragma once

#include "base/error.h"
#include "config/yaml.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum key_type {
	KEY_BOOL,     /* bool: true or false, plain */
	KEY_SWITCH,   /* bool: words[0] or words[1], the second is true */
	KEY_CHOICE,   /* enum: the index into words */
	KEY_NUMBER,   /* unsigned: decimal, plain; words[0], if there is one, stands for 0 */
	KEY_PORT,     /* uint16_t: decimal, plain */
	KEY_DURATION, /* int64_t: milliseconds */
	KEY_TEXT,     /* const char *: into the document; default NULL; words[0] says what it is */
	KEY_MAP,      /* `keys` describes it; it fills the same struct */
	KEY_LIST,     /* only its type is checked; the caller reads it */
};

struct key {
	const char *name; /* NULL ends a table */
	enum key_type type;
	size_t offset; /* of the field in the struct that is filled */
	int64_t fallback;
	int64_t min, max;         /* of numbers, ports and durations, both included */
	const char *const *words; /* ends with NULL */
	const struct key *keys;
};

/* Fill `target` with the defaults. */
void key_table_set_defaults(const struct key *keys, void *target);

/* Fill `target` with what the map says; what it does not say is left alone. */
bool key_table_read(const struct yaml_document *document, const struct yaml_node *map,
		    const struct key *keys, void *target, struct error *error);
