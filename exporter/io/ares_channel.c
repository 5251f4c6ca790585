#include "io/ares_channel.h"

#include "base/memory.h"
#include "base/text.h"

#include <stdlib.h>
#include <sys/socket.h>

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

/* A socket of c-ares that the loop watches. */
struct tcp_watch {
	struct tcp_watch *next;
	struct loop_poll *poll;
	int fd;
};

struct ares_tcp {
	struct loop *loop;
	ares_channel channel;
	struct tcp_watch *watches;
	struct text received; /* all bytes of the one reply, its length in front */
};

#define WRITES_REPLIES_ANEW (ARES_VERSION >= 0x012200)
#define FRAME_MAX (2 + 65535) /* RFC 1035 4.2.2 */

const unsigned char *ares_tcp_reply(const struct ares_tcp *tcp, size_t *size)
{
	const unsigned char *bytes = (const unsigned char *)tcp->received.bytes;

	if (tcp->received.size < 2)
		return NULL;
	*size = (size_t)(bytes[0] << 8 | bytes[1]);
	return *size <= tcp->received.size - 2 ? bytes + 2 : NULL;
}

#if WRITES_REPLIES_ANEW
static ares_ssize_t on_receive(ares_socket_t fd, void *bytes, size_t room, int flags,
			       struct sockaddr *from, ares_socklen_t *from_size, void *context)
{
	struct ares_tcp *tcp = context;
	ares_ssize_t count = recvfrom(fd, bytes, room, flags, from, from_size);

	if (count > 0 && tcp->received.size + (size_t)count <= FRAME_MAX)
		text_add_bytes(&tcp->received, bytes, (size_t)count);
	return count;
}

static const struct ares_socket_functions tcp_functions = {.arecvfrom = on_receive};
#endif

static void on_ready(void *context, int fd, bool readable, bool writable)
{
	struct ares_tcp *tcp = context;

	ares_process_fd(tcp->channel, readable ? fd : ARES_SOCKET_BAD,
			writable ? fd : ARES_SOCKET_BAD);
}

static struct tcp_watch **find_watch(struct ares_tcp *tcp, int fd)
{
	struct tcp_watch **place = &tcp->watches;

	while (*place != NULL && (*place)->fd != fd)
		place = &(*place)->next;
	return place;
}

/* c-ares says what it waits for at a socket; nothing at all: it is about to close it. */
static void on_state(void *context, ares_socket_t fd, int readable, int writable)
{
	struct ares_tcp *tcp = context;
	struct tcp_watch **place = find_watch(tcp, fd), *watch = *place;

	if (!readable && !writable) {
		if (watch == NULL)
			return;
		*place = watch->next;
		loop_poll_free(watch->poll);
		free(watch);
		return;
	}
	if (watch == NULL) {
		watch = *place = memory_allocate(sizeof *watch);
		watch->fd = fd;
		watch->poll = loop_poll_create(tcp->loop, fd, on_ready, tcp);
	}
	loop_poll_set(watch->poll, readable, writable);
}

struct ares_tcp *ares_tcp_create(struct loop *loop, const char *server, int64_t timeout_ms,
				 struct error *error)
{
	struct ares_tcp *tcp = memory_allocate(sizeof *tcp);
	struct ares_options sockets = {.sock_state_cb = on_state, .sock_state_cb_data = tcp};

	tcp->loop = loop;
	if (!ares_channel_open(&tcp->channel, server, timeout_ms, ARES_FLAG_USEVC, &sockets, error)) {
		ares_tcp_free(tcp);
		return NULL;
	}
#if WRITES_REPLIES_ANEW
	ares_set_socket_functions(tcp->channel, &tcp_functions, tcp);
#endif
	return tcp;
}

void ares_tcp_free(struct ares_tcp *tcp)
{
	if (tcp == NULL)
		return;
	if (tcp->channel != NULL)
		ares_destroy(tcp->channel);
	text_clear(&tcp->received);
	free(tcp);
}

ares_channel ares_tcp_channel(const struct ares_tcp *tcp)
{
	return tcp->channel;
}
