#include "base/ip.h"
#include "test.h"

static struct ip ip_of(const char *text)
{
	struct ip ip;

	if (!ip_parse(text, &ip))
		fail_msg("%s is an address", text);
	return ip;
}

static struct ip_block block_of(const char *text)
{
	struct ip_block block;

	if (!ip_block_parse(text, &block))
		fail_msg("%s is a block", text);
	return block;
}

static void spellings_are_printed_as_rfc_5952(void **state)
{
	static const struct {
		const char *written, *printed;
	} cases[] = {
	    {"192.0.2.1", "192.0.2.1"},
	    {"0.0.0.0", "0.0.0.0"},
	    {"255.255.255.255", "255.255.255.255"},
	    {"::", "::"},
	    {"::1", "::1"},
	    {"1::", "1::"},
	    {"2001:DB8:0:0:0:0:0:1", "2001:db8::1"},
	    {"2001:0db8:0000:0000:0001:0000:0000:0001", "2001:db8::1:0:0:1"},
	    /* 4.2.2: one zero group is not shortened. */
	    {"2001:db8::1:1:1:1:1", "2001:db8:0:1:1:1:1:1"},
	    /* 4.2.3: the longest run, the first of equals. */
	    {"2001:0:0:1:0:0:0:1", "2001:0:0:1::1"},
	    {"1:0:0:2:0:0:3:4", "1::2:0:0:3:4"},
	    {"0:0:1:2:3:4:5:6", "::1:2:3:4:5:6"},
	    {"1:2:3:4:5:6:0:0", "1:2:3:4:5:6::"},
	    {"64:ff9b::192.0.2.33", "64:ff9b::c000:221"},
	    {"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"},
	    /* IPv4-mapped is IPv4. */
	    {"::ffff:192.0.2.1", "192.0.2.1"},
	    {"::FFFF:c000:0201", "192.0.2.1"},
	};
	char text[IP_TEXT_MAX];
	size_t i;

	(void)state;
	for (i = 0; i < COUNT_OF(cases); i++) {
		struct ip ip = ip_of(cases[i].written);

		assert_string_equal(ip_print(&ip, text), cases[i].printed);
	}
}

static void what_is_no_address_is_refused(void **state)
{
	static const char *const cases[] = {
	    "",         "192.0.2",       "192.0.2.256",      "192.0.2.1.1",       "192.0.2.01",
	    " 1.1.1.1", "1.1.1.1 ",      "0x7f000001",       "2130706433",        "::g",
	    ":::",      "1:2:3:4:5:6:7", "1::2::3",          "1:2:3:4:5:6:7:8:9", "fe80::1%eth0",
	    "[::1]",    "192.0.2.1/32",  "mail.example.com",
	};
	struct ip ip = {.family = 99};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT_OF(cases); i++)
		if (ip_parse(cases[i], &ip))
			fail_msg("\"%s\" was taken for an address", cases[i]);
	assert_int_equal(ip.family, 99); /* untouched */
}

static void blocks_are_parsed(void **state)
{
	static const struct {
		const char *written, *first;
		unsigned length;
		bool aligned;
		uint64_t count;
	} cases[] = {
	    {"192.0.2.64/28", "192.0.2.64", 28, true, 16},
	    {"192.0.2.65/28", "192.0.2.65", 28, false, 16},
	    {"192.0.2.1/32", "192.0.2.1", 32, true, 1},
	    {"0.0.0.0/0", "0.0.0.0", 0, true, (uint64_t)1 << 32},
	    {"2001:db8::/64", "2001:db8::", 64, true, UINT64_MAX},
	    {"2001:db8::/65", "2001:db8::", 65, true, (uint64_t)1 << 63},
	    {"2001:db8::1/127", "2001:db8::1", 127, false, 2},
	    {"::/0", "::", 0, true, UINT64_MAX},
	    {"::ffff:192.0.2.0/124", "192.0.2.0", 28, true, 16},
	};
	char text[IP_TEXT_MAX];
	size_t i;

	(void)state;
	for (i = 0; i < COUNT_OF(cases); i++) {
		struct ip_block block = block_of(cases[i].written);

		assert_string_equal(ip_print(&block.first, text), cases[i].first);
		assert_int_equal(block.length, cases[i].length);
		assert_int_equal(ip_block_is_aligned(&block), cases[i].aligned);
		assert_true(ip_block_count(&block) == cases[i].count);
	}
}

static void what_is_no_block_is_refused(void **state)
{
	static const char *const cases[] = {
	    "",
	    "192.0.2.0",
	    "192.0.2.0/",
	    "192.0.2.0/33",
	    "192.0.2.0/-1",
	    "192.0.2.0/+8",
	    "192.0.2.0/08",
	    "192.0.2.0/8 ",
	    "192.0.2.0/8/8",
	    "/8",
	    "192.0.2/24",
	    "2001:db8::/129",
	    "2001:db8::/4294967297",
	    "::ffff:192.0.2.0/95",
	    "example.com/24",
	    "1111111111111111111111111111111111111111111111111111111111111111111111111/8",
	};
	struct ip_block block;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT_OF(cases); i++)
		if (ip_block_parse(cases[i], &block))
			fail_msg("\"%s\" was taken for a block", cases[i]);
}

