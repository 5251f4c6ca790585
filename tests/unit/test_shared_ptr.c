/* The flag shared_ptr over logical time: quorum, hold, change, removal. */
#include "targets/shared_ptr.h"
#include "test.h"

#include <stdio.h>
#include <stdlib.h>

#define HOLD_MS 180000
#define VIEWS 3
#define QUORUM 2

enum { ONE, TWO, PRIVATE, SIX, TARGETS }; /* in the order of the list */

static const char *const addresses[TARGETS] = {"5.45.100.1", "5.45.100.2", "10.0.0.1", "2a01:4f8::1"};
static const size_t places[TARGETS] = {[PRIVATE] = 0, [ONE] = 1, [TWO] = 2, [SIX] = 3};
static const struct expectation nothing = {.hostname = ""};
static const int64_t hold_ms[VIEWS] = {HOLD_MS, HOLD_MS, HOLD_MS};
static const int new_views[VIEWS] = {-1, -1, -1}, same_views[VIEWS] = {0, 1, 2};

struct world {
	struct target_list *list;
	int64_t now_ms;
};

static void watch(struct world *world, const int *old_views, size_t leave_out, bool check_special)
{
	struct watch watches[TARGETS];
	bool ask[TARGETS];
	size_t count = 0, i;

	for (i = 0; i < TARGETS; i++) {
		size_t which = i == 0 ? PRIVATE : i == 1 ? ONE : i == 2 ? TWO : SIX;

		if (which == leave_out)
			continue;
		assert_true(ip_parse(addresses[which], &watches[count].ip));
		watches[count++].expectation = &nothing;
	}
	target_list_reconcile(world->list,
			      &(struct target_list_change){.watches = watches,
							   .watch_count = count,
							   .view_count = VIEWS,
							   .old_views = old_views,
							   .check_special_use = check_special},
			      ask);
}

static int set_up(void **state)
{
	static struct world world;

	world = (struct world){target_list_create(), 1000};
	watch(&world, new_views, TARGETS, true);
	*state = &world;
	return 0;
}

static int tear_down(void **state)
{
	struct world *world = *state;

	target_list_free(world->list);
	return 0;
}

static struct target *target_of(struct world *world, size_t which)
{
	return world->list->items[places[which]];
}

/* A check ends: these names, separated by blanks, as they sort; NULL: a lost packet. */
static void check(struct world *world, size_t which, size_t view, const char *names)
{
	struct target *target = target_of(world, which);
	struct dns_reply ptr = {0};
	struct lookup lookup = lookup_of_failure(REASON_TIMEOUT);
	struct lookup forward = {LOOKUP_ABSENT, REASON_NXDOMAIN, NULL};
	struct evidence *evidence;
	char *copy, *word;
	size_t i;

	if (names != NULL) {
		copy = strdup(names);
		for (word = strtok(copy, " "); word != NULL; word = strtok(NULL, " ")) {
			struct dns_name name;

			assert_true(dns_name_parse(word, &name));
			dns_name_set_add(&ptr.names, name.wire);
		}
		free(copy);
		dns_name_set_settle(&ptr.names);
		lookup = ptr.names.count > 0 ? (struct lookup){LOOKUP_DATA, REASON_NONE, &ptr} : forward;
	}
	evidence = evidence_create(&lookup, &target->ip, &nothing, false);
	for (i = 0; i < evidence->name_count; i++)
		if (evidence_name_is_usable(evidence, i))
			evidence_set_forward(evidence, i, &forward, &target->ip);
	target_finish_check(target, view,
			    &(struct target_check){evidence, REASON_NONE, {0, 0}},
			    (struct moment){world->now_ms, world->now_ms});
	shared_ptr_renew(world->list, target, hold_ms, QUORUM, world->now_ms);
	dns_reply_clear(&ptr);
}

static void check_everywhere(struct world *world, size_t which, const char *names)
{
	size_t view;

	for (view = 0; view < VIEWS; view++)
		check(world, which, view, names);
}

static bool is_shared(struct world *world, size_t which)
{
	struct agreement agreement =
		target_agreement(target_of(world, which), hold_ms, QUORUM, world->now_ms);

	return agreement.flags & FLAG_BIT(FLAG_SHARED_PTR);
}

static void two_with_one_name_until_one_changes(void **state)
{
	struct world *world = *state;

	check_everywhere(world, ONE, "mail.example.com");
	assert_false(is_shared(world, ONE));
	check_everywhere(world, TWO, "mail.example.com");
	assert_true(is_shared(world, ONE) && is_shared(world, TWO));
	check_everywhere(world, TWO, "web.example.com");
	assert_false(is_shared(world, ONE) || is_shared(world, TWO));
}

