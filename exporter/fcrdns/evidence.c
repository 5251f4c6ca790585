#include "fcrdns/evidence.h"

#include "base/hash.h"
#include "base/memory.h"
#include "fcrdns/generic_name.h"
#include "fcrdns/host_name.h"

#include <assert.h>
#include <string.h>

/* RFC 8914 4.4, 4.20 */
enum { EDE_STALE_ANSWER = 3, EDE_STALE_NXDOMAIN = 19 };

bool expectation_has(const struct expectation *expectation, const uint8_t *name)
{
	size_t i;

	for (i = 0; i < expectation->name_count; i++)
		if (dns_name_equal(expectation->names[i], name))
			return true;
	return false;
}

static bool is_stale(const struct dns_reply *reply)
{
	return dns_reply_has_extended_error(reply, EDE_STALE_ANSWER) ||
	       dns_reply_has_extended_error(reply, EDE_STALE_NXDOMAIN);
}

/* The names to evaluate, in canonical order. Returns how many. */
static size_t select_names(const struct dns_name_set *set, const struct expectation *expectation,
			   const uint8_t *selected[EVIDENCE_NAMES_MAX])
{
	const uint8_t *name = dns_name_set_first(set);
	size_t expected = 0, others, count = 0, i;

	for (i = 0; i < set->count; i++, name += dns_name_size(name))
		expected += expectation_has(expectation, name);
	others = expected < EVIDENCE_NAMES_MAX ? EVIDENCE_NAMES_MAX - expected : 0;
	name = dns_name_set_first(set);
	for (i = 0; i < set->count && count < EVIDENCE_NAMES_MAX; i++, name += dns_name_size(name)) {
		if (!expectation_has(expectation, name)) {
			if (others == 0)
				continue;
			others--;
		}
		selected[count++] = name;
	}
	return count;
}

static struct evidence *create_with_names(const struct dns_name_set *set, const struct ip *ip,
					  const struct expectation *expectation, bool internal)
{
	const uint8_t *selected[EVIDENCE_NAMES_MAX];
	size_t count = select_names(set, expectation, selected), size = 0, i;
	struct evidence *evidence;
	uint8_t *end;

	for (i = 0; i < count; i++)
		size += dns_name_size(selected[i]);
	evidence = memory_allocate(sizeof *evidence + count * sizeof *evidence->names + size);
	evidence->name_count = (uint8_t)count;
	end = (uint8_t *)&evidence->names[count];
	for (i = 0; i < count; i++) {
		struct evidence_name *name = &evidence->names[i];

		size = dns_name_size(selected[i]);
		memcpy(end, selected[i], size);
		name->offset = (uint16_t)(end - (uint8_t *)&evidence->names[count]);
		name->fault = (uint8_t)host_name_fault(selected[i], internal);
		name->generic = name->fault == REASON_NONE && generic_name_is(selected[i], ip);
		name->outcome = LOOKUP_FAILED;
		name->reason = REASON_TIMEOUT;
		end += size;
	}
	return evidence;
}

struct evidence *evidence_create(const struct lookup *ptr, const struct ip *ip,
				 const struct expectation *expectation, bool internal)
{
	static const struct dns_name_set no_names;
	const struct dns_name_set *set = ptr->outcome == LOOKUP_DATA ? &ptr->reply->names : &no_names;
	struct evidence *evidence = create_with_names(set, ip, expectation, internal);

	evidence->ptr_outcome = (uint8_t)ptr->outcome;
	evidence->ptr_reason = (uint8_t)ptr->reason;
	evidence->ptr_count = (uint32_t)set->count;
	if (set->count > 0)
		evidence->ptr_digest = hash_bytes(set->bytes.bytes, set->bytes.size);
	if (ptr->reply != NULL) {
		evidence->has_ptr_ttl = ptr->reply->has_ttl;
		evidence->ptr_ttl_s = ptr->reply->ttl_s;
		evidence->reverse_aliased = ptr->reply->aliased;
		evidence->stale = is_stale(ptr->reply);
	}
	return evidence;
}

void evidence_set_forward(struct evidence *evidence, size_t i, const struct lookup *forward,
			  const struct ip *ip)
{
	struct evidence_name *name = &evidence->names[i];
	const struct dns_reply *reply = forward->reply;

	assert(i < evidence->name_count && name->fault == REASON_NONE);
	name->outcome = (uint8_t)forward->outcome;
	name->reason = (uint8_t)forward->reason;
	if (reply == NULL)
		return;
	name->confirms = forward->outcome == LOOKUP_DATA &&
			 dns_address_set_has(&reply->addresses, ip);
	name->aliased = reply->aliased;
	name->has_ttl = reply->has_ttl;
	name->ttl_s = reply->ttl_s;
	if (is_stale(reply))
		evidence->stale = true;
}

const uint8_t *evidence_name_wire(const struct evidence *evidence, size_t i)
{
	return (const uint8_t *)&evidence->names[evidence->name_count] + evidence->names[i].offset;
}

bool evidence_name_is_usable(const struct evidence *evidence, size_t i)
{
	return evidence->names[i].fault == REASON_NONE;
}

bool evidence_forward_ttl(const struct evidence *evidence, uint32_t *ttl_s)
{
	bool found = false;
	size_t i;

	for (i = 0; i < evidence->name_count; i++) {
		const struct evidence_name *name = &evidence->names[i];

		if (!name->has_ttl || (found && name->ttl_s >= *ttl_s))
			continue;
		*ttl_s = name->ttl_s;
		found = true;
	}
	return found;
}

void evidence_print_names(const struct evidence *evidence, char text[EVIDENCE_NAMES_TEXT_MAX])
{
	char *end = text;
	size_t i;

	*end = '\0';
	for (i = 0; i < evidence->name_count; i++) {
		if (i > 0)
			*end++ = ',';
		end += dns_name_print(evidence_name_wire(evidence, i), end);
	}
}
