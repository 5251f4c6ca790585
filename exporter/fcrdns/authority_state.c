#include "fcrdns/authority_state.h"

const char *authority_state_name(enum authority_state state)
{
	static const char *const names[AUTHORITY_STATE_COUNT] = {
		"consistent", "inconsistent", "lame", "unreachable", "intercepted", "unknown"};

	return names[state];
}
