#include "io/ares_udp.h"

#include "base/memory.h"
#include "io/address.h"
#include "io/ares_channel.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#define PACKET_MAX 512

struct ares_udp {
	ares_channel channel;
	struct ares_udp_events events;
	struct sockaddr_storage address; /* of the server */
	socklen_t address_size;
	int fd;                /* what c-ares takes for its socket; -1: none */
	void *asking;          /* the query inside ares_udp_ask() */
	const uint8_t *feed;   /* the packet it reads next */
	size_t feed_size;
};

/* --- the sockets c-ares believes in --- */

static ares_socket_t on_open(int family, int type, int protocol, void *context)
{
	struct ares_udp *udp = context;

	udp->fd = socket(family, type | SOCK_CLOEXEC, protocol);
	return udp->fd;
}

static int on_close(ares_socket_t fd, void *context)
{
	struct ares_udp *udp = context;

	if (udp->fd == fd)
		udp->fd = -1;
	return close(fd);
}

static int on_connect(ares_socket_t fd, const struct sockaddr *address, ares_socklen_t size,
		      void *context)
{
	(void)fd, (void)address, (void)size, (void)context;
	return 0;
}

static ares_ssize_t on_send(ares_socket_t fd, const struct iovec *parts, int count, void *context)
{
	struct ares_udp *udp = context;
	void *query = udp->asking;
	uint8_t packet[PACKET_MAX];
	size_t size = 0;
	int i;

	(void)fd;
	for (i = 0; i < count; i++) {
		if (parts[i].iov_len > sizeof packet - size) {
			errno = EMSGSIZE;
			return -1;
		}
		memcpy(packet + size, parts[i].iov_base, parts[i].iov_len);
		size += parts[i].iov_len;
	}
	/* One try is all a query has; should c-ares want another, that one is lost. */
	udp->asking = NULL;
	if (query != NULL && !udp->events.send(udp->events.context, query, packet, size)) {
		errno = ECONNREFUSED;
		return -1;
	}
	return (ares_ssize_t)size;
}

static ares_ssize_t on_receive(ares_socket_t fd, void *bytes, size_t room, int flags,
			       struct sockaddr *from, ares_socklen_t *from_size, void *context)
{
	struct ares_udp *udp = context;
	size_t size = udp->feed_size < room ? udp->feed_size : room;

	(void)fd, (void)flags;
	if (udp->feed == NULL) {
		errno = EWOULDBLOCK;
		return -1;
	}
	memcpy(bytes, udp->feed, size);
	udp->feed = NULL;
	if (from != NULL && *from_size >= udp->address_size) {
		memcpy(from, &udp->address, udp->address_size);
		*from_size = udp->address_size;
	}
	return (ares_ssize_t)size;
}

static const struct ares_socket_functions functions = {
	on_open, on_close, on_connect, on_receive, on_send,
};

/* --- queries --- */

void ares_udp_ask(struct ares_udp *udp, void *query, const uint8_t *packet, size_t size)
{
	udp->asking = query;
	ares_send(udp->channel, packet, (int)size, udp->events.done, query);
	udp->asking = NULL;
}

void ares_udp_feed(struct ares_udp *udp, const uint8_t *packet, size_t size)
{
	if (udp->fd < 0)
		return;
	udp->feed = packet;
	udp->feed_size = size;
	ares_process_fd(udp->channel, udp->fd, ARES_SOCKET_BAD);
	udp->feed = NULL;
}

void ares_udp_tick(struct ares_udp *udp)
{
	ares_process_fd(udp->channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
}

/* --- life --- */

struct ares_udp *ares_udp_create(const struct ip *address, uint16_t port, int64_t timeout_ms,
				 const struct ares_udp_events *events, struct error *error)
{
	struct ares_udp *udp = memory_allocate(sizeof *udp);
	struct ares_options sockets = {0};
	char server[IP_PORT_TEXT_MAX];

	udp->events = *events;
	udp->fd = -1;
	udp->address_size = address_from_ip(address, port, &udp->address);
	ip_port_print(address, port, server);
	if (!ares_channel_open(&udp->channel, server, timeout_ms, ARES_FLAG_STAYOPEN, &sockets,
			       error)) {
		ares_udp_free(udp);
		return NULL;
	}
	ares_set_socket_functions(udp->channel, &functions, udp);
	return udp;
}

void ares_udp_free(struct ares_udp *udp)
{
	if (udp == NULL)
		return;
	if (udp->channel != NULL)
		ares_destroy(udp->channel);
	free(udp);
}
