#include "io/http_tls.h"

#include "base/ip.h"
#include "base/memory.h"

#include <gnutls/x509.h>
#include <stdlib.h>
#include <string.h>

#define SAN_MAX 1024

struct http_tls {
	gnutls_certificate_credentials_t credentials;
	gnutls_priority_t priorities;
	enum http_tls_clients clients;
	char **allowed_sans;
	size_t allowed_san_count;
	unsigned references; /* the loop's thread counts */
};

/* --- client certificates --- */

static bool is_allowed(const struct http_tls *tls, const char *san)
{
	size_t i;

	for (i = 0; i < tls->allowed_san_count; i++)
		if (strcmp(tls->allowed_sans[i], san) == 0)
			return true;
	return false;
}

/* Bytes of the certificate as the text that is compared; false for kinds nobody can allow. */
static bool print_san(int kind, const char *bytes, size_t size, char text[SAN_MAX])
{
	struct ip ip = {.family = size == 4 ? IP_V4 : IP_V6};

	if (kind == GNUTLS_SAN_IPADDRESS && (size == 4 || size == 16)) {
		memcpy(ip.bytes, bytes, size);
		ip_print(&ip, text);
		return true;
	}
	if (kind != GNUTLS_SAN_DNSNAME && kind != GNUTLS_SAN_RFC822NAME && kind != GNUTLS_SAN_URI)
		return false;
	if (size >= SAN_MAX || memchr(bytes, '\0', size) != NULL)
		return false;
	memcpy(text, bytes, size);
	text[size] = '\0';
	return true;
}

static bool has_allowed_san(const struct http_tls *tls, gnutls_x509_crt_t certificate)
{
	char bytes[SAN_MAX], text[SAN_MAX];
	unsigned i;

	for (i = 0;; i++) {
		size_t size = sizeof bytes;
		int kind = gnutls_x509_crt_get_subject_alt_name(certificate, i, bytes, &size, NULL);

		if (kind == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE)
			return false;
		if (kind >= 0 && print_san(kind, bytes, size, text) && is_allowed(tls, text))
			return true;
		if (kind < 0 && kind != GNUTLS_E_SHORT_MEMORY_BUFFER)
			return false;
	}
}

static bool leaf_is_allowed(const struct http_tls *tls, const gnutls_datum_t *leaf)
{
	gnutls_x509_crt_t certificate;
	bool allowed;

	if (tls->allowed_san_count == 0)
		return true;
	if (gnutls_x509_crt_init(&certificate) != 0)
		return false;
	allowed = gnutls_x509_crt_import(certificate, leaf, GNUTLS_X509_FMT_DER) == 0 &&
		  has_allowed_san(tls, certificate);
	gnutls_x509_crt_deinit(certificate);
	return allowed;
}

/* Signed by the CA, in time, and not for servers only. */
static bool is_verified(gnutls_session_t session)
{
	gnutls_typed_vdata_st purpose = {GNUTLS_DT_KEY_PURPOSE_OID,
					 (unsigned char *)GNUTLS_KP_TLS_WWW_CLIENT, 0};
	unsigned status;

	return gnutls_certificate_verify_peers(session, &purpose, 1, &status) == 0 && status == 0;
}

/* In the handshake. Nothing else verifies: a function takes the place of what GnuTLS would do, so the chain
 * comes first, then the names. */
static int on_certificate(gnutls_session_t session)
{
	const struct http_tls *tls = gnutls_db_get_ptr(session);
	const gnutls_datum_t *leaf;
	unsigned count = 0;
	bool good;

	leaf = gnutls_certificate_get_peers(session, &count);
	if (leaf == NULL || count == 0)
		good = tls->clients != HTTP_TLS_ANY && tls->clients != HTTP_TLS_VERIFIED;
	else
		good = (tls->clients < HTTP_TLS_VERIFIED_IF_GIVEN || is_verified(session)) &&
		       leaf_is_allowed(tls, leaf);
	return good ? 0 : GNUTLS_E_CERTIFICATE_ERROR;
}

/* --- sessions --- */

static gnutls_certificate_request_t request_of(enum http_tls_clients clients)
{
	if (clients == HTTP_TLS_NOT_ASKED)
		return GNUTLS_CERT_IGNORE;
	return clients == HTTP_TLS_ANY || clients == HTTP_TLS_VERIFIED ? GNUTLS_CERT_REQUIRE
								       : GNUTLS_CERT_REQUEST;
}

/* The pointer of the session database is the only one libmicrohttpd leaves to us; there is no
 * database, so no session is ever resumed past these checks. */
void http_tls_begin(struct http_tls *tls, gnutls_session_t session)
{
	gnutls_db_set_ptr(session, tls);
	gnutls_credentials_set(session, GNUTLS_CRD_CERTIFICATE, tls->credentials);
	gnutls_priority_set(session, tls->priorities);
	gnutls_certificate_server_set_request(session, request_of(tls->clients));
}

