#include "fcrdns/judge.h"
#include "report/metrics.h"
#include "targets/authority_view.h"
#include "test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define HOUR_MS (60 * 60 * 1000)
#define HOLD_MS (3 * 60 * 1000)

/* Four addresses at two resolvers: passing, without expected name, IPv6, and private. */
enum { MAIL, BLOCK, SIX, PRIVATE, TARGETS };
enum { GOOGLE, QUAD9, RESOLVERS };

struct world {
	struct target_list *targets;
	struct unwatched *unwatched;
	struct metrics_resolver resolvers[RESOLVERS];
	struct resolver_stats stats[RESOLVERS];
	struct metrics_input input;
	struct text page;
};

static const struct moment start = {10 * HOUR_MS, 1700000000123};
static const uint8_t mail_name[] = "\4mail\7example\3com";
static const uint8_t other_name[] = "\5other\7example\3net";
static const uint8_t *const mail_names[] = {mail_name};
static const struct watch_label mail_labels[] = {{"provider", "a\"b\\c\nd"}, {"team", "mail"}};
static const struct expectation mail = {mail_names, 1, "mail.example.com", mail_labels, 2};
static const struct expectation nothing = {NULL, 0, "", NULL, 0};

static void reconcile_views(struct world *world, const int *old_views, size_t view_count,
			    bool has_authority)
{
	static const char *const addresses[TARGETS] = {"10.0.0.1", "203.0.114.10", "203.0.114.11",
						       "2a00::1"};
	/* Sorted by address, as the list wants them. */
	static const struct expectation *const expected[TARGETS] = {&nothing, &mail, &nothing,
								    &mail};
	struct watch watches[TARGETS];
	bool ask_at_once[TARGETS];
	size_t i;

	for (i = 0; i < TARGETS; i++) {
		assert_true(ip_parse(addresses[i], &watches[i].ip));
		watches[i].expectation = expected[i];
	}
	world->targets = target_list_create();
	target_list_reconcile(
	    world->targets,
	    &(struct target_list_change){watches, TARGETS, view_count, old_views, false,
					 has_authority},
	    ask_at_once);
}

static void reconcile(struct world *world)
{
	static const int old_views[RESOLVERS] = {-1, -1};

	reconcile_views(world, old_views, RESOLVERS, false);
}

static struct target *target_of(const struct world *world, int which)
{
	static const size_t places[TARGETS] = {[PRIVATE] = 0, [MAIL] = 1, [BLOCK] = 2, [SIX] = 3};

	return world->targets->items[places[which]];
}

static int set_up(void **state)
{
	static const char *const names[RESOLVERS] = {"google", "quad9"};
	static const char *const addresses[RESOLVERS] = {"8.8.8.8", "2620:fe::fe"};
	struct world *world = calloc(1, sizeof *world);
	size_t i;

	reconcile(world);
	world->unwatched = unwatched_create();
	for (i = 0; i < RESOLVERS; i++) {
		world->resolvers[i] =
		    (struct metrics_resolver){.name = names[i],
					      .port = 53,
					      .transport = i == GOOGLE ? "udp" : "tcp",
					      .stats = &world->stats[i],
					      .hold_ms = HOLD_MS};
		assert_true(ip_parse(addresses[i], &world->resolvers[i].address));
	}
	world->input =
	    (struct metrics_input){.now = start,
				   .targets = world->targets,
				   .unwatched = world->unwatched,
				   .resolvers = world->resolvers,
				   .resolver_count = RESOLVERS,
				   .quorum = 2,
				   .per_resolver = CONFIG_PER_RESOLVER_ALL,
				   .answer_info = true,
				   .check_lag_seconds = 0.25,
				   .last_reload_successful = true,
				   .last_reload_success_seconds = 1700000000.5,
				   .process = {12.5, 9, 1024, 1e8, -1, 2e7, 1699999999.25, 1}};
	*state = world;
	return 0;
}

static int tear_down(void **state)
{
	struct world *world = *state;

	target_list_free(world->targets);
	unwatched_free(world->unwatched);
	text_clear(&world->page);
	free(world);
	return 0;
}

/* --- what resolvers said --- */

static void finish(struct world *world, int which, size_t view, struct evidence *evidence)
{
	const struct check_times times = {0.0125f, evidence->name_count > 0 ? 0.5f : -1};

	target_finish_check(target_of(world, which), view,
			    &(struct target_check){evidence, REASON_NONE, times}, world->input.now);
}

static void answer_for(struct world *world, int which, size_t view, const uint8_t *name,
		       bool leads_back, const uint32_t *ttls)
{
	struct target *target = target_of(world, which);
	struct dns_reply ptr = {0}, forward = {0};
	struct lookup ptr_lookup = {LOOKUP_DATA, REASON_NONE, &ptr};
	struct lookup forward_lookup = {LOOKUP_DATA, REASON_NONE, &forward};
	struct ip elsewhere = ip_next(&target->ip);
	struct evidence *evidence;

	if (ttls != NULL) {
		ptr.has_ttl = forward.has_ttl = true;
		ptr.ttl_s = ttls[0];
		forward.ttl_s = ttls[1];
	}
	dns_name_set_add(&ptr.names, name);
	dns_name_set_settle(&ptr.names);
	dns_address_set_add(&forward.addresses, leads_back ? &target->ip : &elsewhere);
	dns_address_set_settle(&forward.addresses);
	evidence = evidence_create(&ptr_lookup, &target->ip, target->expectation, false);
	if (evidence_name_is_usable(evidence, 0))
		evidence_set_forward(evidence, 0, &forward_lookup, &target->ip);
	finish(world, which, view, evidence);
	dns_reply_clear(&ptr);
	dns_reply_clear(&forward);
}

