/* The rules one by one, and the two figures over tests/fixtures/generic_names.txt. */
#include "dns/name.h"
#include "fcrdns/generic_name.h"
#include "test.h"

#include <stdio.h>
#include <stdlib.h>

#define LINE_MAX 512

static bool is_generic(const char *address, const char *text)
{
	struct dns_name name;
	struct ip ip;

	if (!ip_parse(address, &ip))
		fail_msg("%s is an address", address);
	if (!dns_name_parse(text, &name))
		fail_msg("%s is a name", text);
	return generic_name_is(name.wire, &ip);
}

#define V4 "203.0.113.94"
#define V6 "2001:db8:1a2b:3c4d:5e6f:7081:92a3:b4c5"

struct expected {
	const char *address, *name;
	bool generic;
};

static void expect_each(const struct expected *expected, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (is_generic(expected[i].address, expected[i].name) != expected[i].generic)
			fail_msg("%s for %s: %s expected", expected[i].name, expected[i].address,
				 expected[i].generic ? "generic" : "genuine");
}

#define EXPECT(...)                                                                                \
	do {                                                                                       \
		static const struct expected expected[] = {__VA_ARGS__};                           \
		expect_each(expected, COUNT_OF(expected));                                         \
	} while (0)

static void two_octets_need_a_word_beside_them(void **state)
{
	(void)state;
	EXPECT({V4, "host-113-94.example.net", true}, {V4, "ip113x94.example.net", true},
	       {V4, "m113-94.example.net", false}, {V4, "host-113-95.example.net", false},
	       {V4, "host-113.a-94.example.net", true}, {V4, "host-203-94.example.net", false},
	       {V4, "a94-113.example.net", true}, {"203.0.113.1", "a1-113.example.net", false});
}

static void the_last_octet_needs_a_customers_word(void **state)
{
	(void)state;
	EXPECT({V4, "dsl94.example.net", true}, {V4, "a94.cust.example.net", true},
	       {V4, "host94.example.net", false}, {V4, "s94.example.net", false},
	       {"203.0.113.7", "pool7.example.net", false},
	       {V4, "node-x9.pool-203-0.example.net", true});
}

static void words_count_left_of_the_registrable_domain_only(void **state)
{
	(void)state;
	EXPECT({V4, "a123.dsl.example.net", true}, {V4, "a123.dsl.net", false},
	       {V4, "host-113-94.example.co.uk", true}, {V4, "a-113-94.host.co.uk", false},
	       {V4, "dynamic.com", false}, {V4, "static.com", false}, {V4, "a.dynamic.com", false},
	       {V4, "crm.generaldynamics.com", false}, {V4, "dynamics113-94.example.com", false});
}

static void a_mail_word_excuses_the_address(void **state)
{
	(void)state;
	EXPECT({V4, "mail-203-0-113-94.example.net", false},
	       {V4, "203-0-113-94.smtp-out.example.net", false},
	       {V4, "static-203-0-113-94.mx.example.net", false},
	       {V4, "out203-0-113-94.example.net", false},
	       {V4, "203-0-113-94.server-mail.example.net", false},
	       {V4, "203-0-113-94.examplemail.net", false},
	       {V4, "mail.dynamic-203-0-113-94.example.net", true},
	       {V4, "mx-203-0-113-94.dsl.example.net", true},
	       {V4, "mail12345.pool.example.net", false}, {V4, "mail.dsl.example.net", false},
	       {V6, "smtp-2001-db8-1a2b-3c4d-5e6f-7081-92a3-b4c5.example.net", false});
}

static void lines_are_known_without_the_address(void **state)
{
	(void)state;
	EXPECT({V4, "aafd12.neo.adsl.example.net", true}, {V4, "gprs123456.example.net", true},
	       {V4, "cpc12345-x-cust65.1-3.cable.example.net", true},
	       {V4, "web12.cust.example.net", false}, {V4, "web1234.cust.example.net", true},
	       {V6, "node-1w7jr9qsakt.ipv6.example.net", true},
	       {V6, "www.ipv6.example.net", false});
}

static void nobody_chose_these(void **state)
{
	(void)state;
	EXPECT({V4, "no-rdns.example.net", true}, {V4, "hosted-by.example.net", true},
	       {V4, "hosted-by-x.example.net", true}, {V4, "customer.example.net", true},
	       {V4, "unassigned.example.net", true}, {V4, "customers-choice.example.net", false},
	       {V4, "v12345.example.net", true}, {V4, "vps-123456.example.net", true},
	       {V4, "vps12345.example.net", true}, {V4, "vps1234.example.net", false},
	       {V4, "vps.example.net", false}, {V4, "server1.example.net", false},
	       {V4, "vps12345x.example.net", false}, {V4, "s0123456789abcdef.example.net", true},
	       {V4, "cpe0123456789ab-cm0123456789ac.example.net", true},
	       {V4, "vps12345.com", false});
}

