#include "replies.h"

#include "test.h"

#include <stdio.h>
#include <stdlib.h>

#define MESSAGE_MAX 65535

static FILE *open_fixture(const char *name)
{
	const char *root = getenv("FIXTURES");
	char path[512];
	FILE *file;

	snprintf(path, sizeof path, "%s/replies/%s.hex", root == NULL ? "tests/fixtures" : root, name);
	file = fopen(path, "r");
	if (file == NULL)
		fail_msg("no fixture %s", path);
	return file;
}

static enum dns_type type_of(const char *text)
{
	if (strncmp(text, "PTR", 3) == 0)
		return DNS_PTR;
	if (strncmp(text, "SOA", 3) == 0)
		return DNS_SOA;
	return strncmp(text, "AAAA", 4) == 0 ? DNS_AAAA : DNS_A;
}

size_t replies_read(const char *name, struct dns_query *query, uint8_t *bytes, size_t room)
{
	FILE *file = open_fixture(name);
	char line[512], question[300], type[16];
	size_t size = 0;
	unsigned byte;

	memset(query, 0, sizeof *query);
	assert_non_null(fgets(line, sizeof line, file));
	assert_int_equal(sscanf(line, "# %299s %15[^:]:", question, type), 2);
	assert_true(dns_name_parse(question, &query->name));
	query->type = type_of(type);
	while (size < room && fscanf(file, "%2x", &byte) == 1)
		bytes[size++] = (uint8_t)byte;
	fclose(file);
	return size;
}

void replies_decode(const char *name, struct dns_reply *reply)
{
	uint8_t bytes[MESSAGE_MAX];
	struct dns_query query;
	size_t size = replies_read(name, &query, bytes, sizeof bytes);

	dns_reply_decode(reply, &query, bytes, size);
}

struct lookup replies_look_up(const char *name, struct dns_reply *reply)
{
	memset(reply, 0, sizeof *reply);
	if (name == NULL)
		return lookup_of_failure(REASON_TIMEOUT);
	replies_decode(name, reply);
	return lookup_of_reply(reply, true);
}
