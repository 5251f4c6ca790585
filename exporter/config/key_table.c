#include "config/key_table.h"

#include "base/text.h"
#include "config/duration.h"
#include "config/quote.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* What is read, and where to complain. */
struct reading {
	const struct yaml_document *document;
	const struct yaml_node *node;
	const struct key *key;
	void *field;
	struct error *error;
};

/* "a, b or c": one more word. */
static void add_word(struct text *list, const char *word, size_t i, size_t count)
{
	if (i > 0)
		text_add(list, i + 1 == count ? " or " : ", ");
	text_add(list, word);
}

static size_t count_words(const char *const *words)
{
	size_t count = 0;

	while (words != NULL && words[count] != NULL)
		count++;
	return count;
}

static size_t count_keys(const struct key *keys)
{
	size_t count = 0;

	while (keys[count].name != NULL)
		count++;
	return count;
}

static void add_words(struct text *list, const char *const *words)
{
	size_t count = count_words(words), i;

	for (i = 0; i < count; i++)
		add_word(list, words[i], i, count);
}

static void add_keys(struct text *list, const struct key *keys)
{
	size_t count = count_keys(keys), i;

	for (i = 0; i < count; i++)
		add_word(list, keys[i].name, i, count);
}

static void add_range(struct text *list, const struct key *key)
{
	char min[DURATION_TEXT_MAX], max[DURATION_TEXT_MAX];

	if (key->type == KEY_DURATION)
		text_add_format(list, "a duration from %s to %s", duration_print(key->min, min),
				duration_print(key->max, max));
	else
		text_add_format(list, "a number from %" PRId64 " to %" PRId64, key->min, key->max);
}

/* What stands behind "expected" for a key of this type. */
static void add_expected(struct text *list, const struct key *key)
{
	switch (key->type) {
	case KEY_BOOL:
		text_add(list, "true or false");
		break;
	case KEY_SWITCH:
	case KEY_CHOICE:
	case KEY_TEXT:
		add_words(list, key->words);
		break;
	case KEY_NUMBER:
	case KEY_PORT:
		if (key->words != NULL)
			text_add_format(list, "%s or ", key->words[0]);
		add_range(list, key);
		break;
	case KEY_DURATION:
		text_add(list, "a duration like 30s, 1m or 1h30m");
		break;
	case KEY_MAP:
		text_add(list, "a map with ");
		add_keys(list, key->keys);
		break;
	case KEY_LIST:
		text_add(list, "a list");
		break;
	}
}

/* A number or a truth value in quotes is a text; without the hint the sentence would puzzle. */
static bool needs_hint(const struct reading *reading)
{
	const struct yaml_node *node = reading->node;
	enum key_type type = reading->key->type;

	return node->kind == YAML_SCALAR && !node->plain &&
	       (type == KEY_BOOL || type == KEY_NUMBER || type == KEY_PORT);
}

/* Clears `expected`. */
static bool fail(const struct reading *reading, struct text *expected)
{
	char description[YAML_DESCRIPTION_MAX];

	yaml_fail(reading->document, reading->node, reading->error, "%s is %s%s, expected %s",
		  reading->key->name, yaml_describe(reading->node, description),
		  needs_hint(reading) ? " in quotes" : "", text_terminate(expected));
	text_clear(expected);
	return false;
}

static bool fail_type(const struct reading *reading)
{
	struct text expected = TEXT_EMPTY;

	add_expected(&expected, reading->key);
	return fail(reading, &expected);
}

static bool fail_range(const struct reading *reading)
{
	struct text expected = TEXT_EMPTY;

	add_range(&expected, reading->key);
	return fail(reading, &expected);
}

static void store(const struct key *key, void *field, int64_t value)
{
	switch (key->type) {
	case KEY_BOOL:
	case KEY_SWITCH:
		*(bool *)field = value != 0;
		break;
	case KEY_CHOICE: /* enumerations are unsigned in gcc and clang where none is negative */
	case KEY_NUMBER:
		*(unsigned *)field = (unsigned)value;
		break;
	case KEY_PORT:
		*(uint16_t *)field = (uint16_t)value;
		break;
	case KEY_DURATION:
		*(int64_t *)field = value;
		break;
	case KEY_TEXT:
		*(const char **)field = NULL;
		break;
	case KEY_MAP:
	case KEY_LIST:
		break;
	}
}