static void families_are_apart(void **state)
{
	struct world *world = *state;

	check_everywhere(world, ONE, "mail.example.com");
	check_everywhere(world, SIX, "mail.example.com");
	assert_false(is_shared(world, ONE) || is_shared(world, SIX));
}

static void one_of_several_names_is_enough(void **state)
{
	struct world *world = *state;

	check_everywhere(world, ONE, "a.example.com mail.example.com");
	check_everywhere(world, TWO, "mail.example.com z.example.com");
	assert_true(is_shared(world, ONE) && is_shared(world, TWO));
}

static void one_resolver_alone_is_no_quorum(void **state)
{
	struct world *world = *state;

	check_everywhere(world, ONE, "mail.example.com");
	check_everywhere(world, TWO, "web.example.com");
	check(world, TWO, 1, "mail.example.com");
	assert_false(is_shared(world, ONE) || is_shared(world, TWO));
	check(world, TWO, 2, "mail.example.com");
	assert_true(is_shared(world, ONE) && is_shared(world, TWO));
}

/* As with the other flags: of fewer counted answers than the quorum, all. */
static void of_fewer_answers_all_must_have_it(void **state)
{
	struct world *world = *state;

	check(world, ONE, 0, "mail.example.com");
	check(world, TWO, 0, "mail.example.com");
	assert_true(is_shared(world, ONE) && is_shared(world, TWO));
	check(world, TWO, 1, "web.example.com");
	assert_false(is_shared(world, ONE) || is_shared(world, TWO));
}

static void a_lost_packet_changes_nothing(void **state)
{
	struct world *world = *state;

	check_everywhere(world, ONE, "mail.example.com");
	check_everywhere(world, TWO, "mail.example.com");
	check_everywhere(world, TWO, NULL);
	assert_true(is_shared(world, ONE) && is_shared(world, TWO));
	check_everywhere(world, TWO, "");
	assert_false(is_shared(world, ONE) || is_shared(world, TWO));
	assert_null(target_of(world, TWO)->claim);
}

static void an_answer_too_old_lets_go_with_the_next_check(void **state)
{
	struct world *world = *state;

	check_everywhere(world, ONE, "mail.example.com");
	check_everywhere(world, TWO, "mail.example.com");
	world->now_ms += HOLD_MS + 1;
	assert_false(is_shared(world, TWO)); /* nothing counts, so no flag does */
	check_everywhere(world, ONE, "mail.example.com");
	check(world, TWO, 0, NULL);
	assert_false(is_shared(world, ONE) || is_shared(world, TWO));
}

static void a_target_that_goes_takes_its_names_along(void **state)
{
	struct world *world = *state;

	check_everywhere(world, ONE, "mail.example.com");
	check_everywhere(world, TWO, "mail.example.com");
	watch(world, same_views, TWO, true);
	assert_false(is_shared(world, ONE));
}

static void a_target_that_is_skipped_has_no_names(void **state)
{
	struct world *world = *state;

	check_everywhere(world, ONE, "mail.example.com");
	check_everywhere(world, PRIVATE, "mail.example.com");
	assert_true(is_shared(world, ONE));
	watch(world, same_views, TARGETS, false);
	assert_false(is_shared(world, ONE));
	assert_null(target_of(world, PRIVATE)->claim);
}

/* Of more than ten names the evaluated ones count, and another eleventh changes nothing. */
static void evaluated_names_only(void **state)
{
	static const char many[] = "n0.example.com n1.example.com n2.example.com n3.example.com "
				   "n4.example.com n5.example.com n6.example.com n7.example.com "
				   "n8.example.com n9.example.com %s";
	struct world *world = *state;
	char names[500];

	snprintf(names, sizeof names, many, "z.example.com");
	check_everywhere(world, ONE, names);
	check_everywhere(world, TWO, "z.example.com");
	assert_false(is_shared(world, ONE));
	snprintf(names, sizeof names, many, "y.example.com");
	check_everywhere(world, ONE, names);
	check_everywhere(world, TWO, "n9.example.com");
	assert_true(is_shared(world, ONE));
	/* A first name pushes the tenth out. */
	snprintf(names, sizeof names, many, "a.example.com");
	check_everywhere(world, ONE, names);
	assert_false(is_shared(world, ONE));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(two_with_one_name_until_one_changes),
		TEST(families_are_apart),
		TEST(one_of_several_names_is_enough),
		TEST(one_resolver_alone_is_no_quorum),
		TEST(of_fewer_answers_all_must_have_it),
		TEST(a_lost_packet_changes_nothing),
		TEST(an_answer_too_old_lets_go_with_the_next_check),
		TEST(a_target_that_goes_takes_its_names_along),
		TEST(a_target_that_is_skipped_has_no_names),
		TEST(evaluated_names_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
