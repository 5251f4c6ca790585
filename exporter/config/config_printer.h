/* config_printer.h - the settings in force, as YAML that says the same when it is read again. */
#pragma once

#include "base/text.h"
#include "config/config.h"

/* Append all settings, defaults filled in. Targets are not among them: there may be many. */
void config_print(struct text *text, const struct config *config);