static void providers_are_known_by_their_domains(void **state)
{
	(void)state;
	EXPECT({V4, "ec2-198-51-100-1.eu-west-1.compute.amazonaws.com", true},
	       {V4, "vps-1a2b3c4d.vps.ovh.net", true}, {V4, "vps-1a2b.vps.ovh.net", false},
	       {V4, "ns3012345.ip-198-51-100.eu", true}, {V4, "li977-45.members.linode.com", true},
	       {V4, "vmi1234.contaboserver.net", true}, {V4, "vmi1234.notcontaboserver.net", false},
	       {V4, "vmix.contaboserver.net", false},
	       /* The address of a customer's own name does not matter, the provider's word does. */
	       {V4, "mail.1.bc.googleusercontent.com", true});
}

static void any_bytes_are_taken(void **state)
{
	struct dns_name name = {{0}};
	struct ip v4, v6;
	unsigned value, size;

	(void)state;
	assert_true(ip_parse(V4, &v4) && ip_parse(V6, &v6));
	assert_false(generic_name_is(name.wire, &v4));
	for (value = 0; value < 256; value++) {
		for (size = 1; size <= DNS_LABEL_MAX; size++) {
			name.wire[0] = (uint8_t)size;
			memset(name.wire + 1, (int)value, size);
			memcpy(name.wire + 1 + size, "\007example\003net", 13);
			generic_name_is(name.wire, &v4);
			generic_name_is(name.wire, &v6);
		}
	}
	/* A dot inside a label is none between two. */
	EXPECT({V4, "203-0-113-94\\.dsl.example.net", true}, {V4, "a\\000b.example.net", false});
}

/* 253 characters: digits, separators and words as dense as they can be. */
static void the_longest_names_are_taken(void **state)
{
	static const char *const labels[] = {"1",   "a",   "0",        "1-2",  "94",      "dsl-1",
					     "9.9", "a.b", "12345678", "f0-0", "2001-db8"};
	struct dns_name name;
	struct ip v4, v6;
	char text[1024];
	size_t i;

	(void)state;
	assert_true(ip_parse(V4, &v4) && ip_parse(V6, &v6));
	for (i = 0; i < COUNT_OF(labels); i++) {
		size_t size = 0;

		while (size + strlen(labels[i]) + 2 <= 250)
			size += (size_t)sprintf(text + size, "%s.", labels[i]);
		strcpy(text + size, "net");
		assert_true(dns_name_parse(text, &name));
		generic_name_is(name.wire, &v4);
		generic_name_is(name.wire, &v6);
	}
	assert_true(dns_name_parse("net", &name));
	assert_false(generic_name_is(name.wire, &v4));
}

struct figures {
	unsigned generic, found, genuine, accused;
};

static void measure_line(struct figures *figures, const char *line)
{
	char kind[16], address[64], name[LINE_MAX];
	bool generic;

	if (*line == '#' || *line == '\n')
		return;
	if (sscanf(line, "%15s %63s %511s", kind, address, name) != 3)
		fail_msg("no KIND IP NAME: %s", line);
	generic = is_generic(address, name);
	if (strcmp(kind, "generic") == 0) {
		figures->generic++;
		figures->found += generic;
		if (!generic)
			printf("not found: %s %s\n", address, name);
	} else if (strcmp(kind, "genuine") == 0) {
		figures->genuine++;
		figures->accused += generic;
		if (generic)
			printf("accused: %s %s\n", address, name);
	} else {
		fail_msg("neither generic nor genuine: %s", line);
	}
}

static struct figures measure(void)
{
	const char *root = getenv("FIXTURES") != NULL ? getenv("FIXTURES") : "tests/fixtures";
	struct figures figures = {0};
	char path[LINE_MAX], line[LINE_MAX];
	FILE *file;

	snprintf(path, sizeof path, "%s/generic_names.txt", root);
	file = fopen(path, "r");
	if (file == NULL)
		fail_msg("cannot read %s", path);
	while (fgets(line, sizeof line, file) != NULL)
		measure_line(&figures, line);
	fclose(file);
	return figures;
}

/* The two figures the rules are judged by, over names of many providers and senders. */
static void generic_names_are_found_and_genuine_ones_left_alone(void **state)
{
	struct figures figures = measure();

	(void)state;
	printf("note: generic names found: %u of %u (%.1f %%)\n", figures.found, figures.generic,
	       100.0 * figures.found / figures.generic);
	printf("note: genuine names accused: %u of %u (%.1f %%)\n", figures.accused,
	       figures.genuine, 100.0 * figures.accused / figures.genuine);
	assert_true(figures.generic >= 150 && figures.genuine >= 150);
	assert_true(100 * figures.found >= 92 * figures.generic);
	assert_true(280 * figures.accused <= 2 * figures.genuine);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(two_octets_need_a_word_beside_them),
	    cmocka_unit_test(the_last_octet_needs_a_customers_word),
	    cmocka_unit_test(words_count_left_of_the_registrable_domain_only),
	    cmocka_unit_test(a_mail_word_excuses_the_address),
	    cmocka_unit_test(lines_are_known_without_the_address),
	    cmocka_unit_test(nobody_chose_these),
	    cmocka_unit_test(providers_are_known_by_their_domains),
	    cmocka_unit_test(any_bytes_are_taken),
	    cmocka_unit_test(the_longest_names_are_taken),
	    cmocka_unit_test(generic_names_are_found_and_genuine_ones_left_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
