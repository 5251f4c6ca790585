/* generic_words.h - what the words in a host name say about its owner.
 *
 * A word is a run of letters between anything else: "dsl" and "pool" in "dsl12.pool-3".
 */
#pragma once

#include <stddef.h>

enum word_kind {
	WORD_OTHER,
	WORD_MAIL,    /* a mail server's duty: mx, smtp, relay */
	WORD_NETWORK, /* any network names its hosts so: ip, host, rev */
	WORD_LINE,    /* what a customer gets: static, client, cust */
	WORD_DYNAMIC, /* what an end user gets: dsl, cable, pool */
};

enum word_kind generic_word_kind(const char *word, size_t size);