static void blocks_contain_their_addresses(void **state)
{
	static const struct {
		const char *block, *ip;
		bool inside;
	} cases[] = {
	    {"192.0.2.64/28", "192.0.2.64", true},
	    {"192.0.2.64/28", "192.0.2.79", true},
	    {"192.0.2.64/28", "192.0.2.80", false},
	    {"192.0.2.64/28", "192.0.2.63", false},
	    {"0.0.0.0/0", "255.1.2.3", true},
	    {"0.0.0.0/0", "::1", false},
	    {"::/0", "1.2.3.4", false},
	    {"192.0.2.1/32", "192.0.2.1", true},
	    {"2001:db8::/33", "2001:db8:7fff::", true},
	    {"2001:db8::/33", "2001:db8:8000::", false},
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT_OF(cases); i++) {
		struct ip_block block = block_of(cases[i].block);
		struct ip ip = ip_of(cases[i].ip);

		assert_int_equal(ip_block_contains(&block, &ip), cases[i].inside);
	}
}

static void ports_are_parsed_and_printed(void **state)
{
	static const struct {
		const char *written, *printed; /* NULL: refused */
	} cases[] = {
	    {"8.8.8.8", "8.8.8.8:53"},
	    {"8.8.8.8:5353", "8.8.8.8:5353"},
	    {"2001:db8::1", "[2001:db8::1]:53"},
	    {"[2001:db8::1]", "[2001:db8::1]:53"},
	    {"[2001:db8::1]:65535", "[2001:db8::1]:65535"},
	    {"::1:53", "[::1:53]:53"}, /* an address, not a port */
	    {"8.8.8.8:", NULL},
	    {"8.8.8.8:0", NULL},
	    {"8.8.8.8:65536", NULL},
	    {"8.8.8.8:053", NULL},
	    {"8.8.8.8:53x", NULL},
	    {"8.8.8.8:53:53", NULL},
	    {"[8.8.8.8]:53", NULL},
	    {"[2001:db8::1", NULL},
	    {"[2001:db8::1]53", NULL},
	    {"[]:53", NULL},
	    {":53", NULL},
	    {"dns.google:53", NULL},
	    {"", NULL},
	};
	char text[IP_PORT_TEXT_MAX];
	size_t i;

	(void)state;
	for (i = 0; i < COUNT_OF(cases); i++) {
		uint16_t port = 53;
		struct ip ip;

		if (ip_port_parse(cases[i].written, &ip, &port) != (cases[i].printed != NULL))
			fail_msg("\"%s\"", cases[i].written);
		if (cases[i].printed != NULL)
			assert_string_equal(ip_port_print(&ip, port, text), cases[i].printed);
	}
}

static void addresses_are_ordered_by_family_and_value(void **state)
{
	static const char *const ascending[] = {
	    "0.0.0.0", "9.255.255.255", "10.0.0.0",   "200.0.0.0",
	    "::",      "::1",           "2001:db8::", "ff02::1",
	};
	size_t i, j;

	(void)state;
	for (i = 0; i < COUNT_OF(ascending); i++) {
		for (j = 0; j < COUNT_OF(ascending); j++) {
			struct ip a = ip_of(ascending[i]), b = ip_of(ascending[j]);

			assert_int_equal(ip_compare(&a, &b) < 0, i < j);
			assert_int_equal(ip_equal(&a, &b), i == j);
			assert_int_equal(ip_hash(&a) == ip_hash(&b), i == j);
		}
	}
}

static void the_next_address_carries(void **state)
{
	static const struct {
		const char *ip, *next;
	} cases[] = {
	    {"192.0.2.1", "192.0.2.2"},
	    {"192.0.255.255", "192.1.0.0"},
	    {"255.255.255.255", "0.0.0.0"},
	    {"2001:db8::ffff:ffff", "2001:db8::1:0:0"},
	    {"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "::"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT_OF(cases); i++) {
		struct ip ip = ip_of(cases[i].ip), expected = ip_of(cases[i].next);

		ip = ip_next(&ip);
		assert_true(ip_equal(&ip, &expected));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(spellings_are_printed_as_rfc_5952),
	    cmocka_unit_test(what_is_no_address_is_refused),
	    cmocka_unit_test(blocks_are_parsed),
	    cmocka_unit_test(what_is_no_block_is_refused),
	    cmocka_unit_test(blocks_contain_their_addresses),
	    cmocka_unit_test(ports_are_parsed_and_printed),
	    cmocka_unit_test(addresses_are_ordered_by_family_and_value),
	    cmocka_unit_test(the_next_address_carries),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
