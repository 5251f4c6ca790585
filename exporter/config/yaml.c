#include "config/yaml.h"

#include "base/memory.h"
#include "config/quote.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#define TAG_DIRECTIVES_MAX 64

static_assert(QUOTE_TEXT_MAX <= YAML_DESCRIPTION_MAX, "a quoted text is a description");

struct builder {
	struct yaml_document *document;
	struct yaml_node *open[YAML_DEPTH_MAX]; /* lists and maps not yet closed, outermost first */
	struct yaml_node *newest[YAML_DEPTH_MAX]; /* their last child so far */
	size_t depth;
	const struct yaml_node *key; /* of the innermost map: read, still without its value */
	size_t node_count;
	bool has_document;
	const struct yaml_node **sorted; /* scratch of find_duplicate() */
	size_t sorted_capacity;
	struct error *error;
};

static bool fail_at(const struct builder *builder, const yaml_mark_t *mark, const char *sentence)
{
	error_set(builder->error, "%s", sentence);
	return error_prefix(builder->error, "%s:%zu:%zu", builder->document->path, mark->line + 1,
			    mark->column + 1);
}

static int compare_numbers(uint32_t a, uint32_t b)
{
	return (a > b) - (a < b);
}

/* By key, then in the order written. */
static int compare_pairs(const void *a, const void *b)
{
	const struct yaml_node *x = (*(const struct yaml_node *const *)a)->key;
	const struct yaml_node *y = (*(const struct yaml_node *const *)b)->key;
	int order = strcmp(x->text, y->text);

	if (order == 0)
		order = compare_numbers(x->line, y->line);
	return order != 0 ? order : compare_numbers(x->column, y->column);
}

/* Some key of the map that was there before, at `first`; NULL if there is none.
 * By sorting, since a map may be as large as the file. */
static const struct yaml_node *find_duplicate(struct builder *builder, const struct yaml_node *map,
					      const struct yaml_node **first)
{
	const struct yaml_node *pair;
	size_t count = 0, i;

	if (map->count < 2)
		return NULL;
	if (map->count > builder->sorted_capacity) {
		builder->sorted_capacity =
		    memory_grown_capacity(builder->sorted_capacity, map->count);
		builder->sorted = memory_resize_array(builder->sorted, builder->sorted_capacity,
						      sizeof(struct yaml_node *));
	}
	for (pair = map->first; pair != NULL; pair = pair->next)
		builder->sorted[count++] = pair;
	qsort(builder->sorted, count, sizeof builder->sorted[0], compare_pairs);
	for (i = 1; i < count; i++) {
		*first = builder->sorted[i - 1]->key;
		if (strcmp((*first)->text, builder->sorted[i]->key->text) == 0)
			return builder->sorted[i]->key;
	}
	return NULL;
}

static bool close_map(struct builder *builder, const struct yaml_node *map)
{
	const struct yaml_node *first, *again = find_duplicate(builder, map, &first);
	char quoted[QUOTE_TEXT_MAX];

	if (again == NULL)
		return true;
	return yaml_fail(builder->document, again, builder->error,
			 "key %s is given twice, first at %u:%u", quote_print(again->text, quoted),
			 first->line, first->column);
}

static bool take_key(struct builder *builder, const struct yaml_node *key)
{
	if (key->kind != YAML_SCALAR)
		return yaml_fail(builder->document, key, builder->error,
				 "a key is a %s, expected a word",
				 key->kind == YAML_LIST ? "list" : "map");
	if (key->plain && strcmp(key->text, "<<") == 0)
		return yaml_fail(builder->document, key, builder->error,
				 "merge keys (<<) are not supported, expected the keys themselves");
	builder->key = key;
	return true;
}

/* Hang the node into the innermost open list or map. */
static bool attach(struct builder *builder, struct yaml_node *node)
{
	struct yaml_node *parent, **newest;

	if (builder->depth == 0) {
		builder->document->root = node;
		return true;
	}
	parent = builder->open[builder->depth - 1];
	assert(parent != NULL);
	newest = &builder->newest[builder->depth - 1];
	if (parent->kind == YAML_MAP) {
		if (builder->key == NULL)
			return take_key(builder, node);
		node->key = builder->key;
		builder->key = NULL;
	}
	if (*newest == NULL)
		parent->first = node;
	else
		(*newest)->next = node;
	*newest = node;
	parent->count++;
	return true;
}

