/* quote.h - a text from a file, made fit to stand in a sentence.
 *
 * Sentences reach terminals, logs and pages: no control byte gets through, and long texts are cut.
 */
#pragma once

#define QUOTE_BYTES_MAX 96 /* of the text; a usual host name fits, a pasted page does not */
#define QUOTE_TEXT_MAX (4 * QUOTE_BYTES_MAX + 8)

/* `text` (UTF-8) in double quotes, control bytes as \xNN, "..." where it is cut.
 * Returns `quoted`. */
const char *quote_print(const char *text, char quoted[QUOTE_TEXT_MAX]);
