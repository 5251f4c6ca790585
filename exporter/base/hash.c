#include "base/hash.h"

#define ROTATE(x, bits) (((x) << (bits)) | ((x) >> (64 - (bits))))

struct sip_state {
	uint64_t v0, v1, v2, v3;
};

static void sip_round(struct sip_state *s)
{
	s->v0 += s->v1;
	s->v1 = ROTATE(s->v1, 13) ^ s->v0;
	s->v0 = ROTATE(s->v0, 32);
	s->v2 += s->v3;
	s->v3 = ROTATE(s->v3, 16) ^ s->v2;
	s->v0 += s->v3;
	s->v3 = ROTATE(s->v3, 21) ^ s->v0;
	s->v2 += s->v1;
	s->v1 = ROTATE(s->v1, 17) ^ s->v2;
	s->v2 = ROTATE(s->v2, 32);
}

static void sip_absorb(struct sip_state *s, uint64_t word)
{
	s->v3 ^= word;
	sip_round(s);
	sip_round(s);
	s->v0 ^= word;
}

static uint64_t little_endian(const unsigned char *bytes, size_t count)
{
	uint64_t word = 0;
	size_t i;

	for (i = 0; i < count; i++)
		word |= (uint64_t)bytes[i] << (8 * i);
	return word;
}

uint64_t hash_bytes(const void *bytes, size_t size)
{
	/* The paper's test key, 00 01 .. 0f, and its four constants. */
	const uint64_t key0 = 0x0706050403020100, key1 = 0x0f0e0d0c0b0a0908;
	struct sip_state s = {
		key0 ^ 0x736f6d6570736575, key1 ^ 0x646f72616e646f6d,
		key0 ^ 0x6c7967656e657261, key1 ^ 0x7465646279746573,
	};
	const unsigned char *p = bytes;
	size_t left;

	for (left = size; left >= 8; left -= 8, p += 8)
		sip_absorb(&s, little_endian(p, 8));
	sip_absorb(&s, little_endian(p, left) | (uint64_t)(size & 0xff) << 56);
	s.v2 ^= 0xff;
	sip_round(&s);
	sip_round(&s);
	sip_round(&s);
	sip_round(&s);
	return s.v0 ^ s.v1 ^ s.v2 ^ s.v3;
}