/* A new node at its place; NULL if it has what is not supported, or is one too many. */
static struct yaml_node *add_node(struct builder *builder, const yaml_event_t *event,
				  enum yaml_kind kind, const yaml_char_t *anchor,
				  const yaml_char_t *tag)
{
	struct yaml_node *node = NULL;

	if (anchor != NULL)
		fail_at(builder, &event->start_mark,
			"anchors (&) are not supported, expected the value itself");
	else if (tag != NULL)
		fail_at(builder, &event->start_mark,
			"tags (!) are not supported, expected the value alone");
	else if (++builder->node_count > YAML_NODES_MAX)
		fail_at(builder, &event->start_mark,
			"the file has too many values, expected it split into several files");
	else {
		node = arena_allocate(builder->document->arena, sizeof *node);
		node->kind = (uint8_t)kind;
		node->line = (uint32_t)event->start_mark.line + 1;
		node->column = (uint32_t)event->start_mark.column + 1;
	}
	return node;
}

static bool on_scalar(struct builder *builder, const yaml_event_t *event)
{
	const char *value = (const char *)event->data.scalar.value;
	size_t length = event->data.scalar.length;
	struct yaml_node *node = add_node(builder, event, YAML_SCALAR, event->data.scalar.anchor,
					  event->data.scalar.tag);

	if (node == NULL)
		return false;
	if (memchr(value, '\0', length) != NULL)
		return fail_at(builder, &event->start_mark,
			       "the text holds a NUL byte, expected none");
	node->plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
	node->text = arena_copy_bytes(builder->document->arena, value, length);
	return attach(builder, node);
}

static bool on_open(struct builder *builder, struct yaml_node *node)
{
	if (node == NULL || !attach(builder, node))
		return false;
	if (builder->depth == YAML_DEPTH_MAX)
		return yaml_fail(builder->document, node, builder->error,
				 "lists and maps are nested too deeply, expected at most %d levels",
				 YAML_DEPTH_MAX);
	builder->open[builder->depth] = node;
	builder->newest[builder->depth++] = NULL;
	return true;
}

static bool on_document(struct builder *builder, const yaml_event_t *event)
{
	if (builder->has_document)
		return fail_at(builder, &event->start_mark,
			       "a second document starts here, expected one per file");
	builder->has_document = true;
	return true;
}

static bool on_event(struct builder *builder, const yaml_event_t *event)
{
	switch (event->type) {
	case YAML_DOCUMENT_START_EVENT:
		return on_document(builder, event);
	case YAML_SCALAR_EVENT:
		return on_scalar(builder, event);
	case YAML_SEQUENCE_START_EVENT:
		return on_open(builder, add_node(builder, event, YAML_LIST,
						 event->data.sequence_start.anchor,
						 event->data.sequence_start.tag));
	case YAML_MAPPING_START_EVENT:
		return on_open(builder,
			       add_node(builder, event, YAML_MAP, event->data.mapping_start.anchor,
					event->data.mapping_start.tag));
	case YAML_SEQUENCE_END_EVENT:
		builder->depth--;
		return true;
	case YAML_MAPPING_END_EVENT:
		return close_map(builder, builder->open[--builder->depth]);
	case YAML_ALIAS_EVENT:
		return fail_at(builder, &event->start_mark,
			       "aliases (*) are not supported, expected the value itself");
	default:
		return true;
	}
}

/* libyaml gives no mark for a byte that is no text, only its offset. */
static yaml_mark_t mark_of_offset(const char *text, size_t size, size_t offset)
{
	yaml_mark_t mark = {0};
	size_t i;

	for (i = 0; i < offset && i < size; i++) {
		if (text[i] == '\n') {
			mark.line++;
			mark.column = 0;
		} else if (((unsigned char)text[i] & 0xc0) != 0x80) {
			mark.column++;
		}
	}
	return mark;
}

/* What libyaml found, in other words for the two mistakes that nearly everybody makes once. */
static const char *problem_of(const yaml_parser_t *parser)
{
	bool at_token = parser->error == YAML_SCANNER_ERROR && parser->context != NULL &&
			strcmp(parser->context, "while scanning for the next token") == 0;

	if (parser->problem == NULL)
		return "no memory is left to read it";
	if (at_token && *parser->buffer.pointer == '@')
		return "a text that starts with @ needs quotes";
	if (at_token && *parser->buffer.pointer == '\t')
		return "a tab cannot indent, expected blanks";
	return parser->problem;
}

