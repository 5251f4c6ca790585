#include "io/resolver.h"

#include "base/memory.h"
#include "io/address.h"
#include "io/random.h"
#include "io/udp_pool.h"

#include <ares.h>
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#define HEADER_SIZE 12
#define BUCKETS 1024 /* by id; more in flight than this just makes chains */

/* The tick is what a timeout may be late by; it also bounds how often we wake for them. */
#define TICK_MS 20

/* One question, from resolver_ask() until both its answer was handed up and c-ares has
 * let go of it. Owned by the resolver. */
struct question {
	struct resolver *resolver;
	enum resolver_transport transport;
	resolver_answer_fn on_answer;
	void *context;
	int64_t started_us;
	struct question *older, *newer; /* among those that wait */
	struct question *next_in_bucket;
	bool waiting;   /* its answer is still owed */
	bool in_ares;   /* c-ares still holds it */
	bool refused;   /* owed RESOLVER_NETWORK at the next tick */
	bool has_socket;
	unsigned socket;
	uint16_t id;    /* as it went out */
	size_t asked_size;
	uint8_t asked[RESOLVER_QUERY_MAX]; /* the question section as it went out */
};

struct resolver {
	struct loop *loop;
	struct loop_timer *timer;
	struct sockaddr_storage address;
	socklen_t address_size;
	int64_t timeout_us;
	struct udp_pool *pool;
	ares_channel channels[2]; /* by enum resolver_transport */
	struct question *oldest, *newest;
	struct question *buckets[BUCKETS]; /* UDP questions that wait, by id */
	unsigned in_ares;                  /* questions c-ares holds */
	unsigned refused;                  /* questions to be given up at the next tick */
	struct question *sending;          /* the one inside ares_send() */
	int udp_fd;                        /* what c-ares takes for its UDP socket; -1: none */
	const uint8_t *feed;               /* the packet c-ares reads next */
	size_t feed_size;
	struct tcp_watch *tcp_watches;
};

/* A TCP socket of c-ares that the loop watches. */
struct tcp_watch {
	struct tcp_watch *next;
	struct loop_poll *poll;
	int fd;
};

static void arm_for_oldest(struct resolver *resolver);

/* --- the questions that wait --- */

static struct question **bucket_of(struct resolver *resolver, uint16_t id)
{
	return &resolver->buckets[id % BUCKETS];
}

static void put_in_bucket(struct question *question)
{
	struct question **bucket = bucket_of(question->resolver, question->id);

	question->next_in_bucket = *bucket;
	*bucket = question;
}

static void take_from_bucket(struct question *question)
{
	struct question **place = bucket_of(question->resolver, question->id);

	while (*place != question)
		place = &(*place)->next_in_bucket;
	*place = question->next_in_bucket;
}

static void append(struct resolver *resolver, struct question *question)
{
	question->older = resolver->newest;
	if (resolver->newest != NULL)
		resolver->newest->newer = question;
	else
		resolver->oldest = question;
	resolver->newest = question;
}

static void unlink_question(struct question *question)
{
	struct resolver *resolver = question->resolver;

	if (question->older != NULL)
		question->older->newer = question->newer;
	else
		resolver->oldest = question->newer;
	if (question->newer != NULL)
		question->newer->older = question->older;
	else
		resolver->newest = question->older;
}

/* Hand the answer up. The question goes now, or when c-ares lets go of it. */
static void finish(struct question *question, enum resolver_outcome outcome, const uint8_t *bytes,
		   size_t size)
{
	struct resolver_answer answer = {
		outcome, bytes, size, loop_now_us() - question->started_us};
	resolver_answer_fn on_answer = question->on_answer;
	void *context = question->context;

	assert(question->waiting);
	question->waiting = false;
	if (question->refused)
		question->resolver->refused--;
	unlink_question(question);
	if (question->has_socket) {
		take_from_bucket(question);
		udp_pool_release(question->resolver->pool, question->socket);
	}
	if (!question->in_ares)
		free(question);
	on_answer(context, &answer);
}

/* The network will not have it; told at the next tick, never from inside a call of ours. */
static void refuse(struct question *question)
{
	if (question->refused)
		return;
	question->refused = true;
	question->resolver->refused++;
	arm_for_oldest(question->resolver);
}

/* --- c-ares' side --- */

