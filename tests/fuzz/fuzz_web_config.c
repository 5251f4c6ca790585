/* fuzz_web_config.c - any bytes as the web configuration: a whole one, or one sentence. */
#include "config/bcrypt_hash.h"
#include "config/web_config.h"
#include "sentence.h"

#include <assert.h>
#include <ctype.h>
#include <string.h>

#define PATH "web.yml"

static void check_pem(const struct web_config_pem *pem)
{
	assert(pem->text == NULL || pem->path == NULL);
}

static void check_users(const struct web_config *config)
{
	size_t i;

	for (i = 0; i < config->user_count; i++) {
		assert(bcrypt_hash_fault(config->users[i].hash) == NULL);
		assert(i == 0 || strcmp(config->users[i - 1].name, config->users[i].name) < 0);
	}
}

static void check_headers(const struct web_config *config)
{
	size_t i;
	const char *at;

	assert(config->header_count <= WEB_CONFIG_HEADERS_MAX);
	for (i = 0; i < config->header_count; i++)
		for (at = config->headers[i].value; *at != '\0'; at++)
			assert(!iscntrl((unsigned char)*at));
}

static void check_config(const struct web_config *config)
{
	check_pem(&config->cert);
	check_pem(&config->key);
	check_pem(&config->client_ca);
	if (config->has_tls) {
		assert(config->cert.text != NULL || config->cert.path != NULL);
		assert(config->key.text != NULL || config->key.path != NULL);
		assert(strstr(config->priorities, ":+VERS-TLS1.") != NULL);
	}
	assert(config->requests_per_second >= 0);
	check_users(config);
	check_headers(config);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct error error = {""};
	struct web_config *config = web_config_parse(PATH, (const char *)bytes, size, &error);

	if (config == NULL)
		sentence_check(&error, PATH);
	else
		check_config(config);
	web_config_free(config);
	return 0;
}
