/* Evidence from decoded replies; the records of an answer in every rotation. */
#include "fcrdns/evidence.h"
#include "fcrdns/judge.h"
#include "replies.h"
#include "test.h"

#include <stdlib.h>

#define MAIL "mail.example.com"

struct message {
	uint8_t bytes[4096];
	size_t size;
};

static void put16(struct message *message, unsigned value)
{
	message->bytes[message->size++] = (uint8_t)(value >> 8);
	message->bytes[message->size++] = (uint8_t)value;
}

static void put_name(struct message *message, const struct dns_name *name)
{
	size_t size = dns_name_size(name->wire);

	memcpy(message->bytes + message->size, name->wire, size);
	message->size += size;
}

/* A PTR reply with `count` names, starting with the one at `first`, without compression. */
static void write_reply(struct message *message, const struct dns_query *query,
			const char *const *names, size_t count, size_t first)
{
	size_t i;

	message->size = 0;
	put16(message, 1);
	put16(message, 0x8180);
	put16(message, 1);
	put16(message, (unsigned)count);
	put16(message, 0);
	put16(message, 0);
	put_name(message, &query->name);
	put16(message, DNS_PTR);
	put16(message, DNS_CLASS_IN);
	for (i = 0; i < count; i++) {
		struct dns_name name;

		assert_true(dns_name_parse(names[(first + i) % count], &name));
		put_name(message, &query->name);
		put16(message, DNS_PTR);
		put16(message, DNS_CLASS_IN);
		put16(message, 0);
		put16(message, (unsigned)(300 + (first + i) % count));
		put16(message, (unsigned)dns_name_size(name.wire));
		put_name(message, &name);
	}
}

static struct ip target_ip(void)
{
	struct ip ip;

	assert_true(ip_parse("5.45.100.7", &ip));
	return ip;
}

static struct evidence *evidence_of_names(const char *const *names, size_t count, size_t first,
					  const struct expectation *expectation)
{
	struct dns_query query = {.type = DNS_PTR};
	struct ip ip = target_ip();
	struct message message;
	struct dns_reply reply;
	struct lookup lookup;
	struct evidence *evidence;

	dns_name_reverse(&ip, &query.name);
	write_reply(&message, &query, names, count, first);
	dns_reply_decode(&reply, &query, message.bytes, message.size);
	lookup = lookup_of_reply(&reply, true);
	evidence = evidence_create(&lookup, &ip, expectation, false);
	dns_reply_clear(&reply);
	return evidence;
}

/* An expectation of up to two names. */
struct wanted {
	struct expectation expectation;
	struct dns_name names[2];
	const uint8_t *list[2];
};

static const struct expectation *expect(struct wanted *wanted, const char *a, const char *b)
{
	wanted->expectation = (struct expectation){.names = wanted->list, .hostname = ""};
	if (a != NULL && dns_name_parse(a, &wanted->names[0]))
		wanted->list[wanted->expectation.name_count++] = wanted->names[0].wire;
	if (b != NULL && dns_name_parse(b, &wanted->names[1]))
		wanted->list[wanted->expectation.name_count++] = wanted->names[1].wire;
	return &wanted->expectation;
}

static void set_forward(struct evidence *evidence, size_t i, const char *fixture)
{
	struct ip ip = target_ip();
	struct dns_reply reply;
	struct lookup lookup;

	replies_decode(fixture, &reply);
	lookup = lookup_of_reply(&reply, true);
	evidence_set_forward(evidence, i, &lookup, &ip);
	dns_reply_clear(&reply);
}

/* By its name, not its place, does a name get its addresses. */
static void set_forwards(struct evidence *evidence)
{
	static const char *const fixtures[] = {"a_target", "a_other", "a_nodata", "a_servfail"};
	char text[DNS_NAME_TEXT_MAX];
	size_t i;

	for (i = 0; i < evidence->name_count; i++) {
		if (!evidence_name_is_usable(evidence, i))
			continue;
		dns_name_print(evidence_name_wire(evidence, i), text);
		set_forward(evidence, i, fixtures[(unsigned char)text[0] % COUNT_OF(fixtures)]);
	}
}

