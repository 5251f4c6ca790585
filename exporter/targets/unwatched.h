/* unwatched.h - the addresses of the expected names that are no targets.
 *
 * The forgotten IPv6 or NAT address: mail leaves from it as well, and nobody watches its reverse
 * DNS. Of every expected name, once, it keeps what was last answered for A and for AAAA, and
 * counts against all configured addresses, whichever of them this process looks up itself. After
 * the first answer another one counts when two in turn say it, so that no single resolver, and
 * no forged packet, moves the count.
 *
 * Special-use addresses do not count, unless special-use targets are looked up: where 10.0.0.1 is
 * a target like any other, 10.0.0.2 is a forgotten one like any other.
 */
#pragma once

#include "dns/record_set.h"
#include "fcrdns/watch.h"

#include <stdbool.h>

/* Addresses kept of one answer, for counting anew when the targets change. Of more, what was
 * counted when the answer came stands until the next one. */
#define UNWATCHED_ADDRESSES_MAX 64

enum unwatched_family { UNWATCHED_IPV4, UNWATCHED_IPV6, UNWATCHED_FAMILIES };

/* What the operator wants watched; all of it borrowed until the next reconciliation. */
struct unwatched_change {
	const uint8_t *const *names; /* expected, distinct, in the order of dns_name_compare() */
	size_t name_count;
	const struct watch *watches; /* sorted by address: all there are */
	size_t watch_count;
	bool count_special_use;
};

struct unwatched;

struct unwatched *unwatched_create(void);
void unwatched_free(struct unwatched *unwatched); /* NULL is fine */

/* Answers of names that stay are kept, and counted anew. What was borrowed before must still
 * be there. */
void unwatched_reconcile(struct unwatched *unwatched, const struct unwatched_change *change);

size_t unwatched_name_count(const struct unwatched *unwatched);
const uint8_t *unwatched_name(const struct unwatched *unwatched, size_t i);
/* False if it is not expected. */
bool unwatched_find(const struct unwatched *unwatched, const uint8_t *name, size_t *i);

/* What an answer brought to light. */
struct unwatched_news {
	struct ip first; /* in the order of ip_compare() */
	unsigned count;  /* addresses not seen unwatched within the last day; 0: no news */
};

/* An answer about name `i`: these addresses, settled, and no others; none where the name or the
 * type does not exist. What failed is no answer. No news until it counts. */
struct unwatched_news unwatched_answer(struct unwatched *unwatched, size_t i,
				       enum unwatched_family family,
				       const struct dns_address_set *addresses, int64_t now_ms);

/* How many addresses of name `i` are no targets. False before the first answer. */
bool unwatched_count(const struct unwatched *unwatched, size_t i, enum unwatched_family family,
		     unsigned *count);
