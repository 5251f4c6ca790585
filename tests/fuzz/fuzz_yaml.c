/* fuzz_yaml.c - any bytes as YAML: a tree that holds together, or one sentence.
 *
 * Beyond what the settings and target files reach: shapes that no key table takes.
 */
#include "config/yaml.h"
#include "sentence.h"

#include <assert.h>
#include <string.h>

#define PATH "file.yml"

static void check_node(const struct yaml_node *node, unsigned depth);

/* The pair that a key finds is this one: no key stands there twice. */
static void check_key(const struct yaml_node *map, const struct yaml_node *pair)
{
	if (map->kind == YAML_LIST) {
		assert(pair->key == NULL);
		return;
	}
	assert(pair->key->kind == YAML_SCALAR && pair->key->line <= pair->line);
	assert(map->count > 100 || yaml_find(map, pair->key->text) == pair);
}

static void check_children(const struct yaml_node *parent, unsigned depth)
{
	const struct yaml_node *child;
	size_t count = 0;

	for (child = parent->first; child != NULL; child = child->next, count++) {
		check_key(parent, child);
		check_node(child, depth + 1);
	}
	assert(count == parent->count && depth < YAML_DEPTH_MAX);
}

static void check_node(const struct yaml_node *node, unsigned depth)
{
	char description[YAML_DESCRIPTION_MAX];

	assert(node->line > 0 && node->column > 0);
	assert(strlen(yaml_describe(node, description)) > 0);
	assert((node->kind == YAML_SCALAR) == (node->text != NULL));
	if (node->kind == YAML_SCALAR)
		assert(node->first == NULL && node->count == 0);
	else
		check_children(node, depth);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct yaml_document document;
	struct error error = {""};

	if (!yaml_parse(&document, PATH, (const char *)bytes, size, &error)) {
		assert(document.root == NULL);
		sentence_check(&error, PATH);
	} else if (document.root != NULL) {
		check_node(document.root, 0);
	}
	yaml_clear(&document);
	return 0;
}
