#include "report/negotiation.h"
#include "test.h"

#include <stdio.h>
#include <stdlib.h>

#define TEXT "text/plain; version=0.0.4; charset=utf-8"
#define OPENMETRICS "application/openmetrics-text; version=1.0.0; charset=utf-8"
#define OM "application/openmetrics-text"

static void assert_type(const char *accept, const char *type)
{
	const char *found = negotiation_content_type(negotiation_read_accept(accept));

	if (strcmp(found, type) != 0)
		fail_msg("Accept: %s\n    gives %s,\n    not %s", accept, found, type);
}

/* As captured from scrapes; of native histograms the protobuf comes first. */
static void what_prometheus_sends(void **state)
{
	(void)state;
	assert_type("application/openmetrics-text;version=1.0.0,application/openmetrics-text;"
		    "version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
		    OPENMETRICS);
	assert_type("application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,"
		    "application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;"
		    "escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
		    OPENMETRICS "; escaping=allow-utf-8");
	assert_type("application/openmetrics-text; version=0.0.1,text/plain;version=0.0.4;q=0.5,"
		    "*/*;q=0.1",
		    OPENMETRICS);
	assert_type("application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;"
		    "encoding=delimited,application/openmetrics-text;version=1.0.0;q=0.8,"
		    "application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;"
		    "q=0.5,*/*;q=0.1",
		    OPENMETRICS);
	assert_type("application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;"
		    "encoding=delimited;q=0.7,text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
		    TEXT);
	assert_type("text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,"
		    "text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
		    TEXT "; escaping=allow-utf-8");
}

static void who_names_neither_gets_text(void **state)
{
	static const char *const headers[] = {
	    NULL,
	    "",
	    " ",
	    "*/*",
	    "text/*",
	    "text/plain",
	    "application/json",
	    "application/*",
	    "image/avif,image/webp,*/*;q=0.8",
	    "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
	    "text/plain;q=0",
	    "*/*;q=0",
	    "application/openmetrics-text-2",
	    "xapplication/openmetrics-text",
	    "openmetrics-text",
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT_OF(headers); i++)
		assert_type(headers[i], TEXT);
}

static void weights_decide(void **state)
{
	(void)state;
	assert_type(OM ";q=0.5, text/plain;q=0.6", TEXT);
	assert_type(OM ";q=0.6, text/plain;q=0.5", OPENMETRICS);
	assert_type(OM ";q=0.501, text/plain;q=0.5", OPENMETRICS);
	assert_type(OM ";q=1.000, text/plain;q=0.999", OPENMETRICS);
	assert_type(OM ";q=0", TEXT);
	assert_type(OM ";q=0.000", TEXT);
	assert_type(OM ";q=0, */*", TEXT);
	assert_type(OM ";q=0.001, text/plain;q=0", OPENMETRICS);
	assert_type(OM ";version=1.0.0;q=0.1, " OM ";version=0.0.1;q=0.9, text/plain;q=0.5",
		    OPENMETRICS);
	assert_type("text/plain;q=0.9, text/plain;version=0.0.4;q=0.1, " OM ";q=0.5", TEXT);
}

static void of_equals_the_first_named_wins(void **state)
{
	(void)state;
	assert_type(OM ", text/plain", OPENMETRICS);
	assert_type("text/plain, " OM, TEXT);
	assert_type("*/*, " OM, OPENMETRICS);
	assert_type("text/*, " OM, OPENMETRICS);
	assert_type("*/*, text/plain, " OM, TEXT);
}

/* RFC 9110 12.5.1: the most precise range that matches has the say. */
static void the_most_precise_range_decides(void **state)
{
	(void)state;
	assert_type("*/*;q=0.9, " OM ";q=0.5", TEXT);
	assert_type("*/*;q=0.9, text/plain;q=0.3, " OM ";q=0.5", OPENMETRICS);
	assert_type("text/plain;q=0.3, */*;q=0.9, " OM ";q=0.5", OPENMETRICS);
	assert_type("text/*;q=0.3, */*;q=0.9, " OM ";q=0.5", OPENMETRICS);
	assert_type("text/*;q=0.9, text/plain;q=0.3, " OM ";q=0.5", OPENMETRICS);
}

static void versions(void **state)
{
	(void)state;
	assert_type(OM, OPENMETRICS);
	assert_type(OM ";version=0.0.1", OPENMETRICS);
	assert_type(OM ";version=2.0.0", OPENMETRICS);
	assert_type(OM ";version=", OPENMETRICS);
	assert_type("text/plain;version=0.0.4, " OM ";q=0.5", TEXT);
	assert_type("text/plain;version=1.0.0, " OM ";q=0.5", TEXT);
	assert_type("text/plain;version=2.0.0, " OM ";q=0.5", OPENMETRICS);
	assert_type("text/plain;version=0.0.40, " OM ";q=0.5", OPENMETRICS);
	assert_type("text/plain;version=0.0, " OM ";q=0.5", OPENMETRICS);
}

static void escapings_of_the_range_that_won(void **state)
{
	(void)state;
	assert_type(OM ";escaping=allow-utf-8", OPENMETRICS "; escaping=allow-utf-8");
	assert_type(OM ";escaping=underscores", OPENMETRICS "; escaping=underscores");
	assert_type(OM ";escaping=dots", OPENMETRICS "; escaping=dots");
	assert_type(OM ";escaping=values", OPENMETRICS "; escaping=values");
	assert_type("text/plain;escaping=values", TEXT "; escaping=values");
	assert_type(OM ";Escaping=\"DOTS\"", OPENMETRICS "; escaping=dots");
	assert_type(OM ";escaping=", OPENMETRICS);
	assert_type(OM ";escaping=dot", OPENMETRICS);
	assert_type(OM ";escaping=dotss", OPENMETRICS);
	assert_type(OM ";escaping=\"dots\\\r\nX-Evil: 1\"", OPENMETRICS);
	assert_type(OM ", text/plain;escaping=dots;q=0.5", OPENMETRICS);
	assert_type(OM ";q=0.1, text/plain;escaping=dots;q=0.5", TEXT "; escaping=dots");
}

