/* evidence.h - what one resolver said about one address in one check.
 *
 * Made when the PTR answer is in, completed by the forward answers, then read by
 * the judge; kept as it is for as long as the answer counts. One allocation of
 * exactly the size it needs: there are as many of these as targets times resolvers.
 */
#pragma once

#include "fcrdns/lookup.h"
#include "fcrdns/watch.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* RFC 8601 3 wants a limit; RFC 7208 4.6.4 has this one. */
#define EVIDENCE_NAMES_MAX 10

/* One evaluated PTR name and what its forward lookup gave. */
struct evidence_name {
	uint16_t offset;    /* of its wire form */
	uint8_t fault;      /* enum reason: why it is no usable host name; REASON_NONE if it is */
	uint8_t outcome;    /* enum lookup_outcome of its A or AAAA lookup */
	uint8_t reason;     /* enum reason of that */
	bool confirms : 1;  /* an address of it is the target's */
	bool aliased : 1;   /* it is a CNAME */
	bool has_ttl : 1;
	bool generic : 1;   /* usable, but looks like its provider's default */
	uint32_t ttl_s;
};

struct evidence {
	uint64_t ptr_digest;    /* of the full set of PTR names in canonical order; 0: none */
	uint32_t ptr_count;     /* of the full set */
	uint32_t ptr_ttl_s;
	uint8_t ptr_outcome;    /* enum lookup_outcome */
	uint8_t ptr_reason;     /* enum reason */
	uint8_t name_count;     /* evaluated: at most EVIDENCE_NAMES_MAX */
	bool has_ptr_ttl : 1;
	bool reverse_aliased : 1;
	bool stale : 1;         /* some answer was served stale: EDE 3 or 19 (RFC 8914) */
	struct evidence_name names[]; /* in canonical order; their wire forms behind */
};

/* From the PTR lookup of `ip`. Of more than EVIDENCE_NAMES_MAX names the expected ones are evaluated
 * first, then the first in canonical order, so that a resolver's rotation changes nothing.
 * The forward lookup of each usable name counts as timed out until it is set.
 * The caller frees it with free(). */
struct evidence *evidence_create(const struct lookup *ptr, const struct ip *ip,
				 const struct expectation *expectation, bool internal);

/* The forward lookup of name `i`, asked for the family of `ip`. */
void evidence_set_forward(struct evidence *evidence, size_t i, const struct lookup *forward,
			  const struct ip *ip);

const uint8_t *evidence_name_wire(const struct evidence *evidence, size_t i);
bool evidence_name_is_usable(const struct evidence *evidence, size_t i);

/* The smallest TTL of the forward answers. False: none has one. */
bool evidence_forward_ttl(const struct evidence *evidence, uint32_t *ttl_s);

/* The evaluated names as text, joined by commas. */
#define EVIDENCE_NAMES_TEXT_MAX (EVIDENCE_NAMES_MAX * DNS_NAME_TEXT_MAX)
void evidence_print_names(const struct evidence *evidence, char text[EVIDENCE_NAMES_TEXT_MAX]);

/* Is this name expected? Never, if none is. */
bool expectation_has(const struct expectation *expectation, const uint8_t *name);
