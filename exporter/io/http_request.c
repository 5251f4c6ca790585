#include "io/http_request.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct header_check {
	unsigned body_headers; /* that tell where the body ends */
	unsigned hosts;
	bool bad;
	unsigned long long length;
};

/* RFC 9110 5.6.2: what a name is made of. A blank before the colon is how requests are smuggled. */
static bool is_token(const char *text, size_t size)
{
	size_t i;

	for (i = 0; i < size; i++)
		if (!isalnum((unsigned char)text[i]) &&
		    (text[i] == '\0' || strchr("!#$%&'*+-.^_`|~", text[i]) == NULL))
			return false;
	return size > 0;
}

static bool has_control_byte(const char *text, size_t size)
{
	size_t i;

	for (i = 0; i < size; i++)
		if (iscntrl((unsigned char)text[i]) && text[i] != '\t')
			return true;
	return false;
}

/* RFC 9110 8.6: digits, and nothing else. */
static bool is_length(const char *text, size_t size)
{
	return size > 0 && size < 19 && strspn(text, "0123456789") == size;
}

static void check_value(struct header_check *check, const char *key, const char *value, size_t size)
{
	if (strcasecmp(key, MHD_HTTP_HEADER_CONTENT_LENGTH) == 0) {
		check->body_headers++;
		check->bad |= !is_length(value, size);
		check->length = strtoull(value, NULL, 10);
	} else if (strcasecmp(key, MHD_HTTP_HEADER_TRANSFER_ENCODING) == 0) {
		check->body_headers++;
		check->bad |= strcasecmp(value, "chunked") != 0;
	} else if (strcasecmp(key, MHD_HTTP_HEADER_HOST) == 0) {
		check->hosts++;
	}
}

static enum MHD_Result check_header(void *context, enum MHD_ValueKind kind, const char *key,
				    size_t key_size, const char *value, size_t value_size)
{
	struct header_check *check = context;

	(void)kind;
	check->bad |= !is_token(key, key_size) || has_control_byte(value, value_size);
	if (value != NULL)
		check_value(check, key, value, value_size);
	return MHD_YES;
}

/* Two ways to tell where the body ends are one too many: that is how requests are smuggled past a
 * proxy (RFC 9112 6.3). Two hosts are one too many as well (RFC 9112 3.2). */
unsigned http_request_check(struct MHD_Connection *connection, unsigned long long upload_max)
{
	struct header_check check = {0};

	MHD_get_connection_values_n(connection, MHD_HEADER_KIND, check_header, &check);
	if (check.bad || check.body_headers > 1 || check.hosts > 1)
		return MHD_HTTP_BAD_REQUEST;
	return check.length > upload_max ? MHD_HTTP_CONTENT_TOO_LARGE : 0;
}

static const char *header_of(struct MHD_Connection *connection, const char *name)
{
	return MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name);
}

void http_request_read(struct MHD_Connection *connection, struct http_request *request)
{
	request->accept = header_of(connection, MHD_HTTP_HEADER_ACCEPT);
	request->accept_encoding = header_of(connection, MHD_HTTP_HEADER_ACCEPT_ENCODING);
	request->authorization = header_of(connection, MHD_HTTP_HEADER_AUTHORIZATION);
	request->scrape_timeout = header_of(connection, "X-Prometheus-Scrape-Timeout-Seconds");
}
