/* Every file under tests/fixtures/config: a bad one gives exactly the sentence beside it, a good
 * one is read; beside a good target file stands what it means. */
#include "base/text.h"
#include "config/config_parser.h"
#include "test.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#define PATH_BYTES 512

struct folder {
	const char *name;
	bool is_targets;
	bool is_good;
	size_t least; /* files there, so that a wrong path does not pass for a good run */
};

static const struct folder folders[] = {
    {"config/bad/settings", false, false, 60},
    {"config/bad/targets", true, false, 60},
    {"config/good/settings", false, true, 8},
    {"config/good/targets", true, true, 15},
};

static bool read_whole(const char *path, struct text *text)
{
	FILE *file = fopen(path, "rb");
	size_t got;

	if (file == NULL)
		return false;
	do {
		got = fread(text_reserve(text, 4096), 1, 4096, file);
		text->size += got;
	} while (got > 0);
	fclose(file);
	text_terminate(text);
	return true;
}

static const char *own_name(void *context, struct error *error)
{
	(void)error;
	return context;
}

/* "IP hostname {label="value"}" per watch, then the warnings. */
static void add_meaning(const struct config *config, struct text *text)
{
	char ip[IP_TEXT_MAX];
	size_t i, j;

	for (i = 0; i < config->watch_count; i++) {
		const struct expectation *expectation = config->watches[i].expectation;

		text_add_format(text, "%s %s {", ip_print(&config->watches[i].ip, ip),
				expectation->name_count > 0 ? expectation->hostname : "-");
		for (j = 0; j < expectation->label_count; j++)
			text_add_format(text, "%s%s=\"%s\"", j > 0 ? ", " : "",
					expectation->labels[j].name, expectation->labels[j].value);
		text_add(text, "}\n");
	}
	for (i = 0; i < config->warning_count; i++)
		text_add_format(text, "warning: %s\n", config->warnings[i]);
}

/* What the file comes to: its sentence, or its meaning. */
static void parse(const struct folder *folder, const char *name, const struct text *content,
		  struct text *outcome)
{
	struct config_file file = {name, content->bytes, content->size};
	struct config_input input = {.own_name = own_name, .own_name_context = "Own.Example.org"};
	struct config *config;
	struct error error;

	if (folder->is_targets) {
		input.target_files = &file;
		input.target_file_count = 1;
	} else {
		input.settings = &file;
	}
	config = config_parse(&input, &error);
	if (config == NULL)
		text_add_format(outcome, "%s\n", error.text);
	else
		add_meaning(config, outcome);
	if ((config != NULL) != folder->is_good)
		fail_msg("%s/%s: %s", folder->name, name, config != NULL ? "accepted" : error.text);
	text_terminate(outcome);
	config_free(config);
}

static void check_file(const struct folder *folder, const char *path, const char *name)
{
	struct text content = TEXT_EMPTY, expected = TEXT_EMPTY, outcome = TEXT_EMPTY;
	char file_path[PATH_BYTES], expected_path[PATH_BYTES];

	snprintf(file_path, sizeof file_path, "%s/%s", path, name);
	snprintf(expected_path, sizeof expected_path, "%s/%.*s.expected", path,
		 (int)(strrchr(name, '.') - name), name);
	assert_true(read_whole(file_path, &content));
	parse(folder, name, &content, &outcome);
	if (read_whole(expected_path, &expected))
		assert_string_equal(outcome.bytes, expected.bytes);
	else if (!folder->is_good || folder->is_targets)
		fail_msg("%s: no such file, wanted:\n%s", expected_path, outcome.bytes);
	text_clear(&content);
	text_clear(&expected);
	text_clear(&outcome);
}

static bool is_fixture(const char *name)
{
	const char *dot = strrchr(name, '.');

	return dot != NULL && name[0] != '.' && strcmp(dot, ".expected") != 0;
}

static void test_folder(void **state)
{
	const struct folder *folder = *state;
	const char *root = getenv("FIXTURES") != NULL ? getenv("FIXTURES") : "tests/fixtures";
	char path[PATH_BYTES / 2];
	struct dirent *entry;
	size_t count = 0;
	DIR *directory;

	snprintf(path, sizeof path, "%s/%s", root, folder->name);
	directory = opendir(path);
	if (directory == NULL)
		fail_msg("%s: cannot be opened", path);
	while ((entry = readdir(directory)) != NULL) {
		if (!is_fixture(entry->d_name))
			continue;
		check_file(folder, path, entry->d_name);
		count++;
	}
	closedir(directory);
	assert_true(count >= folder->least);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    {"bad settings", test_folder, NULL, NULL, (void *)&folders[0]},
	    {"bad targets", test_folder, NULL, NULL, (void *)&folders[1]},
	    {"good settings", test_folder, NULL, NULL, (void *)&folders[2]},
	    {"good targets", test_folder, NULL, NULL, (void *)&folders[3]},
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
