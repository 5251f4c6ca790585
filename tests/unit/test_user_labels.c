#include "base/text.h"
#include "config/user_labels.h"
#include "test.h"

/* The labels as name=value, or the sentence. */
static void read_labels(const char *yaml, struct text *outcome)
{
	struct arena *arena = arena_create();
	struct yaml_document document;
	struct user_labels labels;
	struct error error;
	size_t i;

	assert_true(yaml_parse(&document, "t.yml", yaml, strlen(yaml), &error));
	outcome->size = 0;
	if (user_labels_parse(&document, document.root, arena, &labels, &error)) {
		for (i = 0; i < labels.count; i++)
			text_add_format(outcome, "%s=%s;", labels.labels[i].name,
					labels.labels[i].value);
		if (labels.ignored != NULL)
			text_add_format(outcome, "ignored %s", labels.ignored->text);
	} else {
		text_add(outcome, error.text);
	}
	text_terminate(outcome);
	yaml_clear(&document);
	arena_free(arena);
}

static void labels_are_sorted_texts(void **state)
{
	static const struct {
		const char *yaml, *labels;
	} cases[] = {
	    {"{}", ""},
	    {"{b: 1, a: true, C: '', _d: \"x y\"}", "C=;_d=x y;a=true;b=1;"},
	    {"{team: \xc3\xa9t\xc3\xa9}", "team=\xc3\xa9t\xc3\xa9;"},
	    {"{x: 'null', y: 0x1F, z: 1.50}", "x=null;y=0x1F;z=1.50;"},
	    {"{ips: a, Ip: b, ip_: c, names: d}", "Ip=b;ip_=c;ips=a;names=d;"},
	    {"{__b: x, a: 1, __address__: y}", "a=1;ignored __b"},
	    {"{__: {any: thing}}", "ignored __"},
	};
	struct text outcome = TEXT_EMPTY;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT_OF(cases); i++) {
		read_labels(cases[i].yaml, &outcome);
		assert_string_equal(outcome.bytes, cases[i].labels);
	}
	text_clear(&outcome);
}

/* Every label name of the series on /metrics, and Prometheus' own. */
static void our_own_names_are_taken(void **state)
{
	static const char *const names[] = {
	    "ip",     "hostname", "resolver",  "record_type", "status", "family",
	    "flag",   "aspect",   "state",     "bound",       "name",   "reason",
	    "ptr",    "address",  "transport", "rcode",       "result", "version",
	    "branch", "revision", "le",        "quantile",    "job",    "instance",
	};
	struct text yaml = TEXT_EMPTY, outcome = TEXT_EMPTY, expected = TEXT_EMPTY;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT_OF(names); i++) {
		yaml.size = expected.size = 0;
		text_add_format(&yaml, "{%s: x}", names[i]);
		text_add_format(&expected,
				"t.yml:1:2: label name \"%s\" is used by the exporter or by "
				"Prometheus itself, expected another name",
				names[i]);
		read_labels(text_terminate(&yaml), &outcome);
		assert_string_equal(outcome.bytes, text_terminate(&expected));
	}
	text_clear(&yaml);
	text_clear(&outcome);
	text_clear(&expected);
}

static void mistakes_are_named(void **state)
{
	static const struct {
		const char *yaml, *sentence;
	} cases[] = {
	    {"[a]", "t.yml:1:1: labels is a list, expected a map like {team: mail}"},
	    {"{a-b: x}",
	     "t.yml:1:2: label name \"a-b\" is not allowed, expected letters, digits and "
	     "_, no digit first"},
	    {"{a:b: x}",
	     "t.yml:1:2: label name \"a:b\" is not allowed, expected letters, digits and "
	     "_, no digit first"},
	    {"{a: [x]}", "t.yml:1:5: label \"a\" is a list, expected a text"},
	    {"{a: ~}", "t.yml:1:5: label \"a\" is empty, expected a text"},
	};
	struct text outcome = TEXT_EMPTY;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT_OF(cases); i++) {
		read_labels(cases[i].yaml, &outcome);
		assert_string_equal(outcome.bytes, cases[i].sentence);
	}
	text_clear(&outcome);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(labels_are_sorted_texts),
	    cmocka_unit_test(our_own_names_are_taken),
	    cmocka_unit_test(mistakes_are_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
