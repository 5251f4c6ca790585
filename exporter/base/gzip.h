/* gzip.h - a text compressed whole (RFC 1952), with little effort. */
#pragma once

#include "base/text.h"

/* Put the compressed form in the text's place. False: no memory for it, the text is as it was. */
bool gzip_pack(struct text *text);
