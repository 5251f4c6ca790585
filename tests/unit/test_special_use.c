#include "fcrdns/special_use.h"
#include "test.h"

static const char *const special[] = {
	"0.1.2.3", "10.255.255.255", "100.64.0.1", "100.127.255.255", "127.0.0.1", "169.254.1.1",
	"172.16.0.1", "172.31.255.255", "192.0.0.1", "192.0.2.200", "192.88.99.1", "192.168.1.1",
	"198.18.0.1", "198.19.255.255", "198.51.100.1", "203.0.113.10", "224.0.0.1", "239.1.1.1",
	"240.0.0.1", "255.255.255.255", "::", "::1", "::ffff:10.0.0.1", "64:ff9b:1::1", "100::1",
	"2001::1", "2001:2::1", "2001:10::1", "2001:db8::1", "2002:c000:204::1", "3fff::1",
	"3fff:fff:ffff::1", "5f00::1", "fc00::1", "fd12:3456::1", "fe80::1", "ff02::1",
};

static const char *const global[] = {
	"1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0",
	"126.255.255.255", "128.0.0.0", "169.253.255.255", "172.15.255.255", "172.32.0.0",
	"192.0.0.9", "192.0.0.10", "192.0.1.1", "192.0.3.0", "192.31.196.1", "192.52.193.1",
	"192.175.48.1", "198.17.255.255", "198.20.0.0", "203.0.112.255", "203.0.114.0",
	"223.255.255.255", "64:ff9b::808:808", "2001:1::1", "2001:3::1", "2001:4:112::1",
	"2001:20::1", "2001:200::1", "2001:4860:4860::8888", "2620:fe::9", "2a01:4f8::1", "3ffe::1",
	"::ffff:8.8.8.8",
};

static void check(const char *const *texts, size_t count, bool expected)
{
	size_t i;

	for (i = 0; i < count; i++) {
		struct ip ip;

		assert_true(ip_parse(texts[i], &ip));
		if (special_use_has(&ip) != expected)
			fail_msg("%s", texts[i]);
	}
}

static void registries_and_their_edges(void **state)
{
	(void)state;
	check(special, COUNT_OF(special), true);
	check(global, COUNT_OF(global), false);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(registries_and_their_edges)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
