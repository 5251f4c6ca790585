#include "config/config_parser.h"
#include "test.h"

#include <stdio.h>

#define FLAGS_MAX 40

static struct config *parse_flags(const char *const *flags, size_t count, struct error *error)
{
	struct config_input input = {.resolver_flags = flags, .resolver_flag_count = count};

	return config_parse(&input, error);
}

static void assert_resolver(const struct config_resolver *resolver, const char *name,
			    const char *address)
{
	char text[IP_PORT_TEXT_MAX];

	assert_string_equal(resolver->name, name);
	assert_string_equal(ip_port_print(&resolver->address, resolver->port, text), address);
	assert_int_equal(resolver->transport, CONFIG_UDP);
	assert_int_equal(resolver->max_qps, 50);
	assert_int_equal(resolver->max_in_flight, 256);
	assert_true(resolver->edns);
}

static void the_usual_three(void **state)
{
	struct config_input input = {0};
	struct error error;
	struct config *config = config_parse(&input, &error);

	(void)state;
	assert_int_equal(config->resolver_count, 3);
	assert_resolver(&config->resolvers[0], "google", "8.8.8.8:53");
	assert_resolver(&config->resolvers[1], "cloudflare", "1.1.1.1:53");
	assert_resolver(&config->resolvers[2], "quad9", "9.9.9.9:53");
	config_free(config);
}

static void without_ipv4_their_other_addresses(void **state)
{
	struct config_input input = {.no_ipv4_route = true};
	struct error error;
	struct config *config = config_parse(&input, &error);

	(void)state;
	assert_int_equal(config->resolver_count, 3);
	assert_resolver(&config->resolvers[0], "google", "[2001:4860:4860::8888]:53");
	assert_resolver(&config->resolvers[1], "cloudflare", "[2606:4700:4700::1111]:53");
	assert_resolver(&config->resolvers[2], "quad9", "[2620:fe::fe]:53");
	config_free(config);
}

static void flags_replace_those_of_the_file(void **state)
{
	static const char *const flags[] = {"local=127.0.0.1:5301", "six=2001:db8::53",
					    "six-port=[2001:db8::53]:54"};
	const char *text = "resolvers: [{name: local, address: 192.0.2.1}]\n";
	struct config_file file = {"fcrdns.yml", text, strlen(text)};
	struct config_input input = {
	    .settings = &file, .resolver_flags = flags, .resolver_flag_count = COUNT_OF(flags)};
	struct error error;
	struct config *config = config_parse(&input, &error);

	(void)state;
	assert_non_null(config);
	assert_int_equal(config->resolver_count, 3);
	assert_resolver(&config->resolvers[0], "local", "127.0.0.1:5301");
	assert_resolver(&config->resolvers[1], "six", "[2001:db8::53]:53");
	assert_resolver(&config->resolvers[2], "six-port", "[2001:db8::53]:54");
	config_free(config);
}

static void replaced_ones_are_checked_all_the_same(void **state)
{
	static const char *const flags[] = {"local=127.0.0.1"};
	const char *text = "resolvers: [{name: local}]\n";
	struct config_file file = {"fcrdns.yml", text, strlen(text)};
	struct config_input input = {
	    .settings = &file, .resolver_flags = flags, .resolver_flag_count = 1};
	struct error error;

	(void)state;
	assert_null(config_parse(&input, &error));
	assert_string_equal(error.text,
			    "fcrdns.yml:1:13: resolver without an address, expected name "
			    "and address");
}

static void bad_flags_are_named(void **state)
{
	static const struct {
		const char *flags[3];
		const char *sentence;
	} cases[] = {
	    {{"8.8.8.8"}, "--resolver 8.8.8.8: no = in it, expected NAME=ADDRESS[:PORT]"},
	    {{"=8.8.8.8"},
	     "--resolver =8.8.8.8: name is \"\", expected 1 to 32 of a-z, 0-9, _ and -"},
	    {{"g="}, "--resolver g=: address is \"\", expected IP, IP:port or [v6]:port"},
	    {{"g=dns.google"},
	     "--resolver g=dns.google: address is \"dns.google\", expected IP, "
	     "IP:port or [v6]:port"},
	    {{"authoritative=8.8.8.8"},
	     "--resolver authoritative=8.8.8.8: name is \"authoritative\", which stands for the "
	     "servers of the zone itself, expected another name"},
	    {{"g=8.8.8.8", "g=8.8.4.4"},
	     "--resolver g=8.8.4.4: resolver name \"g\" is there twice, "
	     "first at --resolver g=8.8.8.8"},
	    {{"a=8.8.8.8", "b=8.8.8.8:53"},
	     "--resolver b=8.8.8.8:53: server 8.8.8.8:53 over udp is "
	     "there twice, first at --resolver a=8.8.8.8"},
	};
	struct error error;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT_OF(cases); i++) {
		size_t count = 0;

		while (cases[i].flags[count] != NULL)
			count++;
		assert_null(parse_flags(cases[i].flags, count, &error));
		assert_string_equal(error.text, cases[i].sentence);
	}
}

static void there_is_a_bound(void **state)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789_-";
	char texts[FLAGS_MAX][32];
	const char *flags[FLAGS_MAX];
	struct config *config;
	struct error error;
	int i;

	(void)state;
	for (i = 0; i <= CONFIG_RESOLVERS_MAX; i++) {
		snprintf(texts[i], sizeof texts[i], "%c=192.0.2.%d", letters[i], i);
		flags[i] = texts[i];
	}
	config = parse_flags(flags, CONFIG_RESOLVERS_MAX, &error);
	assert_non_null(config);
	assert_int_equal(config->resolver_count, CONFIG_RESOLVERS_MAX);
	config_free(config);
	assert_null(parse_flags(flags, CONFIG_RESOLVERS_MAX + 1, &error));
	assert_string_equal(error.text, "--resolver is given 33 times, expected at most 32");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_usual_three),
	    cmocka_unit_test(without_ipv4_their_other_addresses),
	    cmocka_unit_test(flags_replace_those_of_the_file),
	    cmocka_unit_test(replaced_ones_are_checked_all_the_same),
	    cmocka_unit_test(bad_flags_are_named),
	    cmocka_unit_test(there_is_a_bound),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
