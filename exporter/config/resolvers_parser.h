/* resolvers_parser.h - which DNS servers are asked.
 *
 * Those of the flags, else those of the file, else the usual three.
 * Two views of one server are no two views, so no server may be there twice.
 */
#pragma once

#include "base/error.h"
#include "config/config.h"
#include "config/config_input.h"
#include "config/yaml.h"

#include <stdbool.h>

/* Fill config->resolvers, in config->arena. `list` is the node of "resolvers", or NULL; it is
 * checked even where flags replace it. */
bool resolvers_parse(const struct config_input *input, const struct yaml_document *document,
		     const struct yaml_node *list, struct config *config, struct error *error);
