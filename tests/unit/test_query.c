#include "dns/query.h"
#include "test.h"

static void a_query_as_it_goes_out(void **state)
{
	static const uint8_t plain[] = {
	    0xab, 0xcd, 0x01, 0x00, 0,   1, 0, 0,  0, 0, 0, 0, /* RD, one question */
	    1,    'a',  2,    'b',  'c', 0, 0, 12, 0, 1,
	};
	/* RFC 6891 6.1.2: root, OPT, 1232, nothing else. */
	static const uint8_t opt[] = {0, 0, 41, 0x04, 0xd0, 0, 0, 0, 0, 0, 0};
	struct dns_query query = {.type = DNS_PTR, .recursion_desired = true};
	uint8_t bytes[DNS_QUERY_MAX];

	(void)state;
	assert_true(dns_name_parse("A.bc", &query.name));
	assert_int_equal(dns_query_encode(&query, 0xabcd, bytes), sizeof plain);
	assert_memory_equal(bytes, plain, sizeof plain);
	query.edns = true;
	assert_int_equal(dns_query_encode(&query, 0xabcd, bytes), sizeof plain + sizeof opt);
	assert_int_equal(bytes[11], 1); /* ARCOUNT */
	assert_memory_equal(bytes + sizeof plain, opt, sizeof opt);
}

/* The authoritative servers are asked without recursion. */
static void recursion_is_desired_only_where_wanted(void **state)
{
	struct dns_query query = {.type = DNS_AAAA};
	uint8_t bytes[DNS_QUERY_MAX];

	(void)state;
	assert_true(dns_name_parse(".", &query.name));
	assert_int_equal(dns_query_encode(&query, 1, bytes), DNS_HEADER_SIZE + 5);
	assert_int_equal(bytes[2], 0);
	assert_int_equal(bytes[DNS_HEADER_SIZE + 2], DNS_AAAA);
}

static void the_longest_query_fits(void **state)
{
	struct dns_query query = {.type = DNS_A, .edns = true};
	uint8_t bytes[DNS_QUERY_MAX];
	char text[300];

	(void)state;
	memset(text, 'a', sizeof text);
	text[63] = text[127] = text[191] = '.';
	text[192 + 61] = '\0';
	assert_true(dns_name_parse(text, &query.name));
	assert_int_equal(dns_query_encode(&query, 1, bytes), DNS_QUERY_MAX);
}

static void types_have_names(void **state)
{
	(void)state;
	assert_string_equal(dns_type_name(DNS_A), "A");
	assert_string_equal(dns_type_name(DNS_AAAA), "AAAA");
	assert_string_equal(dns_type_name(DNS_PTR), "PTR");
	assert_string_equal(dns_type_name(DNS_NS), "NS");
	assert_string_equal(dns_type_name(DNS_SOA), "SOA");
	assert_string_equal(dns_type_name(DNS_OPT), "other");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_query_as_it_goes_out),
	    cmocka_unit_test(recursion_is_desired_only_where_wanted),
	    cmocka_unit_test(the_longest_query_fits),
	    cmocka_unit_test(types_have_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
