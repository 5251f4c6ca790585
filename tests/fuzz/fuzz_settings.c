/* fuzz_settings.c - any bytes as the settings file: a whole configuration, or one sentence. */
#include "config/config_parser.h"
#include "sentence.h"

#include <assert.h>
#include <string.h>

#define PATH "settings.yml"

static void check_resolver(const struct config_resolver *resolver)
{
	size_t length = strlen(resolver->name);

	assert(length > 0 && length <= 32 && strcmp(resolver->name, "authoritative") != 0);
	assert(strspn(resolver->name, "abcdefghijklmnopqrstuvwxyz0123456789_-") == length);
	assert(resolver->address.family == IP_V4 || resolver->address.family == IP_V6);
	assert(resolver->port > 0 && resolver->max_qps > 0 && resolver->max_in_flight > 0);
	assert(resolver->transport == CONFIG_UDP || resolver->transport == CONFIG_TCP);
}

static void check_config(const struct config *config)
{
	size_t i;

	assert(config->resolver_count > 0 && config->resolver_count <= CONFIG_RESOLVERS_MAX);
	for (i = 0; i < config->resolver_count; i++)
		check_resolver(&config->resolvers[i]);
	assert(config->quorum > 0 && config->quorum <= config->resolver_count);
	assert(config->interval_ms >= 1000 && config->changing_interval_ms >= 1000);
	assert(config->changing_interval_ms <= config->interval_ms);
	assert(config->hold_ms >= 3 * config->interval_ms);
	assert(config->timeout_ms > 0 && config->tries > 0 && config->tries <= 5);
	assert(config->authoritative_port > 0);
	assert(config->max_block_addresses > 0);
	assert(config->watch_count == 0 && config->warning_count == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct config_file file = {PATH, (const char *)bytes, size};
	struct config_input input = {.settings = &file};
	struct error error = {""};
	struct config *config = config_parse(&input, &error);

	if (config == NULL)
		sentence_check(&error, PATH);
	else
		check_config(config);
	config_free(config);
	return 0;
}
