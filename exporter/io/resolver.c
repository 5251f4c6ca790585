#include "io/resolver.h"

#include "base/memory.h"
#include "io/address.h"
#include "io/ares_channel.h"
#include "io/question.h"
#include "io/random.h"
#include "io/udp_pool.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

/* The tick is what a timeout may be late by; it also bounds how often we wake for them. */
#define TICK_MS 20

/* How long we look after what c-ares still holds when nobody waits any more. */
#define ARES_TICK_MS 1000

struct resolver {
	struct loop *loop;
	struct loop_timer *timer;
	char server[IP_PORT_TEXT_MAX];
	struct sockaddr_storage address; /* the same */
	socklen_t address_size;
	int64_t timeout_us;
	struct udp_pool *pool;
	ares_channel udp;
	struct question_set questions;
	struct question *retired; /* TCP questions that are over; linked by `newer` */
	unsigned in_ares;         /* UDP questions c-ares holds */
	struct question *sending; /* the one inside ares_send() */
	int udp_fd;               /* what c-ares takes for its UDP socket; -1: none */
	const uint8_t *feed;      /* the packet c-ares reads next */
	size_t feed_size;
};

static void arm_for_oldest(struct resolver *resolver);

/* A channel must not be destroyed from inside its own callback: the next tick does it. */
static void retire(struct question *question)
{
	struct resolver *resolver = question->resolver;

	question->newer = resolver->retired;
	resolver->retired = question;
	arm_for_oldest(resolver);
}

static void free_retired(struct resolver *resolver)
{
	struct question *question;

	while ((question = resolver->retired) != NULL) {
		resolver->retired = question->newer;
		ares_tcp_free(question->tcp);
		free(question);
	}
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
	question_set_remove(&question->resolver->questions, question);
	if (question->has_socket)
		udp_pool_release(question->resolver->pool, question->socket);
	if (question->tcp != NULL)
		retire(question);
	else if (!question->in_ares)
		free(question);
	on_answer(context, &answer);
}

/* The network will not have it; told at the next tick, never from inside a call of ours. */
static void refuse(struct question *question)
{
	question_set_refuse(&question->resolver->questions, question);
	arm_for_oldest(question->resolver);
}

/* --- c-ares' side --- */

static void on_udp_done(void *context, int status, int timeouts, unsigned char *bytes, int size)
{
	struct question *question = context;

	(void)status, (void)timeouts, (void)bytes, (void)size;
	question->in_ares = false;
	question->resolver->in_ares--;
	if (!question->waiting)
		free(question);
	else if (!question->has_socket)
		refuse(question); /* it never went out; all else our own gate and timer decide */
}

/* A reply came, but c-ares has no use for it: the decoder is to say what it is. */
static bool is_about_a_reply(int status)
{
	return status == ARES_EBADRESP || status == ARES_EBADNAME || status == ARES_EFORMERR;
}