static void answer(struct world *world, int which, size_t view, const uint8_t *name,
		   bool leads_back)
{
	answer_for(world, which, view, name, leads_back, NULL);
}

static void fail_to_answer(struct world *world, int which, size_t view, enum reason reason)
{
	struct lookup lookup = lookup_of_failure(reason);

	finish(world, which, view,
	       evidence_create(&lookup, &target_of(world, which)->ip, &nothing, false));
}

static void answer_absent(struct world *world, int which, size_t view)
{
	struct lookup lookup = {LOOKUP_ABSENT, REASON_NXDOMAIN, NULL};

	finish(world, which, view,
	       evidence_create(&lookup, &target_of(world, which)->ip, &nothing, false));
}

static void all_pass(struct world *world)
{
	size_t view;

	for (view = 0; view < RESOLVERS; view++) {
		answer(world, MAIL, view, mail_name, true);
		answer(world, BLOCK, view, other_name, true);
		answer(world, SIX, view, mail_name, true);
	}
}

/* --- reading the page --- */

static const char *page_in(struct world *world, enum exposition_format format)
{
	struct metrics_labels *labels = metrics_labels_create(world->targets);

	world->page.size = 0;
	metrics_print(&world->page, format, &world->input, labels);
	metrics_labels_free(labels);
	return text_terminate(&world->page);
}

static const char *page_of(struct world *world)
{
	return page_in(world, EXPOSITION_TEXT);
}

/* What stands behind `name` in its lines that hold `part`. */
static char *lines_with(const char *page, const char *name, const char *part)
{
	struct text lines = TEXT_EMPTY;
	const char *line, *end;

	for (line = page; *line != '\0'; line = end + 1) {
		size_t size = strlen(name);
		const char *found = strstr(line, part);

		end = strchr(line, '\n');
		if (strncmp(line, name, size) == 0 && (line[size] == '{' || line[size] == ' ') &&
		    found != NULL && found <= end)
			text_add_bytes(&lines, line + size, (size_t)(end + 1 - line) - size);
	}
	return text_terminate(&lines);
}

static void assert_lines(struct world *world, const char *name, const char *part,
			 const char *expected)
{
	char *lines = lines_with(page_of(world), name, part);

	assert_string_equal(lines, expected);
	free(lines);
}

static size_t count_lines(struct world *world, const char *name, const char *part)
{
	char *lines = lines_with(page_of(world), name, part);
	size_t count = 0, i;

	for (i = 0; lines[i] != '\0'; i++)
		count += lines[i] == '\n';
	free(lines);
	return count;
}

#define AT_MAIL "{ip=\"203.0.114.10\",hostname=\"mail.example.com\""
#define AT_BLOCK "{ip=\"203.0.114.11\",hostname=\"\""
#define AT_SIX "{ip=\"2a00::1\",hostname=\"mail.example.com\""
#define AT_PRIVATE "{ip=\"10.0.0.1\",hostname=\"\""
#define OF_USER ",provider=\"a\\\"b\\\\c\\nd\",team=\"mail\""

/* --- tests: targets --- */

static void a_passing_target(void **state)
{
	struct world *world = *state;

	all_pass(world);
	assert_lines(world, "fcrdns_target_ok", "",
		     AT_PRIVATE "} 0\n" AT_MAIL OF_USER "} 1\n" AT_BLOCK "} 1\n" AT_SIX OF_USER
				"} 1\n");
	assert_lines(
	    world, "fcrdns_target_status", AT_MAIL,
	    AT_MAIL OF_USER
	    ",status=\"pass\"} 1\n" AT_MAIL OF_USER ",status=\"name_mismatch\"} 0\n" AT_MAIL OF_USER
	    ",status=\"forward_mismatch\"} 0\n" AT_MAIL OF_USER
	    ",status=\"forward_missing\"} 0\n" AT_MAIL OF_USER
	    ",status=\"ptr_invalid\"} 0\n" AT_MAIL OF_USER ",status=\"no_ptr\"} 0\n" AT_MAIL OF_USER
	    ",status=\"temp_error\"} 0\n" AT_MAIL OF_USER
	    ",status=\"filtered\"} 0\n" AT_MAIL OF_USER
	    ",status=\"special_use\"} 0\n" AT_MAIL OF_USER ",status=\"pending\"} 0\n");
	assert_lines(world, "fcrdns_target_info", AT_SIX, AT_SIX OF_USER ",family=\"ipv6\"} 1\n");
	assert_lines(world, "fcrdns_target_info", AT_BLOCK, AT_BLOCK ",family=\"ipv4\"} 1\n");
	assert_lines(world, "fcrdns_disagreement", AT_MAIL,
		     AT_MAIL ",aspect=\"ptr\"} 0\n" AT_MAIL ",aspect=\"verdict\"} 0\n");
	assert_lines(world, "fcrdns_distinct_answers", AT_MAIL, AT_MAIL "} 1\n");
	assert_lines(world, "fcrdns_target_last_check_timestamp_seconds", "",
		     AT_MAIL "} 1700000000.123\n" AT_BLOCK "} 1700000000.123\n" AT_SIX
			     "} 1700000000.123\n");
	assert_int_equal(count_lines(world, "fcrdns_target_flag", "} 0\n"), TARGETS * FLAG_COUNT);
}

