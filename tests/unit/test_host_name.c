#include "dns/name.h"
#include "fcrdns/host_name.h"
#include "test.h"

static struct dns_name name_of(const char *text)
{
	struct dns_name name;

	if (!dns_name_parse(text, &name))
		fail_msg("%s is a name", text);
	return name;
}

static const struct {
	const char *name;
	enum reason fault, fault_internal;
} cases[] = {
    {"mail.example.com", REASON_NONE, REASON_NONE},
    {"xn--mil-ula.example.com", REASON_NONE, REASON_NONE},
    {"mail_1.example.com", REASON_NONE, REASON_NONE},
    {"a.b", REASON_NONE, REASON_NONE},
    {"1.2.3.example.com", REASON_NONE, REASON_NONE},
    {"example.com", REASON_NONE, REASON_NONE},
    {"localhost.com", REASON_NONE, REASON_NONE},
    {"test.example.net", REASON_NONE, REASON_NONE},
    {"mail.arpa.com", REASON_NONE, REASON_NONE},
    {"mail.home.net", REASON_NONE, REASON_NONE},
    {".", REASON_ROOT, REASON_ROOT},
    {"100.45.5.in-addr.arpa", REASON_REVERSE_NAME, REASON_REVERSE_NAME},
    {"mail.example.com.100.45.5.in-addr.arpa", REASON_REVERSE_NAME, REASON_REVERSE_NAME},
    {"8.b.d.0.1.0.0.2.ip6.arpa", REASON_REVERSE_NAME, REASON_REVERSE_NAME},
    {"as112.arpa", REASON_REVERSE_NAME, REASON_REVERSE_NAME},
    {"arpa", REASON_REVERSE_NAME, REASON_REVERSE_NAME},
    /* Of domain.md 2.2 step 3 every one; for a special-use address only three are left. */
    {"localhost", REASON_SPECIAL_TLD, REASON_SPECIAL_TLD},
    {"LocalHost", REASON_SPECIAL_TLD, REASON_SPECIAL_TLD},
    {"mail.localhost", REASON_SPECIAL_TLD, REASON_SPECIAL_TLD},
    {"mail.invalid", REASON_SPECIAL_TLD, REASON_SPECIAL_TLD},
    {"mail.onion", REASON_SPECIAL_TLD, REASON_SPECIAL_TLD},
    {"mail.local", REASON_SPECIAL_TLD, REASON_NONE},
    {"localhost.localdomain", REASON_SPECIAL_TLD, REASON_NONE},
    {"mail.test", REASON_SPECIAL_TLD, REASON_NONE},
    {"mail.example", REASON_SPECIAL_TLD, REASON_NONE},
    {"mail.internal", REASON_SPECIAL_TLD, REASON_NONE},
    {"mail.lan", REASON_SPECIAL_TLD, REASON_NONE},
    {"mail.home", REASON_SPECIAL_TLD, REASON_NONE},
    {"mail.corp", REASON_SPECIAL_TLD, REASON_NONE},
    {"mail.alt", REASON_SPECIAL_TLD, REASON_NONE},
    {"mail.home.arpa", REASON_SPECIAL_TLD, REASON_NONE},
    {"lan", REASON_SPECIAL_TLD, REASON_SINGLE_LABEL},
    {"unknown", REASON_SINGLE_LABEL, REASON_SINGLE_LABEL},
    {"12345", REASON_SINGLE_LABEL, REASON_SINGLE_LABEL},
    {"5.45.100.7", REASON_IP_LITERAL, REASON_IP_LITERAL},
    {"mail.example.123", REASON_IP_LITERAL, REASON_IP_LITERAL},
    {"mail\\.host.example.com", REASON_BAD_CHARS, REASON_BAD_CHARS},
    {"mail host.example.com", REASON_BAD_CHARS, REASON_BAD_CHARS},
    {"mail!.example.com", REASON_BAD_CHARS, REASON_BAD_CHARS},
    {"mail\\000.example.com", REASON_BAD_CHARS, REASON_BAD_CHARS},
    {"m\\195\\164il.example.com", REASON_BAD_CHARS, REASON_BAD_CHARS},
    {"mail/1.example.com", REASON_BAD_CHARS, REASON_BAD_CHARS},
    {"*.example.com", REASON_BAD_CHARS, REASON_BAD_CHARS},
    {"-mail.example.com", REASON_BAD_CHARS, REASON_BAD_CHARS},
    {"mail.example-.com", REASON_BAD_CHARS, REASON_BAD_CHARS},
    {"mail.example.-", REASON_BAD_CHARS, REASON_BAD_CHARS},
};

static void every_fault_is_found(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < COUNT_OF(cases); i++) {
		struct dns_name name = name_of(cases[i].name);
		enum reason fault = host_name_fault(name.wire, false);
		enum reason internal = host_name_fault(name.wire, true);

		if (fault != cases[i].fault || internal != cases[i].fault_internal)
			fail_msg("%s: %s, internal %s", cases[i].name, reason_name(fault),
				 reason_name(internal));
	}
}

/* A label of 45 to 63 bytes has a length byte that looks like a character. */
static void underscores_are_characters_not_lengths(void **state)
{
	char text[80];
	size_t length;

	(void)state;
	for (length = 1; length <= DNS_LABEL_MAX; length++) {
		struct dns_name name;

		memset(text, 'a', length);
		strcpy(text + length, ".example.com");
		name = name_of(text);
		assert_false(host_name_has_underscore(name.wire));
		assert_true(host_name_has_good_characters(name.wire));
		text[length - 1] = '_';
		name = name_of(text);
		assert_true(host_name_has_underscore(name.wire));
		assert_true(host_name_has_good_characters(name.wire));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_fault_is_found),
	    cmocka_unit_test(underscores_are_characters_not_lengths),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
