/* yaml.h - YAML (or JSON) text -> a tree of nodes that know where they stand.
 *
 * A thin layer on libyaml. It refuses what a configuration does not need and what can surprise or
 * bite: anchors, aliases, tags, merge keys, several documents, keys that are no words, a key given
 * twice, NUL, deep nesting, huge files. What a scalar means is the caller's business.
 * libyaml has checked that every text is valid UTF-8.
 */
#pragma once

#include "base/arena.h"
#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define YAML_SIZE_MAX ((size_t)64 * 1024 * 1024) /* bytes of one file */
#define YAML_NODES_MAX 8000000 /* of one file; bounds memory, 48 bytes each and the text */
#define YAML_DEPTH_MAX 16      /* lists and maps inside each other */

enum yaml_kind { YAML_SCALAR, YAML_LIST, YAML_MAP };

struct yaml_node {
	uint8_t kind;                /* enum yaml_kind */
	bool plain;                  /* a scalar without quotes: 5 may be a number, "5" is a text */
	uint32_t line;               /* from 1 */
	uint32_t column;             /* from 1, in characters */
	uint32_t count;              /* of a list's items, or a map's pairs */
	const char *text;            /* of a scalar, UTF-8 without NUL inside; else NULL */
	const struct yaml_node *key; /* in a map: the scalar this is the value of; else NULL */
	struct yaml_node *first;     /* item of a list, or value in a map, as written */
	struct yaml_node *next;      /* beside it */
};

struct yaml_document {
	const char *path;       /* for sentences; the caller's */
	struct yaml_node *root; /* NULL: the file says nothing */
	struct arena *arena;    /* owns all nodes */
};

/* The caller clears `document`, also after false. `path` must outlive it, `text` need not. */
bool yaml_parse(struct yaml_document *document, const char *path, const char *text, size_t size,
		struct error *error);
void yaml_clear(struct yaml_document *document);

/* The value of a key; NULL if the map has none, or if `map` is NULL or no map. */
const struct yaml_node *yaml_find(const struct yaml_node *map, const char *key);

/* A plain scalar that YAML takes for nothing: empty, ~, null. */
bool yaml_is_null(const struct yaml_node *node);

#define YAML_DESCRIPTION_MAX 512

/* For "interval is ...": a list, an empty list, a map, empty, or the text in quotes.
 * Returns `description`. */
const char *yaml_describe(const struct yaml_node *node, char description[YAML_DESCRIPTION_MAX]);

/* Put "FILE:LINE:COL: " of the node before the sentence that is there. Always returns false. */
bool yaml_place(const struct yaml_document *document, const struct yaml_node *node,
		struct error *error);

/* "FILE:LINE:COL: SENTENCE". Always returns false. */
bool yaml_fail(const struct yaml_document *document, const struct yaml_node *node,
	       struct error *error, const char *format, ...) __attribute__((format(printf, 4, 5)));
