#include "dns/name.h"
#include "dns/record_set.h"
#include "test.h"

/* Canonical order, with a name that stands twice and one that differs only in case. */
static const char *const names[] = {".",         "b.example", "a.b.example",
				    "c.example", "B.example", "c.example"};
static const char *const settled_names[] = {".", "b.example", "a.b.example", "c.example"};

static void check_names(const struct dns_name_set *set)
{
	const uint8_t *name = dns_name_set_first(set);
	char text[DNS_NAME_TEXT_MAX];
	size_t i;

	assert_int_equal(set->count, COUNT_OF(settled_names));
	for (i = 0; i < set->count; i++, name += dns_name_size(name)) {
		dns_name_print(name, text);
		assert_string_equal(text, settled_names[i]);
	}
	assert_int_equal(set->bytes.size, name - dns_name_set_first(set));
}

static void names_settle_alike_in_any_rotation(void **state)
{
	size_t first, i;

	(void)state;
	for (first = 0; first < COUNT_OF(names); first++) {
		struct dns_name_set set = {TEXT_EMPTY, 0};

		for (i = 0; i < COUNT_OF(names); i++) {
			struct dns_name name;

			assert_true(dns_name_parse(names[(first + i) % COUNT_OF(names)], &name));
			dns_name_set_add(&set, name.wire);
		}
		dns_name_set_settle(&set);
		check_names(&set);
		dns_name_set_settle(&set); /* once more changes nothing */
		check_names(&set);
		dns_name_set_clear(&set);
		dns_name_set_clear(&set);
		assert_int_equal(set.count, 0);
	}
}

static void addresses_settle_alike_in_any_rotation(void **state)
{
	static const char *const written[] = {"2001:db8::1", "192.0.2.9", "192.0.2.1", "192.0.2.9",
					      "::"};
	static const char *const settled[] = {"192.0.2.1", "192.0.2.9", "::", "2001:db8::1"};
	size_t first, i;

	(void)state;
	for (first = 0; first < COUNT_OF(written); first++) {
		struct dns_address_set set = {NULL, 0, 0};
		char text[IP_TEXT_MAX];
		struct ip ip;

		for (i = 0; i < COUNT_OF(written); i++) {
			assert_true(ip_parse(written[(first + i) % COUNT_OF(written)], &ip));
			dns_address_set_add(&set, &ip);
		}
		dns_address_set_settle(&set);
		assert_int_equal(set.count, COUNT_OF(settled));
		for (i = 0; i < set.count; i++)
			assert_string_equal(ip_print(&set.items[i], text), settled[i]);
		assert_true(dns_address_set_has(&set, &ip));
		assert_true(ip_parse("192.0.2.2", &ip));
		assert_false(dns_address_set_has(&set, &ip));
		dns_address_set_clear(&set);
		dns_address_set_clear(&set);
	}
}

static void empty_sets_settle(void **state)
{
	struct dns_address_set addresses = {NULL, 0, 0};
	struct dns_name_set set = {TEXT_EMPTY, 0};
	struct ip ip = {.family = IP_V4};

	(void)state;
	dns_name_set_settle(&set);
	dns_address_set_settle(&addresses);
	assert_int_equal(set.count, 0);
	assert_int_equal(addresses.count, 0);
	assert_false(dns_address_set_has(&addresses, &ip));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(names_settle_alike_in_any_rotation),
	    cmocka_unit_test(addresses_settle_alike_in_any_rotation),
	    cmocka_unit_test(empty_sets_settle),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
