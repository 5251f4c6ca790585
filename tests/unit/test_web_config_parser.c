#include "config/web_config.h"
#include "test.h"

#define HASH "$2y$04$OwwG6NZJdZr0JVHWGhDzL.KUcpA4PBgKhNj9KoxEdqGLHdLNbqSBS"

static struct web_config *parse(const char *text)
{
	struct error error;
	struct web_config *config = web_config_parse("/etc/x/web.yml", text, strlen(text), &error);

	if (config == NULL)
		fail_msg("%s", error.text);
	return config;
}

static void assert_refused(const char *text, const char *sentence)
{
	struct error error;

	assert_null(web_config_parse("web.yml", text, strlen(text), &error));
	assert_string_equal(error.text, sentence);
}

static void nothing_lets_everybody_in(void **state)
{
	struct web_config *config = parse("");

	(void)state;
	assert_false(config->has_tls);
	assert_int_equal(config->user_count, 0);
	assert_int_equal(config->header_count, 0);
	assert_true(config->requests_per_second == 0);
	web_config_free(config);
}

static void all_of_it(void **state)
{
	struct web_config *config = parse(
		"tls_server_config: {cert_file: c.pem, key_file: /k.pem, client_ca: \"PEM\", "
		"client_auth_type: VerifyClientCertIfGiven, client_allowed_sans: [a, 1]}\n"
		"basic_auth_users: {zoe: " HASH ", alice: " HASH "}\n"
		"http_server_config: {headers: {X-XSS-Protection: 0}}\n"
		"rate_limit: {interval: 500ms, burst: 20}\n");

	(void)state;
	assert_true(config->has_tls);
	assert_string_equal(config->cert.path, "/etc/x/c.pem");
	assert_string_equal(config->key.path, "/k.pem");
	assert_null(config->key.text);
	assert_string_equal(config->client_ca.text, "PEM");
	assert_int_equal(config->client_auth, WEB_CLIENT_VERIFIED_IF_GIVEN);
	assert_int_equal(config->allowed_san_count, 2);
	assert_string_equal(config->allowed_sans[1], "1");
	assert_string_equal(config->users[0].name, "alice");
	assert_string_equal(config->users[1].hash, HASH);
	assert_string_equal(config->headers[0].value, "0");
	assert_true(config->requests_per_second == 2);
	assert_int_equal(config->burst, 20);
	assert_int_equal(config->warning_count, 0);
	web_config_free(config);
}

static void mistakes_have_their_place_and_no_secret(void **state)
{
	(void)state;
	assert_refused("\nfoo: 1", "web.yml:2:1: unknown key \"foo\" in a web configuration");
	assert_refused("tls_server_config:\n  key_file: k", "web.yml:2:3: missing one of cert or cert_file");
	assert_refused("tls_server_config: {cert: a, cert_file: b, key: c}",
		       "web.yml:1:20: both cert and cert_file are given, expected one of them");
	assert_refused("basic_auth_users: {bob: hunter2}",
		       "web.yml:1:25: the password hash of user \"bob\" is too short, expected one by bcrypt");
	assert_refused("http_server_config: {http2: 3}", "web.yml:1:29: expected true or false");
	assert_refused("rate_limit: {interval: x}",
		       "web.yml:1:24: interval is no duration, expected one like 1s");
}

static void what_deserves_a_word(void **state)
{
	struct web_config *config = parse("http_server_config: {http2: yes}\n"
					  "rate_limit: {interval: 1s}\n"
					  "basic_auth_users: {a: " HASH "x}\n");

	(void)state;
	assert_int_equal(config->warning_count, 3);
	web_config_free(config);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_lets_everybody_in),
		cmocka_unit_test(all_of_it),
		cmocka_unit_test(mistakes_have_their_place_and_no_secret),
		cmocka_unit_test(what_deserves_a_word),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
