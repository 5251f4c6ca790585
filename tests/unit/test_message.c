#include "dns/message.h"
#include "replies.h"
#include "test.h"

#include <stdio.h>
#include <stdlib.h>

struct row {
	const char *fixture;
	enum dns_outcome outcome;
	size_t names;
	size_t addresses;
	long ttl_s; /* -1: none */
	bool aliased;
};

static const struct row rows[] = {
	{"ptr_one", DNS_DATA, 1, 0, 3600, false},
	{"ptr_two", DNS_DATA, 2, 0, 3600, false},
	{"ptr_duplicate", DNS_DATA, 1, 0, 3600, false},
	{"ptr_twenty", DNS_DATA, 20, 0, 3600, false},
	{"ptr_nxdomain", DNS_NXDOMAIN, 0, 0, 300, false},
	{"ptr_nxdomain_bare", DNS_NXDOMAIN, 0, 0, -1, false},
	{"ptr_nodata", DNS_NODATA, 0, 0, 300, false},
	{"ptr_nodata_bare", DNS_NODATA, 0, 0, -1, false},
	{"ptr_foreign_soa", DNS_NXDOMAIN, 0, 0, -1, false},
	{"ptr_referral", DNS_REFERRAL, 0, 0, -1, false},
	{"ptr_servfail", DNS_SERVFAIL, 0, 0, -1, false},
	{"ptr_refused", DNS_REFUSED, 0, 0, -1, false},
	{"ptr_notimp", DNS_NOTIMP, 0, 0, -1, false},
	{"ptr_formerr", DNS_FORMERR, 0, 0, -1, false},
	{"ptr_formerr_header_only", DNS_FORMERR, 0, 0, -1, false},
	{"ptr_yxdomain", DNS_OTHER_RCODE, 0, 0, -1, false},
	{"ptr_badvers", DNS_OTHER_RCODE, 0, 0, -1, false},
	{"ptr_truncated", DNS_TRUNCATED, 0, 0, -1, false},
	{"ptr_ttl_top_bit", DNS_DATA, 1, 0, 0, false},
	{"ptr_rfc2317", DNS_DATA, 1, 0, 300, true},
	{"ptr_before_cname", DNS_DATA, 1, 0, 300, true},
	{"ptr_dangling_cname", DNS_NXDOMAIN, 0, 0, 300, true},
	{"ptr_unchased_cname", DNS_UNCHASED, 0, 0, 7200, true},
	{"ptr_cname_loop", DNS_CNAME_LOOP, 0, 0, -1, true},
	{"ptr_cname_chain_17", DNS_CNAME_LOOP, 0, 0, -1, true},
	{"ptr_cname_crowd", DNS_CNAME_LOOP, 0, 0, -1, false},
	{"ptr_cname_crowd_behind", DNS_CNAME_LOOP, 0, 0, -1, false},
	{"ptr_malformed_ede15", DNS_MALFORMED, 0, 0, -1, false},
	{"ptr_two_opts", DNS_MALFORMED, 0, 0, -1, false},
	{"ptr_opt_owner", DNS_MALFORMED, 0, 0, -1, false},
	{"ptr_cname_twice", DNS_DATA, 1, 0, 60, true},
	{"ptr_other_owner", DNS_NODATA, 0, 0, 300, false},
	{"ptr_trailing_bytes", DNS_DATA, 1, 0, 3600, false},
	{"ptr_cut", DNS_MALFORMED, 0, 0, -1, false},
	{"ptr_cut_header", DNS_MALFORMED, 0, 0, -1, false},
	{"ptr_count_lies", DNS_MALFORMED, 0, 0, -1, false},
	{"ptr_count_hides", DNS_MALFORMED, 0, 0, -1, false},
	{"ptr_nxdomain_count_hides", DNS_MALFORMED, 0, 0, -1, false},
	{"ptr_pointer_loop", DNS_MALFORMED, 0, 0, -1, false},
	{"ptr_no_question", DNS_MALFORMED, 0, 0, -1, false},
	{"ptr_is_query", DNS_MALFORMED, 0, 0, -1, false},
	{"ptr_other_question", DNS_MALFORMED, 0, 0, -1, false},
	{"a_two", DNS_DATA, 0, 2, 600, false},
	{"a_alias", DNS_DATA, 0, 1, 60, true},
	{"a_nodata", DNS_NODATA, 0, 0, 100, false},
	{"a_bad_length", DNS_MALFORMED, 0, 0, -1, false},
	{"aaaa_two", DNS_DATA, 0, 2, 600, false},
	{"soa_apex", DNS_DATA, 0, 0, 900, false},
	{"soa_two", DNS_DATA, 0, 0, 900, false},
	{"soa_below_apex", DNS_NODATA, 0, 0, 300, false},
	{"soa_of_missing_name", DNS_NXDOMAIN, 0, 0, 300, false},
	{"soa_two_zones", DNS_NODATA, 0, 0, 30, false},
	{"soa_rfc2317", DNS_NODATA, 0, 0, 60, true},
	{"soa_dname", DNS_NODATA, 0, 0, 0, true},
	{"soa_authoritative", DNS_DATA, 0, 0, 900, false},
	{"soa_nxdomain_with_data", DNS_NXDOMAIN, 0, 0, -1, false},
	{"soa_foreign", DNS_NODATA, 0, 0, -1, false},
	{"soa_cut", DNS_MALFORMED, 0, 0, -1, false},
};

