/* authority_state.h - how the servers of a target's own zones are doing, in one word.
 *
 * The names are label values, therefore public interface.
 */
#pragma once

enum authority_state {
	AUTHORITY_CONSISTENT,
	AUTHORITY_INCONSISTENT, /* servers of one zone give different answers or serials */
	AUTHORITY_LAME,         /* some are named as its servers but do not speak for it */
	AUTHORITY_UNREACHABLE,  /* none answers */
	AUTHORITY_INTERCEPTED,  /* a resolver answers in their place */
	AUTHORITY_UNKNOWN,      /* not asked yet, or the zone could not be found */
};
#define AUTHORITY_STATE_COUNT (AUTHORITY_UNKNOWN + 1)

const char *authority_state_name(enum authority_state state);
