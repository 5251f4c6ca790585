#include "config/user_labels.h"

#include "config/quote.h"

#include <stdlib.h>
#include <string.h>

/* All label names of our series, and those that Prometheus puts there itself. Sorted. */
static const char *const reserved_names[] = {
    "address",     "aspect",   "bound",  "branch",   "family", "flag",     "hostname",  "instance",
    "ip",          "job",      "le",     "name",     "ptr",    "quantile", "rcode",     "reason",
    "record_type", "resolver", "result", "revision", "state",  "status",   "transport", "version",
};

static int compare_text(const void *text, const void *entry)
{
	return strcmp(text, *(const char *const *)entry);
}

static bool is_reserved(const char *name)
{
	return bsearch(name, reserved_names, sizeof reserved_names / sizeof reserved_names[0],
		       sizeof reserved_names[0], compare_text) != NULL;
}

static bool is_ignored(const char *name)
{
	return name[0] == '_' && name[1] == '_';
}

static bool is_label_name(const char *name)
{
	static const char allowed[] =
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789";

	return *name != '\0' && (*name < '0' || *name > '9') && name[strspn(name, allowed)] == '\0';
}

static bool check_name(const struct yaml_document *document, const struct yaml_node *key,
		       struct error *error)
{
	char quoted[QUOTE_TEXT_MAX];

	quote_print(key->text, quoted);
	if (!is_label_name(key->text))
		return yaml_fail(document, key, error,
				 "label name %s is not allowed, expected letters, digits and _, "
				 "no digit first",
				 quoted);
	if (strlen(key->text) > USER_LABEL_NAME_BYTES_MAX)
		return yaml_fail(document, key, error,
				 "label name %s is too long, expected at most %d bytes", quoted,
				 USER_LABEL_NAME_BYTES_MAX);
	if (is_reserved(key->text))
		return yaml_fail(document, key, error,
				 "label name %s is used by the exporter or by Prometheus itself, "
				 "expected another name",
				 quoted);
	return true;
}

static bool check_value(const struct yaml_document *document, const struct yaml_node *value,
			struct error *error)
{
	char description[YAML_DESCRIPTION_MAX], quoted[QUOTE_TEXT_MAX];

	quote_print(value->key->text, quoted);
	if (value->kind != YAML_SCALAR || yaml_is_null(value))
		return yaml_fail(document, value, error, "label %s is %s, expected a text", quoted,
				 yaml_describe(value, description));
	if (strlen(value->text) > USER_LABEL_VALUE_BYTES_MAX)
		return yaml_fail(document, value, error,
				 "label %s has %zu bytes, expected at most %d", quoted,
				 strlen(value->text), USER_LABEL_VALUE_BYTES_MAX);
	return true;
}

static int compare_labels(const void *a, const void *b)
{
	return strcmp(((const struct watch_label *)a)->name, ((const struct watch_label *)b)->name);
}

static bool add_label(const struct yaml_document *document, const struct yaml_node *value,
		      struct arena *arena, struct user_labels *labels, struct error *error)
{
	struct watch_label *label = &labels->labels[labels->count];

	if (is_ignored(value->key->text)) {
		if (labels->ignored == NULL)
			labels->ignored = value->key;
		return true;
	}
	if (!check_name(document, value->key, error) || !check_value(document, value, error))
		return false;
	label->name = arena_copy_text(arena, value->key->text);
	label->value = arena_copy_text(arena, value->text);
	labels->count++;
	return true;
}

bool user_labels_parse(const struct yaml_document *document, const struct yaml_node *node,
		       struct arena *arena, struct user_labels *labels, struct error *error)
{
	char description[YAML_DESCRIPTION_MAX];
	const struct yaml_node *value;

	*labels = (struct user_labels){0};
	if (node->kind != YAML_MAP)
		return yaml_fail(document, node, error,
				 "labels is %s, expected a map like {team: mail}",
				 yaml_describe(node, description));
	if (node->count > USER_LABELS_MAX)
		return yaml_fail(document, node, error,
				 "labels has %u entries, expected at most %d", node->count,
				 USER_LABELS_MAX);
	labels->labels = arena_allocate_array(arena, node->count, sizeof *labels->labels);
	for (value = node->first; value != NULL; value = value->next)
		if (!add_label(document, value, arena, labels, error))
			return false;
	if (labels->count > 1)
		qsort(labels->labels, labels->count, sizeof *labels->labels, compare_labels);
	return true;
}
