/* question.h - the questions that wait for an answer, and which packet answers which.
 *
 * A packet answers a question only if it came to the socket that asked, with the same
 * id and the same question, byte for byte (RFC 5452 4). One that differs only in letter
 * case is told apart: it may be forged, or the server does not keep the case.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define QUESTION_PACKET_MAX 512
#define QUESTION_BUCKETS 1024 /* by id; more in flight than this just makes chains */

struct resolver_answer;

/* From being asked until its answer was handed up and c-ares has let go of it. */
struct question {
	struct resolver *resolver;
	void (*on_answer)(void *context, const struct resolver_answer *answer);
	void *context;
	int64_t started_us;
	struct question *older, *newer; /* among those that wait */
	struct question *next_in_bucket;
	struct ares_tcp *tcp; /* its own connection; NULL: asked by UDP */
	bool waiting;    /* its answer is still owed */
	bool in_ares;    /* c-ares still holds it */
	bool refused;    /* the network will not have it: to be told at the next tick */
	bool own_port;   /* it goes out from a port nothing else uses */
	bool has_socket; /* it went out by UDP, from `socket` */
	bool mixed;      /* letters of its name went out in upper case */
	bool doubted;    /* a reply in the wrong letter case came */
	int64_t doubted_us;
	unsigned socket;
	uint16_t id;     /* as it went out */
	size_t asked_size;
	uint8_t asked[QUESTION_PACKET_MAX]; /* the question section as it went out */
};

/* All that wait at one resolver. Zeroed memory is the empty set. */
struct question_set {
	struct question *oldest, *newest;
	struct question *buckets[QUESTION_BUCKETS]; /* those with a socket, by id */
	unsigned refused, doubted; /* how many are so */
};

void question_set_add(struct question_set *set, struct question *question);
/* It waits no more. */
void question_set_remove(struct question_set *set, struct question *question);
void question_set_refuse(struct question_set *set, struct question *question);
void question_set_doubt(struct question_set *set, struct question *question, int64_t now_us);
bool question_set_has_id(const struct question_set *set, uint16_t id);

/* Remember what really went out (c-ares 1.34 chooses the id itself), and from which socket.
 * False: it is no message with a question. */
bool question_read(struct question *question, const uint8_t *packet, size_t size);
void question_set_sent(struct question_set *set, struct question *question, unsigned socket);

/* Has the message one question that can be read, be it whose it may? */
bool question_is_about_one(const uint8_t *packet, size_t size);

/* Has it the same id and, letter case aside, question; or is it a bare refusal with the id? */
bool question_is_answered_by(const struct question *question, const uint8_t *packet, size_t size);

/* Is the question section of a packet that of the question, letter case aside, or byte for
 * byte? */
bool question_is_same(const struct question *question, const uint8_t *packet, size_t size);
bool question_is_kept(const struct question *question, const uint8_t *packet, size_t size);

/* The question that a packet answers; NULL: none, so it is forged, late or broken.
 * `right_case`: it has the question byte for byte, or is a bare refusal without one. */
struct question *question_set_find(const struct question_set *set, unsigned socket,
				   const uint8_t *packet, size_t size, bool *right_case);
