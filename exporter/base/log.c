#include "base/log.h"

#include "base/text.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const char *const level_names[] = {"debug", "info", "warn", "error"};
static const char *const level_printed[] = {"DEBUG", "INFO", "WARN", "ERROR"};
static enum log_level least_level = LOG_INFO;
static enum log_format line_format = LOG_LOGFMT;

bool log_level_parse(const char *text, enum log_level *level)
{
	int i;

	for (i = 0; i < 4; i++) {
		if (strcmp(text, level_names[i]) == 0) {
			*level = (enum log_level)i;
			return true;
		}
	}
	return false;
}

bool log_format_parse(const char *text, enum log_format *format)
{
	if (strcmp(text, "logfmt") == 0)
		*format = LOG_LOGFMT;
	else if (strcmp(text, "json") == 0)
		*format = LOG_JSON;
	else
		return false;
	return true;
}

void log_configure(enum log_level level, enum log_format format)
{
	least_level = level;
	line_format = format;
}

bool log_is_enabled(enum log_level level)
{
	return level >= least_level;
}

/* In double quotes; what could end the line or the string is escaped, so that
 * nothing a stranger's zone or file holds can forge a log line. */
static void add_quoted(struct text *line, const char *value)
{
	const char *c;

	text_add_char(line, '"');
	for (c = value; *c != '\0'; c++) {
		unsigned char byte = (unsigned char)*c;

		if (byte == '"' || byte == '\\')
			text_add_format(line, "\\%c", byte);
		else if (byte == '\n')
			text_add(line, "\\n");
		else if (byte < 0x20 || byte == 0x7f)
			text_add_format(line, "\\u%04x", byte);
		else
			text_add_char(line, (char)byte);
	}
	text_add_char(line, '"');
}

static bool needs_quotes(const char *value)
{
	const char *c;

	for (c = value; *c != '\0'; c++)
		if (!isgraph((unsigned char)*c) || *c == '"' || *c == '=' || *c == '\\')
			return true;
	return c == value;
}

static void add_field(struct text *line, const char *key, const char *value)
{
	if (line_format == LOG_JSON) {
		text_add_format(line, "%c\"%s\":", line->size == 0 ? '{' : ',', key);
		add_quoted(line, value);
		return;
	}
	text_add_format(line, "%s%s=", line->size == 0 ? "" : " ", key);
	if (needs_quotes(value))
		add_quoted(line, value);
	else
		text_add(line, value);
}

static void add_number(struct text *line, const char *key, int64_t number)
{
	text_add_format(line, line_format == LOG_JSON ? ",\"%s\":%lld" : " %s=%lld", key,
			(long long)number);
}

static void add_time(struct text *line)
{
	char stamp[64], whole[80];
	struct timespec now;
	struct tm utc;

	clock_gettime(CLOCK_REALTIME, &now);
	gmtime_r(&now.tv_sec, &utc);
	strftime(stamp, sizeof stamp, "%Y-%m-%dT%H:%M:%S", &utc);
	snprintf(whole, sizeof whole, "%s.%03ldZ", stamp, now.tv_nsec / 1000000);
	add_field(line, "time", whole);
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash == NULL ? path : slash + 1;
}

void log_write(enum log_level level, const char *source, const char *message,
	       const struct log_field *fields)
{
	struct text line = TEXT_EMPTY;
	const struct log_field *field;

	add_time(&line);
	add_field(&line, "level", level_printed[level]);
	add_field(&line, "source", base_name(source));
	add_field(&line, "msg", message);
	for (field = fields; field->key != NULL; field++) {
		if (field->text != NULL)
			add_field(&line, field->key, field->text);
		else
			add_number(&line, field->key, field->number);
	}
	text_add(&line, line_format == LOG_JSON ? "}\n" : "\n");
	/* One write per line, so that lines never mix; a full pipe loses it, not the loop. */
	if (write(STDERR_FILENO, line.bytes, line.size) < 0)
		(void)0;
	text_clear(&line);
}
