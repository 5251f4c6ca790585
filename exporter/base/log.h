/* log.h - lines for the operator on standard error, as Prometheus programs write them.
 *
 * Only programs log (asking/, app/, main.c): library folders return errors and values.
 *
 *     log_info("Configuration loaded", LOG_NUMBER("targets", count), LOG_TEXT("file", path));
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };
enum log_format { LOG_LOGFMT, LOG_JSON };

struct log_field {
	const char *key;
	const char *text; /* NULL: the number counts */
	int64_t number;
};

#define LOG_TEXT(key, value) ((struct log_field){(key), (value), 0})
#define LOG_NUMBER(key, value) ((struct log_field){(key), NULL, (int64_t)(value)})

bool log_level_parse(const char *text, enum log_level *level);    /* debug info warn error */
bool log_format_parse(const char *text, enum log_format *format); /* logfmt json */

/* Process-wide, set once at start. Default: LOG_INFO, LOG_LOGFMT. */
void log_configure(enum log_level level, enum log_format format);
bool log_is_enabled(enum log_level level);

/* One line; `fields` ends with one whose key is NULL. Values are quoted and escaped as needed. */
void log_write(enum log_level level, const char *source, const char *message,
	       const struct log_field *fields);

#define LOG_STRING_(x) #x
#define LOG_STRING(x) LOG_STRING_(x)
#define LOG_LINE(level, message, ...)                                                              \
	do {                                                                                       \
		if (log_is_enabled(level))                                                         \
			log_write((level), __FILE__ ":" LOG_STRING(__LINE__), (message),           \
				  (const struct log_field[]){__VA_ARGS__ __VA_OPT__(, ){0}});      \
	} while (0)
#define log_debug(...) LOG_LINE(LOG_DEBUG, __VA_ARGS__)
#define log_info(...) LOG_LINE(LOG_INFO, __VA_ARGS__)
#define log_warn(...) LOG_LINE(LOG_WARN, __VA_ARGS__)
#define log_error(...) LOG_LINE(LOG_ERROR, __VA_ARGS__)