static void every_fixture_reads_as_it_is_named(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < COUNT_OF(rows); i++) {
		const struct row *row = &rows[i];
		struct dns_reply reply;

		replies_decode(row->fixture, &reply);
		if (reply.outcome != row->outcome || reply.names.count != row->names ||
		    reply.addresses.count != row->addresses || reply.aliased != row->aliased ||
		    reply.has_ttl != (row->ttl_s >= 0) ||
		    (reply.has_ttl && (long)reply.ttl_s != row->ttl_s))
			fail_msg("%s: outcome %d, %zu names, %zu addresses, ttl %d %u, aliased %d",
				 row->fixture, reply.outcome, reply.names.count,
				 reply.addresses.count, reply.has_ttl, reply.ttl_s, reply.aliased);
		dns_reply_clear(&reply);
	}
}

/* Which zone a name lies in, and its serial; NULL: the reply does not say. */
static void an_soa_names_the_zone(void **state)
{
	static const struct {
		const char *fixture, *zone;
		uint32_t serial;
	} soas[] = {
		{"soa_apex", "45.5.in-addr.arpa", 1},
		{"soa_two", "45.5.in-addr.arpa", 5},
		{"soa_below_apex", "45.5.in-addr.arpa", 1},
		{"soa_of_missing_name", "45.5.in-addr.arpa", 1},
		{"soa_two_zones", "45.5.in-addr.arpa", 1},
		{"soa_rfc2317", "0/27.100.45.5.in-addr.arpa", 1},
		{"soa_dname", "rev.example.net", 1},
		{"soa_nxdomain_with_data", NULL, 0},
		{"soa_foreign", NULL, 0},
		{"soa_cut", NULL, 0},
		{"ptr_nxdomain", "45.5.in-addr.arpa", 1},
		{"ptr_one", NULL, 0},
		{"ptr_servfail", NULL, 0},
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT_OF(soas); i++) {
		char zone[DNS_NAME_TEXT_MAX] = "";
		struct dns_reply reply;

		replies_decode(soas[i].fixture, &reply);
		if (reply.has_soa)
			dns_name_print(reply.soa.zone.wire, zone);
		if (strcmp(zone, soas[i].zone == NULL ? "" : soas[i].zone) != 0 ||
		    (reply.has_soa && reply.soa.serial != soas[i].serial))
			fail_msg("%s: zone \"%s\", serial %u", soas[i].fixture, zone,
				 reply.soa.serial);
		dns_reply_clear(&reply);
	}
}

