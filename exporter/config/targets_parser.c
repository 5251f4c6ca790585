#include "config/targets_parser.h"

#include "config/expected_names.h"
#include "config/quote.h"
#include "config/target_set.h"
#include "config/user_labels.h"
#include "config/yaml.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

#define OWN_NAME "@fqdn"

struct targets_reader {
	const struct config_input *input;
	struct config *config;
	struct yaml_document document; /* of the file that is read */
	uint32_t file;                 /* its index */
	struct arena *passing;         /* what is expected of addresses of other shards; its own */
	struct target_set set;
	const char *own_name; /* NULL: not yet asked for */
	const char *warning;  /* NULL: none so far */
	struct error *error;
};

/* One entry of a file. */
struct entry {
	const struct yaml_node *targets, *hostname, *labels; /* NULL where not written */
	struct arena *arena; /* where its expectation is */
	struct expectation *expectation;
	bool foreign; /* all its addresses are other shards' */
};

/* Ask for this host's own name, at the first target that wants it. */
static bool find_own_name(struct targets_reader *reader)
{
	const char *name;

	if (reader->own_name != NULL)
		return true;
	if (reader->input->own_name == NULL)
		return error_set(reader->error, "%s cannot be used here, expected a host name",
				 OWN_NAME);
	name = reader->input->own_name(reader->input->own_name_context, reader->error);
	if (name == NULL)
		return error_prefix(reader->error, OWN_NAME);
	reader->own_name = arena_copy_text(reader->config->arena, name);
	return true;
}

static bool add_own_name(struct targets_reader *reader, struct expected_names *expected)
{
	if (!find_own_name(reader))
		return false;
	if (!expected_names_add(expected, reader->own_name, reader->error))
		return error_prefix(reader->error, OWN_NAME);
	return true;
}

static bool read_host_name(struct targets_reader *reader, const struct yaml_node *node,
			   struct expected_names *expected)
{
	char description[YAML_DESCRIPTION_MAX];
	bool good;

	if (node->kind != YAML_SCALAR || yaml_is_null(node))
		return yaml_fail(&reader->document, node, reader->error,
				 "hostname is %s, expected a host name%s",
				 yaml_describe(node, description),
				 node->key != NULL ? " or a list of host names" : "");
	if (strcmp(node->text, OWN_NAME) == 0)
		good = add_own_name(reader, expected);
	else
		good = expected_names_add(expected, node->text, reader->error);
	return good || yaml_place(&reader->document, node, reader->error);
}

static bool read_host_names(struct targets_reader *reader, const struct entry *entry)
{
	const struct yaml_node *node = entry->hostname, *item;
	struct expected_names expected;

	expected.count = 0;
	if (node != NULL && node->kind == YAML_LIST) {
		for (item = node->first; item != NULL; item = item->next)
			if (!read_host_name(reader, item, &expected))
				return false;
	} else if (node != NULL && !read_host_name(reader, node, &expected)) {
		return false;
	}
	return expected_names_finish(&expected, entry->arena, entry->expectation, reader->error) ||
	       yaml_place(&reader->document, node, reader->error);
}

/* One warning per load is enough: where service discovery writes the files, all entries have such
 * labels. */
static void warn_ignored(struct targets_reader *reader, const struct yaml_node *key)
{
	char quoted[QUOTE_TEXT_MAX];
	struct error sentence;

	if (reader->warning != NULL)
		return;
	yaml_fail(&reader->document, key, &sentence,
		  "label %s is ignored, as is every label that starts with \"__\"",
		  quote_print(key->text, quoted));
	reader->warning = arena_copy_text(reader->config->arena, sentence.text);
}

static bool read_labels(struct targets_reader *reader, const struct entry *entry)
{
	struct user_labels labels;

	if (entry->labels == NULL)
		return true;
	if (!user_labels_parse(&reader->document, entry->labels, entry->arena, &labels,
			       reader->error))
		return false;
	entry->expectation->labels = labels.labels;
	entry->expectation->label_count = labels.count;
	if (labels.ignored != NULL)
		warn_ignored(reader, labels.ignored);
	return true;
}

static struct target_place place_of(const struct targets_reader *reader,
				    const struct yaml_node *node)
{
	return (struct target_place){reader->file, node->line, node->column};
}

