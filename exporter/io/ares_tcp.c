#include "io/ares_tcp.h"

#include "base/memory.h"
#include "base/text.h"
#include "io/ares_channel.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#define LENGTH_SIZE 2 /* in front of every message, RFC 1035 4.2.2 */

/* A server that goes on talking is not listened to for ever. */
#define RECEIVED_MAX (2 * (LENGTH_SIZE + 65535))

/* A socket of c-ares that the loop watches. */
struct tcp_watch {
	struct tcp_watch *next;
	struct loop_poll *poll;
	int fd;
};

struct ares_tcp {
	struct loop *loop;
	struct ares_tcp_events events;
	ares_channel channel;
	struct tcp_watch *watches;
	struct text sent, received; /* all bytes so far */
	size_t handed_up;           /* of the received ones */
	bool over, told_over;
	bool bad_reply;
};

/* --- the sockets of c-ares, and what passes through them --- */

static ares_socket_t on_open(int family, int type, int protocol, void *context)
{
	int fd = socket(family, type | SOCK_CLOEXEC | SOCK_NONBLOCK, protocol), yes = 1;

	(void)context;
	if (fd >= 0)
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
	return fd;
}

static int on_close(ares_socket_t fd, void *context)
{
	(void)context;
	return close(fd);
}

static int on_connect(ares_socket_t fd, const struct sockaddr *address, ares_socklen_t size,
		      void *context)
{
	(void)context;
	return connect(fd, address, size);
}

static ares_ssize_t on_receive(ares_socket_t fd, void *bytes, size_t room, int flags,
			       struct sockaddr *from, ares_socklen_t *from_size, void *context)
{
	struct ares_tcp *tcp = context;
	ares_ssize_t count = recvfrom(fd, bytes, room, flags, from, from_size);

	if (count > 0 && tcp->received.size + (size_t)count > RECEIVED_MAX)
		tcp->over = true;
	else if (count > 0 && !tcp->over)
		text_add_bytes(&tcp->received, bytes, (size_t)count);
	/* The end of the connection, which c-ares 1.34 may wait out in silence. */
	if (count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR))
		tcp->over = true;
	return count;
}

static ares_ssize_t on_send(ares_socket_t fd, const struct iovec *parts, int count, void *context)
{
	struct ares_tcp *tcp = context;
	ares_ssize_t sent = writev(fd, parts, count);
	size_t left = sent > 0 ? (size_t)sent : 0;
	int i;

	for (i = 0; i < count && left > 0; i++) {
		size_t size = parts[i].iov_len < left ? parts[i].iov_len : left;

		text_add_bytes(&tcp->sent, parts[i].iov_base, size);
		left -= size;
	}
	return sent;
}

static const struct ares_socket_functions functions = {
	on_open, on_close, on_connect, on_receive, on_send,
};

/* --- events --- */

/* The next whole message behind `*at`; NULL if there is none yet. */
static const uint8_t *next_message(const struct text *bytes, size_t *at, size_t *size)
{
	const uint8_t *start = (const uint8_t *)bytes->bytes + *at;

	if (bytes->size < *at + LENGTH_SIZE)
		return NULL;
	*size = (size_t)(start[0] << 8 | start[1]);
	if (bytes->size - *at - LENGTH_SIZE < *size)
		return NULL;
	*at += LENGTH_SIZE + *size;
	return start + LENGTH_SIZE;
}

static void tell(struct ares_tcp *tcp)
{
	const uint8_t *message;
	size_t size, at = 0;

	if (tcp->sent.size > 0) {
		message = next_message(&tcp->sent, &at, &size);
		if (message != NULL) {
			tcp->events.on_sent(tcp->events.context, message, size);
			tcp->sent.size = 0;
		}
	}
	while ((message = next_message(&tcp->received, &tcp->handed_up, &size)) != NULL)
		tcp->events.on_reply(tcp->events.context, message, size);
	if (tcp->over && !tcp->told_over) {
		tcp->told_over = true;
		tcp->events.on_over(tcp->events.context, tcp->bad_reply);
	}
}

static void on_done(void *context, int status, int timeouts, unsigned char *bytes, int size)
{
	struct ares_tcp *tcp = context;

	(void)timeouts, (void)bytes, (void)size;
	tcp->over = true;
	tcp->bad_reply = status == ARES_SUCCESS || status == ARES_EBADRESP ||
			 status == ARES_EBADNAME || status == ARES_EFORMERR;
}

static void on_ready(void *context, int fd, bool readable, bool writable)
{
	struct ares_tcp *tcp = context;

	ares_process_fd(tcp->channel, readable ? fd : ARES_SOCKET_BAD,
			writable ? fd : ARES_SOCKET_BAD);
	tell(tcp);
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

/* --- life --- */

void ares_tcp_ask(struct ares_tcp *tcp, const uint8_t *packet, size_t size)
{
	ares_send(tcp->channel, packet, (int)size, on_done, tcp);
	tell(tcp);
}

struct ares_tcp *ares_tcp_create(struct loop *loop, const char *server, int64_t timeout_ms,
				 const struct ares_tcp_events *events, struct error *error)
{
	struct ares_tcp *tcp = memory_allocate(sizeof *tcp);
	struct ares_options sockets = {.sock_state_cb = on_state, .sock_state_cb_data = tcp};

	tcp->loop = loop;
	tcp->events = *events;
	if (!ares_channel_open(&tcp->channel, server, timeout_ms, ARES_FLAG_USEVC, &sockets, error)) {
		ares_tcp_free(tcp);
		return NULL;
	}
	ares_set_socket_functions(tcp->channel, &functions, tcp);
	return tcp;
}

void ares_tcp_free(struct ares_tcp *tcp)
{
	if (tcp == NULL)
		return;
	if (tcp->channel != NULL)
		ares_destroy(tcp->channel);
	text_clear(&tcp->sent);
	text_clear(&tcp->received);
	free(tcp);
}
