/* fuzz_targets.c - any bytes as a target file: a sorted list of watches, or one sentence. */
#include "base/text.h"
#include "config/config_parser.h"
#include "dns/name.h"
#include "sentence.h"

#include <assert.h>
#include <string.h>

#define PATH "targets.yml"

/* Small blocks: the fuzzer shall spend its time on the parser. */
#define SETTINGS "max_block_addresses: 256"

static const char *own_name(void *context, struct error *error)
{
	(void)error;
	return context;
}

/* The host names joined are the names one by one. */
static void check_expectation(const struct expectation *expectation)
{
	struct text joined = TEXT_EMPTY;
	char text[DNS_NAME_TEXT_MAX];
	size_t i;

	for (i = 0; i < expectation->name_count; i++) {
		if (i > 0)
			text_add_char(&joined, ',');
		dns_name_print(expectation->names[i], text);
		text_add(&joined, text);
	}
	assert(strcmp(text_terminate(&joined), expectation->hostname) == 0);
	text_clear(&joined);
	for (i = 0; i < expectation->label_count; i++)
		assert(i == 0 ||
		       strcmp(expectation->labels[i - 1].name, expectation->labels[i].name) < 0);
}

static void check_config(const struct config *config)
{
	const struct expectation *before = NULL;
	size_t i;

	for (i = 0; i < config->watch_count; i++) {
		const struct watch *watch = &config->watches[i];

		assert(i == 0 || ip_compare(&config->watches[i - 1].ip, &watch->ip) < 0);
		if (watch->expectation != before) /* a block has one for all */
			check_expectation(watch->expectation);
		before = watch->expectation;
	}
	assert(config->warning_count <= 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct config_file settings = {"settings.yml", SETTINGS, strlen(SETTINGS)};
	struct config_file file = {PATH, (const char *)bytes, size};
	struct config_input input = {.settings = &settings,
				     .target_files = &file,
				     .target_file_count = 1,
				     .own_name = own_name,
				     .own_name_context = "Own.Example.org"};
	struct error error = {""};
	struct config *config = config_parse(&input, &error);

	if (config == NULL)
		sentence_check(&error, PATH);
	else
		check_config(config);
	config_free(config);
	return 0;
}
