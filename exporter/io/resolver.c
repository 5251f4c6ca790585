#include "io/resolver.h"

#include "base/memory.h"
#include "io/ares_tcp.h"
#include "io/ares_udp.h"
#include "io/letter_case.h"
#include "io/question.h"
#include "io/random.h"
#include "io/udp_pool.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* The tick is what a timeout may be late by; it also bounds how often we wake for them. */
#define TICK_MS 20

/* How long we look after what c-ares still holds when nobody waits any more. */
#define ARES_TICK_MS 1000

/* After a reply in the wrong letter case, how long the right one may still come; less where
 * the timeout is short. */
#define DOUBT_US (200 * 1000)

struct resolver {
	struct loop *loop;
	struct loop_timer *timer;
	int64_t due_ms; /* when it goes off; 0: it is not set */
	char server[IP_PORT_TEXT_MAX];
	int64_t timeout_us;
	int64_t doubt_us;
	struct packet_drops *drops; /* the caller's */
	struct udp_pool *pool;
	struct ares_udp *udp;
	struct letter_case letter_case;
	struct question_set questions;
	struct question *retired; /* TCP questions that are over; linked by `newer` */
	unsigned in_ares;         /* UDP questions c-ares holds */
};

static void arm_for_oldest(struct resolver *resolver);
static void end_doubts(struct resolver *resolver);

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

/* Nobody off the path can forge what comes over TCP: this is proof. */
static void note_tcp_letter_case(const struct question *question, const uint8_t *reply, size_t size)
{
	struct resolver *resolver = question->resolver;

	if (question->mixed && question_is_same(question, reply, size) &&
	    letter_case_note_tcp(&resolver->letter_case, question_is_kept(question, reply, size),
				 loop_now_us()))
		end_doubts(resolver);
}

static void on_tcp_sent(void *context, const uint8_t *packet, size_t size)
{
	question_read(context, packet, size);
}

/* The server sent something, and the decoder shall find it malformed. */
static void finish_malformed(struct question *question)
{
	finish(question, RESOLVER_ANSWERED, (const uint8_t *)"", 0);
}

/* What answers another question is passed over, as it is with UDP. But nobody else can have
 * sent what is no answer to anything. */
static void on_tcp_reply(void *context, const uint8_t *reply, size_t size)
{
	struct question *question = context;

	if (!question->waiting)
		return;
	if (question_is_answered_by(question, reply, size)) {
		note_tcp_letter_case(question, reply, size);
		finish(question, RESOLVER_ANSWERED, reply, size);
	} else if (!question_is_about_one(reply, size)) {
		finish_malformed(question);
	}
}

static void on_tcp_over(void *context, bool bad_reply)
{
	struct question *question = context;

	if (!question->waiting)
		return;
	if (bad_reply)
		finish_malformed(question);
	else
		refuse(question);
}

static bool on_udp_send(void *context, void *query, const uint8_t *packet, size_t size)
{
	struct resolver *resolver = context;
	struct question *question = query;
	unsigned socket;

	question->started_us = loop_now_us();
	if (!question_read(question, packet, size) ||
	    !udp_pool_send(resolver->pool, question->own_port, packet, size, &socket))
		return false;
	question_set_sent(&resolver->questions, question, socket);
	return true;
}

/* --- packets --- */

/* All that wait for the right letter case in vain may ask anew, in lower case. */
static void end_doubts(struct resolver *resolver)
{
	struct question *question;

	for (question = resolver->questions.oldest; question != NULL; question = question->newer)
		if (question->doubted)
			question->doubted_us -= resolver->doubt_us;
	arm_for_oldest(resolver);
}

/* Forged, or the server changes the case: not an answer. If the right one does not come soon,
 * whoever asks is to find out over TCP. */
static void on_wrong_case(struct resolver *resolver, struct question *question)
{
	if (question->doubted)
		return;
	question_set_doubt(&resolver->questions, question, loop_now_us());
	arm_for_oldest(resolver);
}

