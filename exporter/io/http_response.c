#include "io/http_response.h"

#include <stdlib.h>

static void add_header(struct MHD_Response *mhd, const char *name, const char *value)
{
	if (value != NULL)
		MHD_add_response_header(mhd, name, value);
}

static void add_headers_of_policy(struct MHD_Response *mhd, const struct http_policy *policy)
{
	size_t i;

	for (i = 0; i < policy->header_count; i++) {
		const struct http_header *header = &policy->headers[i];
		const char *ours = MHD_get_response_header(mhd, header->name);

		if (ours != NULL)
			MHD_del_response_header(mhd, header->name, ours);
		add_header(mhd, header->name, header->value);
	}
}

static void add_headers(struct MHD_Response *mhd, const struct http_response *response, bool close)
{
	const char *type = response->content_type != NULL ? response->content_type : "text/plain";

	add_header(mhd, MHD_HTTP_HEADER_CONTENT_TYPE, type);
	add_header(mhd, "X-Content-Type-Options", "nosniff");
	add_header(mhd, "Content-Security-Policy", response->content_security_policy != NULL
							   ? response->content_security_policy
							   : "default-src 'none'");
	add_header(mhd, MHD_HTTP_HEADER_CONTENT_ENCODING, response->content_encoding);
	add_header(mhd, MHD_HTTP_HEADER_VARY, response->vary);
	add_header(mhd, MHD_HTTP_HEADER_ALLOW, response->allow);
	add_header(mhd, MHD_HTTP_HEADER_LOCATION, response->location);
	add_header(mhd, MHD_HTTP_HEADER_WWW_AUTHENTICATE, response->authenticate);
	add_header(mhd, MHD_HTTP_HEADER_CONNECTION, close ? "close" : NULL);
}

enum MHD_Result http_response_send(struct MHD_Connection *connection,
				   const struct http_response *response,
				   const struct http_policy *policy, bool close)
{
	struct MHD_Response *mhd = MHD_create_response_from_buffer(response->size, response->body,
								   MHD_RESPMEM_MUST_FREE);
	enum MHD_Result result;

	if (mhd == NULL) {
		free(response->body);
		return MHD_NO;
	}
	add_headers(mhd, response, close);
	add_headers_of_policy(mhd, policy);
	result = MHD_queue_response(connection, response->status, mhd);
	MHD_destroy_response(mhd);
	return result;
}