int http_tls_no_certificate(gnutls_session_t session, const struct gnutls_cert_retr_st *info,
			    gnutls_pcert_st **certificates, unsigned *count,
			    gnutls_ocsp_data_st **ocsp, unsigned *ocsp_count,
			    gnutls_privkey_t *key, unsigned *flags)
{
	(void)session;
	(void)info;
	(void)certificates;
	(void)count;
	(void)ocsp;
	(void)ocsp_count;
	(void)key;
	(void)flags;
	return -1;
}

/* --- life --- */

static gnutls_datum_t datum_of(const char *text)
{
	return (gnutls_datum_t){(unsigned char *)text, (unsigned)strlen(text)};
}

static bool fail(struct error *error, const char *source, const char *what, int status)
{
	return error_set(error, "%s %s: %s", source, what, gnutls_strerror(status));
}

static bool use_key(struct http_tls *tls, const struct http_tls_settings *settings,
		    gnutls_x509_crt_t *chain, unsigned count, struct error *error)
{
	gnutls_datum_t datum = datum_of(settings->key.text);
	gnutls_x509_privkey_t key;
	int status = gnutls_x509_privkey_init(&key);
	bool good;

	if (status < 0)
		return fail(error, settings->key.source, "cannot be read", status);
	status = gnutls_x509_privkey_import2(key, &datum, GNUTLS_X509_FMT_PEM, NULL, 0);
	good = status >= 0 ||
	       fail(error, settings->key.source, "has no private key without a password", status);
	if (good) {
		status = gnutls_certificate_set_x509_key(tls->credentials, chain, (int)count, key);
		good = status >= 0 || fail(error, settings->key.source,
					   "is not the key of the certificate", status);
	}
	gnutls_x509_privkey_deinit(key);
	return good;
}

/* Step by step, since gnutls_certificate_set_x509_key_mem() leaks where the text is cut off. */
static bool load_key(struct http_tls *tls, const struct http_tls_settings *settings,
		     struct error *error)
{
	gnutls_datum_t datum = datum_of(settings->cert.text);
	gnutls_x509_crt_t *chain = NULL;
	unsigned count = 0, i;
	int status = gnutls_x509_crt_list_import2(&chain, &count, &datum, GNUTLS_X509_FMT_PEM, 0);
	bool good;

	if (status < 0)
		return fail(error, settings->cert.source, "has no certificate", status);
	good = use_key(tls, settings, chain, count, error);
	for (i = 0; i < count; i++)
		gnutls_x509_crt_deinit(chain[i]);
	gnutls_free(chain);
	return good;
}

/* A file without a certificate in it is read, as by Go: then nobody can be verified. */
static void load_ca(struct http_tls *tls, const struct http_tls_pem *ca)
{
	gnutls_datum_t datum;

	if (ca->text == NULL)
		return;
	datum = datum_of(ca->text);
	gnutls_certificate_set_x509_trust_mem(tls->credentials, &datum, GNUTLS_X509_FMT_PEM);
}

static bool load_priorities(struct http_tls *tls, const char *priorities, struct error *error)
{
	const char *position = "";
	int status = gnutls_priority_init(&tls->priorities, priorities, &position);

	return status >= 0 || error_set(error, "GnuTLS offers nothing of what is allowed: %s at %s",
					gnutls_strerror(status), position);
}

static void copy_sans(struct http_tls *tls, const struct http_tls_settings *settings)
{
	size_t i;

	tls->allowed_san_count = settings->allowed_san_count;
	tls->allowed_sans =
		memory_allocate_array(tls->allowed_san_count, sizeof *tls->allowed_sans);
	for (i = 0; i < tls->allowed_san_count; i++)
		tls->allowed_sans[i] = memory_duplicate_text(settings->allowed_sans[i]);
}

struct http_tls *http_tls_create(const struct http_tls_settings *settings, struct error *error)
{
	struct http_tls *tls = memory_allocate(sizeof *tls);

	tls->references = 1;
	tls->clients = settings->clients;
	copy_sans(tls, settings);
	gnutls_certificate_allocate_credentials(&tls->credentials);
	gnutls_certificate_set_verify_function(tls->credentials, on_certificate);
	load_ca(tls, &settings->client_ca);
	if (load_key(tls, settings, error) && load_priorities(tls, settings->priorities, error))
		return tls;
	http_tls_release(tls);
	return NULL;
}

void http_tls_hold(struct http_tls *tls)
{
	tls->references++;
}

void http_tls_release(struct http_tls *tls)
{
	size_t i;

	if (tls == NULL || --tls->references > 0)
		return;
	for (i = 0; i < tls->allowed_san_count; i++)
		free(tls->allowed_sans[i]);
	free(tls->allowed_sans);
	gnutls_certificate_free_credentials(tls->credentials);
	if (tls->priorities != NULL)
		gnutls_priority_deinit(tls->priorities);
	free(tls);
}