static void on_packet(void *context, unsigned socket, const uint8_t *packet, size_t size)
{
	struct resolver *resolver = context;
	bool right_case;
	struct question *question =
		question_set_find(&resolver->questions, socket, packet, size, &right_case);

	if (question == NULL || !right_case)
		resolver->drops->mismatch++;
	if (question == NULL)
		return;
	if (!right_case) {
		on_wrong_case(resolver, question);
		return;
	}
	if (question->mixed && question_is_kept(question, packet, size))
		letter_case_note_udp(&resolver->letter_case, true, 0);
	if (question->in_ares)
		ares_udp_feed(resolver->udp, packet, size);
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

/* Only ever sooner: whoever sends packets must not be able to put it off. */
static void arm(struct resolver *resolver, int64_t delay_ms)
{
	int64_t due_ms = loop_now().ms + delay_ms;

	if (resolver->due_ms != 0 && resolver->due_ms <= due_ms)
		return;
	resolver->due_ms = due_ms;
	loop_timer_start(resolver->timer, delay_ms);
}

static void arm_for_oldest(struct resolver *resolver)
{
	const struct question *oldest = resolver->questions.oldest;
	int64_t left_ms;

	if (resolver->questions.refused > 0 || resolver->retired != NULL) {
		arm(resolver, 0);
	} else if (resolver->questions.doubted > 0) {
		arm(resolver, TICK_MS);
	} else if (oldest != NULL) {
		/* What is in the set is never freed: finish() takes it out first. */
		left_ms = (oldest->started_us + resolver->timeout_us - loop_now_us()) / 1000; // NOLINT
		arm(resolver, left_ms > TICK_MS ? left_ms : TICK_MS);
	} else if (resolver->in_ares > 0) {
		arm(resolver, ARES_TICK_MS);
	}
}

/* The right letter case did not come in time. */
static void finish_doubted(struct question *question, int64_t now_us)
{
	struct resolver *resolver = question->resolver;

	if (letter_case_note_udp(&resolver->letter_case, false, now_us))
		end_doubts(resolver);
	finish(question, RESOLVER_DOUBTED, NULL, 0);
}

static void on_tick(void *context)
{
	struct resolver *resolver = context;
	struct question *question, *newer;
	int64_t now_us;
	bool is_old;

	resolver->due_ms = 0;
	free_retired(resolver);
	ares_udp_tick(resolver->udp);
	now_us = loop_now_us();
	for (question = resolver->questions.oldest; question != NULL; question = newer) {
		newer = question->newer;
		is_old = now_us - question->started_us >= resolver->timeout_us;
		if (question->refused)
			finish(question, RESOLVER_NETWORK, NULL, 0);
		else if (question->doubted &&
			 (is_old || now_us - question->doubted_us >= resolver->doubt_us))
			finish_doubted(question, now_us);
		else if (is_old)
			finish(question, RESOLVER_TIMEOUT, NULL, 0);
		else if (resolver->questions.refused + resolver->questions.doubted == 0)
			break; /* all others are younger */
	}
	arm_for_oldest(resolver);
}

/* --- life --- */

struct resolver *resolver_create(struct loop *loop, const struct ip *address, uint16_t port,
				 int64_t timeout_ms, struct packet_drops *drops,
				 struct error *error)
{
	struct resolver *resolver = memory_allocate(sizeof *resolver);
	struct udp_pool_events pool_events = {on_packet, on_refused, resolver};
	struct ares_udp_events ares_events = {on_udp_send, resolver, on_udp_done};

	resolver->loop = loop;
	resolver->timeout_us = timeout_ms * 1000;
	resolver->doubt_us = timeout_ms * 1000 / 4 < DOUBT_US ? timeout_ms * 1000 / 4 : DOUBT_US;
	resolver->drops = drops;
	resolver->timer = loop_timer_create(loop, on_tick, resolver);
	resolver->pool = udp_pool_create(loop, address, port, &pool_events, &drops->buffer);
	ip_port_print(address, port, resolver->server);
	resolver->udp = ares_udp_create(address, port, timeout_ms, &ares_events, error);
	if (resolver->udp == NULL) {
		resolver_free(resolver);
		return NULL;
	}
	return resolver;
}

void resolver_free(struct resolver *resolver)
{
	if (resolver == NULL)
		return;
	while (resolver->questions.oldest != NULL)
		finish(resolver->questions.oldest, RESOLVER_STOPPED, NULL, 0); // NOLINT: see above
	free_retired(resolver);
	ares_udp_free(resolver->udp);
	udp_pool_free(resolver->pool);
	loop_timer_free(resolver->timer);
	free(resolver);
}

bool resolver_keeps_letter_case(const struct resolver *resolver)
{
	return letter_case_is_on(&resolver->letter_case, loop_now_us());
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
	ares_udp_ask(resolver->udp, question, packet, size);
}

/* c-ares' own timer stays behind ours: it is never the one that gives up. */
static void ask_by_tcp(struct resolver *resolver, struct question *question,
		       const uint8_t *packet, size_t size)
{
	struct ares_tcp_events events = {on_tcp_sent, on_tcp_reply, on_tcp_over, question};
	struct error error;

	question->tcp = ares_tcp_create(resolver->loop, resolver->server,
					resolver->timeout_us / 1000 * 2, &events, &error);
	if (question->tcp == NULL || !question_read(question, packet, size))
		refuse(question);
	else
		ares_tcp_ask(question->tcp, packet, size);
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
	question->started_us = loop_now_us();
	if (letter_case_is_on(&resolver->letter_case, question->started_us))
		letter_case_mix_query(packet, size);
	question->resolver = resolver;
	question->on_answer = on_answer;
	question->context = context;
	question->own_port = transport == RESOLVER_UDP_OWN_PORT;
	question_set_add(&resolver->questions, question);
	if (transport == RESOLVER_TCP)
		ask_by_tcp(resolver, question, packet, size);
	else
		ask_by_udp(resolver, question, packet, size);
	if (resolver->questions.oldest == question)
		arm_for_oldest(resolver);
}