static void a_passing_target_at_each_resolver(void **state)
{
	struct world *world = *state;

	all_pass(world);
	assert_lines(world, "fcrdns_ptr_match", "",
		     AT_MAIL ",resolver=\"google\"} 1\n" AT_MAIL ",resolver=\"quad9\"} 1\n" AT_SIX
			     ",resolver=\"google\"} 1\n" AT_SIX ",resolver=\"quad9\"} 1\n");
	assert_lines(world, "fcrdns_forward_match", AT_BLOCK,
		     AT_BLOCK ",resolver=\"google\"} 1\n" AT_BLOCK ",resolver=\"quad9\"} 1\n");
	assert_lines(world, "fcrdns_ptr_records", AT_MAIL,
		     AT_MAIL ",resolver=\"google\"} 1\n" AT_MAIL ",resolver=\"quad9\"} 1\n");
	assert_lines(world, "fcrdns_lookup_success", AT_MAIL,
		     AT_MAIL ",resolver=\"google\"} 1\n" AT_MAIL ",resolver=\"quad9\"} 1\n");
	assert_lines(world, "fcrdns_lookup_duration_seconds", ",resolver=\"google\"",
		     AT_MAIL ",resolver=\"google\",record_type=\"PTR\"} 0.0125\n" AT_MAIL
			     ",resolver=\"google\",record_type=\"A\"} 0.5\n" AT_BLOCK
			     ",resolver=\"google\",record_type=\"PTR\"} 0.0125\n" AT_BLOCK
			     ",resolver=\"google\",record_type=\"A\"} 0.5\n" AT_SIX
			     ",resolver=\"google\",record_type=\"PTR\"} 0.0125\n" AT_SIX
			     ",resolver=\"google\",record_type=\"AAAA\"} 0.5\n");
	assert_lines(
	    world, "fcrdns_answer_info", AT_MAIL,
	    AT_MAIL
	    ",resolver=\"google\",status=\"pass\",reason=\"none\",ptr=\"mail.example.com\"} "
	    "1\n" AT_MAIL
	    ",resolver=\"quad9\",status=\"pass\",reason=\"none\",ptr=\"mail.example.com\"} 1\n");
}

/* As received; what nobody said has no series, and what does not count any more neither. */
static void ttls_of_the_counted_answer(void **state)
{
	static const uint32_t ttls[] = {3600, 60};
	struct world *world = *state;

	all_pass(world);
	assert_null(strstr(page_of(world), "_ttl_seconds"));
	answer_for(world, MAIL, GOOGLE, mail_name, true, ttls);
	assert_lines(world, "fcrdns_ptr_ttl_seconds", "", AT_MAIL ",resolver=\"google\"} 3600\n");
	assert_lines(world, "fcrdns_forward_ttl_seconds", "", AT_MAIL ",resolver=\"google\"} 60\n");
	fail_to_answer(world, MAIL, GOOGLE, REASON_TIMEOUT);
	assert_int_equal(count_lines(world, "fcrdns_ptr_ttl_seconds", ""), 1);
	world->input.now.ms += HOLD_MS + 1;
	assert_null(strstr(page_of(world), "_ttl_seconds"));
}

static void disagreement_shows(void **state)
{
	struct world *world = *state;

	all_pass(world);
	answer_absent(world, MAIL, QUAD9);
	assert_lines(world, "fcrdns_disagreement", AT_MAIL,
		     AT_MAIL ",aspect=\"ptr\"} 1\n" AT_MAIL ",aspect=\"verdict\"} 1\n");
	assert_lines(world, "fcrdns_distinct_answers", AT_MAIL, AT_MAIL "} 2\n");
	assert_lines(world, "fcrdns_ptr_records", AT_MAIL,
		     AT_MAIL ",resolver=\"google\"} 1\n" AT_MAIL ",resolver=\"quad9\"} 0\n");
	assert_lines(world, "fcrdns_answer_info", AT_MAIL ",resolver=\"quad9\"",
		     AT_MAIL
		     ",resolver=\"quad9\",status=\"no_ptr\",reason=\"nxdomain\",ptr=\"\"} 1\n");
	assert_lines(world, "fcrdns_lookup_duration_seconds", AT_MAIL ",resolver=\"quad9\"",
		     AT_MAIL ",resolver=\"quad9\",record_type=\"PTR\"} 0.0125\n");
}