static void assert_same_evidence(const struct evidence *a, const struct evidence *b)
{
	size_t i;

	assert_int_equal(a->name_count, b->name_count);
	assert_true(a->ptr_digest == b->ptr_digest);
	assert_int_equal(a->ptr_count, b->ptr_count);
	assert_int_equal(a->ptr_ttl_s, b->ptr_ttl_s);
	for (i = 0; i < a->name_count; i++) {
		assert_true(dns_name_equal(evidence_name_wire(a, i), evidence_name_wire(b, i)));
		assert_int_equal(a->names[i].fault, b->names[i].fault);
		assert_int_equal(a->names[i].confirms, b->names[i].confirms);
	}
}

static void assert_same_verdict(struct verdict a, struct verdict b)
{
	assert_int_equal(a.status, b.status);
	assert_int_equal(a.reason, b.reason);
	assert_int_equal(a.flags, b.flags);
	assert_int_equal(a.ptr_match, b.ptr_match);
	assert_int_equal(a.forward_match, b.forward_match);
}

static void check_rotations(const char *const *names, size_t count,
			    const struct expectation *expectation)
{
	struct evidence *first = evidence_of_names(names, count, 0, expectation);
	struct verdict verdict;
	size_t rotation;

	set_forwards(first);
	verdict = judge(first, expectation);
	for (rotation = 1; rotation < count; rotation++) {
		struct evidence *other = evidence_of_names(names, count, rotation, expectation);

		set_forwards(other);
		assert_same_evidence(first, other);
		assert_same_verdict(verdict, judge(other, expectation));
		free(other);
	}
	free(first);
}

static void no_rotation_changes_anything(void **state)
{
	static const char *const few[] = {"b.example.com", "a.example.net", "C.example.com",
					  "d.example.com"};
	static const char *const odd[] = {".",
					  "localhost",
					  "bad\\032name.example.com",
					  "a.example.com",
					  "x_y.example.com",
					  "unknown",
					  "a.example.com"};
	static const char *const many[] = {"z1.example.com", "y2.example.com", "x3.example.com",
					   "w4.example.com", "v5.example.com", "u6.example.com",
					   "t7.example.com", "s8.example.com", "r9.example.com",
					   "q0.example.com", "p1.example.com", "o2.example.com",
					   "n3.example.com", "m4.example.com", "l5.example.com"};
	struct wanted wanted;

	(void)state;
	check_rotations(few, COUNT_OF(few), expect(&wanted, NULL, NULL));
	check_rotations(few, COUNT_OF(few), expect(&wanted, "d.example.com", NULL));
	check_rotations(odd, COUNT_OF(odd), expect(&wanted, NULL, NULL));
	check_rotations(many, COUNT_OF(many), expect(&wanted, NULL, NULL));
	check_rotations(many, COUNT_OF(many), expect(&wanted, "z1.example.com", "t7.example.com"));
}

static const char *const fifteen_names[] = {
    "h00.example.com", "h01.example.com", "h02.example.com", "h03.example.com", "h04.example.com",
    "h05.example.com", "h06.example.com", "h07.example.com", "h08.example.com", "h09.example.com",
    "h10.example.com", "h11.example.com", "h12.example.com", "h13.example.com", "h14.example.com"};

/* The expected ones, then the first in canonical order; shown in canonical order. */
static void ten_names_are_evaluated(void **state)
{
	struct wanted wanted;
	struct evidence *evidence =
	    evidence_of_names(fifteen_names, COUNT_OF(fifteen_names), 3,
			      expect(&wanted, "h14.example.com", "h12.example.com"));
	char text[DNS_NAME_TEXT_MAX];
	size_t i;

	(void)state;
	assert_int_equal(evidence->name_count, EVIDENCE_NAMES_MAX);
	assert_int_equal(evidence->ptr_count, COUNT_OF(fifteen_names));
	for (i = 0; i < EVIDENCE_NAMES_MAX; i++) {
		dns_name_print(evidence_name_wire(evidence, i), text);
		assert_string_equal(text, fifteen_names[i < 8 ? i : i == 8 ? 12 : 14]);
	}
	free(evidence);
}

/* The digest is of the full set, not of the ten that are evaluated. */
static void a_name_beyond_the_tenth_is_in_the_digest(void **state)
{
	struct wanted wanted;
	const struct expectation *nothing = expect(&wanted, NULL, NULL);
	struct evidence *fourteen = evidence_of_names(fifteen_names, 14, 0, nothing);
	struct evidence *fifteen = evidence_of_names(fifteen_names, 15, 0, nothing);

	(void)state;
	assert_true(fourteen->ptr_digest != fifteen->ptr_digest);
	assert_true(fourteen->ptr_digest != 0);
	free(fourteen);
	free(fifteen);
}

