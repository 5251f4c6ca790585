#include "config/config_parser.h"

#include "config/duration.h"
#include "config/key_table.h"
#include "config/name_list.h"
#include "config/resolvers_parser.h"
#include "config/targets_parser.h"
#include "config/yaml.h"

#include <stddef.h>

#define SECOND INT64_C(1000)
#define MINUTE (60 * SECOND)
#define DAY (24 * 60 * MINUTE)

static const char *const special_use_words[] = {"skip", "check", NULL};
static const char *const quorum_words[] = {"majority", NULL};
static const char *const per_resolver_words[] = {
    [CONFIG_PER_RESOLVER_ALL] = "all",
    [CONFIG_PER_RESOLVER_FAILING] = "failing",
    [CONFIG_PER_RESOLVER_NONE] = "none",
    NULL,
};

#define FIELD(name) offsetof(struct config, name)

/* key, type, where it goes, default, least, most, words, nested keys */
static const struct key authoritative_keys[] = {
    {"enabled", KEY_BOOL, FIELD(authoritative_enabled), true, 0, 0, NULL, NULL},
    {"port", KEY_PORT, FIELD(authoritative_port), 53, 1, 65535, NULL, NULL},
    {"allow_special_use", KEY_BOOL, FIELD(authoritative_special_use), false, 0, 0, NULL, NULL},
    {0},
};

static const struct key metrics_keys[] = {
    {"per_resolver", KEY_CHOICE, FIELD(per_resolver), CONFIG_PER_RESOLVER_ALL, 0, 0,
     per_resolver_words, NULL},
    {"answer_info", KEY_BOOL, FIELD(answer_info), true, 0, 0, NULL, NULL},
    {0},
};

/* A default of 0 for quorum and hold: it follows from other keys, see settle(). */
static const struct key settings_keys[] = {
    {"resolvers", KEY_LIST, 0, 0, 0, 0, NULL, NULL},
    {"interval", KEY_DURATION, FIELD(interval_ms), MINUTE, SECOND, DAY, NULL, NULL},
    {"changing_interval", KEY_DURATION, FIELD(changing_interval_ms), 15 * SECOND, SECOND, DAY, NULL,
     NULL},
    {"timeout", KEY_DURATION, FIELD(timeout_ms), 3 * SECOND, 10, MINUTE, NULL, NULL},
    {"tries", KEY_NUMBER, FIELD(tries), 2, 1, 5, NULL, NULL},
    {"quorum", KEY_NUMBER, FIELD(quorum), 0, 1, CONFIG_RESOLVERS_MAX, quorum_words, NULL},
    {"hold", KEY_DURATION, FIELD(hold_ms), 0, 0, 365 * DAY, NULL, NULL},
    {"special_use", KEY_SWITCH, FIELD(check_special_use), false, 0, 0, special_use_words, NULL},
    {"authoritative", KEY_MAP, 0, 0, 0, 0, NULL, authoritative_keys},
    {"max_block_addresses", KEY_NUMBER, FIELD(max_block_addresses), 65536, 1, CONFIG_TARGETS_MAX,
     NULL, NULL},
    {"metrics", KEY_MAP, 0, 0, 0, 0, NULL, metrics_keys},
    {0},
};

static bool settle_changing_interval(const struct yaml_document *document, struct config *config,
				     struct error *error)
{
	const struct yaml_node *node = yaml_find(document->root, "changing_interval");
	char given[DURATION_TEXT_MAX], most[DURATION_TEXT_MAX];

	if (config->changing_interval_ms <= config->interval_ms)
		return true;
	if (node != NULL)
		return yaml_fail(document, node, error,
				 "changing_interval is %s, expected at most the interval, %s",
				 duration_print(config->changing_interval_ms, given),
				 duration_print(config->interval_ms, most));
	config->changing_interval_ms = config->interval_ms;
	return true;
}

static bool settle_hold(const struct yaml_document *document, struct config *config,
			struct error *error)
{
	const struct yaml_node *node = yaml_find(document->root, "hold");
	char given[DURATION_TEXT_MAX], least[DURATION_TEXT_MAX];

	if (node == NULL)
		config->hold_ms = 3 * config->interval_ms;
	if (config->hold_ms >= 3 * config->interval_ms)
		return true;
	return yaml_fail(
	    document, node, error, "hold is %s, expected at least 3 x the interval, %s",
	    duration_print(config->hold_ms, given), duration_print(3 * config->interval_ms, least));
}

static bool settle_quorum(const struct yaml_document *document, struct config *config,
			  struct error *error)
{
	if (config->quorum == 0)
		config->quorum = (unsigned)config->resolver_count / 2 + 1;
	if (config->quorum <= config->resolver_count)
		return true;
	return yaml_fail(document, yaml_find(document->root, "quorum"), error,
			 "quorum is %u, expected at most the number of resolvers, %zu",
			 config->quorum, config->resolver_count);
}

/* What one key demands of another, and defaults that follow from other keys. */
static bool settle(const struct config_input *input, const struct yaml_document *document,
		   struct config *config, struct error *error)
{
	return resolvers_parse(input, document, yaml_find(document->root, "resolvers"), config,
			       error) &&
	       settle_changing_interval(document, config, error) &&
	       settle_hold(document, config, error) && settle_quorum(document, config, error);
}

static bool read_settings(const struct yaml_document *document, struct config *config,
			  struct error *error)
{
	char description[YAML_DESCRIPTION_MAX];

	key_table_set_defaults(settings_keys, config);
	if (document->root == NULL)
		return true;
	if (document->root->kind != YAML_MAP)
		return yaml_fail(document, document->root, error,
				 "the file is %s, expected a map like interval: 1m",
				 yaml_describe(document->root, description));
	return key_table_read(document, document->root, settings_keys, config, error);
}

static bool parse_settings(const struct config_input *input, struct config *config,
			   struct error *error)
{
	const struct config_file *file = input->settings;
	struct yaml_document document = {0};
	bool good = true;

	if (file != NULL)
		good = yaml_parse(&document, file->path, file->text, file->size, error);
	good = good && read_settings(&document, config, error) &&
	       settle(input, &document, config, error);
	yaml_clear(&document);
	return good;
}

struct config *config_parse(const struct config_input *input, struct error *error)
{
	struct arena *arena = arena_create();
	struct config *config = arena_allocate(arena, sizeof *config);

	config->arena = arena;
	if (parse_settings(input, config, error) && targets_parse(input, config, error)) {
		name_list_make(config);
		return config;
	}
	config_free(config);
	return NULL;
}
