#include "app/web_policy_reader.h"

#include "base/hash.h"
#include "io/files.h"

#include <string.h>

/* Texts of the files that the web configuration names; empty where it names none. */
struct pem_texts {
	struct files_text cert, key, client_ca;
};

static uint64_t digest_of(uint64_t before, const char *bytes, size_t size)
{
	const uint64_t parts[] = {before, bytes == NULL ? 0 : hash_bytes(bytes, size)};

	return hash_bytes(parts, sizeof parts);
}

static bool read_pem(const struct web_config_pem *pem, struct files_text *text, uint64_t *digest,
		     struct error *error)
{
	if (pem->path != NULL && !files_read(pem->path, text, error))
		return false;
	*digest = digest_of(*digest, text->bytes, text->size);
	return true;
}

static struct http_tls_pem take_pem(const struct web_config_pem *pem, const struct files_text *text,
				    const char *name)
{
	if (pem->path != NULL)
		return (struct http_tls_pem){text->bytes, pem->path};
	return (struct http_tls_pem){pem->text, name};
}

static struct http_tls *load_tls(const struct web_config *config, const struct pem_texts *texts,
				 struct error *error)
{
	static const enum http_tls_clients clients[] = {
		[WEB_CLIENT_NOT_ASKED] = HTTP_TLS_NOT_ASKED,
		[WEB_CLIENT_ASKED] = HTTP_TLS_ASKED,
		[WEB_CLIENT_ANY] = HTTP_TLS_ANY,
		[WEB_CLIENT_VERIFIED_IF_GIVEN] = HTTP_TLS_VERIFIED_IF_GIVEN,
		[WEB_CLIENT_VERIFIED] = HTTP_TLS_VERIFIED,
	};
	const struct http_tls_settings settings = {
		.cert = take_pem(&config->cert, &texts->cert, "cert"),
		.key = take_pem(&config->key, &texts->key, "key"),
		.client_ca = take_pem(&config->client_ca, &texts->client_ca, "client_ca"),
		.clients = clients[config->client_auth],
		.allowed_sans = config->allowed_sans,
		.allowed_san_count = config->allowed_san_count,
		.priorities = config->priorities,
	};

	return http_tls_create(&settings, error);
}

static bool load(struct web_generation *generation, const struct pem_texts *texts,
		 struct error *error)
{
	if (!generation->config->has_tls)
		return true;
	generation->tls = load_tls(generation->config, texts, error);
	return generation->tls != NULL;
}

/* Good or bad, it is known by its digest. */
static bool read_all(const struct web_policy_reader *reader, struct web_generation *generation,
		     struct pem_texts *texts, uint64_t *digest, struct error *error)
{
	struct files_text text = {0};
	const struct web_config *config;

	if (!files_read(reader->path, &text, error))
		return false;
	*digest = digest_of(*digest, text.bytes, text.size);
	generation->config = web_config_parse(reader->path, text.bytes, text.size, error);
	files_text_clear(&text);
	config = generation->config;
	return config != NULL && read_pem(&config->cert, &texts->cert, digest, error) &&
	       read_pem(&config->key, &texts->key, digest, error) &&
	       read_pem(&config->client_ca, &texts->client_ca, digest, error);
}

enum web_policy_reading web_policy_read(struct web_policy_reader *reader,
					struct web_generation *generation, struct error *error)
{
	struct pem_texts texts = {0};
	uint64_t digest = 0;
	bool unchanged, good;

	*generation = (struct web_generation){NULL, NULL};
	good = read_all(reader, generation, &texts, &digest, error);
	if (!good)
		digest = digest_of(digest, error->text, strlen(error->text));
	unchanged = digest == reader->digest;
	reader->digest = digest;
	good = good && !unchanged && load(generation, &texts, error);
	files_text_clear(&texts.cert);
	if (texts.key.bytes != NULL)
		explicit_bzero(texts.key.bytes, texts.key.size);
	files_text_clear(&texts.key);
	files_text_clear(&texts.client_ca);
	if (!good)
		web_generation_clear(generation);
	if (unchanged)
		return WEB_POLICY_UNCHANGED;
	return good ? WEB_POLICY_GOOD : WEB_POLICY_BAD;
}

void web_generation_clear(struct web_generation *generation)
{
	http_tls_release(generation->tls);
	web_config_free(generation->config);
	*generation = (struct web_generation){NULL, NULL};
}
