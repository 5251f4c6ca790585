/* web_reader.h - reading a web configuration: maps by rows, texts, lists, truth values.
 *
 * Takes what Go's YAML reader takes there: nothing for an empty text, a number for a text, yes for true. For
 * config/web_config_parser and config/web_tls_parser.
 */
#pragma once

#include "config/web_config.h"
#include "config/yaml.h"

struct web_reader {
	const struct yaml_document *document;
	struct web_config *config; /* what is filled */
	const char **warnings;     /* its, with room for WEB_READER_WARNINGS_MAX */
	struct error *error;
};

#define WEB_READER_WARNINGS_MAX 8

typedef bool (*web_read_fn)(struct web_reader *reader, const struct yaml_node *node);

struct web_row {
	const char *name; /* NULL ends a table */
	web_read_fn read;
};

/* Every key has its row, or is refused. Nothing, for a map, is an empty one. */
bool web_read_map(struct web_reader *reader, const struct yaml_node *map, const struct web_row *rows);

bool web_read_text(struct web_reader *reader, const struct yaml_node *node, const char **text);
bool web_read_bool(struct web_reader *reader, const struct yaml_node *node, bool *value);
bool web_read_list(struct web_reader *reader, const struct yaml_node *list,
		   const char *const **items, size_t *count);

/* The sentence must not hold a secret. Always false. */
bool web_fail(struct web_reader *reader, const struct yaml_node *node, const char *sentence);
void web_warn(struct web_reader *reader, const char *sentence);