static void targets_never_asked_have_one_series_a_resolver(void **state)
{
	struct world *world = *state;

	assert_lines(
	    world, "fcrdns_answer_info", ",resolver=\"google\"",
	    AT_PRIVATE
	    ",resolver=\"google\",status=\"special_use\",reason=\"none\",ptr=\"\"} 1\n" AT_MAIL
	    ",resolver=\"google\",status=\"pending\",reason=\"none\",ptr=\"\"} 1\n" AT_BLOCK
	    ",resolver=\"google\",status=\"pending\",reason=\"none\",ptr=\"\"} 1\n" AT_SIX
	    ",resolver=\"google\",status=\"pending\",reason=\"none\",ptr=\"\"} 1\n");
	assert_int_equal(count_lines(world, "fcrdns_target_status", "status=\"pending\"} 1"), 3);
	assert_int_equal(count_lines(world, "fcrdns_target_status", "status=\"special_use\"} 1"),
			 1);
	assert_null(strstr(page_of(world), "fcrdns_lookup_success"));
	assert_null(strstr(page_of(world), "fcrdns_lookup_duration_seconds"));
	assert_null(strstr(page_of(world), "fcrdns_ptr_match"));
	assert_null(strstr(page_of(world), "fcrdns_forward_match"));
	assert_null(strstr(page_of(world), "fcrdns_ptr_records"));
	assert_null(strstr(page_of(world), "fcrdns_target_last_check_timestamp_seconds"));
}

/* Unknown is neither 0 nor NaN: the series goes. */
static void a_counted_answer_goes_after_hold(void **state)
{
	struct world *world = *state;

	all_pass(world);
	world->input.now.ms += HOLD_MS;
	fail_to_answer(world, MAIL, GOOGLE, REASON_TIMEOUT);
	assert_lines(world, "fcrdns_ptr_match", AT_MAIL,
		     AT_MAIL ",resolver=\"google\"} 1\n" AT_MAIL ",resolver=\"quad9\"} 1\n");
	assert_lines(world, "fcrdns_lookup_success", AT_MAIL,
		     AT_MAIL ",resolver=\"google\"} 0\n" AT_MAIL ",resolver=\"quad9\"} 1\n");
	world->input.now.ms++;
	assert_int_equal(count_lines(world, "fcrdns_ptr_match", AT_MAIL), 0);
	assert_int_equal(count_lines(world, "fcrdns_forward_match", AT_MAIL), 0);
	assert_int_equal(count_lines(world, "fcrdns_ptr_records", AT_MAIL), 0);
	assert_lines(world, "fcrdns_answer_info", AT_MAIL ",resolver=\"google\"",
		     AT_MAIL
		     ",resolver=\"google\",status=\"temp_error\",reason=\"timeout\",ptr=\"\"} 1\n");
	assert_lines(world, "fcrdns_lookup_success", AT_MAIL,
		     AT_MAIL ",resolver=\"google\"} 0\n" AT_MAIL ",resolver=\"quad9\"} 1\n");
}

/* `special_use` may be set to skip after checks were done: they say nothing any more. */
static void a_target_skipped_later_forgets_its_checks(void **state)
{
	struct world *world = *state;

	all_pass(world);
	target_of(world, MAIL)->skipped = true;
	assert_int_equal(count_lines(world, "fcrdns_target_last_check_timestamp_seconds", AT_MAIL),
			 0);
	assert_int_equal(count_lines(world, "fcrdns_lookup_success", AT_MAIL), 0);
	assert_int_equal(count_lines(world, "fcrdns_ptr_records", AT_MAIL), 0);
	assert_int_equal(count_lines(world, "fcrdns_answer_info", "special_use"), 2 * RESOLVERS);
}

/* --- tests: the authority --- */

/* The same world with one more view. */
static void add_authority(struct world *world)
{
	static const int old_views[] = {-1, -1, -1};

	target_list_free(world->targets);
	reconcile_views(world, old_views, RESOLVERS + 1, true);
	world->input.targets = world->targets;
}

static void ask_authority(struct world *world, int which, const uint8_t *name, uint32_t ttl_s)
{
	struct target *target = target_of(world, which);
	struct dns_reply ptr = {.has_ttl = true, .ttl_s = ttl_s};
	struct dns_reply forward = {.has_ttl = true, .ttl_s = 60};
	struct lookup ptr_lookup = {LOOKUP_DATA, REASON_NONE, &ptr};
	struct lookup forward_lookup = {LOOKUP_DATA, REASON_NONE, &forward};
	struct authority_finding finding = {AUTHORITY_CONSISTENT, NULL, {0.5F, 0.25F}};

	dns_name_set_add(&ptr.names, name);
	dns_name_set_settle(&ptr.names);
	dns_address_set_add(&forward.addresses, &target->ip);
	dns_address_set_settle(&forward.addresses);
	finding.evidence = evidence_create(&ptr_lookup, &target->ip, target->expectation, false);
	evidence_set_forward(finding.evidence, 0, &forward_lookup, &target->ip);
	target_finish_authority(target, &finding, world->input.now);
	dns_reply_clear(&ptr);
	dns_reply_clear(&forward);
}

