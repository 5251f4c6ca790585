#include "io/http_request.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* %00 to %1F, %7F, and what is no escape at all. */
static bool is_bad_escape(const char *escape)
{
	return !isxdigit((unsigned char)escape[1]) || !isxdigit((unsigned char)escape[2]) ||
	       escape[1] < '2' || strncasecmp(escape + 1, "7f", 2) == 0;
}

/* libmicrohttpd unescapes %00 to the end of the string, so look at the raw text. */
bool http_request_has_control_bytes(const char *uri)
{
	for (; *uri != '\0'; uri++)
		if (iscntrl((unsigned char)*uri) || (*uri == '%' && is_bad_escape(uri)))
			return true;
	return false;
}

const char *http_request_find_query(const char *uri)
{
	const char *mark = strchr(uri, '?');

	return mark == NULL ? "" : mark + 1;
}

struct body_headers {
	unsigned count; /* of headers that tell where the body ends */
	bool unknown_coding;
	unsigned long long length;
};

static enum MHD_Result note_header(void *context, enum MHD_ValueKind kind, const char *key,
				   const char *value)
{
	struct body_headers *headers = context;

	(void)kind;
	if (strcasecmp(key, MHD_HTTP_HEADER_CONTENT_LENGTH) == 0) {
		headers->count++;
		headers->length = value == NULL ? 0 : strtoull(value, NULL, 10);
	} else if (strcasecmp(key, MHD_HTTP_HEADER_TRANSFER_ENCODING) == 0) {
		headers->count++;
		headers->unknown_coding = value == NULL || strcasecmp(value, "chunked") != 0;
	}
	return MHD_YES;
}

/* Two ways to tell where the body ends are one too many: that is how requests are smuggled past a
 * proxy (RFC 9112 6.3). */
unsigned http_request_check(struct MHD_Connection *connection, unsigned long long upload_max)
{
	struct body_headers headers = {0, false, 0};

	MHD_get_connection_values(connection, MHD_HEADER_KIND, note_header, &headers);
	if (headers.count > 1 || headers.unknown_coding)
		return MHD_HTTP_BAD_REQUEST;
	return headers.length > upload_max ? MHD_HTTP_CONTENT_TOO_LARGE : 0;
}

static const char *header_of(struct MHD_Connection *connection, const char *name)
{
	return MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name);
}

void http_request_read(struct MHD_Connection *connection, struct http_request *request)
{
	request->accept = header_of(connection, MHD_HTTP_HEADER_ACCEPT);
	request->accept_encoding = header_of(connection, MHD_HTTP_HEADER_ACCEPT_ENCODING);
	request->scrape_timeout = header_of(connection, "X-Prometheus-Scrape-Timeout-Seconds");
}