static void on_ares_done(void *context, int status, int timeouts, unsigned char *bytes, int size)
{
	struct question *question = context;

	(void)timeouts;
	question->in_ares = false;
	question->resolver->in_ares--;
	if (!question->waiting) {
		free(question);
		return;
	}
	if (question->transport == RESOLVER_UDP) {
		/* Our own gate and timer decide, unless it never went out. */
		if (!question->has_socket)
			refuse(question);
	} else if (bytes != NULL) {
		finish(question, RESOLVER_ANSWERED, bytes, (size_t)size);
	} else if (status == ARES_EBADRESP) {
		finish(question, RESOLVER_ANSWERED, (const uint8_t *)"", 0);
	} else if (status == ARES_ETIMEOUT) {
		finish(question, RESOLVER_TIMEOUT, NULL, 0);
	} else {
		refuse(question);
	}
}

/* c-ares wants a descriptor for what it takes for its one UDP socket. */
static ares_socket_t on_udp_open(int family, int type, int protocol, void *context)
{
	struct resolver *resolver = context;

	resolver->udp_fd = socket(family, type | SOCK_CLOEXEC, protocol);
	return resolver->udp_fd;
}

static int on_udp_close(ares_socket_t fd, void *context)
{
	struct resolver *resolver = context;

	if (resolver->udp_fd == fd)
		resolver->udp_fd = -1;
	return close(fd);
}

static int on_udp_connect(ares_socket_t fd, const struct sockaddr *address, ares_socklen_t size,
			  void *context)
{
	(void)fd;
	(void)address;
	(void)size;
	(void)context;
	return 0;
}

/* Remember what really goes out: c-ares 1.34 chooses the id itself. */
static bool note_question(struct question *question, const uint8_t *packet, size_t size)
{
	size_t end = HEADER_SIZE;

	while (end < size && packet[end] != 0)
		end += 1u + packet[end];
	end += 1 + 4; /* the root label, type and class */
	if (end > size)
		return false;
	question->id = (uint16_t)(packet[0] << 8 | packet[1]);
	question->asked_size = end - HEADER_SIZE;
	memcpy(question->asked, packet + HEADER_SIZE, question->asked_size);
	return true;
}

static ares_ssize_t on_udp_send(ares_socket_t fd, const struct iovec *parts, int count,
				void *context)
{
	struct resolver *resolver = context;
	struct question *question = resolver->sending;
	uint8_t packet[RESOLVER_QUERY_MAX];
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
	/* One try is all it has; should it want another, that one is lost. */
	if (question == NULL || question->has_socket)
		return (ares_ssize_t)size;
	if (!note_question(question, packet, size) ||
	    !udp_pool_send(resolver->pool, packet, size, &question->socket)) {
		errno = ECONNREFUSED;
		return -1;
	}
	question->has_socket = true;
	question->started_us = loop_now_us();
	put_in_bucket(question);
	return (ares_ssize_t)size;
}

static ares_ssize_t on_udp_receive(ares_socket_t fd, void *bytes, size_t room, int flags,
				   struct sockaddr *from, ares_socklen_t *from_size, void *context)
{
	struct resolver *resolver = context;
	size_t size = resolver->feed_size < room ? resolver->feed_size : room;

	(void)fd;
	(void)flags;
	if (resolver->feed == NULL) {
		errno = EWOULDBLOCK;
		return -1;
	}
	memcpy(bytes, resolver->feed, size);
	resolver->feed = NULL;
	if (from != NULL && *from_size >= resolver->address_size) {
		memcpy(from, &resolver->address, resolver->address_size);
		*from_size = resolver->address_size;
	}
	return (ares_ssize_t)size;
}

static const struct ares_socket_functions udp_functions = {
	on_udp_open, on_udp_close, on_udp_connect, on_udp_receive, on_udp_send,
};

/* --- the gate --- */

/* A server that could not read the question may answer with the bare header. */
static bool is_bare_refusal(const uint8_t *packet)
{
	enum { FORMERR = 1, NOTIMP = 4 };
	unsigned rcode = packet[3] & 0xf, question_count = (unsigned)(packet[4] << 8 | packet[5]);

	return question_count == 0 && (rcode == FORMERR || rcode == NOTIMP);
}

static bool is_reply_to(const struct question *question, unsigned socket, const uint8_t *packet,
			size_t size)
{
	if (question->socket != socket || !(packet[2] & 0x80))
		return false;
	if (is_bare_refusal(packet))
		return true;
	return size >= HEADER_SIZE + question->asked_size &&
	       memcmp(packet + HEADER_SIZE, question->asked, question->asked_size) == 0;
}

