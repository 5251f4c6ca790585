#include "config/config.h"

void config_free(struct config *config)
{
	if (config != NULL)
		arena_free(config->arena);
}
