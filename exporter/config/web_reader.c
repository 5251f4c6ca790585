#include "config/web_reader.h"

#include "base/text.h"
#include "config/quote.h"

#include <string.h>

bool web_fail(struct web_reader *reader, const struct yaml_node *node, const char *sentence)
{
	return yaml_fail(reader->document, node, reader->error, "%s", sentence);
}

bool web_read_map(struct web_reader *reader, const struct yaml_node *map, const struct web_row *rows)
{
	const struct yaml_node *node;
	char quoted[QUOTE_TEXT_MAX];
	const struct web_row *row;

	if (yaml_is_null(map))
		return true;
	if (map->kind != YAML_MAP)
		return web_fail(reader, map, "expected a map of settings");
	for (node = map->first; node != NULL; node = node->next) {
		for (row = rows; row->name != NULL && strcmp(row->name, node->key->text) != 0; row++)
			;
		if (row->name == NULL)
			return yaml_fail(reader->document, node->key, reader->error,
					 "unknown key %s in a web configuration",
					 quote_print(node->key->text, quoted));
		if (!row->read(reader, node))
			return false;
	}
	return true;
}

void web_warn(struct web_reader *reader, const char *sentence)
{
	struct web_config *config = reader->config;

	if (config->warning_count < WEB_READER_WARNINGS_MAX)
		reader->warnings[config->warning_count++] =
			arena_copy_text(config->arena, sentence);
}

/* Nothing is the empty text; a number is a text as well. */
bool web_read_text(struct web_reader *reader, const struct yaml_node *node, const char **text)
{
	if (node->kind != YAML_SCALAR)
		return web_fail(reader, node, "expected a text");
	*text = yaml_is_null(node) ? "" : arena_copy_text(reader->config->arena, node->text);
	return true;
}

/* As YAML 1.1 has it: true, True or TRUE, and nothing in between. */
static bool is_word(const char *text, const char *word)
{
	bool upper = true;
	size_t i;

	if (!text_equal_ignoring_case(text, word))
		return false;
	for (i = 1; text[i] != '\0'; i++)
		upper &= text[i] != word[i];
	return strcmp(text + 1, word + 1) == 0 || (upper && text[0] != word[0]);
}

bool web_read_bool(struct web_reader *reader, const struct yaml_node *node, bool *value)
{
	static const char *const words[] = {"false", "no",  "off", "n", "true",
					    "yes",   "on", "y"};
	size_t i;

	for (i = 0; i < 8 && node->kind == YAML_SCALAR && node->plain; i++) {
		if (is_word(node->text, words[i])) {
			*value = i >= 4;
			return true;
		}
	}
	return yaml_is_null(node) || web_fail(reader, node, "expected true or false");
}

bool web_read_list(struct web_reader *reader, const struct yaml_node *list,
		      const char *const **items, size_t *count)
{
	const struct yaml_node *node;
	const char **texts;

	if (yaml_is_null(list))
		return true;
	if (list->kind != YAML_LIST)
		return web_fail(reader, list, "expected a list of texts");
	texts = arena_allocate_array(reader->config->arena, list->count, sizeof *texts);
	for (node = list->first; node != NULL; node = node->next)
		if (!web_read_text(reader, node, &texts[(*count)++]))
			return false;
	*items = texts;
	return true;
}