static void absence_is_the_empty_set(void **state)
{
	static const char *const fixtures[] = {"ptr_nxdomain", "ptr_nodata", "ptr_nodata_bare",
					       "ptr_dangling_cname"};
	struct ip ip = target_ip();
	struct wanted wanted;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT_OF(fixtures); i++) {
		struct dns_reply reply;
		struct lookup lookup;
		struct evidence *evidence;

		replies_decode(fixtures[i], &reply);
		lookup = lookup_of_reply(&reply, true);
		evidence = evidence_create(&lookup, &ip, expect(&wanted, MAIL, NULL), false);
		assert_true(evidence->ptr_digest == 0);
		assert_int_equal(evidence->ptr_count, 0);
		assert_int_equal(evidence->name_count, 0);
		assert_int_equal(evidence->has_ptr_ttl, reply.has_ttl);
		assert_int_equal(judge(evidence, &wanted.expectation).status, STATUS_NO_PTR);
		free(evidence);
		dns_reply_clear(&reply);
	}
}

/* What was never set may not look like an answer. */
static void a_forward_lookup_counts_as_timed_out_until_it_is_set(void **state)
{
	static const char *const names[] = {"a.example.com", "b.example.com"};
	struct wanted wanted;
	const struct expectation *nothing = expect(&wanted, NULL, NULL);
	struct evidence *evidence = evidence_of_names(names, 2, 0, nothing);
	struct verdict verdict = judge(evidence, nothing);

	(void)state;
	assert_int_equal(verdict.status, STATUS_TEMP_ERROR);
	assert_int_equal(verdict.reason, REASON_TIMEOUT);
	set_forward(evidence, 0, "a_other");
	assert_int_equal(judge(evidence, nothing).status, STATUS_TEMP_ERROR);
	set_forward(evidence, 1, "a_nxdomain");
	assert_int_equal(judge(evidence, nothing).status, STATUS_FORWARD_MISMATCH);
	set_forward(evidence, 1, "a_two");
	assert_int_equal(judge(evidence, nothing).status, STATUS_PASS);
	assert_true(evidence->names[1].confirms);
	assert_int_equal(evidence->names[1].ttl_s, 600);
	free(evidence);
}

/* One of several expected names is enough; a failed one of them leaves the verdict open. */
static void any_expected_name_may_confirm(void **state)
{
	static const char *const names[] = {"a.example.com", "b.example.com", "c.example.com"};
	static const struct {
		const char *forward[3];
		enum status status;
	} cases[] = {
	    {{"a_target", "a_other", "a_other"}, STATUS_PASS},
	    {{"a_servfail", "a_target", "a_servfail"}, STATUS_PASS},
	    {{"a_servfail", "a_other", "a_target"}, STATUS_TEMP_ERROR},
	    {{"a_blocked_zero", "a_other", "a_target"}, STATUS_FILTERED},
	    {{"a_blocked_zero", "a_servfail", "a_target"}, STATUS_TEMP_ERROR},
	    {{"a_other", "a_nodata", "a_target"}, STATUS_NAME_MISMATCH},
	    {{"a_other", "a_nodata", "a_servfail"}, STATUS_TEMP_ERROR},
	    {{"a_other", "a_nodata", "a_blocked_zero"}, STATUS_FILTERED},
	    {{"a_nxdomain", "a_nodata", "a_nodata"}, STATUS_FORWARD_MISSING},
	};
	struct wanted wanted;
	const struct expectation *expectation = expect(&wanted, "a.example.com", "b.example.com");
	size_t i, name;

	(void)state;
	for (i = 0; i < COUNT_OF(cases); i++) {
		struct evidence *evidence = evidence_of_names(names, 3, i % 3, expectation);

		for (name = 0; name < 3; name++)
			set_forward(evidence, name, cases[i].forward[name]);
		if (judge(evidence, expectation).status != cases[i].status)
			fail_msg("case %zu: %s", i,
				 status_name((enum status)judge(evidence, expectation).status));
		free(evidence);
	}
}

