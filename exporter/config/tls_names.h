/* tls_names.h - names of Go's crypto/tls, as web configuration files have them, and what they are to
 * GnuTLS. */
#pragma once

#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>

/* TLS10 to TLS13 -> 0 to 3; -1: none of them. */
int tls_version_find(const char *name);

/* What is allowed of connections. Lists are as written; an empty one allows what is good. */
struct tls_names {
	int min_version, max_version;
	const char *const *ciphers;
	size_t cipher_count;
	const char *const *curves;
	size_t curve_count;
};

bool tls_cipher_is_known(const char *name);
bool tls_curve_is_known(const char *name);

/* A GnuTLS priority string. Cipher suites are of TLS 1.2 and before, as in Go; GnuTLS takes ciphers, key exchanges
 * and MACs one by one, so what it allows is every suite that can be made of those named. */
void tls_names_print_priorities(struct text *text, const struct tls_names *names);
