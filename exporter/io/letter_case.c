#include "io/letter_case.h"

#include "io/random.h"

#define PLAIN_FOR_US (INT64_C(3600) * 1000 * 1000)
#define CASE_BIT 0x20
#define HEADER_SIZE 12 /* RFC 1035 4.1.1 */

static bool is_letter(uint8_t byte)
{
	byte |= CASE_BIT;
	return byte >= 'a' && byte <= 'z';
}

bool letter_case_is_on(const struct letter_case *server, int64_t now_us)
{
	return now_us >= server->plain_until_us;
}

void letter_case_mix(uint8_t *bytes, size_t size)
{
	unsigned bits = 0, left = 0;
	size_t i;

	for (i = 0; i < size; i++) {
		if (!is_letter(bytes[i]))
			continue;
		if (left == 0) {
			bits = random_u16();
			left = 16;
		}
		bytes[i] = (uint8_t)((bytes[i] & ~CASE_BIT) | ((bits & 1) ? CASE_BIT : 0));
		bits >>= 1;
		left--;
	}
}

void letter_case_mix_query(uint8_t *packet, size_t size)
{
	size_t end = HEADER_SIZE;

	while (end < size && packet[end] != 0)
		end += 1u + packet[end];
	if (end < size)
		letter_case_mix(packet + HEADER_SIZE, end - HEADER_SIZE);
}

static bool prove(struct letter_case *server, int64_t now_us)
{
	bool is_news = letter_case_is_on(server, now_us);

	server->wrong_in_row = 0;
	server->plain_until_us = now_us + PLAIN_FOR_US;
	return is_news;
}

bool letter_case_note_udp(struct letter_case *server, bool right, int64_t now_us)
{
	if (right) {
		server->wrong_in_row = 0;
		return false;
	}
	return ++server->wrong_in_row >= LETTER_CASE_PROOF && prove(server, now_us);
}

bool letter_case_note_tcp(struct letter_case *server, bool right, int64_t now_us)
{
	return !right && prove(server, now_us);
}

bool letter_case_equal(const uint8_t *a, const uint8_t *b, size_t size)
{
	size_t i;

	for (i = 0; i < size; i++)
		if (a[i] != b[i] && (!is_letter(a[i]) || (a[i] ^ b[i]) != CASE_BIT))
			return false;
	return true;
}
