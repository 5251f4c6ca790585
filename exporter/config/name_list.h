/* name_list.h - all expected host names of a configuration, each once. */
#pragma once

#include "config/config.h"

/* Fill names, name_count and names_hopeless of `config` from its watches and check_special_use, in
 * its arena. Done here, on the thread that parses, because sorting and looking through a hundred
 * thousand names would hold the loop. */
void name_list_make(struct config *config);
