/* plain_answer.h - a response of one sentence, as plain text. */
#pragma once

#include "io/http.h"

#define PLAIN_TYPE "text/plain; charset=utf-8"

void plain_answer(struct http_response *response, unsigned status, const char *sentence);
