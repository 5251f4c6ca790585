#include "io/ares_library.h"

#include <ares.h>

bool ares_library_start(struct error *error)
{
	int status = ares_library_init(ARES_LIB_INIT_ALL);

	if (status != ARES_SUCCESS)
		return error_set(error, "cannot start c-ares: %s", ares_strerror(status));
	return true;
}

void ares_library_stop(void)
{
	ares_library_cleanup();
}
