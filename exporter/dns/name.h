/* name.h - domain names: wire form, text, order.
 *
 * Everywhere in this program a name is a `const uint8_t *`: uncompressed wire
 * form (RFC 1035 3.1), ASCII letters in lower case (RFC 4343), ending with the
 * root label, at most DNS_NAME_MAX bytes. It knows its own end, so names are
 * stored back to back. struct dns_name is a buffer to make one in.
 */
#pragma once

#include "base/ip.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DNS_NAME_MAX 255 /* RFC 1035 2.3.4 */
#define DNS_LABEL_MAX 63
#define DNS_NAME_TEXT_MAX 1013 /* 253 bytes, each as \DDD, and a NUL */
#define DNS_NAME_KEY_MAX (2 * DNS_NAME_MAX)

struct dns_name {
	uint8_t wire[DNS_NAME_MAX];
};

/* Bytes of the name, the root label included: 1 to DNS_NAME_MAX. */
size_t dns_name_size(const uint8_t *name);
unsigned dns_name_label_count(const uint8_t *name); /* without the root: 0 to 127 */

/* Read a possibly compressed name (RFC 1035 4.1.4) at `*offset` and move `*offset`
 * behind it. Pointers must lead backwards. False if it is cut, loops or is too long. */
bool dns_name_decode(const uint8_t *message, size_t size, size_t *offset, struct dns_name *name);

/* Presentation form (RFC 1035 5.1) with \. and \DDD; the trailing dot is optional,
 * "." is the root. False if it is no name. */
bool dns_name_parse(const char *text, struct dns_name *name);

/* Without the trailing dot, the root as "."; every byte but letters, digits, '-', '_'
 * and '/' as \DDD, so that the text is ASCII and unambiguous. Returns its length. */
size_t dns_name_print(const uint8_t *name, char text[DNS_NAME_TEXT_MAX]);

/* Canonical order (RFC 4034 6.1): <0, 0, >0. */
int dns_name_compare(const uint8_t *a, const uint8_t *b);

/* Bytes that memcmp() puts in canonical order, a key before all that it begins: for sorting
 * many names. Returns how many, at most twice the size of the name. */
size_t dns_name_key(const uint8_t *name, uint8_t key[DNS_NAME_KEY_MAX]);

bool dns_name_equal(const uint8_t *a, const uint8_t *b);

/* Is `name` the name `ancestor` or below it? */
bool dns_name_is_under(const uint8_t *name, const uint8_t *ancestor);

/* The name asked for the PTR of an address: in-addr.arpa (RFC 1035 3.5), ip6.arpa (RFC 3596 2.5). */
void dns_name_reverse(const struct ip *ip, struct dns_name *name);
