/* authority_state.h - how the servers of the zone itself answer for one address.
 *
 * A closed set; the names are label values, therefore public interface.
 */
#pragma once

enum authority_state {
	AUTHORITY_CONSISTENT,   /* all that answer say the same */
	AUTHORITY_INCONSISTENT, /* they say different things: there is no truth now */
	AUTHORITY_LAME,         /* some answer without authority; the others may still agree */
	AUTHORITY_UNREACHABLE,  /* none answers */
	AUTHORITY_INTERCEPTED,  /* somebody else answers in their place */
	AUTHORITY_UNKNOWN,      /* not asked yet, or nobody to ask was found */
};
#define AUTHORITY_STATE_COUNT (AUTHORITY_UNKNOWN + 1)

const char *authority_state_name(enum authority_state state);