/* Name bytes with a letter among them, perhaps with a port behind. IPv6 has more colons. */
static bool looks_like_host_name(const char *text)
{
	size_t length = strcspn(text, ":"), i;
	bool has_letter = false;

	if (strchr(text + length, ':') != strrchr(text, ':'))
		return false;
	for (i = 0; i < length; i++) {
		unsigned char byte = (unsigned char)text[i] | 0x20;

		if ((byte >= 'a' && byte <= 'z') || (unsigned char)text[i] >= 0x80)
			has_letter = true;
		else if (strchr("0123456789.-_", text[i]) == NULL)
			return false;
	}
	return has_letter;
}

static bool fail_target(struct targets_reader *reader, const struct yaml_node *node)
{
	const char *expected = "an IP address or a block like 203.0.113.64/28";
	char description[YAML_DESCRIPTION_MAX];

	if (node->kind == YAML_SCALAR && looks_like_host_name(node->text) && !yaml_is_null(node))
		expected = "an IP address; a host name goes under hostname";
	else if (node->kind == YAML_SCALAR && strchr(node->text, '%') != NULL)
		expected = "an IP address without a zone identifier (%)";
	return yaml_fail(&reader->document, node, reader->error, "target is %s, expected %s",
			 yaml_describe(node, description), expected);
}

/* Where the block would start if the host bits were clear. */
static struct ip network_of(const struct ip_block *block)
{
	struct ip ip = block->first;
	unsigned bit;

	for (bit = block->length; bit < ip_bits(&ip); bit++)
		ip.bytes[bit / 8] &= (uint8_t) ~(0x80 >> bit % 8);
	return ip;
}

static bool check_block_size(struct targets_reader *reader, const struct yaml_node *node,
			     const struct ip_block *block)
{
	unsigned most = reader->config->max_block_addresses;
	unsigned host_bits = ip_bits(&block->first) - block->length;

	if (ip_block_count(block) <= most)
		return true;
	if (host_bits >= 64)
		return yaml_fail(&reader->document, node, reader->error,
				 "block %s has 2^%u addresses, expected at most %u "
				 "(max_block_addresses)",
				 node->text, host_bits, most);
	return yaml_fail(&reader->document, node, reader->error,
			 "block %s has %" PRIu64 " addresses, expected at most %u "
			 "(max_block_addresses)",
			 node->text, ip_block_count(block), most);
}

static bool check_block(struct targets_reader *reader, const struct yaml_node *node,
			const struct entry *entry, const struct ip_block *block)
{
	char text[IP_TEXT_MAX];
	struct ip network = network_of(block);

	if (!ip_block_is_aligned(block))
		return yaml_fail(&reader->document, node, reader->error,
				 "block %s has host bits set, expected %s/%u", node->text,
				 ip_print(&network, text), block->length);
	if (!check_block_size(reader, node, block))
		return false;
	if (entry->expectation->name_count > 0)
		return yaml_fail(
		    &reader->document, node, reader->error,
		    "block %s stands in an entry with hostname, expected single "
		    "addresses there, as the addresses of a block have no name in common",
		    node->text);
	return true;
}

static bool read_target(struct targets_reader *reader, const struct yaml_node *node,
			const struct entry *entry)
{
	struct target_address address = {.place = place_of(reader, node),
					 .expectation = entry->foreign ? NULL : entry->expectation};
	struct target_block block = {.place = address.place, .expectation = entry->expectation};
	uint16_t port;

	if (node->kind != YAML_SCALAR)
		return fail_target(reader, node);
	if (ip_port_parse(node->text, &address.ip, &port)) {
		target_set_add_address(&reader->set, &address);
	} else if (ip_block_parse(node->text, &block.block)) {
		if (!check_block(reader, node, entry, &block.block))
			return false;
		target_set_add_block(&reader->set, &block);
	} else {
		return fail_target(reader, node);
	}
	if (reader->set.total <= CONFIG_TARGETS_MAX)
		return true;
	return yaml_fail(&reader->document, node, reader->error,
			 "with this there are %" PRIu64 " targets, expected at most %d in all "
			 "files together",
			 reader->set.total, CONFIG_TARGETS_MAX);
}

static bool read_targets(struct targets_reader *reader, const struct entry *entry)
{
	const struct yaml_node *node;
	char description[YAML_DESCRIPTION_MAX];

	assert(entry->targets != NULL);
	if (entry->targets->kind != YAML_LIST)
		return yaml_fail(&reader->document, entry->targets, reader->error,
				 "targets is %s, expected a list like [203.0.113.10]",
				 yaml_describe(entry->targets, description));
	for (node = entry->targets->first; node != NULL; node = node->next)
		if (!read_target(reader, node, entry))
			return false;
	return true;
}

