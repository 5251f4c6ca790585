/* target and target_list: what is kept, what goes, what counts for how long. */
#include "targets/target_list.h"
#include "replies.h"
#include "test.h"

#include <stdlib.h>

#define HOLD_MS 180000

static const struct expectation nothing = {.hostname = ""};
static const struct expectation mail = {.hostname = "mail.example.com"};
static const int same_views[] = {0, 1, 2};

static struct watch watch_of(const char *ip, const struct expectation *expectation)
{
	struct watch watch = {.expectation = expectation};

	assert_true(ip_parse(ip, &watch.ip));
	return watch;
}

static void reconcile(struct target_list *list, const struct watch *watches, size_t count,
		      const int *old_views, size_t view_count, bool *ask)
{
	struct target_list_change change = {
		.watches = watches,
		.watch_count = count,
		.view_count = view_count,
		.old_views = old_views,
	};

	target_list_reconcile(list, &change, ask);
}

static const int new_views[] = {-1, -1, -1};

/* One check ends with what this fixture says; NULL: a timeout. */
static void finish(struct target *target, size_t view, const char *ptr, int64_t now_ms)
{
	struct dns_reply reply = {0};
	struct lookup lookup = lookup_of_failure(REASON_TIMEOUT);

	if (ptr != NULL) {
		replies_decode(ptr, &reply);
		lookup = lookup_of_reply(&reply, true);
	}
	target_finish_check(target, view,
			    &(struct target_check){evidence_create(&lookup, &target->ip,
								   target->expectation, false),
						   REASON_NONE,
						   {0.01F, -1}},
			    (struct moment){now_ms, 1000 + now_ms});
	dns_reply_clear(&reply);
}

static struct target_list *list_of_one(void)
{
	struct watch watch = watch_of("5.45.100.7", &nothing);
	struct target_list *list = target_list_create();
	bool ask[1];

	reconcile(list, &watch, 1, new_views, 3, ask);
	assert_true(ask[0]);
	assert_true(list->items[0]->original);
	return list;
}

static void a_lost_packet_changes_nothing(void **state)
{
	struct target_list *list = list_of_one();
	struct target *target = list->items[0];
	int64_t now_ms;

	(void)state;
	finish(target, 0, "ptr_nxdomain", 0);
	for (now_ms = 60000; now_ms <= HOLD_MS; now_ms += 60000) {
		finish(target, 0, NULL, now_ms);
		assert_true(target_opinion(target, 0, HOLD_MS, now_ms).counts);
		assert_int_equal(target_opinion(target, 0, HOLD_MS, now_ms).status, STATUS_NO_PTR);
	}
	assert_int_equal(target->views[0].last_status, STATUS_TEMP_ERROR);
	/* But not for ever. */
	assert_false(target_opinion(target, 0, HOLD_MS, HOLD_MS + 1).counts);
	assert_int_equal(target_opinion(target, 0, HOLD_MS, HOLD_MS + 1).status, STATUS_TEMP_ERROR);
	target_list_free(list);
}

static void the_last_check_is_the_oldest_of_all_views(void **state)
{
	struct target_list *list = list_of_one();
	struct target *target = list->items[0];

	(void)state;
	finish(target, 0, "ptr_nxdomain", 10);
	finish(target, 1, NULL, 20);
	assert_int_equal(target_last_check_unix_ms(target), 0);
	finish(target, 2, "ptr_nodata", 30);
	assert_int_equal(target_last_check_unix_ms(target), 1010);
	target_list_free(list);
}

static void what_stays_keeps_what_is_known(void **state)
{
	struct target_list *list = list_of_one();
	struct target *kept = list->items[0];
	struct watch watches[3] = {watch_of("5.45.100.1", &nothing), watch_of("5.45.100.7", &nothing),
				   watch_of("2a01:4f8::1", &nothing)};
	bool ask[3];

	(void)state;
	finish(kept, 1, "ptr_nxdomain", 0);
	reconcile(list, watches, 3, same_views, 3, ask);
	assert_ptr_equal(list->items[1], kept);
	assert_int_equal(kept->index, 1);
	assert_true(target_opinion(kept, 1, HOLD_MS, 1).counts);
	assert_true(ask[0]);
	assert_false(ask[1]);
	assert_true(ask[2]);
	assert_false(list->items[0]->original);
	assert_ptr_equal(target_list_find(list, &watches[2].ip), list->items[2]);
	reconcile(list, watches + 1, 1, same_views, 3, ask);
	assert_int_equal(list->count, 1);
	assert_null(target_list_find(list, &watches[0].ip));
	target_list_free(list);
}

