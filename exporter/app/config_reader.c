#include "app/config_reader.h"

#include "base/hash.h"
#include "base/log.h"
#include "base/memory.h"
#include "config/config_parser.h"
#include "io/files.h"
#include "io/host.h"

#include <stdlib.h>
#include <string.h>

struct texts {
	struct files_text settings; /* empty without --config.file */
	struct files_list targets;
	bool no_directory;
};

/* --- reading --- */

static bool read_texts(const struct config_reader *reader, struct texts *texts, struct error *error)
{
	const struct options *options = reader->options;

	if (options->config_file != NULL &&
	    !files_read(options->config_file, &texts->settings, error))
		return false;
	if (!files_read_directory(options->targets_dir, &texts->targets, &texts->no_directory,
				  error))
		return false;
	if (texts->no_directory && (options->targets_dir_given || reader->directory_seen))
		return error_set(error, "%s: no such directory, expected one with target files",
				 options->targets_dir);
	return true;
}

static void clear_texts(struct texts *texts)
{
	files_list_clear(&texts->targets);
	files_text_clear(&texts->settings);
}

static uint64_t digest_of_text(uint64_t before, const struct files_text *text)
{
	const uint64_t parts[] = {
		before,
		text->path == NULL ? 0 : hash_bytes(text->path, strlen(text->path)),
		text->bytes == NULL ? 0 : hash_bytes(text->bytes, text->size),
	};

	return hash_bytes(parts, sizeof parts);
}

static uint64_t digest_of(const struct texts *texts)
{
	uint64_t digest = digest_of_text(texts->no_directory, &texts->settings);
	size_t i;

	for (i = 0; i < texts->targets.count; i++)
		digest = digest_of_text(digest, &texts->targets.items[i]);
	return digest;
}

/* --- parsing --- */

static const char *own_name(void *context, struct error *error)
{
	return host_own_name(context, error) ? context : NULL;
}

static struct config *parse(const struct options *options, const struct texts *texts,
			    struct error *error)
{
	const struct files_list *list = &texts->targets;
	struct config_file *files = memory_allocate_array(list->count, sizeof *files);
	struct config_file settings = {texts->settings.path, texts->settings.bytes,
				       texts->settings.size};
	char name[HOST_NAME_TEXT_MAX];
	struct config_input input = {
		.settings = options->config_file == NULL ? NULL : &settings,
		.target_files = files,
		.target_file_count = list->count,
		.shard = options->shard,
		.resolver_flags = options->resolvers,
		.resolver_flag_count = options->resolver_count,
		.no_ipv4_route = !host_has_ipv4_route(),
		.own_name = own_name,
		.own_name_context = name,
	};
	struct config *config;
	size_t i;

	for (i = 0; i < list->count; i++)
		files[i] = (struct config_file){list->items[i].path, list->items[i].bytes,
						list->items[i].size};
	config = config_parse(&input, error);
	free(files);
	return config;
}

static struct config *take_texts(struct config_reader *reader, const struct texts *texts,
				 struct error *error)
{
	reader->directory_seen |= !texts->no_directory;
	if (texts->no_directory)
		log_warn("No targets directory: nothing is watched",
			 LOG_TEXT("dir", reader->options->targets_dir));
	return parse(reader->options, texts, error);
}

enum config_reading config_reader_read(struct config_reader *reader, bool only_if_changed,
				       struct config **config, struct error *error)
{
	struct texts texts = {0};
	uint64_t before = reader->digest;
	bool good = read_texts(reader, &texts, error), unchanged;

	*config = NULL;
	reader->digest = good ? digest_of(&texts) : hash_bytes(error->text, strlen(error->text));
	unchanged = only_if_changed && reader->digest == before;
	if (good && !unchanged)
		*config = take_texts(reader, &texts, error);
	clear_texts(&texts);
	if (unchanged)
		return CONFIG_READING_UNCHANGED;
	return *config != NULL ? CONFIG_READING_GOOD : CONFIG_READING_BAD;
}
