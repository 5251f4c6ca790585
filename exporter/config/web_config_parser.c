#include "config/bcrypt_hash.h"
#include "config/quote.h"
#include "config/web_reader.h"
#include "config/web_tls_parser.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* --- http_server_config --- */

struct header_row {
	const char *name;
	const char *const *values; /* NULL: any */
};

static const char *const nosniff[] = {"nosniff", NULL};
static const char *const frames[] = {"deny", "sameorigin", NULL};

static const struct header_row header_rows[WEB_CONFIG_HEADERS_MAX] = {
	{"Strict-Transport-Security", NULL},
	{"X-Content-Type-Options", nosniff},
	{"X-Frame-Options", frames},
	{"X-XSS-Protection", NULL},
	{"Content-Security-Policy", NULL},
};

static const struct header_row *find_header(const char *name)
{
	size_t i;

	for (i = 0; i < WEB_CONFIG_HEADERS_MAX; i++)
		if (strcmp(header_rows[i].name, name) == 0)
			return &header_rows[i];
	return NULL;
}

static bool has_value(const struct header_row *row, const char *value)
{
	size_t i;

	for (i = 0; row->values != NULL && row->values[i] != NULL; i++)
		if (strcmp(row->values[i], value) == 0)
			return true;
	return row->values == NULL;
}

/* A line end in a header would begin another one. */
static char *without_line_ends(struct arena *arena, const char *value)
{
	char *copy = arena_copy_text(arena, value), *at;

	for (at = copy; *at != '\0'; at++)
		if (iscntrl((unsigned char)*at))
			*at = ' ';
	return copy;
}

static bool read_header(struct web_reader *reader, const struct yaml_node *node)
{
	struct web_config *config = reader->config;
	const struct header_row *row = find_header(node->key->text);
	char quoted[QUOTE_TEXT_MAX];
	const char *value;

	if (row == NULL)
		return yaml_fail(reader->document, node->key, reader->error,
				 "the header %s cannot be set, expected Strict-Transport-Security, "
				 "X-Content-Type-Options, X-Frame-Options, X-XSS-Protection or "
				 "Content-Security-Policy",
				 quote_print(node->key->text, quoted));
	if (!web_read_text(reader, node, &value))
		return false;
	if (!has_value(row, value))
		return yaml_fail(reader->document, node, reader->error, "%s is %s, expected %s%s",
				 row->name, quote_print(value, quoted), row->values[0],
				 row->values[1] != NULL ? " or sameorigin" : "");
	config->headers[config->header_count++] = (struct web_config_header){
		row->name, without_line_ends(config->arena, value)};
	return true;
}

static bool read_headers(struct web_reader *reader, const struct yaml_node *map)
{
	const struct yaml_node *node;

	if (yaml_is_null(map))
		return true;
	if (map->kind != YAML_MAP)
		return web_fail(reader, map, "expected a map of headers");
	for (node = map->first; node != NULL; node = node->next)
		if (!read_header(reader, node))
			return false;
	return true;
}

static bool read_http2(struct web_reader *reader, const struct yaml_node *node)
{
	bool wanted = false;

	if (!web_read_bool(reader, node, &wanted))
		return false;
	if (wanted)
		web_warn(reader, "http2 is not offered: all is served by HTTP/1.1");
	return true;
}

static bool read_http(struct web_reader *reader, const struct yaml_node *node)
{
	static const struct web_row rows[] = {
		{"http2", read_http2}, {"headers", read_headers}, {NULL, NULL}};

	return web_read_map(reader, node, rows);
}

/* --- basic_auth_users --- */

static int compare_users(const void *a, const void *b)
{
	return strcmp(((const struct web_config_user *)a)->name,
		      ((const struct web_config_user *)b)->name);
}

static bool read_user(struct web_reader *reader, const struct yaml_node *node,
		      struct web_config_user *user)
{
	char quoted[QUOTE_TEXT_MAX];
	const char *fault;

	user->name = arena_copy_text(reader->config->arena, node->key->text);
	if (!web_read_text(reader, node, &user->hash))
		return false;
	fault = bcrypt_hash_fault(user->hash);
	if (fault != NULL)
		return yaml_fail(reader->document, node, reader->error,
				 "the password hash of user %s %s, expected one by bcrypt",
				 quote_print(user->name, quoted), fault);
	if (!bcrypt_hash_can_match(user->hash))
		web_warn(reader, "a password hash is no whole bcrypt hash: no password matches it");
	return true;
}

