/* fuzz_replies.c - any bytes as the replies of a resolver, from the decoder to the verdict.
 *
 * An input is four bytes and two messages: choices (see below), the type asked first, and the size
 * of the first message; the second answers for the address of each name that the first gives.
 * The questions are those the messages themselves claim to answer, so that the fuzzer
 * gets past that check; it is in the unit tests.
 */
#include "dns/message.h"
#include "fcrdns/judge.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum choice { INTERNAL = 1, RECURSION_USUAL = 2, EXPECT_FIRST = 4, EXPECT_OTHER = 8, IS_V6 = 16 };

struct input {
	unsigned choices;
	enum dns_type type;
	const uint8_t *first, *second;
	size_t first_size, second_size;
};

static const enum dns_type types[] = {DNS_PTR, DNS_A, DNS_AAAA, DNS_NS, DNS_SOA};
static const uint8_t other_name[] = "\005other\007example\003org";

static bool read_input(struct input *input, const uint8_t *bytes, size_t size)
{
	if (size < 4)
		return false;
	input->choices = bytes[0];
	input->type = types[bytes[1] % 5];
	input->first = bytes + 4;
	input->first_size = (size_t)(bytes[2] << 8 | bytes[3]) % (size - 3);
	input->second = input->first + input->first_size;
	input->second_size = size - 4 - input->first_size;
	return true;
}

/* --- one reply --- */

static void check_names(const struct dns_name_set *set)
{
	const uint8_t *name = dns_name_set_first(set), *before = NULL;
	size_t i, size = 0;

	for (i = 0; i < set->count; i++) {
		assert(before == NULL || dns_name_compare(before, name) < 0);
		size += dns_name_size(name);
		before = name;
		name += dns_name_size(name);
	}
	assert(size == set->bytes.size);
}

static void check_addresses(const struct dns_address_set *set, enum dns_type type)
{
	size_t i;

	for (i = 0; i < set->count; i++) {
		assert(set->items[i].family == (type == DNS_A ? IP_V4 : IP_V6));
		assert(i == 0 || ip_compare(&set->items[i - 1], &set->items[i]) < 0);
		assert(dns_address_set_has(set, &set->items[i]));
	}
}

static void check_absence(const struct dns_reply *reply)
{
	assert(reply->names.count == 0 && reply->names.bytes.bytes == NULL);
	assert(reply->addresses.count == 0 && reply->addresses.items == NULL);
	if (reply->outcome == DNS_UNCHASED) {
		/* That of the chain so far. */
		assert(reply->has_ttl && reply->aliased && !reply->has_soa);
		return;
	}
	assert(reply->has_ttl == reply->has_soa);
	assert(!reply->has_ttl || reply->outcome == DNS_NXDOMAIN || reply->outcome == DNS_NODATA);
}

static void check_malformed(const struct dns_reply *reply)
{
	assert(reply->rcode == 0 && reply->extended_errors == 0);
	assert(!reply->authoritative && !reply->recursion_available && !reply->has_edns);
	assert(!reply->aliased && !reply->has_ttl && !reply->has_soa);
}

static void check_reply(const struct dns_reply *reply, const struct dns_query *query)
{
	bool asks_name = query->type == DNS_PTR || query->type == DNS_NS;
	bool asks_address = query->type == DNS_A || query->type == DNS_AAAA;

	assert(reply->outcome <= DNS_MALFORMED && reply->rcode <= 0xfff);
	assert(!reply->has_ttl || reply->ttl_s <= DNS_TTL_MAX_S);
	assert(dns_name_size(reply->final.wire) <= DNS_NAME_MAX);
	assert(reply->aliased || dns_name_equal(reply->final.wire, query->name.wire));
	assert(!reply->has_soa || dns_name_is_under(reply->final.wire, reply->soa.zone.wire));
	if (reply->outcome == DNS_MALFORMED)
		check_malformed(reply);
	if (reply->outcome != DNS_DATA) {
		check_absence(reply);
		return;
	}
	assert(reply->has_ttl && reply->rcode == 0);
	assert(reply->has_soa == (query->type == DNS_SOA));
	assert((reply->names.count > 0) == asks_name);
	assert((reply->addresses.count > 0) == asks_address);
	check_names(&reply->names);
	check_addresses(&reply->addresses, query->type);
}

static void check_same(const struct dns_reply *a, const struct dns_reply *b)
{
	assert(a->outcome == b->outcome && a->rcode == b->rcode);
	assert(a->extended_errors == b->extended_errors && a->aliased == b->aliased);
	assert(a->has_ttl == b->has_ttl && a->ttl_s == b->ttl_s);
	assert(dns_name_equal(a->final.wire, b->final.wire));
	assert(a->has_soa == b->has_soa);
	assert(!a->has_soa || (a->soa.serial == b->soa.serial &&
			       dns_name_equal(a->soa.zone.wire, b->soa.zone.wire)));
	assert(a->names.count == b->names.count && a->names.bytes.size == b->names.bytes.size);
	assert(a->names.count == 0 ||
	       memcmp(a->names.bytes.bytes, b->names.bytes.bytes, a->names.bytes.size) == 0);
	assert(a->addresses.count == b->addresses.count);
	assert(a->addresses.count == 0 ||
	       memcmp(a->addresses.items, b->addresses.items,
		      a->addresses.count * sizeof *a->addresses.items) == 0);
}

