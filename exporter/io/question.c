#include "io/question.h"

#include "io/letter_case.h"

#include <string.h>

#define HEADER_SIZE 12

void question_set_add(struct question_set *set, struct question *question)
{
	question->waiting = true;
	question->older = set->newest;
	if (set->newest != NULL)
		set->newest->newer = question;
	else
		set->oldest = question;
	set->newest = question;
}

static void take_from_bucket(struct question_set *set, struct question *question)
{
	struct question **place = &set->buckets[question->id % QUESTION_BUCKETS];

	while (*place != question)
		place = &(*place)->next_in_bucket;
	*place = question->next_in_bucket;
}

void question_set_remove(struct question_set *set, struct question *question)
{
	question->waiting = false;
	set->refused -= question->refused;
	set->doubted -= question->doubted;
	if (question->has_socket)
		take_from_bucket(set, question);
	if (question->older != NULL)
		question->older->newer = question->newer;
	else
		set->oldest = question->newer;
	if (question->newer != NULL)
		question->newer->older = question->older;
	else
		set->newest = question->older;
}

void question_set_refuse(struct question_set *set, struct question *question)
{
	set->refused += !question->refused;
	question->refused = true;
}

void question_set_doubt(struct question_set *set, struct question *question, int64_t now_us)
{
	if (question->doubted)
		return;
	set->doubted++;
	question->doubted = true;
	question->doubted_us = now_us;
}

bool question_set_has_id(const struct question_set *set, uint16_t id)
{
	const struct question *question = set->buckets[id % QUESTION_BUCKETS];

	while (question != NULL && question->id != id)
		question = question->next_in_bucket;
	return question != NULL;
}

/* Where the question section ends that begins behind the header; 0 if it does not. */
static size_t find_end(const uint8_t *packet, size_t size)
{
	size_t end = HEADER_SIZE;

	while (end < size && packet[end] != 0)
		end += 1u + packet[end];
	end += 1 + 4; /* the root label, type and class */
	return end <= size ? end : 0;
}

static bool has_upper_case(const uint8_t *bytes, size_t size)
{
	size_t i;

	for (i = 0; i < size; i++)
		if (bytes[i] >= 'A' && bytes[i] <= 'Z')
			return true;
	return false;
}

bool question_read(struct question *question, const uint8_t *packet, size_t size)
{
	size_t end = find_end(packet, size);

	if (end == 0 || end - HEADER_SIZE > sizeof question->asked)
		return false;
	question->id = (uint16_t)(packet[0] << 8 | packet[1]);
	question->asked_size = end - HEADER_SIZE;
	memcpy(question->asked, packet + HEADER_SIZE, question->asked_size);
	question->mixed = has_upper_case(question->asked, question->asked_size);
	return true;
}

void question_set_sent(struct question_set *set, struct question *question, unsigned socket)
{
	struct question **bucket = &set->buckets[question->id % QUESTION_BUCKETS];

	question->has_socket = true;
	question->socket = socket;
	question->next_in_bucket = *bucket;
	*bucket = question;
}

/* A server that could not read the question may answer with the bare header. */
static bool is_bare_refusal(const uint8_t *packet)
{
	enum { FORMERR = 1, NOTIMP = 4 };
	unsigned rcode = packet[3] & 0xf, question_count = (unsigned)(packet[4] << 8 | packet[5]);

	return question_count == 0 && (rcode == FORMERR || rcode == NOTIMP);
}

bool question_is_same(const struct question *question, const uint8_t *packet, size_t size)
{
	return size >= HEADER_SIZE + question->asked_size &&
	       letter_case_equal(packet + HEADER_SIZE, question->asked, question->asked_size);
}

bool question_is_kept(const struct question *question, const uint8_t *reply, size_t size)
{
	return size >= HEADER_SIZE + question->asked_size &&
	       memcmp(reply + HEADER_SIZE, question->asked, question->asked_size) == 0;
}

bool question_is_about_one(const uint8_t *packet, size_t size)
{
	return size >= HEADER_SIZE && packet[4] == 0 && packet[5] == 1 && find_end(packet, size) != 0;
}

bool question_is_answered_by(const struct question *question, const uint8_t *packet, size_t size)
{
	const unsigned response_bit = 0x80;

	if (size < HEADER_SIZE || question->id != (packet[0] << 8 | packet[1]) ||
	    !(packet[2] & response_bit))
		return false;
	return is_bare_refusal(packet) || question_is_same(question, packet, size);
}

struct question *question_set_find(const struct question_set *set, unsigned socket,
				   const uint8_t *packet, size_t size, bool *right_case)
{
	struct question *question, *found = NULL;
	uint16_t id;

	*right_case = false;
	if (size < HEADER_SIZE)
		return NULL;
	id = (uint16_t)(packet[0] << 8 | packet[1]);
	for (question = set->buckets[id % QUESTION_BUCKETS]; question != NULL && !*right_case;
	     question = question->next_in_bucket) {
		if (question->socket != socket || !question_is_answered_by(question, packet, size))
			continue;
		*right_case = is_bare_refusal(packet) || !question->mixed ||
			      question_is_kept(question, packet, size);
		if (found == NULL || *right_case)
			found = question;
	}
	return found;
}
