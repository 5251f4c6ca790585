#include "base/text.h"
#include "config/target_set.h"
#include "test.h"

static const struct config_file files[] = {{"a.yml", "", 0}, {"b.yml", "", 0}};

struct item {
	const char *text; /* an address, or a block */
	struct target_place place;
};

static void fill(struct target_set *set, const struct item *items, size_t count,
		 const struct expectation *expectations)
{
	size_t i;

	*set = (struct target_set){0};
	for (i = 0; i < count && items[i].text != NULL; i++) {
		struct target_address address = {.place = items[i].place,
						 .expectation = &expectations[i]};
		struct target_block block = {.place = items[i].place,
					     .expectation = &expectations[i]};

		if (ip_parse(items[i].text, &address.ip))
			target_set_add_address(set, &address);
		else if (ip_block_parse(items[i].text, &block.block))
			target_set_add_block(set, &block);
		else
			fail_msg("%s", items[i].text);
	}
}

#define ITEMS_MAX 6

static void lists_are_merged(void **state)
{
	static const struct {
		struct item items[ITEMS_MAX];
		const char *watches; /* address and index of the item */
	} cases[] = {
	    {{{0}}, ""},
	    {{{"192.0.2.2", {0}}, {"192.0.2.1", {0}}}, "192.0.2.1 1,192.0.2.2 0,"},
	    {{{"2001:db8::", {0}}, {"255.0.0.1", {0}}}, "255.0.0.1 1,2001:db8:: 0,"},
	    {{{"192.0.2.0/31", {0}}, {"192.0.2.1", {0}}}, "192.0.2.0 0,192.0.2.1 1,"},
	    {{{"192.0.2.0", {0}}, {"192.0.2.0/31", {0}}, {"192.0.2.1", {0}}},
	     "192.0.2.0 0,192.0.2.1 2,"},
	    {{{"192.0.2.4/31", {0}}, {"192.0.2.2/31", {0}}, {"192.0.2.1", {0}}, {"192.0.2.6", {0}}},
	     "192.0.2.1 2,192.0.2.2 1,192.0.2.3 1,192.0.2.4 0,192.0.2.5 0,192.0.2.6 3,"},
	    {{{"255.255.255.254/31", {0}}, {"::/127", {0}}},
	     "255.255.255.254 0,255.255.255.255 0,:: 1,::1 1,"},
	    {{{"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128", {0}}},
	     "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 0,"},
	};
	static const struct expectation expectations[ITEMS_MAX];
	struct text outcome = TEXT_EMPTY;
	size_t i, j, count;

	(void)state;
	for (i = 0; i < COUNT_OF(cases); i++) {
		struct arena *arena = arena_create();
		const struct watch *watches;
		struct target_set set;
		struct error error;
		char ip[IP_TEXT_MAX];

		fill(&set, cases[i].items, ITEMS_MAX, expectations);
		assert_true(target_set_check(&set, files, &error));
		watches = target_set_expand(&set, arena, &count);
		outcome.size = 0;
		for (j = 0; j < count; j++)
			text_add_format(&outcome, "%s %d,", ip_print(&watches[j].ip, ip),
					(int)(watches[j].expectation - expectations));
		assert_string_equal(text_terminate(&outcome), cases[i].watches);
		target_set_clear(&set);
		arena_free(arena);
	}
	text_clear(&outcome);
}

static void doubles_are_refused(void **state)
{
	static const struct {
		struct item items[ITEMS_MAX];
		const char *sentence;
	} cases[] = {
	    {{{"192.0.2.1", {0, 7, 3}}, {"192.0.2.2", {0, 8, 3}}, {"192.0.2.1", {1, 1, 5}}},
	     "b.yml:1:5: 192.0.2.1 is listed twice, first at a.yml:7:3"},
	    {{{"::1", {0, 2, 30}}, {"0::1", {0, 2, 40}}, {"::0:1", {0, 3, 1}}},
	     "a.yml:2:40: ::1 is listed twice, first at a.yml:2:30"},
	    {{{"192.0.2.0/28", {0, 1, 1}}, {"192.0.2.0/28", {0, 2, 1}}},
	     "a.yml:2:1: 192.0.2.0/28 is listed twice, first at a.yml:1:1"},
	    {{{"192.0.2.0/24", {0, 1, 1}}, {"192.0.2.255/32", {1, 2, 1}}},
	     "b.yml:2:1: 192.0.2.255/32 overlaps 192.0.2.0/24, listed at a.yml:1:1"},
	    {{{"192.0.2.255/32", {0, 1, 1}}, {"0.0.0.0/0", {0, 2, 1}}},
	     "a.yml:2:1: 0.0.0.0/0 overlaps 192.0.2.255/32, listed at a.yml:1:1"},
	    {{{"2001:db8::8/125", {0, 2, 1}},
	      {"2001:db8::/124", {0, 1, 1}},
	      {"2001:db8::10/124", {0, 3, 1}}},
	     "a.yml:2:1: 2001:db8::8/125 overlaps 2001:db8::/124, listed at a.yml:1:1"},
	};
	static const struct expectation expectations[ITEMS_MAX];
	size_t i;

	(void)state;
	for (i = 0; i < COUNT_OF(cases); i++) {
		struct target_set set;
		struct error error;

		fill(&set, cases[i].items, ITEMS_MAX, expectations);
		assert_false(target_set_check(&set, files, &error));
		assert_string_equal(error.text, cases[i].sentence);
		target_set_clear(&set);
	}
}

static void all_addresses_are_counted(void **state)
{
	static const struct item items[] = {
	    {"192.0.2.0/24", {0}}, {"192.0.2.7", {0}}, {"2001:db8::/120", {0}}};
	static const struct expectation expectations[COUNT_OF(items)];
	struct target_set set;

	(void)state;
	fill(&set, items, COUNT_OF(items), expectations);
	assert_int_equal(set.total, 513);
	target_set_clear(&set);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(lists_are_merged),
	    cmocka_unit_test(doubles_are_refused),
	    cmocka_unit_test(all_addresses_are_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