static void the_authority_comes_last_and_is_pending_at_first(void **state)
{
	struct world *world = *state;

	assert_null(strstr(page_of(world), "authorit"));
	add_authority(world);
	all_pass(world);
	assert_int_equal(count_lines(world, "fcrdns_answer_info", ""), TARGETS * (RESOLVERS + 1));
	assert_lines(world, "fcrdns_answer_info", "\"authoritative\"",
		     AT_PRIVATE ",resolver=\"authoritative\",status=\"special_use\",reason="
				"\"none\",ptr=\"\"} 1\n" AT_MAIL
				",resolver=\"authoritative\",status=\"pending\",reason="
				"\"none\",ptr=\"\"} 1\n" AT_BLOCK
				",resolver=\"authoritative\",status=\"pending\",reason="
				"\"none\",ptr=\"\"} 1\n" AT_SIX
				",resolver=\"authoritative\",status=\"pending\",reason="
				"\"none\",ptr=\"\"} 1\n");
	assert_int_equal(count_lines(world, "fcrdns_lookup_success", "\"authoritative\""), 0);
	assert_int_equal(count_lines(world, "fcrdns_resolver_up", ""), RESOLVERS);
	assert_int_equal(count_lines(world, "fcrdns_authority_state", ""),
			 TARGETS * AUTHORITY_STATE_COUNT);
	assert_int_equal(count_lines(world, "fcrdns_authority_state", "\"unknown\"} 1"), TARGETS);
	assert_null(strstr(page_of(world), "fcrdns_propagation"));
}

static void how_far_a_change_has_got(void **state)
{
	static const uint32_t ttls[] = {600, 60};
	struct world *world = *state;

	add_authority(world);
	answer_for(world, MAIL, GOOGLE, mail_name, true, ttls);
	answer_for(world, MAIL, QUAD9, mail_name, true, ttls);
	ask_authority(world, MAIL, mail_name, 3600);
	assert_lines(world, "fcrdns_propagation_ratio", "", AT_MAIL "} 1\n");
	assert_null(strstr(page_of(world), "fcrdns_propagation_eta"));
	world->input.now.ms += 1000;
	world->input.now.unix_ms += 1000;
	ask_authority(world, MAIL, other_name, 3600);
	answer_for(world, MAIL, QUAD9, other_name, true, ttls);
	world->input.now.ms += 777;
	world->input.now.unix_ms += 778;
	assert_lines(world, "fcrdns_propagation_ratio", "", AT_MAIL "} 0.5\n");
	assert_lines(world, "fcrdns_propagation_eta_timestamp_seconds", "",
		     AT_MAIL ",bound=\"sampled\"} 1700000600.123\n" AT_MAIL
			     ",bound=\"upper\"} 1700003601.123\n");
	assert_lines(world, "fcrdns_authority_state", "} 1",
		     AT_PRIVATE ",state=\"unknown\"} 1\n" AT_MAIL
				",state=\"consistent\"} 1\n" AT_BLOCK
				",state=\"unknown\"} 1\n" AT_SIX ",state=\"unknown\"} 1\n");
	assert_lines(world, "fcrdns_target_last_change_timestamp_seconds", "",
		     AT_MAIL "} 1700000001.123\n");
	assert_lines(world, "fcrdns_ptr_ttl_seconds", "",
		     AT_MAIL ",resolver=\"google\"} 600\n" AT_MAIL
			     ",resolver=\"quad9\"} 600\n" AT_MAIL
			     ",resolver=\"authoritative\"} 3600\n");
	assert_lines(world, "fcrdns_disagreement", AT_MAIL,
		     AT_MAIL ",aspect=\"ptr\"} 1\n" AT_MAIL ",aspect=\"verdict\"} 1\n");
}

static void an_old_answer_without_end_sets_the_flag(void **state)
{
	static const uint32_t ttls[] = {30, 60};
	struct world *world = *state;
	int i;

	add_authority(world);
	ask_authority(world, MAIL, other_name, 3600);
	for (i = 0; i < 4; i++) {
		answer_for(world, MAIL, GOOGLE, mail_name, true, ttls);
		world->input.now.ms += 15000;
		ask_authority(world, MAIL, other_name, 3600);
	}
	assert_int_equal(count_lines(world, "fcrdns_target_flag", AT_MAIL), FLAG_COUNT);
	assert_lines(world, "fcrdns_target_flag", ",flag=\"stale\"} 1",
		     AT_MAIL ",flag=\"stale\"} 1\n");
	assert_null(strstr(page_of(world), "fcrdns_propagation_eta"));
}

/* --- tests: what the operator chose --- */

