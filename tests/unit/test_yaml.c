#include "base/text.h"
#include "config/yaml.h"
#include "test.h"

static bool parse(struct yaml_document *document, const char *text, struct error *error)
{
	return yaml_parse(document, "f.yml", text, strlen(text), error);
}

static void assert_refused(const char *text, const char *sentence)
{
	struct yaml_document document;
	struct error error;

	if (parse(&document, text, &error))
		fail_msg("accepted: %s", text);
	assert_string_equal(error.text, sentence);
	assert_null(document.root);
	yaml_clear(&document);
}

static void nodes_know_where_they_stand(void **state)
{
	struct yaml_document document;
	const struct yaml_node *list, *second, *map;
	struct error error;

	(void)state;
	assert_true(
	    parse(&document, "# x\nlist:\n  - \xc3\xbc\xc3\xbc\n  - 'a b'\nmap: {k: 5}\n", &error));
	assert_int_equal(document.root->kind, YAML_MAP);
	assert_int_equal(document.root->count, 2);
	list = yaml_find(document.root, "list");
	assert_int_equal(list->kind, YAML_LIST);
	assert_int_equal(list->count, 2);
	assert_int_equal(list->key->line, 2);
	assert_true(list->first->plain);
	second = list->first->next;
	assert_false(second->plain);
	assert_string_equal(second->text, "a b");
	assert_int_equal(second->line, 4);
	assert_int_equal(second->column, 5);
	assert_null(second->key);
	map = yaml_find(document.root, "map");
	assert_string_equal(yaml_find(map, "k")->text, "5");
	assert_int_equal(yaml_find(map, "k")->column, 10);
	assert_null(yaml_find(map, "l"));
	assert_null(yaml_find(list, "k"));
	assert_null(yaml_find(NULL, "k"));
	yaml_clear(&document);
}

static void columns_count_characters(void **state)
{
	struct yaml_document document;
	struct error error;

	(void)state;
	assert_true(parse(&document, "[\xc3\xbc\xc3\xbc, b]", &error));
	assert_int_equal(document.root->first->next->column, 6);
	yaml_clear(&document);
}

static void empty_files_have_no_root(void **state)
{
	static const char *const cases[] = {"",        "\n\n", "# only\n",    "---\n",
					    "--- ~\n", "null", "\xef\xbb\xbf"};
	struct yaml_document document;
	struct error error;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT_OF(cases); i++) {
		assert_true(parse(&document, cases[i], &error));
		assert_null(document.root);
		yaml_clear(&document);
	}
}

static void nothing_is_not_an_empty_text(void **state)
{
	struct yaml_document document;
	const struct yaml_node *node;
	struct error error;
	char text[YAML_DESCRIPTION_MAX];

	(void)state;
	assert_true(
	    parse(&document, "[~, null, NULL, '', '~', \"null\", nil, {}, [], [1]]", &error));
	node = document.root->first;
	assert_true(yaml_is_null(node) && yaml_is_null(node->next) &&
		    yaml_is_null(node->next->next));
	assert_string_equal(yaml_describe(node, text), "empty");
	node = node->next->next->next;
	assert_false(yaml_is_null(node) || yaml_is_null(node->next) ||
		     yaml_is_null(node->next->next) || yaml_is_null(node->next->next->next));
	assert_string_equal(yaml_describe(node, text), "\"\"");
	node = node->next->next->next->next;
	assert_false(yaml_is_null(node));
	assert_string_equal(yaml_describe(node, text), "an empty map");
	assert_string_equal(yaml_describe(node->next, text), "an empty list");
	assert_string_equal(yaml_describe(node->next->next, text), "a list");
	yaml_clear(&document);
}