static struct question *find_question(struct resolver *resolver, unsigned socket,
				      const uint8_t *packet, size_t size)
{
	struct question *question;
	uint16_t id;

	if (size < HEADER_SIZE)
		return NULL;
	id = (uint16_t)(packet[0] << 8 | packet[1]);
	for (question = *bucket_of(resolver, id); question != NULL;
	     question = question->next_in_bucket)
		if (question->id == id && is_reply_to(question, socket, packet, size))
			return question;
	return NULL;
}

static void on_packet(void *context, unsigned socket, const uint8_t *packet, size_t size)
{
	struct resolver *resolver = context;
	struct question *question = find_question(resolver, socket, packet, size);

	if (question == NULL)
		return;
	if (question->in_ares && resolver->udp_fd >= 0) {
		resolver->feed = packet;
		resolver->feed_size = size;
		ares_process_fd(resolver->channels[RESOLVER_UDP], resolver->udp_fd, ARES_SOCKET_BAD);
		resolver->feed = NULL;
	}
	finish(question, RESOLVER_ANSWERED, packet, size);
}

static void on_refused(void *context, unsigned socket)
{
	struct resolver *resolver = context;
	struct question *question;

	for (question = resolver->oldest; question != NULL; question = question->newer)
		if (question->has_socket && question->socket == socket)
			refuse(question);
}

/* --- TCP sockets, which are c-ares' own --- */

static void on_tcp_ready(void *context, int fd, bool readable, bool writable)
{
	struct resolver *resolver = context;

	ares_process_fd(resolver->channels[RESOLVER_TCP], readable ? fd : ARES_SOCKET_BAD,
			writable ? fd : ARES_SOCKET_BAD);
}

static struct tcp_watch **find_watch(struct resolver *resolver, int fd)
{
	struct tcp_watch **place = &resolver->tcp_watches;

	while (*place != NULL && (*place)->fd != fd)
		place = &(*place)->next;
	return place;
}

static void on_tcp_state(void *context, ares_socket_t fd, int readable, int writable)
{
	struct resolver *resolver = context;
	struct tcp_watch **place = find_watch(resolver, fd), *watch = *place;

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
		watch->poll = loop_poll_create(resolver->loop, fd, on_tcp_ready, resolver);
	}
	loop_poll_set(watch->poll, readable, writable);
}

/* --- time --- */

static void arm_for_oldest(struct resolver *resolver)
{
	int64_t left_ms;

	if (resolver->refused > 0) {
		loop_timer_start(resolver->timer, 0);
	} else if (resolver->oldest != NULL) {
		left_ms = (resolver->oldest->started_us + resolver->timeout_us - loop_now_us()) / 1000;
		loop_timer_start(resolver->timer, left_ms > TICK_MS ? left_ms : TICK_MS);
	} else if (resolver->in_ares > 0) {
		/* c-ares' own timers still have to run for what it holds. */
		loop_timer_start(resolver->timer, 1000);
	}
}

static void on_tick(void *context)
{
	struct resolver *resolver = context;
	struct question *question, *newer;
	int64_t now_us;

	ares_process_fd(resolver->channels[RESOLVER_UDP], ARES_SOCKET_BAD, ARES_SOCKET_BAD);
	ares_process_fd(resolver->channels[RESOLVER_TCP], ARES_SOCKET_BAD, ARES_SOCKET_BAD);
	now_us = loop_now_us();
	for (question = resolver->oldest; question != NULL; question = newer) {
		newer = question->newer;
		if (question->refused)
			finish(question, RESOLVER_NETWORK, NULL, 0);
		else if (now_us - question->started_us >= resolver->timeout_us)
			finish(question, RESOLVER_TIMEOUT, NULL, 0);
		else if (resolver->refused == 0)
			break; /* all others are younger */
	}
	arm_for_oldest(resolver);
}

/* --- life --- */