static void per_resolver_failing_shows_trouble_and_an_hour_more(void **state)
{
	struct world *world = *state;

	all_pass(world);
	world->input.per_resolver = CONFIG_PER_RESOLVER_FAILING;
	assert_int_equal(count_lines(world, "fcrdns_lookup_success", ""), 0);
	assert_int_equal(count_lines(world, "fcrdns_answer_info", ""), RESOLVERS);
	assert_int_equal(count_lines(world, "fcrdns_answer_info", AT_PRIVATE), RESOLVERS);

	answer(world, MAIL, QUAD9, other_name, true);
	assert_int_equal(count_lines(world, "fcrdns_lookup_success", ""), RESOLVERS);
	assert_int_equal(count_lines(world, "fcrdns_lookup_success", AT_MAIL), RESOLVERS);

	answer(world, MAIL, QUAD9, mail_name, true);
	world->input.now.ms += SIGHTINGS_TOLERANCE_MS + 1; /* the other answer is gone */
	target_of(world, MAIL)->trouble_ms = world->input.now.ms - HOUR_MS + 1;
	assert_int_equal(count_lines(world, "fcrdns_lookup_success", AT_MAIL), RESOLVERS);
	target_of(world, MAIL)->trouble_ms = world->input.now.ms - HOUR_MS;
	assert_int_equal(count_lines(world, "fcrdns_lookup_success", AT_MAIL), 0);
}

static void per_resolver_failing_shows_a_missing_answer(void **state)
{
	struct world *world = *state;

	answer(world, MAIL, GOOGLE, mail_name, true);
	world->input.per_resolver = CONFIG_PER_RESOLVER_FAILING;
	world->input.quorum = 1;
	assert_lines(world, "fcrdns_target_ok", AT_MAIL, AT_MAIL OF_USER "} 1\n");
	assert_int_equal(count_lines(world, "fcrdns_answer_info", AT_MAIL), RESOLVERS);
}

static void per_resolver_none_and_no_answer_info(void **state)
{
	struct world *world = *state;

	all_pass(world);
	answer_absent(world, MAIL, QUAD9);
	world->input.answer_info = false;
	assert_null(strstr(page_of(world), "fcrdns_answer_info"));
	assert_int_equal(count_lines(world, "fcrdns_lookup_success", ""), 3 * RESOLVERS);
	world->input.answer_info = true;
	world->input.per_resolver = CONFIG_PER_RESOLVER_NONE;
	assert_null(strstr(page_of(world), "fcrdns_answer_info"));
	assert_null(strstr(page_of(world), "fcrdns_lookup_success"));
	assert_int_equal(count_lines(world, "fcrdns_target_ok", ""), TARGETS);
	assert_int_equal(count_lines(world, "fcrdns_resolver_up", ""), RESOLVERS);
}

/* --- tests: resolvers and the exporter --- */

static void resolvers_and_their_counters(void **state)
{
	struct world *world = *state;

	world->stats[GOOGLE].up = true;
	world->stats[GOOGLE].queries[STATS_AAAA] = 12345678901;
	world->stats[QUAD9].responses[STATS_NXDOMAIN] = 7;
	world->stats[QUAD9].failures[REASON_BLOCKED] = 3;
	assert_lines(world, "fcrdns_resolver_up", "",
		     "{resolver=\"google\"} 1\n{resolver=\"quad9\"} 0\n");
	assert_lines(world, "fcrdns_resolver_info", "",
		     "{resolver=\"google\",address=\"8.8.8.8:53\",transport=\"udp\"} 1\n"
		     "{resolver=\"quad9\",address=\"[2620:fe::fe]:53\",transport=\"tcp\"} 1\n");
	assert_lines(world, "fcrdns_dns_queries_total", "google",
		     "{resolver=\"google\",record_type=\"PTR\"} 0\n"
		     "{resolver=\"google\",record_type=\"A\"} 0\n"
		     "{resolver=\"google\",record_type=\"AAAA\"} 12345678901\n"
		     "{resolver=\"google\",record_type=\"NS\"} 0\n"
		     "{resolver=\"google\",record_type=\"SOA\"} 0\n");
	assert_lines(world, "fcrdns_dns_responses_total", "nxdomain",
		     "{resolver=\"google\",rcode=\"nxdomain\"} 0\n"
		     "{resolver=\"quad9\",rcode=\"nxdomain\"} 7\n");
	assert_lines(world, "fcrdns_dns_query_failures_total", "blocked",
		     "{resolver=\"google\",reason=\"blocked\"} 0\n"
		     "{resolver=\"quad9\",reason=\"blocked\"} 3\n");
	assert_int_equal(count_lines(world, "fcrdns_dns_query_failures_total", "google"), 14);
}

/* The bounds are printed from a list of their own: it must be that of the counters. */
static void histogram_bounds_are_those_counted(void **state)
{
	struct world *world = *state;
	struct stats_histogram *histogram = &world->stats[GOOGLE].durations[STATS_PTR];
	char part[] = "{resolver=\"google\",record_type=\"PTR\",";
	char *lines, *le;
	size_t i;

	for (i = 0; i < STATS_BUCKETS; i++)
		stats_histogram_add(histogram, stats_bucket_us[i]);
	stats_histogram_add(histogram, 9000000);
	lines = lines_with(page_of(world), "fcrdns_dns_query_duration_seconds_bucket", part);
	le = lines;
	for (i = 0; i < STATS_BUCKETS; i++) {
		le = strstr(le, "le=\"") + 4;
		assert_true(fabs(strtod(le, NULL) * 1e6 - (double)stats_bucket_us[i]) < 1e-6);
		assert_non_null(memchr(le, '.', strcspn(le, "\"")));
		assert_int_equal(strtoul(strstr(le, "} ") + 2, NULL, 10), i + 1);
	}
	assert_non_null(strstr(le, "le=\"+Inf\"} 14\n"));
	free(lines);
	part[strlen(part) - 1] = '}';
	assert_lines(world, "fcrdns_dns_query_duration_seconds_count", part,
		     "{resolver=\"google\",record_type=\"PTR\"} 14\n");
	assert_lines(world, "fcrdns_dns_query_duration_seconds_sum", part,
		     "{resolver=\"google\",record_type=\"PTR\"} 18.444\n");
}

