#include "config/tls_names.h"

#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

static const char *const versions[][2] = {
	{"TLS10", "VERS-TLS1.0"},
	{"TLS11", "VERS-TLS1.1"},
	{"TLS12", "VERS-TLS1.2"},
	{"TLS13", "VERS-TLS1.3"},
};

struct suite {
	const char *name;
	const char *exchange; /* NULL: of TLS 1.3, where Go lets nobody choose */
	const char *cipher, *mac;
};

/* Go's tls.CipherSuites(): those it calls secure, and promtool takes. */
static const struct suite suites[] = {
	{"TLS_AES_128_GCM_SHA256", NULL, NULL, NULL},
	{"TLS_AES_256_GCM_SHA384", NULL, NULL, NULL},
	{"TLS_CHACHA20_POLY1305_SHA256", NULL, NULL, NULL},
	{"TLS_RSA_WITH_AES_128_CBC_SHA", "RSA", "AES-128-CBC", "SHA1"},
	{"TLS_RSA_WITH_AES_256_CBC_SHA", "RSA", "AES-256-CBC", "SHA1"},
	{"TLS_RSA_WITH_AES_128_GCM_SHA256", "RSA", "AES-128-GCM", "AEAD"},
	{"TLS_RSA_WITH_AES_256_GCM_SHA384", "RSA", "AES-256-GCM", "AEAD"},
	{"TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA", "ECDHE-ECDSA", "AES-128-CBC", "SHA1"},
	{"TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA", "ECDHE-ECDSA", "AES-256-CBC", "SHA1"},
	{"TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA", "ECDHE-RSA", "AES-128-CBC", "SHA1"},
	{"TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA", "ECDHE-RSA", "AES-256-CBC", "SHA1"},
	{"TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "ECDHE-ECDSA", "AES-128-GCM", "AEAD"},
	{"TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384", "ECDHE-ECDSA", "AES-256-GCM", "AEAD"},
	{"TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "ECDHE-RSA", "AES-128-GCM", "AEAD"},
	{"TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", "ECDHE-RSA", "AES-256-GCM", "AEAD"},
	{"TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305", "ECDHE-RSA", "CHACHA20-POLY1305", "AEAD"},
	{"TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256", "ECDHE-RSA", "CHACHA20-POLY1305", "AEAD"},
	{"TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305", "ECDHE-ECDSA", "CHACHA20-POLY1305", "AEAD"},
	{"TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256", "ECDHE-ECDSA", "CHACHA20-POLY1305",
	 "AEAD"},
};

static const char *const curves[][2] = {
	{"CurveP256", "GROUP-SECP256R1"},
	{"CurveP384", "GROUP-SECP384R1"},
	{"CurveP521", "GROUP-SECP521R1"},
	{"X25519", "GROUP-X25519"},
};

int tls_version_find(const char *name)
{
	size_t i;

	for (i = 0; i < COUNT(versions); i++)
		if (strcmp(versions[i][0], name) == 0)
			return (int)i;
	return -1;
}

static const struct suite *find_suite(const char *name)
{
	size_t i;

	for (i = 0; i < COUNT(suites); i++)
		if (strcmp(suites[i].name, name) == 0)
			return &suites[i];
	return NULL;
}

static const char *find_curve(const char *name)
{
	size_t i;

	for (i = 0; i < COUNT(curves); i++)
		if (strcmp(curves[i][0], name) == 0)
			return curves[i][1];
	return NULL;
}

bool tls_cipher_is_known(const char *name)
{
	return find_suite(name) != NULL;
}

bool tls_curve_is_known(const char *name)
{
	return find_curve(name) != NULL;
}

/* Those of TLS 1.3 stay, since they are no choice there. */
static void add_ciphers(struct text *text, const struct tls_names *names)
{
	size_t i;

	text_add(text, ":-KX-ALL:-CIPHER-ALL:-MAC-ALL:+AEAD:+AES-128-GCM:+AES-256-GCM:"
		       "+CHACHA20-POLY1305");
	for (i = 0; i < names->cipher_count; i++) {
		const struct suite *suite = find_suite(names->ciphers[i]);

		if (suite->exchange != NULL)
			text_add_format(text, ":+%s:+%s:+%s", suite->exchange, suite->cipher,
					suite->mac);
	}
}

void tls_names_print_priorities(struct text *text, const struct tls_names *names)
{
	size_t i;
	int version;

	text_add(text, "NORMAL:%SERVER_PRECEDENCE:-VERS-ALL");
	for (version = names->max_version; version >= names->min_version; version--)
		text_add_format(text, ":+%s", versions[version][1]);
	if (names->cipher_count > 0)
		add_ciphers(text, names);
	if (names->curve_count > 0)
		text_add(text, ":-GROUP-ALL");
	for (i = 0; i < names->curve_count; i++)
		text_add_format(text, ":+%s", find_curve(names->curves[i]));
}
