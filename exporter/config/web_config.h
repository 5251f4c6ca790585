/* web_config.h - --web.config.file: TLS, users, headers, a rate, as Prometheus' exporter-toolkit has them.
 *
 * One generation: immutable once parsed, in one arena. Texts of files it names are not in it: it
 * does no I/O.
 */
#pragma once

#include "base/arena.h"
#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WEB_CONFIG_HEADERS_MAX 5

/* A PEM text: in the configuration itself, or in a file beside it; neither, or one of both. */
struct web_config_pem {
	const char *text;
	const char *path;
};

enum web_client_auth {
	WEB_CLIENT_NOT_ASKED,
	WEB_CLIENT_ASKED,              /* RequestClientCert: whatever comes is taken */
	WEB_CLIENT_ANY,                /* RequireAnyClientCert: one must come, whoever signed it */
	WEB_CLIENT_VERIFIED_IF_GIVEN,  /* VerifyClientCertIfGiven */
	WEB_CLIENT_VERIFIED            /* RequireAndVerifyClientCert */
};

struct web_config_user {
	const char *name;
	const char *hash; /* bcrypt, "$2y$10$..." */
};

struct web_config_header {
	const char *name; /* static */
	const char *value;
};

struct web_config {
	struct arena *arena; /* owns all that is below */

	bool has_tls;
	struct web_config_pem cert, key, client_ca;
	enum web_client_auth client_auth;
	const char *const *allowed_sans; /* of a client's certificate; none: any */
	size_t allowed_san_count;
	const char *priorities; /* what they allow of versions, ciphers, curves, as GnuTLS writes it */

	const struct web_config_user *users; /* sorted by name; none: nobody is asked */
	size_t user_count;
	struct web_config_header headers[WEB_CONFIG_HEADERS_MAX];
	size_t header_count;
	double requests_per_second; /* 0: any number */
	unsigned burst;

	const char *const *warnings; /* sentences; what was accepted but deserves a word */
	size_t warning_count;
};

/* `path` is for sentences, and its directory is where relative paths begin. No secret is in a sentence.
 * The caller frees it with web_config_free(). NULL: `error` says why. */
struct web_config *web_config_parse(const char *path, const char *text, size_t size,
				    struct error *error);
void web_config_free(struct web_config *config); /* NULL is fine */
