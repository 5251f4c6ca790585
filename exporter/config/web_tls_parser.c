#include "config/web_tls_parser.h"

#include "base/text.h"
#include "config/tls_names.h"

#include <string.h>

/* What is read before it can be settled. `reader` is first: the rows get only that. */
struct tls_reader {
	struct web_reader reader;
	struct tls_names names;
	const struct yaml_node *auth_node; /* client_auth_type, if it says anything */
};

static struct tls_reader *tls_of(struct web_reader *reader)
{
	return (struct tls_reader *)reader;
}

/* Beside the web configuration, unless it is absolute. */
static const char *resolve(struct web_reader *reader, const char *path)
{
	const char *slash = strrchr(reader->document->path, '/');
	struct text text = TEXT_EMPTY;
	const char *resolved;

	if (path[0] == '/' || path[0] == '\0' || slash == NULL)
		return path;
	text_add_bytes(&text, reader->document->path,
		       (size_t)(slash + 1 - reader->document->path));
	text_add(&text, path);
	resolved = arena_copy_text(reader->config->arena, text_terminate(&text));
	text_clear(&text);
	return resolved;
}

static bool read_path(struct web_reader *reader, const struct yaml_node *node, const char **path)
{
	if (!web_read_text(reader, node, path))
		return false;
	*path = (*path)[0] == '\0' ? NULL : resolve(reader, *path);
	return true;
}

static bool read_pem(struct web_reader *reader, const struct yaml_node *node, const char **text)
{
	if (!web_read_text(reader, node, text))
		return false;
	if ((*text)[0] == '\0')
		*text = NULL;
	return true;
}

#define PEM_READERS(name)									\
	static bool read_##name(struct web_reader *reader, const struct yaml_node *node)	\
	{											\
		return read_pem(reader, node, &reader->config->name.text);			\
	}											\
	static bool read_##name##_file(struct web_reader *reader, const struct yaml_node *node)	\
	{											\
		return read_path(reader, node, &reader->config->name.path);			\
	}

PEM_READERS(cert)
PEM_READERS(key)
PEM_READERS(client_ca)

static bool read_client_auth(struct web_reader *reader, const struct yaml_node *node)
{
	static const char *const words[] = {
		[WEB_CLIENT_NOT_ASKED] = "NoClientCert",
		[WEB_CLIENT_ASKED] = "RequestClientCert",
		[WEB_CLIENT_ANY] = "RequireAnyClientCert",
		[WEB_CLIENT_VERIFIED_IF_GIVEN] = "VerifyClientCertIfGiven",
		[WEB_CLIENT_VERIFIED] = "RequireAndVerifyClientCert",
	};
	const char *text;
	size_t i;

	if (!web_read_text(reader, node, &text))
		return false;
	if (text[0] == '\0')
		return true;
	tls_of(reader)->auth_node = node;
	if (strcmp(text, "RequireClientCert") == 0)
		text = words[WEB_CLIENT_ANY];
	for (i = 0; i < sizeof words / sizeof *words; i++) {
		if (strcmp(words[i], text) == 0) {
			reader->config->client_auth = (enum web_client_auth)i;
			return true;
		}
	}
	return web_fail(reader, node, "client_auth_type is unknown, expected NoClientCert, "
				   "RequestClientCert, RequireAnyClientCert, "
				   "VerifyClientCertIfGiven or RequireAndVerifyClientCert");
}

static bool read_version(struct web_reader *reader, const struct yaml_node *node, int *version)
{
	const char *text;

	if (yaml_is_null(node))
		return true;
	if (!web_read_text(reader, node, &text))
		return false;
	*version = tls_version_find(text);
	return *version >= 0 || web_fail(reader, node, "unknown TLS version, expected TLS10, TLS11, "
						    "TLS12 or TLS13");
}

static bool read_min_version(struct web_reader *reader, const struct yaml_node *node)
{
	return read_version(reader, node, &tls_of(reader)->names.min_version);
}

static bool read_max_version(struct web_reader *reader, const struct yaml_node *node)
{
	return read_version(reader, node, &tls_of(reader)->names.max_version);
}

static bool read_ciphers(struct web_reader *reader, const struct yaml_node *node)
{
	struct tls_names *tls = &tls_of(reader)->names;
	size_t i;

	if (!web_read_list(reader, node, &tls->ciphers, &tls->cipher_count))
		return false;
	for (i = 0; i < tls->cipher_count; i++)
		if (!tls_cipher_is_known(tls->ciphers[i]))
			return web_fail(reader, node, "unknown cipher suite, expected names like "
						   "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256");
	return true;
}

