#include "app/plain_answer.h"

#include "base/text.h"

void plain_answer(struct http_response *response, unsigned status, const char *sentence)
{
	struct text body = TEXT_EMPTY;

	text_add_format(&body, "%s\n", sentence);
	response->status = status;
	response->content_type = PLAIN_TYPE;
	response->body = body.bytes;
	response->size = body.size;
}