static void the_exporter_itself(void **state)
{
	struct world *world = *state;

	assert_lines(world, "fcrdns_exporter_targets", "", " 4\n");
	assert_lines(world, "fcrdns_exporter_check_lag_seconds", "", " 0.25\n");
	assert_lines(world, "fcrdns_exporter_event_loop_lag_seconds", "", " 0\n");
	assert_lines(world, "fcrdns_exporter_config_last_reload_successful", "", " 1\n");
	assert_lines(world, "fcrdns_exporter_config_last_reload_success_timestamp_seconds", "",
		     " 1700000000.5\n");
	assert_int_equal(count_lines(world, "fcrdns_exporter_build_info", "version=\""), 1);
	assert_lines(world, "process_cpu_seconds_total", "", " 12.5\n");
	assert_lines(world, "process_open_fds", "", " 9\n");
	assert_lines(world, "process_max_fds", "", " 1024\n");
	assert_lines(world, "process_virtual_memory_bytes", "", " 100000000\n");
	assert_lines(world, "process_resident_memory_bytes", "", " 20000000\n");
	assert_lines(world, "process_start_time_seconds", "", " 1699999999.25\n");
	assert_lines(world, "process_threads", "", " 1\n");
	/* What could not be read has no series. */
	assert_null(strstr(page_of(world), "process_virtual_memory_max_bytes"));
}

/* --- tests: the page as a whole --- */

/* A name of labels with every byte there is; a stranger's zone may hold it. */
static void hostile_names(struct dns_name names[4])
{
	unsigned byte = 0, i, j;

	for (i = 0; i < 4; i++, byte = i * 64) {
		uint8_t *end = names[i].wire;

		for (j = 0; j < 64; j++, byte++) {
			/* Upper case never gets this far. */
			uint8_t c = (uint8_t)(byte >= 'A' && byte <= 'Z' ? byte + 32 : byte);

			*end++ = 1;
			*end++ = c;
		}
		*end = 0;
	}
}

static void any_name_leaves_the_page_ascii(void **state)
{
	struct world *world = *state;
	struct dns_name names[4];
	const char *page;
	size_t i;

	hostile_names(names);
	for (i = 0; i < 4; i++) {
		answer(world, MAIL, GOOGLE, names[i].wire, true);
		assert_int_equal(count_lines(world, "fcrdns_answer_info", AT_MAIL), RESOLVERS);
		assert_int_equal(count_lines(world, "fcrdns_answer_info", "status=\"ptr_invalid\""),
				 1);
		page = page_of(world);
		for (; *page != '\0'; page++)
			assert_true(*page == '\n' || (*page >= ' ' && *page <= '~'));
	}
	assert_int_equal(strlen(world->page.bytes), world->page.size);
}

/* Design 8: a stranger's zone cannot flood the user's Prometheus. */
static void many_different_names_become_one_value(void **state)
{
	struct world *world = *state;
	struct dns_name name;
	char text[32];
	int i;

	for (i = 0; i < 60; i++) {
		snprintf(text, sizeof text, "host%d.example.com", i);
		assert_true(dns_name_parse(text, &name));
		answer(world, MAIL, GOOGLE, name.wire, true);
	}
	assert_lines(world, "fcrdns_answer_info", AT_MAIL ",resolver=\"google\"",
		     AT_MAIL ",resolver=\"google\",status=\"name_mismatch\",reason=\"none\""
			     ",ptr=\"(varies)\"} 1\n");
	world->input.now.ms += 24 * HOUR_MS + 1;
	answer(world, MAIL, GOOGLE, mail_name, true);
	assert_int_equal(count_lines(world, "fcrdns_answer_info", "ptr=\"mail.example.com\""), 1);
}

/* Names as everywhere, absent until there is an answer. */
static void forgotten_addresses_by_name_and_family(void **state)
{
	static const uint8_t odd_name[] = "\4ma.l\7example\3com";
	static const uint8_t *const names[] = {odd_name, mail_name};
	struct world *world = *state;
	struct dns_address_set none = {0}, one = {0};

	assert_lines(world, "fcrdns_unwatched_addresses", "", "");
	unwatched_reconcile(world->unwatched, &(struct unwatched_change){names, 2, NULL, 0, false});
	assert_lines(world, "fcrdns_unwatched_addresses", "", "");
	dns_address_set_add(&one, &target_of(world, SIX)->ip);
	unwatched_answer(world->unwatched, 1, UNWATCHED_IPV6, &one, 0);
	unwatched_answer(world->unwatched, 1, UNWATCHED_IPV4, &none, 0);
	unwatched_answer(world->unwatched, 0, UNWATCHED_IPV4, &none, 0);
	assert_lines(world, "fcrdns_unwatched_addresses", "",
		     "{name=\"ma\\\\046l.example.com\",family=\"ipv4\"} 0\n"
		     "{name=\"mail.example.com\",family=\"ipv4\"} 0\n"
		     "{name=\"mail.example.com\",family=\"ipv6\"} 1\n");
	dns_address_set_clear(&one);
}