static bool open_channel(struct resolver *resolver, enum resolver_transport transport,
			 const char *server, struct error *error)
{
	static char lookups[] = "b"; /* DNS only, no hosts file */
	struct ares_options options = {
		.flags = ARES_FLAG_NOSEARCH | ARES_FLAG_NOALIASES | ARES_FLAG_NOCHECKRESP |
			 ARES_FLAG_IGNTC,
		.timeout = (int)(resolver->timeout_us / 1000),
		.tries = 1,
		.ndots = 0,
		.lookups = lookups,
	};
	int mask = ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_NDOTS |
		   ARES_OPT_LOOKUPS;
	ares_channel *channel = &resolver->channels[transport];
	int status;

	if (transport == RESOLVER_TCP) {
		options.flags |= ARES_FLAG_USEVC;
		options.sock_state_cb = on_tcp_state;
		options.sock_state_cb_data = resolver;
		mask |= ARES_OPT_SOCK_STATE_CB;
	} else {
		options.flags |= ARES_FLAG_STAYOPEN;
	}
#ifdef ARES_OPT_QUERY_CACHE
	options.qcache_max_ttl = 0; /* what we measure must come from the wire */
	mask |= ARES_OPT_QUERY_CACHE;
#endif
	status = ares_init_options(channel, &options, mask);
	if (status == ARES_SUCCESS)
		status = ares_set_servers_ports_csv(*channel, server);
	if (status == ARES_SUCCESS && transport == RESOLVER_UDP)
		ares_set_socket_functions(*channel, &udp_functions, resolver);
	if (status != ARES_SUCCESS)
		return error_set(error, "cannot set up the DNS client for %s: %s", server,
				 ares_strerror(status));
	return true;
}

struct resolver *resolver_create(struct loop *loop, const struct ip *address, uint16_t port,
				 int64_t timeout_ms, struct error *error)
{
	struct resolver *resolver = memory_allocate(sizeof *resolver);
	struct udp_pool_events events = {on_packet, on_refused, resolver};
	char server[IP_PORT_TEXT_MAX];

	resolver->loop = loop;
	resolver->timeout_us = timeout_ms * 1000;
	resolver->udp_fd = -1;
	resolver->address_size = address_from_ip(address, port, &resolver->address);
	resolver->timer = loop_timer_create(loop, on_tick, resolver);
	resolver->pool = udp_pool_create(loop, address, port, &events);
	ip_port_print(address, port, server);
	if (!open_channel(resolver, RESOLVER_UDP, server, error) ||
	    !open_channel(resolver, RESOLVER_TCP, server, error)) {
		resolver_free(resolver);
		return NULL;
	}
	return resolver;
}

void resolver_free(struct resolver *resolver)
{
	int i;

	if (resolver == NULL)
		return;
	while (resolver->oldest != NULL)
		finish(resolver->oldest, RESOLVER_STOPPED, NULL, 0);
	for (i = 0; i < 2; i++)
		if (resolver->channels[i] != NULL)
			ares_destroy(resolver->channels[i]);
	udp_pool_free(resolver->pool);
	loop_timer_free(resolver->timer);
	free(resolver);
}

static uint16_t unused_id(struct resolver *resolver)
{
	int tries;
	uint16_t id = random_u16();

	for (tries = 0; tries < 16; tries++, id = random_u16()) {
		const struct question *question = *bucket_of(resolver, id);

		while (question != NULL && question->id != id)
			question = question->next_in_bucket;
		if (question == NULL)
			break;
	}
	return id;
}

void resolver_ask(struct resolver *resolver, enum resolver_transport transport,
		  const uint8_t *query, size_t size, resolver_answer_fn on_answer, void *context)
{
	struct question *question = memory_allocate(sizeof *question);
	uint8_t packet[RESOLVER_QUERY_MAX];
	uint16_t id = unused_id(resolver);

	assert(size >= HEADER_SIZE && size <= sizeof packet);
	memcpy(packet, query, size);
	packet[0] = (uint8_t)(id >> 8);
	packet[1] = (uint8_t)id;
	question->resolver = resolver;
	question->transport = transport;
	question->on_answer = on_answer;
	question->context = context;
	question->started_us = loop_now_us();
	question->waiting = question->in_ares = true;
	append(resolver, question);
	resolver->in_ares++;
	resolver->sending = question;
	ares_send(resolver->channels[transport], packet, (int)size, on_ares_done, question);
	resolver->sending = NULL;
	if (resolver->oldest == question)
		arm_for_oldest(resolver);
}

/* --- the library --- */

bool resolver_library_start(struct error *error)
{
	int status = ares_library_init(ARES_LIB_INIT_ALL);

	if (status != ARES_SUCCESS)
		return error_set(error, "cannot start c-ares: %s", ares_strerror(status));
	return true;
}

void resolver_library_stop(void)
{
	ares_library_cleanup();
}

const char *resolver_library_version(void)
{
	return ares_version(NULL);
}
