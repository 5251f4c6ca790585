#include "report/labels.h"

#include "base/memory.h"
#include "report/exposition.h"

#include <stdlib.h>

struct place {
	size_t start;
	uint32_t own_size;   /* ip and hostname */
	uint32_t whole_size; /* and the user's */
};

struct metrics_labels {
	struct text bytes;
	struct place *places;
};

static void add_target(struct metrics_labels *labels, const struct target *target)
{
	const struct expectation *expectation = target->expectation;
	struct place *place = &labels->places[target->index];
	struct text *bytes = &labels->bytes;
	char ip[IP_TEXT_MAX];
	size_t i;

	place->start = bytes->size;
	exposition_format_label(bytes, "ip", ip_print(&target->ip, ip));
	text_add_char(bytes, ',');
	exposition_format_label(bytes, "hostname", expectation->hostname);
	place->own_size = (uint32_t)(bytes->size - place->start);
	for (i = 0; i < expectation->label_count; i++) {
		text_add_char(bytes, ',');
		exposition_format_label(bytes, expectation->labels[i].name,
					expectation->labels[i].value);
	}
	place->whole_size = (uint32_t)(bytes->size - place->start);
}

struct metrics_labels *metrics_labels_create(const struct target_list *targets)
{
	struct metrics_labels *labels = memory_allocate(sizeof *labels);
	size_t i;

	labels->places = memory_allocate_array(targets->count, sizeof *labels->places);
	for (i = 0; i < targets->count; i++)
		add_target(labels, targets->items[i]);
	return labels;
}

void metrics_labels_free(struct metrics_labels *labels)
{
	if (labels == NULL)
		return;
	text_clear(&labels->bytes);
	free(labels->places);
	free(labels);
}

struct labels_slice labels_of(const struct metrics_labels *labels, size_t i, bool with_users)
{
	const struct place *place = &labels->places[i];

	return (struct labels_slice){
		labels->bytes.bytes + place->start,
		with_users ? place->whole_size : place->own_size,
	};
}