static bool read_bool(const struct reading *reading)
{
	bool is_true = strcmp(reading->node->text, "true") == 0;

	if (!reading->node->plain || (!is_true && strcmp(reading->node->text, "false") != 0))
		return fail_type(reading);
	store(reading->key, reading->field, is_true);
	return true;
}

static bool read_word(const struct reading *reading)
{
	size_t i;

	for (i = 0; reading->key->words[i] != NULL; i++) {
		if (strcmp(reading->node->text, reading->key->words[i]) == 0) {
			store(reading->key, reading->field, (int64_t)i);
			return true;
		}
	}
	return fail_type(reading);
}

/* Plain decimal digits. Not 010, which other readers of YAML take for eight. */
static bool number_parse(const char *text, int64_t *number)
{
	size_t length = strspn(text, "0123456789");

	if (length == 0 || length > 18 || text[length] != '\0' || (text[0] == '0' && length > 1))
		return false;
	*number = strtoll(text, NULL, 10);
	return true;
}

static bool read_number(const struct reading *reading)
{
	const struct key *key = reading->key;
	int64_t number;

	if (key->words != NULL && strcmp(reading->node->text, key->words[0]) == 0) {
		store(key, reading->field, 0);
		return true;
	}
	if (!reading->node->plain || !number_parse(reading->node->text, &number) ||
	    number < key->min || number > key->max)
		return fail_type(reading);
	store(key, reading->field, number);
	return true;
}

static bool read_duration(const struct reading *reading)
{
	int64_t duration_ms;

	if (!duration_parse(reading->node->text, &duration_ms))
		return fail_type(reading);
	if (duration_ms < reading->key->min || duration_ms > reading->key->max)
		return fail_range(reading);
	store(reading->key, reading->field, duration_ms);
	return true;
}

static bool read_scalar(const struct reading *reading)
{
	if (reading->node->kind != YAML_SCALAR || yaml_is_null(reading->node))
		return fail_type(reading);
	switch (reading->key->type) {
	case KEY_BOOL:
		return read_bool(reading);
	case KEY_NUMBER:
	case KEY_PORT:
		return read_number(reading);
	case KEY_DURATION:
		return read_duration(reading);
	case KEY_TEXT:
		*(const char **)reading->field = reading->node->text;
		return true;
	default:
		return read_word(reading);
	}
}

static bool read_value(const struct reading *reading, void *target)
{
	switch (reading->key->type) {
	case KEY_LIST:
		return reading->node->kind == YAML_LIST || fail_type(reading);
	case KEY_MAP:
		if (reading->node->kind != YAML_MAP)
			return fail_type(reading);
		return key_table_read(reading->document, reading->node, reading->key->keys, target,
				      reading->error);
	default:
		return read_scalar(reading);
	}
}

static bool fail_unknown(const struct yaml_document *document, const struct yaml_node *pair,
			 const struct key *keys, struct error *error)
{
	char quoted[QUOTE_TEXT_MAX];
	struct text expected = TEXT_EMPTY;

	add_keys(&expected, keys);
	yaml_fail(document, pair->key, error, "unknown key %s, expected %s%s",
		  quote_print(pair->key->text, quoted), count_keys(keys) > 1 ? "one of " : "",
		  text_terminate(&expected));
	text_clear(&expected);
	return false;
}

static const struct key *find_key(const struct key *keys, const char *name)
{
	for (; keys->name != NULL; keys++)
		if (strcmp(keys->name, name) == 0)
			return keys;
	return NULL;
}

void key_table_set_defaults(const struct key *keys, void *target)
{
	for (; keys->name != NULL; keys++) {
		if (keys->type == KEY_MAP)
			key_table_set_defaults(keys->keys, target);
		else
			store(keys, (char *)target + keys->offset, keys->fallback);
	}
}

bool key_table_read(const struct yaml_document *document, const struct yaml_node *map,
		    const struct key *keys, void *target, struct error *error)
{
	const struct yaml_node *pair;

	assert(map->kind == YAML_MAP);
	for (pair = map->first; pair != NULL; pair = pair->next) {
		const struct key *key = find_key(keys, pair->key->text);
		struct reading reading = {document, pair, key, NULL, error};

		if (key == NULL)
			return fail_unknown(document, pair, keys, error);
		reading.field = (char *)target + key->offset;
		if (!read_value(&reading, target))
			return false;
	}
	return true;
}