static void spellings_of_the_same(void **state)
{
	static const char *const headers[] = {
	    "Application/OpenMetrics-Text;Version=1.0.0",
	    "  " OM "  ;  version=1.0.0  ;  q=0.5  ,  text/plain  ;  q=0.4  ",
	    "\t" OM "\t;\tq=0.5\t,\ttext/plain;q=0.4",
	    OM ";version=\"1.0.0\";q=0.5,text/plain;q=0.4",
	    OM ";version=\"1\\.0\\.0\";q=0.5,text/plain;version=\"0\\.0.4\";q=0.4",
	    OM ";Q=0.5,text/plain;Q=0.4",
	    OM ";q=.5,text/plain;q=.4",
	    OM ";q=1.,text/plain;q=0.",
	    OM ";q=0.50009,text/plain;q=0.49999999999999999999999999999999",
	    OM ";;;q=0.5;;,text/plain;q=0.4;",
	    OM ";q=0.5;extension;other=1,text/plain;q=0.4",
	    ",,, ,\t, " OM ",,",
	    OM ";x=\"a,b;q=0\\\",text/plain;q=1\"",
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT_OF(headers); i++)
		assert_type(headers[i], OPENMETRICS);
}

/* An element that is none is no wish; those beside it still are. */
static void garbage_counts_for_nothing(void **state)
{
	static const char *const garbage[] = {
	    OM " text/plain",
	    OM " q=1",
	    OM ";q=",
	    OM ";q",
	    OM ";q=abc",
	    OM ";q=-1",
	    OM ";q=1.001",
	    OM ";q=2",
	    OM ";q=10",
	    OM ";q=0.5x",
	    OM ";q=0x1",
	    OM ";q=1e0",
	    OM ";q=\"0.5\"",
	    OM ";q = 0.5",
	    OM ";version=\"1.0.0",
	    OM ";version=\"1.0.0\\",
	    OM ";version=\"1.0.0\\\"",
	    OM ";version=\"1.0.0\"x",
	    OM ";=1;\"",
	    OM ";{}",
	    "\"" OM "\"",
	    "(" OM ")",
	    OM "\x80",
	    OM "\x01",
	    "/",
	    "\"",
	    ";",
	    ";;;q=0",
	    "=,=;=,;=",
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT_OF(garbage); i++) {
		char header[256];

		assert_type(garbage[i], TEXT);
		snprintf(header, sizeof header, "%s;q=0.1,%s", OM, garbage[i]);
		assert_type(header, OPENMETRICS);
	}
}

static char *repeated(const char *part, size_t count, const char *end)
{
	struct text text = TEXT_EMPTY;

	while (count-- > 0)
		text_add(&text, part);
	text_add(&text, end);
	return text_terminate(&text);
}

static void long_headers_are_read_to_their_end(void **state)
{
	static const char *const parts[] = {",",  "x/y,", "x/y;q=0.5, ", "x/y;a=\"\\\",,,\",",
					    "\"\",", "(((,", OM ";q=2,"};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT_OF(parts); i++) {
		char *header = repeated(parts[i], 2000, OM);

		assert_type(header, OPENMETRICS);
		free(header);
	}
}

static void gzip_where_it_is_welcome(void **state)
{
	static const char *const welcome[] = {"gzip",
					      "GZIP",
					      "x-gzip",
					      "gzip, deflate, br, zstd",
					      "deflate, gzip;q=1.0, *;q=0.5",
					      "br;q=1.0, gzip;q=0.8, *;q=0.1",
					      "gzip;q=0.001",
					      "*",
					      "*;q=0.1",
					      "identity;q=0.5, gzip;q=0.5",
					      "identity, gzip",
					      "identity;q=0, gzip;q=0.1",
					      "\x7f, gzip",
					      "gzip;q=0, gzip"};
	static const char *const unwelcome[] = {NULL,
						"",
						"identity",
						"deflate",
						"br, zstd",
						"gzip;q=0",
						"gzip;q=0.000, *",
						"*;q=0",
						"identity;q=1, *;q=0",
						"identity;q=0.6, gzip;q=0.5",
						"gzip2",
						"gzi",
						"\"gzip\"",
						"gzip deflate",
						"gzip;q=x"};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT_OF(welcome); i++)
		if (!negotiation_wants_gzip(welcome[i]))
			fail_msg("no gzip for %s", welcome[i]);
	for (i = 0; i < COUNT_OF(unwelcome); i++)
		if (negotiation_wants_gzip(unwelcome[i]))
			fail_msg("gzip for %s", unwelcome[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_prometheus_sends),
	    cmocka_unit_test(who_names_neither_gets_text),
	    cmocka_unit_test(weights_decide),
	    cmocka_unit_test(of_equals_the_first_named_wins),
	    cmocka_unit_test(the_most_precise_range_decides),
	    cmocka_unit_test(versions),
	    cmocka_unit_test(escapings_of_the_range_that_won),
	    cmocka_unit_test(spellings_of_the_same),
	    cmocka_unit_test(garbage_counts_for_nothing),
	    cmocka_unit_test(long_headers_are_read_to_their_end),
	    cmocka_unit_test(gzip_where_it_is_welcome),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
