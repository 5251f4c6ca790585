/* http_tls.h - certificate, key and CA of one generation, and who may connect with them.
 *
 * A connection holds the generation it began with, so that all three change together and none under
 * its feet. GnuTLS does the rest: the handshake is libmicrohttpd's.
 */
#pragma once

#include "base/error.h"

#include <gnutls/abstract.h>
#include <gnutls/gnutls.h>
#include <stdbool.h>
#include <stddef.h>

enum http_tls_clients {
	HTTP_TLS_NOT_ASKED,
	HTTP_TLS_ASKED,             /* a certificate may come, whoever signed it */
	HTTP_TLS_ANY,               /* one must come, whoever signed it */
	HTTP_TLS_VERIFIED_IF_GIVEN, /* one that comes must be signed by the CA, for clients */
	HTTP_TLS_VERIFIED           /* one must come, and be signed by the CA, for clients */
};

/* PEM texts, NUL-terminated; `source` is how sentences call them: a path, or "cert". */
struct http_tls_pem {
	const char *text; /* NULL: none */
	const char *source;
};

struct http_tls_settings {
	struct http_tls_pem cert, key, client_ca;
	enum http_tls_clients clients;
	/* One of these must be in a client's certificate, exactly: DNS name, e-mail, IP or URI. None: any. */
	const char *const *allowed_sans;
	size_t allowed_san_count;
	const char *priorities; /* as GnuTLS writes them */
};

struct http_tls;

/* Nothing of the settings is kept. NULL: `error` says which text is bad. With one reference. Blocks a while. */
struct http_tls *http_tls_create(const struct http_tls_settings *settings, struct error *error);
void http_tls_hold(struct http_tls *tls);
void http_tls_release(struct http_tls *tls); /* NULL is fine */

/* A session is about to begin; the caller holds `tls` until it has ended. */
void http_tls_begin(struct http_tls *tls, gnutls_session_t session);

/* A gnutls_certificate_retrieve_function3 that has none: a server needs one to begin with, and ours come
 * with each connection. */
int http_tls_no_certificate(gnutls_session_t session, const struct gnutls_cert_retr_st *info,
			    gnutls_pcert_st **certificates, unsigned *count,
			    gnutls_ocsp_data_st **ocsp, unsigned *ocsp_count,
			    gnutls_privkey_t *key, unsigned *flags);
