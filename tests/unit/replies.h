/* replies.h - the reply fixtures of tests/fixtures/replies, decoded. */
#pragma once

#include "dns/message.h"
#include "fcrdns/lookup.h"

/* Decode NAME.hex as the reply to the question its first line names. The caller clears it. */
void replies_decode(const char *name, struct dns_reply *reply);

/* The same bytes, raw; returns the size. `query` is filled. */
size_t replies_read(const char *name, struct dns_query *query, uint8_t *bytes, size_t room);

/* The same as the judgement reads it, from a resolver that sets RA; without a name, a timeout. */
struct lookup replies_look_up(const char *name, struct dns_reply *reply);
