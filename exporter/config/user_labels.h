/* user_labels.h - the labels of an entry in a target file.
 *
 * Names fit [a-zA-Z_][a-zA-Z0-9_]* and are none that our own series carry. As in Prometheus, those
 * starting with "__" are not for the series and left out.
 */
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "config/yaml.h"
#include "fcrdns/watch.h"

#include <stdbool.h>
#include <stddef.h>

#define USER_LABELS_MAX 64 /* of one entry; Prometheus users rarely have ten */
#define USER_LABEL_NAME_BYTES_MAX 128
#define USER_LABEL_VALUE_BYTES_MAX 1024

struct user_labels {
	struct watch_label *labels; /* sorted by name, in the arena */
	size_t count;
	const struct yaml_node *ignored; /* the first key that was left out, or NULL */
};

/* `node` is the value of "labels". */
bool user_labels_parse(const struct yaml_document *document, const struct yaml_node *node,
		       struct arena *arena, struct user_labels *labels, struct error *error);
