#include "config/probe_request.h"

#include "base/url.h"
#include "config/expected_names.h"
#include "config/quote.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct reading {
	struct probe_request *request;
	struct expected_names names;
	bool has_target;
	char name[URL_PART_MAX], value[URL_PART_MAX];
	struct error *error;
};

static bool take_target(struct reading *reading)
{
	char quoted[QUOTE_TEXT_MAX];
	uint16_t port;

	if (reading->has_target)
		return error_set(reading->error, "target is there twice, expected one IP address");
	reading->has_target = true;
	if (ip_parse(reading->value, &reading->request->ip) ||
	    ip_port_parse(reading->value, &reading->request->ip, &port))
		return true;
	return error_set(reading->error, "target is %s, expected an IP address; a host name belongs "
					 "under hostname",
			 quote_print(reading->value, quoted));
}

static bool take_host_names(struct reading *reading)
{
	char *rest = reading->value, *name;

	while ((name = strsep(&rest, ",")) != NULL) {
		if (name[0] != '\0' && !expected_names_add(&reading->names, name, reading->error))
			return error_prefix(reading->error, "hostname");
	}
	return true;
}

static bool take_pair(struct reading *reading)
{
	if (strcmp(reading->name, "target") == 0)
		return take_target(reading);
	if (strcmp(reading->name, "hostname") == 0)
		return take_host_names(reading);
	if (strcmp(reading->name, "debug") == 0)
		reading->request->debug = strcmp(reading->value, "true") == 0;
	return true;
}

static bool read_pairs(struct reading *reading, const char *query)
{
	enum url_pair found;

	while ((found = url_next_pair(&query, reading->name, reading->value)) == URL_PAIR)
		if (!take_pair(reading))
			return false;
	if (found == URL_TOO_LONG)
		return error_set(reading->error, "a parameter is too long");
	if (!reading->has_target)
		return error_set(reading->error,
				 "target is missing, expected /probe?target=IP&hostname=NAME");
	return true;
}

bool probe_request_parse(struct probe_request *request, struct arena *arena, const char *query,
			 struct error *error)
{
	struct reading *reading = arena_allocate(arena, sizeof *reading);

	*request = (struct probe_request){
		.expectation = arena_allocate(arena, sizeof *request->expectation)};
	reading->request = request;
	reading->error = error;
	return read_pairs(reading, query) &&
	       expected_names_finish(&reading->names, arena, request->expectation, error);
}

static bool parse_seconds(const char *text, double *seconds)
{
	char *end;

	if (text[strspn(text, "0123456789.eE+-")] != '\0')
		return false; /* no "inf", no hexadecimal */
	*seconds = strtod(text, &end);
	return end != text && *end == '\0' && isfinite(*seconds);
}

bool probe_timeout_parse(const char *header, int64_t offset_ms, int64_t *timeout_ms,
			 struct error *error)
{
	char quoted[QUOTE_TEXT_MAX];
	double seconds = 10;

	if (header != NULL && (!parse_seconds(header, &seconds) || seconds <= 0))
		return error_set(error, "X-Prometheus-Scrape-Timeout-Seconds is %s, expected seconds "
					"above 0",
				 quote_print(header, quoted));
	*timeout_ms = PROBE_TIMEOUT_MAX_MS;
	if (seconds * 1000 - (double)offset_ms < PROBE_TIMEOUT_MAX_MS)
		*timeout_ms = (int64_t)(seconds * 1000) - offset_ms;
	if (*timeout_ms < PROBE_TIMEOUT_MIN_MS)
		*timeout_ms = PROBE_TIMEOUT_MIN_MS;
	return true;
}

bool probe_offset_parse(const char *text, int64_t *offset_ms, struct error *error)
{
	double seconds;

	if (!parse_seconds(text, &seconds) || seconds < 0 || seconds > 60)
		return error_set(error, "--timeout-offset %s: expected seconds from 0 to 60", text);
	*offset_ms = (int64_t)(seconds * 1000);
	return true;
}