static bool read_curves(struct web_reader *reader, const struct yaml_node *node)
{
	struct tls_names *tls = &tls_of(reader)->names;
	size_t i;

	if (!web_read_list(reader, node, &tls->curves, &tls->curve_count))
		return false;
	for (i = 0; i < tls->curve_count; i++)
		if (!tls_curve_is_known(tls->curves[i]))
			return web_fail(reader, node, "unknown curve, expected CurveP256, CurveP384, "
						   "CurveP521 or X25519");
	return true;
}

/* Ours always come first, as Go's do since 1.17. */
static bool read_preference(struct web_reader *reader, const struct yaml_node *node)
{
	bool ignored;

	return web_read_bool(reader, node, &ignored);
}

static bool read_sans(struct web_reader *reader, const struct yaml_node *node)
{
	return web_read_list(reader, node, &reader->config->allowed_sans,
			 &reader->config->allowed_san_count);
}

static bool check_pem(struct web_reader *reader, const struct yaml_node *node,
		      const struct web_config_pem *pem, const char *name)
{
	if (pem->text != NULL && pem->path != NULL)
		return yaml_fail(reader->document, node, reader->error,
				 "both %s and %s_file are given, expected one of them", name, name);
	return true;
}

static bool is_given(const struct web_config_pem *pem)
{
	return pem->text != NULL || pem->path != NULL;
}

/* GnuTLS cannot allow nothing; the stricter of both holds. */
static void settle_versions(struct web_reader *reader)
{
	struct tls_names *names = &tls_of(reader)->names;

	if (names->min_version <= names->max_version)
		return;
	web_warn(reader, "min_version is above max_version: only min_version is offered");
	names->max_version = names->min_version;
}

/* Without certificate, key, CA and client_auth_type nothing is served by TLS, whatever else it says. */
static bool settle_tls(struct web_reader *reader, const struct yaml_node *node)
{
	struct web_config *config = reader->config;

	if (!check_pem(reader, node, &config->cert, "cert") ||
	    !check_pem(reader, node, &config->key, "key") ||
	    !check_pem(reader, node, &config->client_ca, "client_ca"))
		return false;
	config->has_tls = is_given(&config->cert) || is_given(&config->key) ||
			  is_given(&config->client_ca) || tls_of(reader)->auth_node != NULL;
	if (!config->has_tls)
		return true;
	if (!is_given(&config->cert))
		return web_fail(reader, node, "missing one of cert or cert_file");
	if (!is_given(&config->key))
		return web_fail(reader, node, "missing one of key or key_file");
	if (is_given(&config->client_ca) && config->client_auth == WEB_CLIENT_NOT_ASKED)
		return web_fail(reader, node, "a client CA without a client_auth_type that asks for "
					   "certificates, expected RequireAndVerifyClientCert");
	if (config->allowed_san_count > 0 && config->client_auth == WEB_CLIENT_NOT_ASKED)
		web_warn(reader, "client_allowed_sans has no effect without a client_auth_type that asks "
			      "for certificates");
	settle_versions(reader);
	return true;
}

bool web_tls_read(struct web_reader *reader, const struct yaml_node *node)
{
	static const struct web_row rows[] = {
		{"cert", read_cert},
		{"cert_file", read_cert_file},
		{"key", read_key},
		{"key_file", read_key_file},
		{"client_ca", read_client_ca},
		{"client_ca_file", read_client_ca_file},
		{"client_auth_type", read_client_auth},
		{"client_allowed_sans", read_sans},
		{"min_version", read_min_version},
		{"max_version", read_max_version},
		{"cipher_suites", read_ciphers},
		{"curve_preferences", read_curves},
		{"prefer_server_cipher_suites", read_preference},
		{NULL, NULL},
	};
	struct tls_reader tls = {*reader, {.min_version = 2, .max_version = 3}, NULL};
	struct text priorities = TEXT_EMPTY;

	if (!web_read_map(&tls.reader, node, rows) || !settle_tls(&tls.reader, node))
		return false;
	tls_names_print_priorities(&priorities, &tls.names);
	reader->config->priorities =
		arena_copy_text(reader->config->arena, text_terminate(&priorities));
	text_clear(&priorities);
	return true;
}
