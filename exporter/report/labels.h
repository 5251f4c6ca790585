/* labels.h - the labels of all targets, formatted once, copied onto every line. */
#pragma once

#include "base/text.h"
#include "targets/target_list.h"

struct labels_slice {
	const char *bytes;
	size_t size;
};

struct metrics_labels;

struct metrics_labels *metrics_labels_create(const struct target_list *targets);
void metrics_labels_free(struct metrics_labels *labels);

/* ip="..",hostname=".." of target `i`; with the user's labels behind if `with_users`. */
struct labels_slice labels_of(const struct metrics_labels *labels, size_t i, bool with_users);
