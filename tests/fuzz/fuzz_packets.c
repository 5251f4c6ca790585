/* fuzz_packets.c - any bytes as a packet from a resolver, at the gate before the decoder.
 *
 * The first byte says how the question that waits differs from the one in the packet: in letter
 * case, id or socket; the rest is the packet.
 */
#include "io/question.h"
#include "io/random.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { HEADER_SIZE = 12 };
enum choice { OTHER_CASE = 1, OTHER_ID = 2, OTHER_SOCKET = 4 };

uint16_t random_u16(void)
{
	return 0;
}

static void change_case(uint8_t *bytes, size_t size)
{
	size_t i;

	for (i = 0; i < size; i++)
		if ((bytes[i] | 0x20) >= 'a' && (bytes[i] | 0x20) <= 'z')
			bytes[i] ^= 0x20;
}

static void check_found(const struct question *question, unsigned choices, const uint8_t *packet,
			size_t size, bool right_case)
{
	bool bare = packet[4] == 0 && packet[5] == 0;

	assert(!(choices & (OTHER_ID | OTHER_SOCKET)));
	assert(packet[2] & 0x80);
	assert(bare || question_is_same(question, packet, size));
	if (right_case && question->mixed)
		assert(bare || question_is_kept(question, packet, size));
}

static void ask_and_look(unsigned choices, const uint8_t *packet, size_t size)
{
	static struct question_set set;
	struct question *question = calloc(1, sizeof *question);
	uint8_t *query = malloc(size + !size);
	struct question *found;
	bool right_case;

	memcpy(query, packet, size);
	if (choices & OTHER_CASE)
		change_case(query + HEADER_SIZE, size - HEADER_SIZE);
	if (choices & OTHER_ID)
		query[1] ^= 1;
	question_set_add(&set, question);
	if (question_read(question, query, size)) {
		question_set_sent(&set, question, 3);
		found = question_set_find(&set, choices & OTHER_SOCKET ? 4 : 3, packet, size,
					  &right_case);
		if (found != NULL)
			check_found(question, choices, packet, size, right_case);
		else
			assert(choices != 0 || !(packet[2] & 0x80));
	}
	question_set_remove(&set, question);
	assert(set.oldest == NULL && set.newest == NULL);
	free(question);
	free(query);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	if (size > HEADER_SIZE)
		ask_and_look(bytes[0], bytes + 1, size - 1);
	return 0;
}
