/* host_name.h - is this PTR value a usable public host name?
 *
 * By form alone: nothing is asked, no list of delegated domains is kept.
 */
#pragma once

#include "fcrdns/status.h"

#include <stdbool.h>
#include <stdint.h>

/* REASON_NONE if it is usable; else, the first that holds of: root, reverse_name,
 * special_tld (RFC 6761 and what private networks use), single_label, ip_literal, bad_chars.
 * `internal`: the address is special-use, where private top-level domains are right;
 * only localhost, invalid and onion are refused then. */
enum reason host_name_fault(const uint8_t *name, bool internal);

/* Letters, digits, '-' (not at an end) and '_' only, in every label (RFC 952, RFC 1123 2.1; '_' works at MTAs). */
bool host_name_has_good_characters(const uint8_t *name);
bool host_name_has_underscore(const uint8_t *name);
