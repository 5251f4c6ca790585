#include "base/log.h"
#include "test.h"

#include <stdio.h>
#include <unistd.h>

/* What one call writes to standard error, without the time, which no test can know. */
static const char *logged(enum log_format format, const char *message, struct log_field field)
{
	static char line[1024];
	const struct log_field fields[] = {field, {0}};
	int ends[2], kept = dup(STDERR_FILENO);
	const char *rest;
	ssize_t size;

	assert_int_equal(pipe(ends), 0);
	dup2(ends[1], STDERR_FILENO);
	log_configure(LOG_INFO, format);
	log_write(LOG_WARN, "exporter/app/daemon.c:7", message, fields);
	dup2(kept, STDERR_FILENO);
	size = read(ends[0], line, sizeof line - 1);
	close(kept);
	close(ends[0]);
	close(ends[1]);
	assert_true(size > 0);
	line[size] = '\0';
	rest = strstr(line, format == LOG_JSON ? "\"level\"" : "level=");
	assert_non_null(rest);
	return rest;
}

static void logfmt_lines(void **state)
{
	(void)state;
	assert_string_equal(logged(LOG_LOGFMT, "Reloaded", LOG_NUMBER("targets", -3)),
			    "level=WARN source=daemon.c:7 msg=Reloaded targets=-3\n");
	assert_string_equal(
	    logged(LOG_LOGFMT, "Configuration loaded", LOG_TEXT("file", "a b")),
	    "level=WARN source=daemon.c:7 msg=\"Configuration loaded\" file=\"a b\"\n");
	assert_string_equal(logged(LOG_LOGFMT, "x", LOG_TEXT("value", "")),
			    "level=WARN source=daemon.c:7 msg=x value=\"\"\n");
	assert_string_equal(logged(LOG_LOGFMT, "x", LOG_TEXT("value", "a=b")),
			    "level=WARN source=daemon.c:7 msg=x value=\"a=b\"\n");
}

static void json_lines(void **state)
{
	(void)state;
	assert_string_equal(logged(LOG_JSON, "Reloaded", LOG_NUMBER("targets", 10000)),
			    "\"level\":\"WARN\",\"source\":\"daemon.c:7\",\"msg\":\"Reloaded\","
			    "\"targets\":10000}\n");
}

static void a_value_cannot_forge_a_line(void **state)
{
	const char *line;
	int format;

	(void)state;
	for (format = LOG_LOGFMT; format <= LOG_JSON; format++) {
		line = logged((enum log_format)format, "x",
			      LOG_TEXT("ptr", "a\nlevel=ERROR msg=\"\\b\"\t\x1b[2J"));
		assert_ptr_equal(strchr(line, '\n'), line + strlen(line) - 1);
		assert_null(strchr(line, '\x1b'));
		assert_null(strchr(line, '\t'));
		assert_null(strstr(line, "=\"\\b")); /* neither quote nor backslash as they came */
	}
}

static void levels_and_formats_by_name(void **state)
{
	enum log_level level;
	enum log_format format;

	(void)state;
	assert_true(log_level_parse("warn", &level));
	assert_int_equal(level, LOG_WARN);
	assert_false(log_level_parse("WARN", &level));
	assert_false(log_level_parse("", &level));
	assert_true(log_format_parse("json", &format));
	assert_int_equal(format, LOG_JSON);
	assert_false(log_format_parse("xml", &format));
	log_configure(LOG_WARN, LOG_LOGFMT);
	assert_false(log_is_enabled(LOG_INFO));
	assert_true(log_is_enabled(LOG_WARN));
	assert_true(log_is_enabled(LOG_ERROR));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(logfmt_lines),
	    cmocka_unit_test(json_lines),
	    cmocka_unit_test(a_value_cannot_forge_a_line),
	    cmocka_unit_test(levels_and_formats_by_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