static bool fail_invalid(const struct builder *builder, const yaml_parser_t *parser,
			 const char *text, size_t size)
{
	const yaml_mark_t *context = &parser->context_mark;
	yaml_mark_t mark = parser->problem_mark;
	struct error sentence;

	if (parser->error == YAML_READER_ERROR)
		mark = mark_of_offset(text, size, parser->problem_offset);
	error_set(&sentence, "this is not valid YAML, %s", problem_of(parser));
	if (parser->context != NULL && context->index != mark.index)
		error_set(&sentence, "this is not valid YAML, %s %s that starts at %zu:%zu",
			  problem_of(parser), parser->context, context->line + 1,
			  context->column + 1);
	return fail_at(builder, &mark, sentence.text);
}

/* libyaml compares each %TAG with all before it, so that a file full of them takes hours. Returns
 * where the first is that is too much, which may also be some text; NULL if they are few. */
static const char *find_tag_flood(const char *text, size_t size)
{
	static const char word[] = "%TAG";
	const char *at = text, *end = text + size;
	unsigned left = TAG_DIRECTIVES_MAX;

	while ((at = memmem(at, (size_t)(end - at), word, strlen(word))) != NULL && left-- > 0)
		at += strlen(word);
	return at;
}

static bool check_size(const struct builder *builder, const char *text, size_t size)
{
	const char *path = builder->document->path, *flood;
	yaml_mark_t mark;

	if (size > YAML_SIZE_MAX)
		return error_set(builder->error,
				 "%s:1:1: the file has %zu bytes, expected at most %zu", path, size,
				 YAML_SIZE_MAX);
	flood = size > 0 ? find_tag_flood(text, size) : NULL;
	if (flood == NULL)
		return true;
	mark = mark_of_offset(text, size, (size_t)(flood - text));
	return fail_at(builder, &mark, "%TAG stands here once too often, expected no tags at all");
}

static bool build(struct builder *builder, yaml_parser_t *parser, const char *text, size_t size)
{
	bool good = true, at_end = false;
	yaml_event_t event;

	while (good && !at_end) {
		if (!yaml_parser_parse(parser, &event))
			return fail_invalid(builder, parser, text, size);
		at_end = event.type == YAML_STREAM_END_EVENT;
		good = on_event(builder, &event);
		yaml_event_delete(&event);
	}
	return good;
}

bool yaml_parse(struct yaml_document *document, const char *path, const char *text, size_t size,
		struct error *error)
{
	struct builder builder = {.document = document, .error = error};
	yaml_parser_t parser;
	bool good;

	*document = (struct yaml_document){.path = path, .arena = arena_create()};
	if (!check_size(&builder, text, size))
		return false;
	if (!yaml_parser_initialize(&parser))
		return error_set(error, "%s:1:1: no memory left to read the file", path);
	yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&parser, (const unsigned char *)text, size);
	good = build(&builder, &parser, text, size);
	yaml_parser_delete(&parser);
	free(builder.sorted);
	if (!good || (document->root != NULL && yaml_is_null(document->root)))
		document->root = NULL;
	return good;
}

void yaml_clear(struct yaml_document *document)
{
	arena_free(document->arena);
	*document = (struct yaml_document){0};
}

const struct yaml_node *yaml_find(const struct yaml_node *map, const char *key)
{
	const struct yaml_node *pair;

	if (map == NULL || map->kind != YAML_MAP)
		return NULL;
	for (pair = map->first; pair != NULL; pair = pair->next)
		if (strcmp(pair->key->text, key) == 0)
			return pair;
	return NULL;
}

bool yaml_is_null(const struct yaml_node *node)
{
	static const char *const spellings[] = {"", "~", "null", "Null", "NULL"};
	size_t i;

	if (node->kind != YAML_SCALAR || !node->plain)
		return false;
	for (i = 0; i < sizeof spellings / sizeof spellings[0]; i++)
		if (strcmp(node->text, spellings[i]) == 0)
			return true;
	return false;
}

const char *yaml_describe(const struct yaml_node *node, char description[YAML_DESCRIPTION_MAX])
{
	static const char *const words[] = {[YAML_LIST] = "list", [YAML_MAP] = "map"};

	if (node->kind != YAML_SCALAR)
		snprintf(description, YAML_DESCRIPTION_MAX, "%s %s",
			 node->count == 0 ? "an empty" : "a", words[node->kind]);
	else if (yaml_is_null(node))
		strcpy(description, "empty");
	else
		quote_print(node->text, description);
	return description;
}

bool yaml_place(const struct yaml_document *document, const struct yaml_node *node,
		struct error *error)
{
	return error_prefix(error, "%s:%u:%u", document->path, node->line, node->column);
}

bool yaml_fail(const struct yaml_document *document, const struct yaml_node *node,
	       struct error *error, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(error->text, sizeof error->text, format, arguments);
	va_end(arguments);
	return yaml_place(document, node, error);
}
