/* targets_parser.h - target files -> the watches of a configuration.
 *
 * The shape is that of Prometheus file_sd, plus `hostname`:
 *
 *     - targets: [203.0.113.10, "2001:db8::10"]
 *       hostname: mail.example.com
 *       labels: {team: mail}
 *     - targets: [203.0.113.64/28]
 *
 * Every file is read into a tree that is freed before the next one; only addresses, blocks and
 * what is expected of them stay.
 */
#pragma once

#include "base/error.h"
#include "config/config.h"
#include "config/config_input.h"

#include <stdbool.h>

/* Fill both lists of watches and warnings of `config`, in its arena; its max_block_addresses counts. */
bool targets_parse(const struct config_input *input, struct config *config, struct error *error);
