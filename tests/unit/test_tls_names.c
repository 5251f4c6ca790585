#include "config/tls_names.h"
#include "test.h"

static void assert_priorities(const struct tls_names *names, const char *expected)
{
	struct text text = TEXT_EMPTY;

	tls_names_print_priorities(&text, names);
	assert_string_equal(text_terminate(&text), expected);
	text_clear(&text);
}

static void versions(void **state)
{
	(void)state;
	assert_int_equal(tls_version_find("TLS10"), 0);
	assert_int_equal(tls_version_find("TLS13"), 3);
	assert_int_equal(tls_version_find("tls13"), -1);
	assert_int_equal(tls_version_find(""), -1);
	assert_priorities(&(struct tls_names){.min_version = 2, .max_version = 3},
			  "NORMAL:%SERVER_PRECEDENCE:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2");
	assert_priorities(&(struct tls_names){.min_version = 3, .max_version = 3},
			  "NORMAL:%SERVER_PRECEDENCE:-VERS-ALL:+VERS-TLS1.3");
}

static void ciphers_and_curves(void **state)
{
	const char *const ciphers[] = {"TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA", "TLS_AES_128_GCM_SHA256"};
	const char *const curves[] = {"X25519", "CurveP256"};
	const struct tls_names names = {2, 2, ciphers, 2, curves, 2};

	(void)state;
	assert_priorities(&names,
			  "NORMAL:%SERVER_PRECEDENCE:-VERS-ALL:+VERS-TLS1.2:-KX-ALL:-CIPHER-ALL:-MAC-ALL:"
			  "+AEAD:+AES-128-GCM:+AES-256-GCM:+CHACHA20-POLY1305:+ECDHE-RSA:+AES-128-CBC:"
			  "+SHA1:-GROUP-ALL:+GROUP-X25519:+GROUP-SECP256R1");
	assert_true(tls_cipher_is_known("TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256"));
	assert_false(tls_cipher_is_known("TLS_RSA_WITH_RC4_128_SHA"));
	assert_true(tls_curve_is_known("CurveP521"));
	assert_false(tls_curve_is_known("curvep521"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(versions),
		cmocka_unit_test(ciphers_and_curves),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
