#include "config/shard.h"
#include "test.h"

#include <stdlib.h>

#define ADDRESSES 20000

/* Every address of 5.45.0.0 on, and as many IPv6 ones with the same last bytes. */
static struct ip address(unsigned i)
{
	struct ip ip = {.family = i % 2 == 0 ? IP_V4 : IP_V6};

	ip.bytes[0] = 5;
	ip.bytes[1] = 45;
	ip.bytes[ip_bits(&ip) / 8 - 2] = (uint8_t)(i >> 9);
	ip.bytes[ip_bits(&ip) / 8 - 1] = (uint8_t)(i >> 1);
	return ip;
}

static void each_address_is_in_exactly_one_shard(void **state)
{
	unsigned count, i, holders;
	struct shard shard;

	(void)state;
	for (count = 1; count <= 16; count++) {
		for (i = 0; i < ADDRESSES / 10; i++) {
			struct ip ip = address(i);

			shard.count = count;
			for (holders = 0, shard.index = 0; shard.index < count; shard.index++)
				holders += shard_has(&shard, &ip);
			assert_int_equal(holders, 1);
		}
	}
}

static void shards_are_about_alike(void **state)
{
	unsigned count, i;

	(void)state;
	for (count = 2; count <= 16; count++) {
		unsigned sizes[16] = {0};

		for (i = 0; i < ADDRESSES; i++) {
			struct ip ip = address(i);

			sizes[shard_find(&ip, count)]++;
		}
		for (i = 0; i < count; i++)
			assert_in_range(sizes[i], ADDRESSES / count * 85 / 100,
					ADDRESSES / count * 115 / 100);
	}
}

static void a_new_shard_only_takes(void **state)
{
	unsigned count, i, moved;

	(void)state;
	for (count = 1; count <= 16; count++) {
		for (moved = 0, i = 0; i < ADDRESSES; i++) {
			struct ip ip = address(i);
			unsigned before = shard_find(&ip, count), after = shard_find(&ip, count + 1);

			assert_true(after == before || after == count);
			moved += after != before;
		}
		assert_in_range(moved, ADDRESSES / (count + 1) * 85 / 100,
				ADDRESSES / (count + 1) * 115 / 100);
	}
}

/* Exporters of two versions may watch side by side: these never change. */
static void known_values(void **state)
{
	static const struct {
		const char *ip;
		unsigned of_2, of_3, of_10, of_1000;
	} known[] = {
	    {"5.45.100.1", 1, 1, 1, 905},
	    {"5.45.100.2", 0, 2, 7, 334},
	    {"5.45.100.3", 0, 0, 3, 985},
	    {"203.0.113.255", 1, 2, 3, 569},
	    {"0.0.0.0", 1, 1, 1, 360},
	    {"255.255.255.255", 1, 1, 1, 98},
	    {"::1", 0, 0, 8, 76},
	    {"2a01:4f8::1", 0, 0, 5, 122},
	    {"2a01:4f8::2", 1, 2, 4, 879},
	    {"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", 0, 2, 8, 308},
	};
	struct ip ip;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT_OF(known); i++) {
		assert_true(ip_parse(known[i].ip, &ip));
		assert_int_equal(shard_find(&ip, 1), 0);
		assert_int_equal(shard_find(&ip, 2), known[i].of_2);
		assert_int_equal(shard_find(&ip, 3), known[i].of_3);
		assert_int_equal(shard_find(&ip, 10), known[i].of_10);
		assert_int_equal(shard_find(&ip, SHARD_COUNT_MAX), known[i].of_1000);
	}
}

static void spelling_is_no_matter(void **state)
{
	struct ip a, b;

	(void)state;
	assert_true(ip_parse("5.45.100.1", &a) && ip_parse("::ffff:5.45.100.1", &b));
	assert_int_equal(shard_find(&a, SHARD_COUNT_MAX), shard_find(&b, SHARD_COUNT_MAX));
	assert_true(ip_parse("2a01:4f8::1", &a) && ip_parse("2A01:04F8:0:0::0001", &b));
	assert_int_equal(shard_find(&a, SHARD_COUNT_MAX), shard_find(&b, SHARD_COUNT_MAX));
}

static void without_a_flag_there_is_one(void **state)
{
	const struct shard all = {0, 0};
	struct ip ip = address(7);
	char text[SHARD_TEXT_MAX];

	(void)state;
	assert_true(shard_has(&all, &ip));
	assert_string_equal(shard_print(&all, text), "0/1");
}

static void good_texts(void **state)
{
	static const char *const texts[] = {"0/1", "0/3", "2/3", "999/1000"};
	char text[SHARD_TEXT_MAX];
	struct shard shard;
	struct error error;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT_OF(texts); i++) {
		assert_true(shard_parse(texts[i], &shard, &error));
		assert_string_equal(shard_print(&shard, text), texts[i]);
	}
}

static void bad_texts(void **state)
{
	static const struct {
		const char *text, *sentence;
	} bad[] = {
	    {"", "--shard : expected I/N, like 0/3"},
	    {"1", "--shard 1: expected I/N, like 0/3"},
	    {"/3", "--shard /3: expected I/N, like 0/3"},
	    {"0/", "--shard 0/: expected I/N, like 0/3"},
	    {"-1/3", "--shard -1/3: expected I/N, like 0/3"},
	    {"+1/3", "--shard +1/3: expected I/N, like 0/3"},
	    {"0/3 ", "--shard 0/3 : expected I/N, like 0/3"},
	    {"0 /3", "--shard 0 /3: expected I/N, like 0/3"},
	    {"a/b", "--shard a/b: expected I/N, like 0/3"},
	    {"0/99999", "--shard 0/99999: expected I/N, like 0/3"},
	    {"0/0", "--shard 0/0: 0 shards, expected 1 to 1000"},
	    {"0/1001", "--shard 0/1001: 1001 shards, expected 1 to 1000"},
	    {"3/3", "--shard 3/3: there is no shard 3, expected 0 to 2"},
	};
	struct shard shard;
	struct error error;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT_OF(bad); i++) {
		assert_false(shard_parse(bad[i].text, &shard, &error));
		assert_string_equal(error.text, bad[i].sentence);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_address_is_in_exactly_one_shard),
	    cmocka_unit_test(shards_are_about_alike),
	    cmocka_unit_test(a_new_shard_only_takes),
	    cmocka_unit_test(known_values),
	    cmocka_unit_test(spelling_is_no_matter),
	    cmocka_unit_test(without_a_flag_there_is_one),
	    cmocka_unit_test(good_texts),
	    cmocka_unit_test(bad_texts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
