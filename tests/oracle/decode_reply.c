/* decode_reply.c - what the decoder makes of replies, one a line, for tests/oracle to compare.
 *
 * Reads lines "TYPE NAME HEX" ("-" for no bytes at all) and writes a line for each:
 *
 *     OUTCOME RCODE FINAL ALIASED TTL ERRORS ZONE SERIAL VALUE...
 *
 * with "-" where there is no TTL or no SOA, the extended errors as a hexadecimal set, and names or
 * addresses as values in their order. A line that cannot be read ends the program.
 */
#include "dns/message.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MESSAGE_MAX 65535

static const char *const outcomes[] = {
    [DNS_DATA] = "data",           [DNS_NXDOMAIN] = "nxdomain", [DNS_NODATA] = "nodata",
    [DNS_UNCHASED] = "unchased",   [DNS_REFERRAL] = "referral", [DNS_CNAME_LOOP] = "loop",
    [DNS_TRUNCATED] = "truncated", [DNS_SERVFAIL] = "servfail", [DNS_REFUSED] = "refused",
    [DNS_FORMERR] = "formerr",     [DNS_NOTIMP] = "notimp",     [DNS_OTHER_RCODE] = "other",
    [DNS_MALFORMED] = "malformed",
};

static bool parse_type(const char *text, enum dns_type *type)
{
	static const enum dns_type types[] = {DNS_PTR, DNS_A, DNS_AAAA, DNS_NS, DNS_SOA};
	size_t i;

	for (i = 0; i < sizeof types / sizeof *types; i++) {
		*type = types[i];
		if (strcmp(text, dns_type_name(types[i])) == 0)
			return true;
	}
	return false;
}

/* Bytes written to `bytes`, which has room for MESSAGE_MAX; -1 if it is no hexadecimal. */
static int parse_hex(const char *text, uint8_t *bytes)
{
	int size = 0, length;

	if (strcmp(text, "-") == 0)
		return 0;
	for (; *text != '\0'; text += 2, size++) {
		unsigned byte;

		if (size == MESSAGE_MAX || sscanf(text, "%2x%n", &byte, &length) != 1 ||
		    length != 2)
			return -1;
		bytes[size] = (uint8_t)byte;
	}
	return size;
}

static void print_values(const struct dns_reply *reply)
{
	const uint8_t *name = dns_name_set_first(&reply->names);
	char text[DNS_NAME_TEXT_MAX], address[IP_TEXT_MAX];
	size_t i;

	for (i = 0; i < reply->names.count; i++, name += dns_name_size(name)) {
		dns_name_print(name, text);
		printf(" %s", text);
	}
	for (i = 0; i < reply->addresses.count; i++)
		printf(" %s", ip_print(&reply->addresses.items[i], address));
}

static void print_reply(const struct dns_reply *reply)
{
	char final[DNS_NAME_TEXT_MAX], ttl[16] = "-";

	dns_name_print(reply->final.wire, final);
	if (reply->has_ttl)
		snprintf(ttl, sizeof ttl, "%" PRIu32, reply->ttl_s);
	printf("%s %u %s %d %s %" PRIx64, outcomes[reply->outcome], reply->rcode, final,
	       reply->aliased, ttl, reply->extended_errors);
	if (reply->has_soa) {
		dns_name_print(reply->soa.zone.wire, final);
		printf(" %s %" PRIu32, final, reply->soa.serial);
	} else {
		printf(" - -");
	}
	print_values(reply);
	printf("\n");
}

/* From memory of exactly its size, so that the sanitizer sees a byte too far. */
static bool decode_line(char *line)
{
	const char *type = strtok(line, " \n"), *name = strtok(NULL, " \n");
	const char *hex = strtok(NULL, " \n");
	static uint8_t bytes[MESSAGE_MAX];
	struct dns_query query = {.type = DNS_PTR};
	struct dns_reply reply;
	uint8_t *message;
	int size;

	if (hex == NULL || !parse_type(type, &query.type) || !dns_name_parse(name, &query.name))
		return false;
	size = parse_hex(hex, bytes);
	if (size < 0)
		return false;
	message = malloc(size > 0 ? (size_t)size : 1);
	if (message == NULL)
		return false;
	memcpy(message, bytes, (size_t)size);
	dns_reply_decode(&reply, &query, message, (size_t)size);
	print_reply(&reply);
	dns_reply_clear(&reply);
	free(message);
	return true;
}

int main(void)
{
	char *line = NULL;
	size_t room = 0;
	bool good = true;

	while (good && getline(&line, &room, stdin) > 0)
		good = decode_line(line);
	if (!good)
		fprintf(stderr, "a line could not be read, expected TYPE NAME HEX\n");
	free(line);
	return good ? 0 : 1;
}