static void a_stale_forward_answer_shows(void **state)
{
	static const char *const names[] = {MAIL};
	struct wanted wanted;
	const struct expectation *nothing = expect(&wanted, NULL, NULL);
	struct evidence *evidence = evidence_of_names(names, 1, 0, nothing);
	struct dns_reply reply = {.outcome = DNS_DATA, .extended_errors = UINT64_C(1) << 3};
	struct lookup lookup = lookup_of_reply(&reply, true);
	struct ip ip = target_ip();

	(void)state;
	assert_false(evidence->stale);
	evidence_set_forward(evidence, 0, &lookup, &ip);
	assert_true(evidence->stale);
	set_forward(evidence, 0, "a_target"); /* another answer does not take it back */
	assert_true(judge(evidence, nothing).flags & FLAG_BIT(FLAG_STALE));
	free(evidence);
}

static void nothing_is_expected_of_an_empty_expectation(void **state)
{
	struct wanted wanted;
	struct dns_name name;

	(void)state;
	assert_true(dns_name_parse(MAIL, &name));
	assert_false(expectation_has(expect(&wanted, NULL, NULL), name.wire));
	assert_true(
	    expectation_has(expect(&wanted, "x.example.com", "MAIL.Example.com."), name.wire));
	assert_false(
	    expectation_has(expect(&wanted, "x.example.com", "ail.example.com"), name.wire));
}

/* Known once and for all, though the judge may be asked again without the address. */
static void generic_names_are_marked(void **state)
{
	static const char *const names[] = {"5-45-100-7.example.net", "mail.example.net",
					    "5-45-100-7"};
	struct wanted wanted;
	struct evidence *evidence =
	    evidence_of_names(names, COUNT_OF(names), 0, expect(&wanted, NULL, NULL));
	unsigned marked = 0;
	size_t i;

	(void)state;
	for (i = 0; i < evidence->name_count; i++)
		marked += evidence->names[i].generic;
	assert_int_equal(marked, 1); /* a name that is unusable is not asked about */
	assert_true(judge(evidence, &wanted.expectation).flags & FLAG_BIT(FLAG_GENERIC));
	free(evidence);
	evidence = evidence_of_names(names + 1, 2, 0, &wanted.expectation);
	assert_false(judge(evidence, &wanted.expectation).flags & FLAG_BIT(FLAG_GENERIC));
	free(evidence);
}

static void the_smallest_forward_ttl_of_those_there_are(void **state)
{
	static const char *const names[] = {"a.example.net", "b.example.net", "c.example.net"};
	struct evidence *evidence = evidence_of_names(names, 3, 0, &(struct expectation){.hostname = ""});
	struct dns_reply reply = {.has_ttl = true, .ttl_s = 50};
	struct lookup lookup = {LOOKUP_DATA, REASON_NONE, &reply};
	char text[EVIDENCE_NAMES_TEXT_MAX];
	struct ip ip = target_ip();
	uint32_t ttl_s;

	(void)state;
	assert_false(evidence_forward_ttl(evidence, &ttl_s));
	evidence_set_forward(evidence, 2, &lookup, &ip);
	reply.ttl_s = 7;
	evidence_set_forward(evidence, 1, &lookup, &ip);
	assert_true(evidence_forward_ttl(evidence, &ttl_s));
	assert_int_equal(ttl_s, 7);
	evidence_print_names(evidence, text);
	assert_string_equal(text, "a.example.net,b.example.net,c.example.net");
	free(evidence);
}

/* There are as many of these as targets times resolvers times names. */
static void a_name_takes_twelve_bytes(void **state)
{
	(void)state;
	assert_int_equal(sizeof(struct evidence_name), 12);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(no_rotation_changes_anything),
	    cmocka_unit_test(ten_names_are_evaluated),
	    cmocka_unit_test(a_name_beyond_the_tenth_is_in_the_digest),
	    cmocka_unit_test(absence_is_the_empty_set),
	    cmocka_unit_test(a_forward_lookup_counts_as_timed_out_until_it_is_set),
	    cmocka_unit_test(any_expected_name_may_confirm),
	    cmocka_unit_test(a_stale_forward_answer_shows),
	    cmocka_unit_test(nothing_is_expected_of_an_empty_expectation),
	    cmocka_unit_test(generic_names_are_marked),
	    cmocka_unit_test(the_smallest_forward_ttl_of_those_there_are),
	    cmocka_unit_test(a_name_takes_twelve_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