static bool read_keys(struct targets_reader *reader, const struct yaml_node *map,
		      struct entry *entry)
{
	const struct yaml_node *pair;
	char quoted[QUOTE_TEXT_MAX];

	for (pair = map->first; pair != NULL; pair = pair->next) {
		if (strcmp(pair->key->text, "targets") == 0)
			entry->targets = pair;
		else if (strcmp(pair->key->text, "hostname") == 0)
			entry->hostname = pair;
		else if (strcmp(pair->key->text, "labels") == 0)
			entry->labels = pair;
		else
			return yaml_fail(&reader->document, pair->key, reader->error,
					 "unknown key %s, expected one of targets, hostname or "
					 "labels",
					 quote_print(pair->key->text, quoted));
	}
	if (entry->targets == NULL)
		return yaml_fail(&reader->document, map, reader->error,
				 "entry without targets, expected targets: [203.0.113.10]");
	return true;
}

/* A block may have addresses of every shard, and what is no address is told later. */
static bool is_foreign(const struct targets_reader *reader, const struct yaml_node *target)
{
	struct ip ip;
	uint16_t port;

	return target->kind == YAML_SCALAR && ip_port_parse(target->text, &ip, &port) &&
	       !shard_has(&reader->input->shard, &ip);
}

/* What is expected of the addresses of other shards is checked, and then let go. */
static void choose_arena(const struct targets_reader *reader, struct entry *entry)
{
	const struct yaml_node *node =
		entry->targets->kind == YAML_LIST ? entry->targets->first : entry->targets;

	while (node != NULL && is_foreign(reader, node))
		node = node->next;
	entry->foreign = node == NULL;
	entry->arena = entry->foreign ? reader->passing : reader->config->arena;
	entry->expectation = arena_allocate(entry->arena, sizeof *entry->expectation);
}

static bool read_entry(struct targets_reader *reader, const struct yaml_node *node)
{
	struct entry entry = {0};
	char description[YAML_DESCRIPTION_MAX];

	if (node->kind != YAML_MAP)
		return yaml_fail(&reader->document, node, reader->error,
				 "entry is %s, expected a map with targets",
				 yaml_describe(node, description));
	if (!read_keys(reader, node, &entry))
		return false;
	choose_arena(reader, &entry);
	return read_host_names(reader, &entry) && read_labels(reader, &entry) &&
	       read_targets(reader, &entry);
}

static bool read_entries(struct targets_reader *reader)
{
	const struct yaml_node *root = reader->document.root, *node;
	char description[YAML_DESCRIPTION_MAX];

	if (root == NULL)
		return true;
	if (root->kind != YAML_LIST)
		return yaml_fail(&reader->document, root, reader->error,
				 "the file is %s, expected a list like - targets: [203.0.113.10]",
				 yaml_describe(root, description));
	for (node = root->first; node != NULL; node = node->next)
		if (!read_entry(reader, node))
			return false;
	return true;
}

static bool read_files(struct targets_reader *reader)
{
	const struct config_input *input = reader->input;
	bool good = true;
	size_t i;

	for (i = 0; good && i < input->target_file_count; i++) {
		const struct config_file *file = &input->target_files[i];

		reader->file = (uint32_t)i;
		reader->passing = arena_create();
		good = yaml_parse(&reader->document, file->path, file->text, file->size,
				  reader->error) &&
		       read_entries(reader);
		yaml_clear(&reader->document);
		arena_free(reader->passing);
	}
	return good;
}

static void keep_warning(struct targets_reader *reader)
{
	const char **warnings;

	if (reader->warning == NULL)
		return;
	warnings = arena_allocate(reader->config->arena, sizeof *warnings);
	warnings[0] = reader->warning;
	reader->config->warnings = warnings;
	reader->config->warning_count = 1;
}

bool targets_parse(const struct config_input *input, struct config *config, struct error *error)
{
	struct targets_reader reader = {.input = input, .config = config, .error = error};
	bool good =
	    read_files(&reader) && target_set_check(&reader.set, input->target_files, error);

	if (good) {
		struct watch *all =
			target_set_expand(&reader.set, config->arena, &config->all_watch_count);

		config->all_watches = all;
		config->watches = target_set_take_shard(all, config->all_watch_count, &input->shard,
							config->arena, &config->watch_count);
		keep_warning(&reader);
	}
	target_set_clear(&reader.set);
	return good;
}