static void what_is_not_supported_is_refused(void **state)
{
	static const struct {
		const char *text, *sentence;
	} cases[] = {
	    {"- &a 1", "f.yml:1:3: anchors (&) are not supported, expected the value itself"},
	    {"&a k: 1", "f.yml:1:1: anchors (&) are not supported, expected the value itself"},
	    {"k: &a {}", "f.yml:1:4: anchors (&) are not supported, expected the value itself"},
	    {"- 1\n- *a", "f.yml:2:3: aliases (*) are not supported, expected the value itself"},
	    {"- !!int 1", "f.yml:1:3: tags (!) are not supported, expected the value alone"},
	    {"- ! 1", "f.yml:1:3: tags (!) are not supported, expected the value alone"},
	    {"!!map {}", "f.yml:1:1: tags (!) are not supported, expected the value alone"},
	    {"- !x [1]", "f.yml:1:3: tags (!) are not supported, expected the value alone"},
	    {"<<: {a: 1}",
	     "f.yml:1:1: merge keys (<<) are not supported, expected the keys themselves"},
	    {"a\n---\nb", "f.yml:2:1: a second document starts here, expected one per file"},
	    {"{a: 1}: 2", "f.yml:1:1: a key is a map, expected a word"},
	    {"? [a]\n: 1", "f.yml:1:3: a key is a list, expected a word"},
	    {"\"a\\0b\"", "f.yml:1:1: the text holds a NUL byte, expected none"},
	    {"\"a\\0\": 1", "f.yml:1:1: the text holds a NUL byte, expected none"},
	    {"[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]",
	     "f.yml:1:17: lists and maps are nested too deeply, expected at most 16 levels"},
	    {"a: 1\nb: 2\n'a': 3", "f.yml:3:1: key \"a\" is given twice, first at 1:1"},
	    {"{a: 1, b: {c: 1, d: 2, c: 3}}",
	     "f.yml:1:24: key \"c\" is given twice, first at 1:12"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT_OF(cases); i++)
		assert_refused(cases[i].text, cases[i].sentence);
}

static void a_quoted_merge_sign_is_a_key(void **state)
{
	struct yaml_document document;
	struct error error;

	(void)state;
	assert_true(parse(&document, "\"<<\": 1", &error));
	assert_non_null(yaml_find(document.root, "<<"));
	yaml_clear(&document);
}

static void sixteen_levels_are_fine(void **state)
{
	struct yaml_document document;
	struct error error;

	(void)state;
	assert_true(parse(&document, "[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]", &error));
	yaml_clear(&document);
}

static void invalid_yaml_has_a_place(void **state)
{
	static const char prefix[] = ": this is not valid YAML, ";
	static const struct {
		const char *text, *place;
	} cases[] = {
	    {"a: [1", "f.yml:2:1"},
	    {"a: b: c", "f.yml:1:5"},
	    {"a: 1\n b: 2", "f.yml:2:3"},
	    {"\"abc", "f.yml:1:5"},
	    {"a: @x", "f.yml:1:4"},
	    {"a:\n\tb: 1", "f.yml:2:1"},
	    {"]", "f.yml:1:1"},
	    {"x: \"\\q\"", "f.yml:1:5"},
	    {"%FOO\n", "f.yml:1:5"},
	    {"a: \x80", "f.yml:1:4"},
	    {"\n\xc3\xa9: \xff", "f.yml:2:4"},
	    {"a: \xc0\xaf", "f.yml:1:4"},     /* overlong */
	    {"a: \xed\xa0\x80", "f.yml:1:4"}, /* a surrogate */
	    {"a: b\x01", "f.yml:1:5"},
	};
	struct yaml_document document;
	struct error error;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT_OF(cases); i++) {
		if (parse(&document, cases[i].text, &error))
			fail_msg("accepted: %s", cases[i].text);
		if (strncmp(error.text, cases[i].place, strlen(cases[i].place)) != 0 ||
		    strstr(error.text, prefix) == NULL)
			fail_msg("%s: %s", cases[i].text, error.text);
		yaml_clear(&document);
	}
}

static void a_nul_byte_is_refused(void **state)
{
	struct yaml_document document;
	struct error error;

	(void)state;
	assert_false(yaml_parse(&document, "f.yml", "a: b\0c", 6, &error));
	assert_string_equal(error.text, "f.yml:1:5: this is not valid YAML, control characters are "
					"not allowed");
	yaml_clear(&document);
}

static void huge_files_are_refused_unread(void **state)
{
	struct yaml_document document;
	struct error error;

	(void)state;
	assert_false(yaml_parse(&document, "f.yml", "a", YAML_SIZE_MAX + 1, &error));
	assert_string_equal(error.text, "f.yml:1:1: the file has 67108865 bytes, expected at most "
					"67108864");
	yaml_clear(&document);
}

static void large_maps_are_checked(void **state)
{
	struct text text = TEXT_EMPTY;
	struct yaml_document document;
	struct error error;
	int i;

	(void)state;
	for (i = 0; i < 50000; i++)
		text_add_format(&text, "key%d: %d\n", i, i);
	assert_true(yaml_parse(&document, "f.yml", text.bytes, text.size, &error));
	assert_int_equal(document.root->count, 50000);
	yaml_clear(&document);
	text_add(&text, "key777: 1\n");
	assert_false(yaml_parse(&document, "f.yml", text.bytes, text.size, &error));
	assert_string_equal(error.text,
			    "f.yml:50001:1: key \"key777\" is given twice, first at 778:1");
	yaml_clear(&document);
	text_clear(&text);
}

static void json_is_read(void **state)
{
	struct yaml_document document;
	const struct yaml_node *node;
	struct error error;

	(void)state;
	assert_true(parse(&document, "{\"a\":[1,true,null,\"x\\/y\"],\n\t\"b\":{}}", &error));
	node = yaml_find(document.root, "a");
	assert_int_equal(node->count, 4);
	assert_true(yaml_is_null(node->first->next->next));
	assert_string_equal(node->first->next->next->next->text, "x/y");
	assert_int_equal(yaml_find(document.root, "b")->line, 2);
	yaml_clear(&document);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(nodes_know_where_they_stand),
	    cmocka_unit_test(columns_count_characters),
	    cmocka_unit_test(empty_files_have_no_root),
	    cmocka_unit_test(nothing_is_not_an_empty_text),
	    cmocka_unit_test(what_is_not_supported_is_refused),
	    cmocka_unit_test(a_quoted_merge_sign_is_a_key),
	    cmocka_unit_test(sixteen_levels_are_fine),
	    cmocka_unit_test(invalid_yaml_has_a_place),
	    cmocka_unit_test(a_nul_byte_is_refused),
	    cmocka_unit_test(huge_files_are_refused_unread),
	    cmocka_unit_test(large_maps_are_checked),
	    cmocka_unit_test(json_is_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