static void who_speaks_for_a_zone_says_so(void **state)
{
	struct dns_reply reply;

	(void)state;
	replies_decode("soa_authoritative", &reply);
	assert_true(reply.authoritative && !reply.recursion_available);
	dns_reply_clear(&reply);
	replies_decode("soa_apex", &reply);
	assert_true(!reply.authoritative && reply.recursion_available);
	dns_reply_clear(&reply);
}

/* What a resolver's rotation does must not show. */
static void order_does_not_show(void **state)
{
	static const char *const pairs[][2] = {{"ptr_two", "ptr_two_rotated"},
					       {"ptr_twenty", "ptr_twenty_backwards"},
					       {"ptr_rfc2317", "ptr_before_cname"},
					       {"ptr_one", "ptr_upper_case"}};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT_OF(pairs); i++) {
		struct dns_reply a, b;

		replies_decode(pairs[i][0], &a);
		replies_decode(pairs[i][1], &b);
		assert_int_equal(a.names.bytes.size, b.names.bytes.size);
		assert_memory_equal(a.names.bytes.bytes, b.names.bytes.bytes, a.names.bytes.size);
		dns_reply_clear(&a);
		dns_reply_clear(&b);
	}
}

static void extended_rcode_and_errors(void **state)
{
	struct dns_reply reply;

	(void)state;
	replies_decode("ptr_badvers", &reply);
	assert_int_equal(reply.rcode, 16);
	assert_true(reply.has_edns);
	dns_reply_clear(&reply);
	replies_decode("ptr_servfail_bogus", &reply);
	assert_true(dns_reply_has_extended_error(&reply, 6));
	assert_false(dns_reply_has_extended_error(&reply, 7));
	dns_reply_clear(&reply);
}

/* Else its RA bit would make an honest NXDOMAIN without one look filtered. */
static void assert_says_nothing(const struct dns_reply *reply, const struct dns_query *query)
{
	assert_int_equal(reply->outcome, DNS_MALFORMED);
	assert_int_equal(reply->rcode, 0);
	assert_int_equal(reply->extended_errors, 0);
	assert_false(reply->authoritative || reply->recursion_available || reply->has_edns);
	assert_false(reply->aliased || reply->has_ttl || reply->has_soa);
	assert_true(dns_name_equal(reply->final.wire, query->name.wire));
}

/* Cut at every byte: never a crash (the sanitizers watch), never data that is not there. */
static void cut_anywhere_is_malformed(void **state)
{
	uint8_t bytes[2048];
	struct dns_query query;
	size_t size = replies_read("ptr_rfc2317", &query, bytes, sizeof bytes), cut;

	(void)state;
	for (cut = 0; cut < size; cut++) {
		uint8_t *exact = malloc(cut == 0 ? 1 : cut);
		struct dns_reply reply;

		memcpy(exact, bytes, cut);
		dns_reply_decode(&reply, &query, exact, cut);
		assert_says_nothing(&reply, &query);
		dns_reply_clear(&reply);
		free(exact);
	}
}

/* One wrong byte anywhere: whatever it means, it is bounded. */
static void any_byte_may_be_anything(void **state)
{
	uint8_t bytes[2048];
	struct dns_query query;
	size_t size = replies_read("ptr_twenty", &query, bytes, sizeof bytes), at;
	unsigned value;

	(void)state;
	for (at = 0; at < size; at++) {
		uint8_t before = bytes[at];

		for (value = 0; value < 256; value += 5) {
			struct dns_reply reply;

			bytes[at] = (uint8_t)value;
			dns_reply_decode(&reply, &query, bytes, size);
			assert_true(reply.names.count <= 20);
			dns_reply_clear(&reply);
		}
		bytes[at] = before;
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_fixture_reads_as_it_is_named),
		cmocka_unit_test(an_soa_names_the_zone),
		cmocka_unit_test(who_speaks_for_a_zone_says_so),
		cmocka_unit_test(order_does_not_show),
		cmocka_unit_test(extended_rcode_and_errors),
		cmocka_unit_test(cut_anywhere_is_malformed),
		cmocka_unit_test(any_byte_may_be_anything),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
