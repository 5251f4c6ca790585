#include "dns/name.h"
#include "test.h"

static void text_and_back(void **state)
{
	static const char *const rows[][2] = {
		{"mail.example.com", "mail.example.com"},
		{"Mail.EXAMPLE.com.", "mail.example.com"},
		{".", "."},
		{"a\\.b.example.com", "a\\046b.example.com"},
		{"a\\000b.c", "a\\000b.c"},
		{"10.0/27.2.0.192.in-addr.arpa", "10.0/27.2.0.192.in-addr.arpa"},
		{"_dmarc.x-y.z", "_dmarc.x-y.z"},
		{"sp ace.\\255", "sp\\032ace.\\255"},
		{"quote\"back\\\\slash.x", "quote\\034back\\092slash.x"},
	};
	char text[DNS_NAME_TEXT_MAX];
	struct dns_name name;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT_OF(rows); i++) {
		assert_true(dns_name_parse(rows[i][0], &name));
		assert_int_equal(dns_name_print(name.wire, text), strlen(rows[i][1]));
		assert_string_equal(text, rows[i][1]);
	}
}

static void no_names(void **state)
{
	static const char *const rows[] = {"", "..", "a..b", ".a", "a\\", "a\\25", "a\\256", "a\\2x5"};
	char label[66];
	struct dns_name name;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT_OF(rows); i++)
		assert_false(dns_name_parse(rows[i], &name));
	memset(label, 'a', sizeof label);
	label[64] = '\0';
	assert_false(dns_name_parse(label, &name));
	label[63] = '\0';
	assert_true(dns_name_parse(label, &name));
}

static void longest_name_and_its_text(void **state)
{
	char text[DNS_NAME_TEXT_MAX];
	struct dns_name name = {{0}};
	size_t used = 0, label;

	(void)state;
	for (label = 0; label < 4; label++) {
		size_t length = label < 3 ? 63 : 61;

		name.wire[used] = (uint8_t)length;
		memset(name.wire + used + 1, 0xff, length);
		used += 1 + length;
	}
	assert_int_equal(dns_name_size(name.wire), DNS_NAME_MAX);
	assert_true(dns_name_print(name.wire, text) < DNS_NAME_TEXT_MAX);
	assert_int_equal(strlen(text), 250 * 4 + 3);
}

/* The example of RFC 4034 6.1. */
static void canonical_order(void **state)
{
	static const char *const sorted[] = {"example",	       "a.example",  "yljkjljk.a.example",
					     "Z.a.example",    "zABC.a.EXAMPLE", "z.example",
					     "\\001.z.example", "*.z.example", "\\200.z.example"};
	struct dns_name a, b;
	size_t i, j;

	(void)state;
	for (i = 0; i < COUNT_OF(sorted); i++) {
		for (j = 0; j < COUNT_OF(sorted); j++) {
			int order;

			assert_true(dns_name_parse(sorted[i], &a));
			assert_true(dns_name_parse(sorted[j], &b));
			order = dns_name_compare(a.wire, b.wire);
			assert_int_equal(i < j, order < 0);
			assert_int_equal(i == j, order == 0);
			assert_int_equal(i == j, dns_name_equal(a.wire, b.wire));
		}
	}
}

static void reverse_names(void **state)
{
	char text[DNS_NAME_TEXT_MAX];
	struct dns_name name;
	struct ip ip;

	(void)state;
	assert_true(ip_parse("203.0.113.10", &ip));
	dns_name_reverse(&ip, &name);
	dns_name_print(name.wire, text);
	assert_string_equal(text, "10.113.0.203.in-addr.arpa");
	assert_true(ip_parse("2001:db8::567:89ab", &ip));
	dns_name_reverse(&ip, &name);
	dns_name_print(name.wire, text);
	assert_string_equal(text, "b.a.9.8.7.6.5.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa");
}

static void suffixes_are_whole_labels(void **state)
{
	struct dns_name name, ancestor;

	(void)state;
	assert_true(dns_name_parse("a.notexample.com", &name));
	assert_true(dns_name_parse("example.com", &ancestor));
	assert_false(dns_name_is_under(name.wire, ancestor.wire));
	assert_true(dns_name_parse("a.example.com", &name));
	assert_true(dns_name_is_under(name.wire, ancestor.wire));
	assert_true(dns_name_is_under(ancestor.wire, ancestor.wire));
	assert_false(dns_name_is_under(ancestor.wire, name.wire));
	assert_true(dns_name_parse(".", &ancestor));
	assert_true(dns_name_is_under(name.wire, ancestor.wire));
}

/* A pointer must lead backwards, and a chain of them has an end. */
static void compression_is_bounded(void **state)
{
	uint8_t message[600];
	struct dns_name name;
	size_t offset, i;

	(void)state;
	message[0] = 1;
	message[1] = 'a';
	message[2] = 0;
	for (i = 3; i + 1 < sizeof message; i += 2) {
		size_t target = i == 3 ? 0 : i - 2;

		message[i] = (uint8_t)(0xc0 | target >> 8);
		message[i + 1] = (uint8_t)target;
	}
	offset = 3 + 2 * 100;
	assert_true(dns_name_decode(message, sizeof message, &offset, &name));
	assert_int_equal(offset, 3 + 2 * 100 + 2);
	assert_int_equal(dns_name_size(name.wire), 3);
	offset = 3 + 2 * 200;
	assert_false(dns_name_decode(message, sizeof message, &offset, &name));
	message[3] = 0xc0;
	message[4] = 3;
	offset = 3;
	assert_false(dns_name_decode(message, sizeof message, &offset, &name));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_and_back),	cmocka_unit_test(no_names),
		cmocka_unit_test(longest_name_and_its_text), cmocka_unit_test(canonical_order),
		cmocka_unit_test(reverse_names),	cmocka_unit_test(suffixes_are_whole_labels),
		cmocka_unit_test(compression_is_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
