/* registrable_domain.h - where a name stops being its owner's and becomes a registry's.
 *
 * By the Public Suffix List as libpsl has it built in; no file is read. Only its ICANN part:
 * the private part lists hosters' own domains, which are domains like any other here.
 */
#pragma once

#include <stdint.h>

/* The part of `name` that somebody registered: "example.co.uk" of "mail.example.co.uk". It
 * points into `name`. NULL if there is none: the name is itself a public suffix, or the root,
 * or its end is no text (letters, digits, '-', '_'). */
const uint8_t *registrable_domain_find(const uint8_t *name);