static void on_tcp_done(void *context, int status, int timeouts, unsigned char *bytes, int size)
{
	struct question *question = context;
	const uint8_t *wire;
	size_t wire_size;

	(void)timeouts;
	if (!question->waiting)
		return; /* retired: whoever frees the channel frees the question */
	wire = ares_tcp_reply(question->tcp, &wire_size);
	if (bytes == NULL && !is_about_a_reply(status))
		refuse(question);
	else if (wire != NULL)
		finish(question, RESOLVER_ANSWERED, wire, wire_size);
	else if (bytes != NULL)
		finish(question, RESOLVER_ANSWERED, bytes, (size_t)size);
	else
		finish(question, RESOLVER_ANSWERED, (const uint8_t *)"", 0);
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

static ares_ssize_t on_udp_send(ares_socket_t fd, const struct iovec *parts, int count,
				void *context)
{
	struct resolver *resolver = context;
	struct question *question = resolver->sending;
	uint8_t packet[RESOLVER_QUERY_MAX];
	size_t size = 0;
	unsigned socket;
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
	question->started_us = loop_now_us();
	if (!question_read(question, packet, size) ||
	    !udp_pool_send(resolver->pool, packet, size, &socket)) {
		errno = ECONNREFUSED;
		return -1;
	}
	question_set_sent(&resolver->questions, question, socket);
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

/* --- packets --- */

static void on_packet(void *context, unsigned socket, const uint8_t *packet, size_t size)
{
	struct resolver *resolver = context;
	struct question *question =
		question_set_find(&resolver->questions, socket, packet, size);

	if (question == NULL)
		return;
	if (question->in_ares && resolver->udp_fd >= 0) {
		resolver->feed = packet;
		resolver->feed_size = size;
		ares_process_fd(resolver->udp, resolver->udp_fd, ARES_SOCKET_BAD);
		resolver->feed = NULL;
	}
	finish(question, RESOLVER_ANSWERED, packet, size);
}

static void on_refused(void *context, unsigned socket)
{
	struct resolver *resolver = context;
	struct question *question;

	for (question = resolver->questions.oldest; question != NULL; question = question->newer)
		if (question->has_socket && question->socket == socket)
			refuse(question);
}

/* --- time --- */

static void arm_for_oldest(struct resolver *resolver)
{
	const struct question *oldest = resolver->questions.oldest;
	int64_t left_ms;

	if (resolver->questions.refused > 0 || resolver->retired != NULL) {
		loop_timer_start(resolver->timer, 0);
	} else if (oldest != NULL) {
		/* What is in the set is never freed: finish() takes it out first. */
		left_ms = (oldest->started_us + resolver->timeout_us - loop_now_us()) / 1000; // NOLINT
		loop_timer_start(resolver->timer, left_ms > TICK_MS ? left_ms : TICK_MS);
	} else if (resolver->in_ares > 0) {
		loop_timer_start(resolver->timer, ARES_TICK_MS);
	}
}

static void on_tick(void *context)
{
	struct resolver *resolver = context;
	struct question *question, *newer;
	int64_t now_us;

	free_retired(resolver);
	/* c-ares ends what is too old for it. */
	ares_process_fd(resolver->udp, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
	now_us = loop_now_us();
	for (question = resolver->questions.oldest; question != NULL; question = newer) {
		newer = question->newer;
		if (question->refused)
			finish(question, RESOLVER_NETWORK, NULL, 0);
		else if (now_us - question->started_us >= resolver->timeout_us)
			finish(question, RESOLVER_TIMEOUT, NULL, 0);
		else if (resolver->questions.refused == 0)
			break; /* all others are younger */
	}
	arm_for_oldest(resolver);
}

/* --- life --- */

struct resolver *resolver_create(struct loop *loop, const struct ip *address, uint16_t port,
				 int64_t timeout_ms, struct error *error)
{
	struct resolver *resolver = memory_allocate(sizeof *resolver);
	struct udp_pool_events events = {on_packet, on_refused, resolver};
	struct ares_options sockets = {0};

	resolver->loop = loop;
	resolver->timeout_us = timeout_ms * 1000;
	resolver->udp_fd = -1;
	resolver->address_size = address_from_ip(address, port, &resolver->address);
	resolver->timer = loop_timer_create(loop, on_tick, resolver);
	resolver->pool = udp_pool_create(loop, address, port, &events);
	ip_port_print(address, port, resolver->server);
	if (!ares_channel_open(&resolver->udp, resolver->server, timeout_ms, ARES_FLAG_STAYOPEN,
			       &sockets, error)) {
		resolver_free(resolver);
		return NULL;
	}
	ares_set_socket_functions(resolver->udp, &udp_functions, resolver);
	return resolver;
}

void resolver_free(struct resolver *resolver)
{
	if (resolver == NULL)
		return;
	while (resolver->questions.oldest != NULL)
		finish(resolver->questions.oldest, RESOLVER_STOPPED, NULL, 0); // NOLINT: see above
	free_retired(resolver);
	if (resolver->udp != NULL)
		ares_destroy(resolver->udp);
	udp_pool_free(resolver->pool);
	loop_timer_free(resolver->timer);
	free(resolver);
}

/* An id that no other question waits with; after a few tries any will do, since the
 * question and the socket are compared too. */
static uint16_t unused_id(const struct resolver *resolver)
{
	uint16_t id = random_u16();
	int tries;

	for (tries = 0; tries < 16 && question_set_has_id(&resolver->questions, id); tries++)
		id = random_u16();
	return id;
}

static void ask_by_udp(struct resolver *resolver, struct question *question,
		       const uint8_t *packet, size_t size)
{
	question->in_ares = true;
	resolver->in_ares++;
	resolver->sending = question;
	ares_send(resolver->udp, packet, (int)size, on_udp_done, question);
	resolver->sending = NULL;
}

/* c-ares' own timer stays behind ours: it is never the one that gives up. */
static void ask_by_tcp(struct resolver *resolver, struct question *question,
		       const uint8_t *packet, size_t size)
{
	struct error error;

	question->tcp = ares_tcp_create(resolver->loop, resolver->server,
					resolver->timeout_us / 1000 * 2, &error);
	if (question->tcp == NULL)
		refuse(question);
	else
		ares_send(ares_tcp_channel(question->tcp), packet, (int)size, on_tcp_done, question);
}

void resolver_ask(struct resolver *resolver, enum resolver_transport transport,
		  const uint8_t *query, size_t size, resolver_answer_fn on_answer, void *context)
{
	struct question *question = memory_allocate(sizeof *question);
	uint8_t packet[RESOLVER_QUERY_MAX];
	uint16_t id = unused_id(resolver);

	assert(size <= sizeof packet);
	memcpy(packet, query, size);
	packet[0] = (uint8_t)(id >> 8);
	packet[1] = (uint8_t)id;
	question->resolver = resolver;
	question->on_answer = on_answer;
	question->context = context;
	question->started_us = loop_now_us();
	question_set_add(&resolver->questions, question);
	if (transport == RESOLVER_TCP)
		ask_by_tcp(resolver, question, packet, size);
	else
		ask_by_udp(resolver, question, packet, size);
	if (resolver->questions.oldest == question)
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