static void another_name_is_judged_again_without_asking(void **state)
{
	static const uint8_t other[] = "\005other\007example\003com";
	static const uint8_t *const names[] = {other};
	static const struct expectation expects_other = {
		.names = names, .name_count = 1, .hostname = "other.example.com"};
	struct target_list *list = list_of_one();
	struct watch watch = watch_of("5.45.100.7", &expects_other);
	struct target *target = list->items[0];
	struct dns_reply reply, address;
	struct lookup lookup;
	struct evidence *evidence;
	bool ask[1];

	(void)state;
	replies_decode("ptr_one", &reply);
	replies_decode("a_target", &address);
	lookup = lookup_of_reply(&reply, true);
	evidence = evidence_create(&lookup, &target->ip, &nothing, false);
	lookup = lookup_of_reply(&address, true);
	evidence_set_forward(evidence, 0, &lookup, &target->ip);
	target_finish_check(target, 0, &(struct target_check){evidence, REASON_NONE, {0, 0}},
			    (struct moment){5, 5});
	assert_int_equal(target_opinion(target, 0, HOLD_MS, 6).status, STATUS_PASS);
	reconcile(list, &watch, 1, same_views, 3, ask);
	assert_true(ask[0]);
	assert_true(target_opinion(target, 0, HOLD_MS, 6).counts);
	assert_int_equal(target_opinion(target, 0, HOLD_MS, 6).status, STATUS_NAME_MISMATCH);
	dns_reply_clear(&reply);
	dns_reply_clear(&address);
	target_list_free(list);
}

static void views_follow_their_resolvers(void **state)
{
	/* The third comes first, the second goes, a new one comes last. */
	static const int moved[] = {2, 0, -1};
	struct target_list *list = list_of_one();
	struct watch watch = watch_of("5.45.100.7", &nothing);
	struct target *target = list->items[0];
	bool ask[1];

	(void)state;
	finish(target, 0, "ptr_nxdomain", 0);
	finish(target, 1, "ptr_root", 0);
	finish(target, 2, "ptr_nodata", 0);
	target->views[2].asking = true;
	reconcile(list, &watch, 1, moved, 3, ask);
	assert_int_equal(target->views[0].verdict.reason, REASON_NODATA);
	assert_true(target->views[0].asking);
	assert_int_equal(target->views[1].verdict.reason, REASON_NXDOMAIN);
	assert_null(target->views[2].counted);
	assert_int_equal(target->views[2].last_status, STATUS_PENDING);
	target_list_free(list);
}

/* A check on its way holds the target; what it was expected to be called is gone. */
static void a_removed_target_lives_until_its_checks_end(void **state)
{
	struct target_list *list = target_list_create();
	struct watch watch = watch_of("5.45.100.7", &mail);
	struct target *target;
	bool ask[1];

	(void)state;
	reconcile(list, &watch, 1, new_views, 3, ask);
	target = list->items[0];
	target_hold(target);
	reconcile(list, NULL, 0, same_views, 3, ask);
	assert_true(target->removed);
	assert_string_equal(target->expectation->hostname, "");
	target_release(target);
	target_list_free(list);
}

static void special_use_is_looked_up_only_if_told_to(void **state)
{
	struct target_list *list = target_list_create();
	struct watch watch = watch_of("10.0.0.1", &nothing);
	struct target_list_change change = {
		.watches = &watch, .watch_count = 1, .view_count = 3, .old_views = new_views};
	int64_t hold_ms[3] = {HOLD_MS, HOLD_MS, HOLD_MS};
	bool ask[1];

	(void)state;
	target_list_reconcile(list, &change, ask);
	assert_true(list->items[0]->skipped);
	assert_int_equal(target_agreement(list->items[0], hold_ms, 2, 0).status, STATUS_SPECIAL_USE);
	change.old_views = same_views;
	change.check_special_use = true;
	target_list_reconcile(list, &change, ask);
	assert_false(list->items[0]->skipped);
	assert_true(ask[0]);
	assert_int_equal(target_agreement(list->items[0], hold_ms, 2, 0).status, STATUS_PENDING);
	target_list_free(list);
}

/* Fifty different answers a day are shown, more are one; a quiet day ends that. */
static void a_flood_of_answers_is_noticed(void **state)
{
	const int64_t day_ms = INT64_C(24) * 3600 * 1000;
	struct ptr_history *history = NULL;
	int64_t now_ms = 0;
	uint64_t digest;

	(void)state;
	for (digest = 1; digest <= 50; digest++, now_ms += 60000)
		ptr_history_note(&history, digest, now_ms);
	ptr_history_note(&history, 7, now_ms);
	assert_false(ptr_history_varies(history, now_ms));
	ptr_history_note(&history, 51, now_ms);
	assert_true(ptr_history_varies(history, now_ms));
	assert_true(ptr_history_varies(history, now_ms + day_ms - 1));
	assert_false(ptr_history_varies(history, now_ms + day_ms));
	/* One a day for a year never is a flood. */
	for (; digest < 400; digest++, now_ms += day_ms) {
		ptr_history_note(&history, digest, now_ms + day_ms);
		assert_false(ptr_history_varies(history, now_ms + day_ms));
	}
	free(history);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_lost_packet_changes_nothing),
		cmocka_unit_test(the_last_check_is_the_oldest_of_all_views),
		cmocka_unit_test(what_stays_keeps_what_is_known),
		cmocka_unit_test(another_name_is_judged_again_without_asking),
		cmocka_unit_test(views_follow_their_resolvers),
		cmocka_unit_test(a_removed_target_lives_until_its_checks_end),
		cmocka_unit_test(special_use_is_looked_up_only_if_told_to),
		cmocka_unit_test(a_flood_of_answers_is_noticed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