static int compare_lines(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* "x_bucket" and the like belong to the family x. */
static bool is_of_family(const char *line, const char *family)
{
	size_t size = strlen(family);
	const char *behind = line + size;

	return strncmp(line, family, size) == 0 &&
	       (strchr("{ ", *behind) != NULL || strncmp(behind, "_bucket{", 8) == 0 ||
		strncmp(behind, "_sum{", 5) == 0 || strncmp(behind, "_count{", 7) == 0);
}

static void every_sample_stands_once_below_its_header(void **state)
{
	struct world *world = *state;
	static char *lines[2000];
	char family[100] = "", type[100];
	size_t count = 0, i;
	char *line;

	all_pass(world);
	page_of(world);
	for (line = strtok(world->page.bytes, "\n"); line != NULL; line = strtok(NULL, "\n")) {
		assert_true(count < COUNT_OF(lines));
		lines[count++] = line;
		if (strncmp(line, "# HELP ", 7) == 0) {
			assert_int_equal(sscanf(line, "# HELP %99s", family), 1);
			assert_int_equal(line[strlen(line) - 1], '.');
		} else if (strncmp(line, "# TYPE ", 7) == 0) {
			assert_int_equal(sscanf(line, "# TYPE %99s", type), 1);
			assert_string_equal(type, family);
		} else {
			assert_true(is_of_family(line, family));
			*strrchr(line, ' ') = '\0';
		}
	}
	qsort(lines, count, sizeof *lines, compare_lines);
	for (i = 1; i < count; i++)
		assert_string_not_equal(lines[i - 1], lines[i]);
}

/* --- tests: the formats --- */

/* The page without its lines that begin with '#'. */
static char *samples_in(struct world *world, enum exposition_format format)
{
	const char *line, *end;
	struct text samples = TEXT_EMPTY;

	for (line = page_in(world, format); *line != '\0'; line = end) {
		end = strchr(line, '\n') + 1;
		if (*line != '#')
			text_add_bytes(&samples, line, (size_t)(end - line));
	}
	return text_terminate(&samples);
}

static void the_formats_differ_in_comments_only(void **state)
{
	struct world *world = *state;
	char *text, *openmetrics;

	all_pass(world);
	text = samples_in(world, EXPOSITION_TEXT);
	openmetrics = samples_in(world, EXPOSITION_OPENMETRICS);
	assert_string_equal(text, openmetrics);
	free(text);
	free(openmetrics);
}

static void openmetrics_has_its_own_types(void **state)
{
	struct world *world = *state;
	const char *page;

	all_pass(world);
	page = page_in(world, EXPOSITION_OPENMETRICS);
	assert_non_null(strstr(page, "\n# TYPE fcrdns_target info\n"));
	assert_non_null(strstr(page, "\n# TYPE fcrdns_answer info\n"));
	assert_non_null(strstr(page, "\n# TYPE fcrdns_resolver info\n"));
	assert_non_null(strstr(page, "\n# TYPE fcrdns_exporter_build info\n"));
	assert_non_null(strstr(page, "\n# TYPE fcrdns_dns_queries counter\n"));
	assert_non_null(strstr(page, "\n# UNIT fcrdns_dns_query_duration_seconds seconds\n"));
	assert_null(strstr(page, "_created"));
	assert_string_equal(page + strlen(page) - strlen("\n# EOF\n"), "\n# EOF\n");
	assert_null(strstr(page_of(world), " info\n"));
	assert_null(strstr(page_of(world), "# EOF"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(a_passing_target),
	    TEST(a_passing_target_at_each_resolver),
	    TEST(ttls_of_the_counted_answer),
	    TEST(disagreement_shows),
	    TEST(targets_never_asked_have_one_series_a_resolver),
	    TEST(a_counted_answer_goes_after_hold),
	    TEST(a_target_skipped_later_forgets_its_checks),
	    TEST(the_authority_comes_last_and_is_pending_at_first),
	    TEST(how_far_a_change_has_got),
	    TEST(an_old_answer_without_end_sets_the_flag),
	    TEST(per_resolver_failing_shows_trouble_and_an_hour_more),
	    TEST(per_resolver_failing_shows_a_missing_answer),
	    TEST(per_resolver_none_and_no_answer_info),
	    TEST(resolvers_and_their_counters),
	    TEST(histogram_bounds_are_those_counted),
	    TEST(the_exporter_itself),
	    TEST(any_name_leaves_the_page_ascii),
	    TEST(many_different_names_become_one_value),
	    TEST(forgotten_addresses_by_name_and_family),
	    TEST(every_sample_stands_once_below_its_header),
	    TEST(the_formats_differ_in_comments_only),
	    TEST(openmetrics_has_its_own_types),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
