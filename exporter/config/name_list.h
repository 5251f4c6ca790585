/* name_list.h - all expected host names of a configuration, each once. */
#pragma once

#include "config/config.h"

/* Fill names and name_count of `config` from its watches, in its arena. Done here, on the thread
 * that parses, because sorting a hundred thousand names would hold the loop. */
void name_list_make(struct config *config);
