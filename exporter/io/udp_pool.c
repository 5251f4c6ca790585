#include "io/udp_pool.h"

#include "base/memory.h"
#include "io/address.h"
#include "io/random.h"

#include <errno.h>
#include <linux/sock_diag.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

/* A socket is replaced after this many questions, or at its first use after this time. */
#define USES_MAX 256
#define AGE_MAX_MS (5 * 60 * 1000)

/* A burst of replies must fit while the loop renders a page; the system caps what we ask for. */
#define RECEIVE_BUFFER_BYTES (4 * 1024 * 1024)

/* Larger than any UDP reply to what we advertise; a longer one is cut and then malformed. */
#define PACKET_MAX 4096

/* Packets read in one go, so that one flooded socket cannot hold the loop. */
#define READ_BATCH 256

#define SOCKETS_ALL (UDP_POOL_SOCKETS + UDP_POOL_SINGLES)

struct pool_socket {
	struct udp_pool *pool;
	struct loop_poll *poll; /* NULL: not open */
	int fd;
	unsigned uses;
	unsigned waiting; /* questions without udp_pool_release() so far */
	int64_t opened_ms;
	uint32_t overflow; /* packets the kernel had no room for, as it last said */
};

struct udp_pool {
	struct loop *loop;
	struct sockaddr_storage server;
	socklen_t server_size;
	struct udp_pool_events events;
	uint64_t *overflow;
	struct pool_socket sockets[SOCKETS_ALL]; /* the singles behind the shared ones */
};

struct udp_pool *udp_pool_create(struct loop *loop, const struct ip *address, uint16_t port,
				 const struct udp_pool_events *events, uint64_t *overflow)
{
	struct udp_pool *pool = memory_allocate(sizeof *pool);
	int i;

	pool->loop = loop;
	pool->server_size = address_from_ip(address, port, &pool->server);
	pool->events = *events;
	pool->overflow = overflow;
	for (i = 0; i < SOCKETS_ALL; i++)
		pool->sockets[i].pool = pool;
	return pool;
}

/* The kernel counts per socket, from its opening on. */
static void note_overflow(struct pool_socket *s, uint32_t total)
{
	*s->pool->overflow += (uint32_t)(total - s->overflow);
	s->overflow = total;
}

/* What was lost behind the last packet that was read. */
static void note_last_overflow(struct pool_socket *s)
{
	uint32_t figures[SK_MEMINFO_VARS] = {0};
	socklen_t size = sizeof figures;

	if (getsockopt(s->fd, SOL_SOCKET, SO_MEMINFO, figures, &size) == 0 &&
	    size > SK_MEMINFO_DROPS * sizeof *figures)
		note_overflow(s, figures[SK_MEMINFO_DROPS]);
}

static void close_socket(struct pool_socket *s)
{
	if (s->poll == NULL)
		return;
	note_last_overflow(s);
	loop_poll_free(s->poll);
	close(s->fd);
	s->poll = NULL;
}

void udp_pool_free(struct udp_pool *pool)
{
	int i;

	if (pool == NULL)
		return;
	for (i = 0; i < SOCKETS_ALL; i++)
		close_socket(&pool->sockets[i]);
	free(pool);
}

static bool is_refusal(int error)
{
	return error == ECONNREFUSED || error == EHOSTUNREACH || error == ENETUNREACH ||
	       error == EPERM || error == EACCES;
}

/* recv(), and with the packet how many the kernel has dropped at this socket (SO_RXQ_OVFL). */
static ssize_t receive(struct pool_socket *s, uint8_t packet[PACKET_MAX])
{
	union {
		struct cmsghdr align;
		char bytes[CMSG_SPACE(sizeof(uint32_t))];
	} control;
	struct iovec part = {packet, PACKET_MAX};
	struct msghdr message = {.msg_iov = &part,
				 .msg_iovlen = 1,
				 .msg_control = &control,
				 .msg_controllen = sizeof control};
	ssize_t size = recvmsg(s->fd, &message, MSG_DONTWAIT);
	struct cmsghdr *part_of_control;

	if (size < 0)
		return size;
	for (part_of_control = CMSG_FIRSTHDR(&message); part_of_control != NULL;
	     part_of_control = CMSG_NXTHDR(&message, part_of_control)) {
		uint32_t total;

		if (part_of_control->cmsg_level != SOL_SOCKET ||
		    part_of_control->cmsg_type != SO_RXQ_OVFL)
			continue;
		memcpy(&total, CMSG_DATA(part_of_control), sizeof total);
		note_overflow(s, total);
	}
	return size;
}

