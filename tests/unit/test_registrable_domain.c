#include "dns/name.h"
#include "dns/registrable_domain.h"
#include "test.h"

static void expect(const char *text, const char *wanted)
{
	const uint8_t *domain;
	struct dns_name name;
	char printed[DNS_NAME_TEXT_MAX];

	if (!dns_name_parse(text, &name))
		fail_msg("%s is a name", text);
	domain = registrable_domain_find(name.wire);
	if (wanted == NULL) {
		assert_null(domain);
		return;
	}
	assert_non_null(domain);
	dns_name_print(domain, printed);
	assert_string_equal(printed, wanted);
	assert_true(dns_name_is_under(name.wire, domain));
}

static void it_is_one_label_more_than_the_public_suffix(void **state)
{
	(void)state;
	expect("mail.example.com", "example.com");
	expect("example.com", "example.com");
	expect("Mail.Example.CO.UK", "example.co.uk");
	expect("a.b.c.d.e.f.g.example.com", "example.com");
	expect("x.y.example.kawasaki.jp", "y.example.kawasaki.jp");
	expect("x.city.kawasaki.jp", "city.kawasaki.jp");
	expect("mail.xn--mnchen-3ya.de", "xn--mnchen-3ya.de");
	expect("mail.example.nosuchtld", "example.nosuchtld");
}

/* The private part of the list names hosters: a customer's part is no domain of its own here. */
static void hosters_domains_are_domains(void **state)
{
	(void)state;
	expect("ec2-203-0-113-9.compute-1.amazonaws.com", "amazonaws.com");
	expect("a.b.github.io", "github.io");
}

static void there_may_be_none(void **state)
{
	(void)state;
	expect(".", NULL);
	expect("com", NULL);
	expect("co.uk", NULL);
	expect("mail.exa\\.mple.com", NULL);
	expect("mail.ex\\000mple.com", NULL);
	expect("mail.m\\195\\188nchen.de", NULL);
	expect("a\\.b.mail.x.y.example.com", "example.com"); /* beyond what is looked at */
}

static void the_longest_names_are_taken(void **state)
{
	struct dns_name name;
	char text[256] = "";
	size_t i;

	(void)state;
	for (i = 0; i < 63; i++)
		strcat(text, "a.a.");
	strcat(text, "a");
	assert_true(dns_name_parse(text, &name));
	assert_int_equal(dns_name_label_count(name.wire), 127);
	expect(text, "a.a");
	memset(text, 'b', 191);
	text[63] = text[127] = '.';
	strcpy(text + 191, ".example.net");
	expect(text, "example.net");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(it_is_one_label_more_than_the_public_suffix),
	    cmocka_unit_test(hosters_domains_are_domains),
	    cmocka_unit_test(there_may_be_none),
	    cmocka_unit_test(the_longest_names_are_taken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
