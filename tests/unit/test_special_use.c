/* Every row of the IANA Special-Purpose Address Registries, as of 2025-10-09: its first and last
 * address, and the two beside it. */
#include "fcrdns/special_use.h"
#include "test.h"

/* S is special, G is global: the address before, the first, the last, the address behind.
 * '-' is none, or one that another row decides about. */
struct row {
	const char *expected;
	const char *addresses[4];
};

static const struct row rows[] = {
	/* IPv4 */
	{"-SSS", {NULL, "0.0.0.0", "0.0.0.0", "0.0.0.1"}},
	{"-SSG", {NULL, "0.0.0.0", "0.255.255.255", "1.0.0.0"}},
	{"GSSG", {"9.255.255.255", "10.0.0.0", "10.255.255.255", "11.0.0.0"}},
	{"GSSG", {"100.63.255.255", "100.64.0.0", "100.127.255.255", "100.128.0.0"}},
	{"GSSG", {"126.255.255.255", "127.0.0.0", "127.255.255.255", "128.0.0.0"}},
	{"GSSG", {"169.253.255.255", "169.254.0.0", "169.254.255.255", "169.255.0.0"}},
	{"GSSG", {"172.15.255.255", "172.16.0.0", "172.31.255.255", "172.32.0.0"}},
	{"GSSG", {"191.255.255.255", "192.0.0.0", "192.0.0.255", "192.0.1.0"}},
	{"GSSS", {"191.255.255.255", "192.0.0.0", "192.0.0.7", "192.0.0.8"}},
	{"SSSG", {"192.0.0.7", "192.0.0.8", "192.0.0.8", "192.0.0.9"}},
	{"SGGG", {"192.0.0.8", "192.0.0.9", "192.0.0.9", "192.0.0.10"}},
	{"GGGS", {"192.0.0.9", "192.0.0.10", "192.0.0.10", "192.0.0.11"}},
	{"SSSS", {"192.0.0.169", "192.0.0.170", "192.0.0.171", "192.0.0.172"}},
	{"GSSG", {"192.0.1.255", "192.0.2.0", "192.0.2.255", "192.0.3.0"}},
	{"GGGG", {"192.31.195.255", "192.31.196.0", "192.31.196.255", "192.31.197.0"}},
	{"GGGG", {"192.52.192.255", "192.52.193.0", "192.52.193.255", "192.52.194.0"}},
	{"GSSG", {"192.88.98.255", "192.88.99.0", "192.88.99.255", "192.88.100.0"}},
	{"SSSS", {"192.88.99.1", "192.88.99.2", "192.88.99.2", "192.88.99.3"}},
	{"GSSG", {"192.167.255.255", "192.168.0.0", "192.168.255.255", "192.169.0.0"}},
	{"GGGG", {"192.175.47.255", "192.175.48.0", "192.175.48.255", "192.175.49.0"}},
	{"GSSG", {"198.17.255.255", "198.18.0.0", "198.19.255.255", "198.20.0.0"}},
	{"GSSG", {"198.51.99.255", "198.51.100.0", "198.51.100.255", "198.51.101.0"}},
	{"GSSG", {"203.0.112.255", "203.0.113.0", "203.0.113.255", "203.0.114.0"}},
	{"SSS-", {"239.255.255.255", "240.0.0.0", "255.255.255.255", NULL}},
	{"SSS-", {"255.255.255.254", "255.255.255.255", "255.255.255.255", NULL}},
	/* IPv6 */
	{"SSSS", {"::", "::1", "::1", "::2"}},
	{"-SSS", {NULL, "::", "::", "::1"}},
	{"S--S", {"::fffe:ffff:ffff", NULL, NULL, "::1:0:0:0"}},
	{"SGGS", {"64:ff9a:ffff:ffff:ffff:ffff:ffff:ffff", "64:ff9b::", "64:ff9b::ffff:ffff",
		  "64:ff9b::1:0:0"}},
	{"SSSS", {"64:ff9b:0:ffff:ffff:ffff:ffff:ffff", "64:ff9b:1::",
		  "64:ff9b:1:ffff:ffff:ffff:ffff:ffff", "64:ff9b:2::"}},
	{"SSSS", {"ff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "100::", "100::ffff:ffff:ffff:ffff",
		  "100:0:0:1::"}},
	{"SSSS", {"100::ffff:ffff:ffff:ffff", "100:0:0:1::", "100:0:0:1:ffff:ffff:ffff:ffff",
		  "100:0:0:2::"}},
	{"GSSG", {"2000:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "2001::",
		  "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff", "2001:200::"}},
	{"GSSS", {"2000:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "2001::",
		  "2001:0:ffff:ffff:ffff:ffff:ffff:ffff", "2001:1::"}},
	{"SGGG", {"2001:1::", "2001:1::1", "2001:1::1", "2001:1::2"}},
	{"GGGG", {"2001:1::1", "2001:1::2", "2001:1::2", "2001:1::3"}},
	{"GGGS", {"2001:1::2", "2001:1::3", "2001:1::3", "2001:1::4"}},
	{"SSSS", {"2001:1:ffff:ffff:ffff:ffff:ffff:ffff", "2001:2::",
		  "2001:2:0:ffff:ffff:ffff:ffff:ffff", "2001:2:1::"}},
	{"SGGS", {"2001:2:ffff:ffff:ffff:ffff:ffff:ffff", "2001:3::",
		  "2001:3:ffff:ffff:ffff:ffff:ffff:ffff", "2001:4::"}},
	{"SGGS", {"2001:4:111:ffff:ffff:ffff:ffff:ffff", "2001:4:112::",
		  "2001:4:112:ffff:ffff:ffff:ffff:ffff", "2001:4:113::"}},
	{"SSSG", {"2001:f:ffff:ffff:ffff:ffff:ffff:ffff", "2001:10::",
		  "2001:1f:ffff:ffff:ffff:ffff:ffff:ffff", "2001:20::"}},
	{"SGGG", {"2001:1f:ffff:ffff:ffff:ffff:ffff:ffff", "2001:20::",
		  "2001:2f:ffff:ffff:ffff:ffff:ffff:ffff", "2001:30::"}},
	{"GGGS", {"2001:2f:ffff:ffff:ffff:ffff:ffff:ffff", "2001:30::",
		  "2001:3f:ffff:ffff:ffff:ffff:ffff:ffff", "2001:40::"}},
	{"GSSG", {"2001:db7:ffff:ffff:ffff:ffff:ffff:ffff", "2001:db8::",
		  "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", "2001:db9::"}},
	{"GSSG", {"2001:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "2002::",
		  "2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "2003::"}},
	{"GGGG", {"2620:4f:7fff:ffff:ffff:ffff:ffff:ffff", "2620:4f:8000::",
		  "2620:4f:8000:ffff:ffff:ffff:ffff:ffff", "2620:4f:8001::"}},
	{"GSSG", {"3ffe:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "3fff::",
		  "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff", "3fff:1000::"}},
	{"SSSS", {"5eff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "5f00::",
		  "5f00:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "5f01::"}},
	{"SSSS", {"fbff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "fc00::",
		  "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "fe00::"}},
	{"SSSS", {"fe7f:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "fe80::",
		  "febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "fec0::"}},
	/* Not in the registries: multicast, and the edges of what is allocated as global unicast. */
	{"GSSS", {"223.255.255.255", "224.0.0.0", "239.255.255.255", "240.0.0.0"}},
	{"SSS-", {"feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "ff00::",
		  "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", NULL}},
	{"SGGS", {"1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "2000::",
		  "3fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "4000::"}},
};

static const char *const used[] = {"1.1.1.1", "8.8.8.8", "2001:4860:4860::8888", "2620:fe::9",
				   "2a01:4f8::1", "::ffff:8.8.8.8"};

static void check(const char *text, bool expected)
{
	struct ip ip;

	assert_true(ip_parse(text, &ip));
	if (special_use_has(&ip) != expected)
		fail_msg("%s", text);
}

static void every_row_and_what_is_beside_it(void **state)
{
	size_t i, k;

	(void)state;
	for (i = 0; i < COUNT_OF(rows); i++)
		for (k = 0; k < 4; k++)
			if (rows[i].expected[k] != '-')
				check(rows[i].addresses[k], rows[i].expected[k] == 'S');
}

static void addresses_in_use_are_global(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < COUNT_OF(used); i++)
		check(used[i], false);
}

/* ::ffff:0:0/96 is no block of its own here. */
static void a_mapped_address_is_the_one_in_it(void **state)
{
	(void)state;
	check("::ffff:10.0.0.1", true);
	check("::ffff:0.0.0.0", true);
	check("::ffff:255.255.255.255", true);
	check("::ffff:9.255.255.255", false);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_row_and_what_is_beside_it),
		cmocka_unit_test(addresses_in_use_are_global),
		cmocka_unit_test(a_mapped_address_is_the_one_in_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
