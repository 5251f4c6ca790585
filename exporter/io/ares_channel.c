#include "io/ares_channel.h"

#include <stddef.h>

bool ares_channel_open(ares_channel *channel, const char *server, int64_t timeout_ms, int flags,
		       const struct ares_options *sockets, struct error *error)
{
	static char lookups[] = "b"; /* DNS only, no hosts file */
	struct ares_options options = *sockets;
	int mask = ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_NDOTS |
		   ARES_OPT_LOOKUPS;
	int status;

	options.flags = flags | ARES_FLAG_NOSEARCH | ARES_FLAG_NOALIASES |
			ARES_FLAG_NOCHECKRESP | ARES_FLAG_IGNTC;
	options.timeout = (int)timeout_ms;
	options.tries = 1;
	options.lookups = lookups;
	if (options.sock_state_cb != NULL)
		mask |= ARES_OPT_SOCK_STATE_CB;
#ifdef ARES_OPT_MAXTIMEOUTMS
	options.maxtimeout = (int)timeout_ms; /* else 5 s, whatever `timeout` says */
	mask |= ARES_OPT_MAXTIMEOUTMS;
#endif
#ifdef ARES_OPT_QUERY_CACHE
	options.qcache_max_ttl = 0; /* what we measure must come from the wire */
	mask |= ARES_OPT_QUERY_CACHE;
#endif
	status = ares_init_options(channel, &options, mask);
	if (status == ARES_SUCCESS)
		status = ares_set_servers_ports_csv(*channel, server);
	if (status != ARES_SUCCESS)
		return error_set(error, "cannot set up the DNS client for %s: %s", server,
				 ares_strerror(status));
	return true;
}