/* Decode the message as the answer to the question in it. From a copy of exactly its size,
 * so that the sanitizer sees a byte too far. */
static void decode(struct dns_reply *reply, enum dns_type type, const uint8_t *bytes, size_t size)
{
	struct dns_query query = {.type = type};
	uint8_t *message = malloc(size > 0 ? size : 1);
	size_t offset = DNS_HEADER_SIZE;
	struct dns_reply again;

	assert(message != NULL);
	memcpy(message, bytes, size);
	if (!dns_name_decode(message, size, &offset, &query.name))
		query.name.wire[0] = 0;
	dns_reply_decode(reply, &query, message, size);
	check_reply(reply, &query);
	dns_reply_decode(&again, &query, message, size);
	check_same(reply, &again);
	dns_reply_clear(&again);
	free(message);
}

/* --- the judgement --- */

static void check_evidence(const struct evidence *evidence)
{
	char text[DNS_NAME_TEXT_MAX];
	size_t i, j;

	assert(evidence->name_count <= EVIDENCE_NAMES_MAX);
	assert(evidence->name_count <= evidence->ptr_count);
	assert((evidence->name_count > 0) == (evidence->ptr_outcome == LOOKUP_DATA));
	for (i = 0; i < evidence->name_count; i++) {
		size_t length = dns_name_print(evidence_name_wire(evidence, i), text);

		assert(length > 0 && length < DNS_NAME_TEXT_MAX);
		for (j = 0; j < length; j++)
			assert(text[j] > ' ' && text[j] < 0x7f && text[j] != ',');
		assert(i == 0 || dns_name_compare(evidence_name_wire(evidence, i - 1),
						  evidence_name_wire(evidence, i)) < 0);
	}
}

static bool is_reason_of(enum status status, enum reason reason)
{
	switch (status) {
	case STATUS_PASS:
	case STATUS_NAME_MISMATCH:
	case STATUS_FORWARD_MISMATCH:
		return reason == REASON_NONE;
	case STATUS_FORWARD_MISSING:
		return reason == REASON_NXDOMAIN || reason == REASON_NODATA;
	case STATUS_PTR_INVALID:
		return reason >= REASON_ROOT && reason <= REASON_BAD_CHARS;
	case STATUS_NO_PTR:
		return reason >= REASON_NXDOMAIN && reason <= REASON_NXDOMAIN_BARE;
	case STATUS_TEMP_ERROR:
		return reason >= REASON_FIRST_FAILURE && reason < REASON_BLOCKED;
	case STATUS_FILTERED:
		return reason == REASON_BLOCKED;
	default:
		return false;
	}
}

static void check_verdict(const struct verdict *verdict, const struct evidence *evidence)
{
	assert(is_reason_of(verdict->status, verdict->reason));
	assert(verdict->flags < FLAG_BIT(FLAG_COUNT));
	assert(verdict->status != STATUS_PASS || verdict->forward_match);
	assert(!verdict->forward_match || evidence->ptr_outcome == LOOKUP_DATA);
	assert(!verdict->ptr_match || evidence->ptr_outcome == LOOKUP_DATA);
}

static void judge_replies(const struct input *input, const struct dns_reply *first,
			  const struct dns_reply *second)
{
	const struct ip ip = {input->choices & IS_V6 ? IP_V6 : IP_V4, {5, 45, 100, 7}};
	const uint8_t *names[2];
	struct expectation expectation = {.names = names};
	struct lookup ptr = lookup_of_reply(first, input->choices & RECURSION_USUAL);
	struct lookup forward = lookup_of_reply(second, input->choices & RECURSION_USUAL);
	struct evidence *evidence;
	struct verdict verdict;
	size_t i;

	if ((input->choices & EXPECT_FIRST) && first->names.count > 0)
		names[expectation.name_count++] = dns_name_set_first(&first->names);
	if (input->choices & EXPECT_OTHER)
		names[expectation.name_count++] = other_name;
	evidence = evidence_create(&ptr, &ip, &expectation,
				   input->choices & INTERNAL);
	for (i = 0; i < evidence->name_count; i++)
		if (evidence_name_is_usable(evidence, i))
			evidence_set_forward(evidence, i, &forward, &ip);
	check_evidence(evidence);
	verdict = judge(evidence, &expectation);
	check_verdict(&verdict, evidence);
	free(evidence);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct input input;
	struct dns_reply first, second;

	if (!read_input(&input, bytes, size))
		return 0;
	decode(&first, input.type, input.first, input.first_size);
	decode(&second, input.choices & IS_V6 ? DNS_AAAA : DNS_A, input.second, input.second_size);
	if (input.type == DNS_PTR)
		judge_replies(&input, &first, &second);
	dns_reply_clear(&first);
	dns_reply_clear(&second);
	return 0;
}