static void on_ready(void *context, int fd, bool readable, bool writable)
{
	struct pool_socket *s = context;
	struct udp_pool *pool = s->pool;
	unsigned index = (unsigned)(s - pool->sockets);
	uint8_t packet[PACKET_MAX];
	int i;

	(void)readable;
	(void)writable;
	/* An event may lead to a send that replaces this socket: go on only while it is the same. */
	for (i = 0; i < READ_BATCH && s->poll != NULL && s->fd == fd; i++) {
		ssize_t size = receive(s, packet);

		if (size >= 0)
			pool->events.on_packet(pool->events.context, index, packet, (size_t)size);
		else if (is_refusal(errno))
			pool->events.on_refused(pool->events.context, index);
		else if (errno != EINTR)
			return;
	}
}

static bool open_socket(struct pool_socket *s)
{
	struct udp_pool *pool = s->pool;
	int size = RECEIVE_BUFFER_BYTES, yes = 1;
	int fd = socket(pool->server.ss_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return false;
	setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
	setsockopt(fd, SOL_SOCKET, SO_RXQ_OVFL, &yes, sizeof yes);
	/* Connected: the kernel takes packets from this server only, from a port of its choice. */
	if (connect(fd, (struct sockaddr *)&pool->server, pool->server_size) != 0) {
		close(fd);
		return false;
	}
	s->fd = fd;
	s->uses = 0;
	s->overflow = 0;
	s->opened_ms = loop_now().ms;
	s->poll = loop_poll_create(pool->loop, fd, on_ready, s);
	loop_poll_set(s->poll, true, false);
	return true;
}

static bool is_worn(const struct pool_socket *s)
{
	return s->uses >= USES_MAX || loop_now().ms - s->opened_ms > AGE_MAX_MS;
}

/* A random socket; one that is worn but still waited at only if all are. */
static struct pool_socket *choose_shared(struct udp_pool *pool)
{
	unsigned first = random_u16() % UDP_POOL_SOCKETS, i;
	struct pool_socket *s;

	for (i = 0; i < UDP_POOL_SOCKETS; i++) {
		s = &pool->sockets[(first + i) % UDP_POOL_SOCKETS];
		if (s->poll != NULL && is_worn(s) && s->waiting == 0)
			close_socket(s);
		if (s->poll == NULL && !open_socket(s))
			continue;
		if (!is_worn(s))
			return s;
	}
	/* All are worn, or none can be opened. */
	s = &pool->sockets[first];
	return s->poll != NULL ? s : NULL;
}

static struct pool_socket *choose_single(struct udp_pool *pool)
{
	struct pool_socket *s = &pool->sockets[UDP_POOL_SOCKETS];

	while (s->poll != NULL)
		if (++s == &pool->sockets[SOCKETS_ALL])
			return choose_shared(pool);
	return open_socket(s) ? s : NULL;
}

static bool is_single(const struct udp_pool *pool, const struct pool_socket *s)
{
	return s >= &pool->sockets[UDP_POOL_SOCKETS];
}

bool udp_pool_send(struct udp_pool *pool, bool own_port, const uint8_t *bytes, size_t size,
		   unsigned *socket)
{
	struct pool_socket *s = own_port ? choose_single(pool) : choose_shared(pool);
	int tries;

	if (s == NULL)
		return false;
	s->uses++;
	/* The first send may only report what an earlier packet met. */
	for (tries = 0; tries < 2; tries++) {
		/* A full send buffer is a lost packet: the question times out and is asked again. */
		if (send(s->fd, bytes, size, MSG_DONTWAIT) >= 0 || errno == EAGAIN ||
		    errno == ENOBUFS) {
			s->waiting++;
			*socket = (unsigned)(s - pool->sockets);
			return true;
		}
	}
	if (is_single(pool, s))
		close_socket(s);
	return false;
}

void udp_pool_release(struct udp_pool *pool, unsigned socket)
{
	struct pool_socket *s = &pool->sockets[socket];

	if (--s->waiting == 0 && is_single(pool, s))
		close_socket(s);
}
