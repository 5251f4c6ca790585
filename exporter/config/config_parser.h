/* config_parser.h - the text of all configuration files -> one struct config, or one sentence.
 *
 * Pure: opens no file and asks no system. Sentences read "FILE:LINE:COL: what, expected what";
 * those about a flag read "--resolver VALUE: what, expected what".
 */
#pragma once

#include "base/error.h"
#include "config/config.h"
#include "config/config_input.h"

/* The caller frees the result with config_free(); it borrows nothing from `input`.
 * NULL: `error` holds the sentence. */
struct config *config_parse(const struct config_input *input, struct error *error);