static bool read_users(struct web_reader *reader, const struct yaml_node *map)
{
	struct web_config *config = reader->config;
	const struct yaml_node *node;
	struct web_config_user *users;

	if (yaml_is_null(map))
		return true;
	if (map->kind != YAML_MAP)
		return web_fail(reader, map, "expected a map of users to password hashes");
	users = arena_allocate_array(config->arena, map->count, sizeof *users);
	for (node = map->first; node != NULL; node = node->next)
		if (!read_user(reader, node, &users[config->user_count++]))
			return false;
	qsort(users, config->user_count, sizeof *users, compare_users);
	config->users = users;
	return true;
}

/* --- rate_limit --- */

struct rate_reader {
	struct web_reader reader; /* first: the rows get only that */
	double interval_ms;
};

/* Go's time.ParseDuration, as far as it is above 0: "1.5s", "1h30m", "100us". */
static bool parse_go_duration(const char *text, double *duration_ms)
{
	/* "ms" before "m", which begins it. */
	static const struct {
		const char *unit;
		double ms;
	} units[] = {{"ns", 1e-6}, {"us", 1e-3}, {"\xc2\xb5s", 1e-3}, {"\xce\xbcs", 1e-3},
		     {"ms", 1},    {"s", 1e3},   {"m", 6e4},            {"h", 3.6e6}};
	size_t i;

	*duration_ms = 0;
	if (strcmp(text, "0") == 0)
		return true;
	do {
		size_t digits = strspn(text, "0123456789.");
		double number = strtod(text, NULL);

		if (digits == 0 || digits > 18 || text[0] == '.' ||
		    memchr(text, '.', digits) != memrchr(text, '.', digits))
			return false;
		text += digits;
		for (i = 0; i < 8 && strncmp(text, units[i].unit, strlen(units[i].unit)) != 0; i++)
			;
		if (i == 8)
			return false;
		*duration_ms += number * units[i].ms;
		text += strlen(units[i].unit);
	} while (*text != '\0');
	return true;
}

static bool read_interval(struct web_reader *reader, const struct yaml_node *node)
{
	const char *text;

	if (yaml_is_null(node))
		return true;
	if (!web_read_text(reader, node, &text))
		return false;
	return parse_go_duration(text, &((struct rate_reader *)reader)->interval_ms) ||
	       web_fail(reader, node, "interval is no duration, expected one like 1s");
}

static bool read_burst(struct web_reader *reader, const struct yaml_node *node)
{
	const char *text;

	if (yaml_is_null(node))
		return true;
	if (!web_read_text(reader, node, &text))
		return false;
	if (text[0] == '\0' || strlen(text) > 9 || text[strspn(text, "0123456789")] != '\0')
		return web_fail(reader, node, "burst is no number, expected one from 0");
	reader->config->burst = (unsigned)strtoul(text, NULL, 10);
	return true;
}

/* One request per interval, and `burst` of them at once; no interval: no limit. */
static bool read_rate(struct web_reader *reader, const struct yaml_node *node)
{
	static const struct web_row rows[] = {
		{"interval", read_interval}, {"burst", read_burst}, {NULL, NULL}};
	struct rate_reader rate = {*reader, 0};

	if (!web_read_map(&rate.reader, node, rows))
		return false;
	if (rate.interval_ms > 0)
		reader->config->requests_per_second = 1000 / rate.interval_ms;
	if (rate.interval_ms > 0 && reader->config->burst == 0)
		web_warn(reader, "rate_limit has no burst: every request will be refused");
	return true;
}

/* --- the file --- */

static bool read_file(struct web_reader *reader)
{
	static const struct web_row rows[] = {
		{"tls_server_config", web_tls_read},
		{"http_server_config", read_http},
		{"basic_auth_users", read_users},
		{"rate_limit", read_rate},
		{NULL, NULL},
	};

	return reader->document->root == NULL ||
	       web_read_map(reader, reader->document->root, rows);
}

struct web_config *web_config_parse(const char *path, const char *text, size_t size,
				    struct error *error)
{
	struct arena *arena = arena_create();
	struct web_config *config = arena_allocate(arena, sizeof *config);
	struct yaml_document document = {0};
	struct web_reader reader = {&document, config, NULL, error};
	bool good;

	config->arena = arena;
	config->priorities = "";
	config->warnings = reader.warnings = arena_allocate_array(
		arena, WEB_READER_WARNINGS_MAX, sizeof *reader.warnings);
	good = yaml_parse(&document, path, text, size, error) && read_file(&reader);
	yaml_clear(&document);
	if (good)
		return config;
	web_config_free(config);
	return NULL;
}

void web_config_free(struct web_config *config)
{
	if (config != NULL)
		arena_free(config->arena);
}
