#include "fcrdns/authority_state.h"

const char *authority_state_name(enum authority_state state)
{
	static const char *const names[AUTHORITY_STATE_COUNT] = {
		[AUTHORITY_CONSISTENT] = "consistent",   [AUTHORITY_INCONSISTENT] = "inconsistent",
		[AUTHORITY_LAME] = "lame",               [AUTHORITY_UNREACHABLE] = "unreachable",
		[AUTHORITY_INTERCEPTED] = "intercepted", [AUTHORITY_UNKNOWN] = "unknown",
	};

	return names[state];
}
