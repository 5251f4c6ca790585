/* letter_case.h - questions in random letter case, as one more thing a forger must guess.
 *
 * Names compare without case (RFC 4343), but nearly every server copies the question as
 * it came (draft-vixie-dnsext-dns0x20), so each letter is a bit that only who saw the
 * question knows. Some servers change the case. One that proves it gets plain questions:
 * - a reply over TCP, which nobody off the path can forge, came back in another case;
 * - or LETTER_CASE_PROOF questions in a row got a UDP reply in the wrong case and none in
 *   the right one, at a server whose TCP cannot be asked.
 * The proof holds for an hour, so that one wrong finding does not weaken us for ever.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LETTER_CASE_PROOF 4

/* What is known of one server. Zeroed memory: nothing yet. */
struct letter_case {
	unsigned wrong_in_row; /* questions with a UDP reply in the wrong case */
	int64_t plain_until_us; /* monotonic; before that, questions go out in lower case */
};

/* Are questions to be mixed now? */
bool letter_case_is_on(const struct letter_case *server, int64_t now_us);

/* Give every ASCII letter of these bytes a random case; of a query message, those of the name. */
void letter_case_mix(uint8_t *bytes, size_t size);
void letter_case_mix_query(uint8_t *packet, size_t size);

/* A question got its reply over UDP in the right case, or one in the wrong case and then none.
 * Over TCP: its reply was so. Returns true if this was the proof. */
bool letter_case_note_udp(struct letter_case *server, bool right, int64_t now_us);
bool letter_case_note_tcp(struct letter_case *server, bool right, int64_t now_us);

/* The same bytes, letter case aside? */
bool letter_case_equal(const uint8_t *a, const uint8_t *b, size_t size);
