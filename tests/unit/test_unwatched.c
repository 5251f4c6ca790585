#include "targets/unwatched.h"
#include "dns/name.h"
#include "test.h"

#include <stdio.h>
#include <stdlib.h>

#define DAY_MS (INT64_C(24) * 60 * 60 * 1000)

/* In canonical order. */
static const uint8_t a_name[] = "\1a\7example\3com";
static const uint8_t mail[] = "\4mail\7example\3com";
static const uint8_t z_name[] = "\1z\7example\3com";

/* One generation of what is borrowed. */
struct wanted {
	const uint8_t *names[3];
	struct watch watches[4];
	struct unwatched_change change;
};

static struct unwatched *subject;
static struct wanted first, second;

static struct ip ip_of(const char *text)
{
	struct ip ip;

	assert_true(ip_parse(text, &ip));
	return ip;
}

/* Names and addresses end with a NULL; both are sorted. */
static void reconcile(struct wanted *wanted, const uint8_t *const *names,
		      const char *const *addresses, bool count_special_use)
{
	size_t name_count, count;

	for (name_count = 0; names[name_count] != NULL; name_count++)
		wanted->names[name_count] = names[name_count];
	for (count = 0; addresses[count] != NULL; count++)
		wanted->watches[count].ip = ip_of(addresses[count]);
	wanted->change = (struct unwatched_change){wanted->names, name_count, wanted->watches, count,
						   count_special_use};
	unwatched_reconcile(subject, &wanted->change);
}

#define NAMES(...) ((const uint8_t *const[]){__VA_ARGS__, NULL})
#define ADDRESSES(...) ((const char *const[]){__VA_ARGS__, NULL})

static int set_up(void **state)
{
	(void)state;
	subject = unwatched_create();
	reconcile(&first, NAMES(a_name, mail), ADDRESSES("5.45.100.1", "10.0.0.1", "2a01:4f8::1"),
		  false);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	unwatched_free(subject);
	return 0;
}

static size_t index_of(const uint8_t *name)
{
	size_t i;

	assert_true(unwatched_find(subject, name, &i));
	assert_true(dns_name_equal(unwatched_name(subject, i), name));
	return i;
}

/* Addresses separated by blanks. */
static struct unwatched_news answer_once(const uint8_t *name, enum unwatched_family family,
				    const char *addresses, int64_t now_ms)
{
	struct dns_address_set set = {0};
	struct unwatched_news news;
	char *copy = strdup(addresses), *word;

	for (word = strtok(copy, " "); word != NULL; word = strtok(NULL, " ")) {
		struct ip ip = ip_of(word);

		dns_address_set_add(&set, &ip);
	}
	free(copy);
	dns_address_set_settle(&set);
	news = unwatched_answer(subject, index_of(name), family, &set, now_ms);
	dns_address_set_clear(&set);
	return news;
}

/* As often as it takes to be believed. */
static struct unwatched_news answer(const uint8_t *name, enum unwatched_family family,
				    const char *addresses, int64_t now_ms)
{
	struct unwatched_news news = answer_once(name, family, addresses, now_ms);
	struct unwatched_news again = answer_once(name, family, addresses, now_ms);

	return news.count > 0 ? news : again;
}

/* -1 before the first answer. */
static int count_of(const uint8_t *name, enum unwatched_family family)
{
	unsigned count;

	return unwatched_count(subject, index_of(name), family, &count) ? (int)count : -1;
}

static void nothing_is_known_before_an_answer(void **state)
{
	size_t i;

	(void)state;
	assert_int_equal(unwatched_name_count(subject), 2);
	assert_int_equal(count_of(mail, UNWATCHED_IPV4), -1);
	answer(mail, UNWATCHED_IPV4, "5.45.100.1", 0);
	assert_int_equal(count_of(mail, UNWATCHED_IPV4), 0);
	assert_int_equal(count_of(mail, UNWATCHED_IPV6), -1);
	assert_int_equal(count_of(a_name, UNWATCHED_IPV4), -1);
	assert_false(unwatched_find(subject, z_name, &i));
}

static void the_forgotten_ones_are_counted(void **state)
{
	(void)state;
	answer(mail, UNWATCHED_IPV4, "5.45.100.1 5.45.100.2 5.45.100.3", 0);
	answer(mail, UNWATCHED_IPV6, "2a01:4f8::1 2a01:4f8::2", 0);
	assert_int_equal(count_of(mail, UNWATCHED_IPV4), 2);
	assert_int_equal(count_of(mail, UNWATCHED_IPV6), 1);
	answer(mail, UNWATCHED_IPV4, "", 0);
	assert_int_equal(count_of(mail, UNWATCHED_IPV4), 0);
	assert_int_equal(count_of(mail, UNWATCHED_IPV6), 1);
}

static void special_use_counts_only_where_it_is_looked_up(void **state)
{
	(void)state;
	answer(mail, UNWATCHED_IPV4, "10.0.0.1 10.0.0.2 127.0.0.1 5.45.100.9", 0);
	answer(mail, UNWATCHED_IPV6, "fd00::1 2001:db8::1", 0);
	assert_int_equal(count_of(mail, UNWATCHED_IPV4), 1);
	assert_int_equal(count_of(mail, UNWATCHED_IPV6), 0);
	reconcile(&second, NAMES(a_name, mail), ADDRESSES("5.45.100.1", "10.0.0.1"), true);
	assert_int_equal(count_of(mail, UNWATCHED_IPV4), 3);
	assert_int_equal(count_of(mail, UNWATCHED_IPV6), 2);
}

static void other_targets_are_counted_against_at_once(void **state)
{
	(void)state;
	answer(mail, UNWATCHED_IPV4, "5.45.100.1 5.45.100.2", 0);
	reconcile(&second, NAMES(mail), ADDRESSES("5.45.100.1", "5.45.100.2"), false);
	assert_int_equal(count_of(mail, UNWATCHED_IPV4), 0);
	reconcile(&first, NAMES(mail), ADDRESSES("5.45.100.3"), false);
	assert_int_equal(count_of(mail, UNWATCHED_IPV4), 2);
}

static void names_come_and_go(void **state)
{
	(void)state;
	answer(a_name, UNWATCHED_IPV4, "5.45.100.7", 0);
	answer(mail, UNWATCHED_IPV4, "5.45.100.8 5.45.100.9", 0);
	reconcile(&second, NAMES(mail, z_name), ADDRESSES("5.45.100.1"), false);
	assert_int_equal(unwatched_name_count(subject), 2);
	assert_int_equal(count_of(mail, UNWATCHED_IPV4), 2);
	assert_int_equal(count_of(z_name, UNWATCHED_IPV4), -1);
	/* What was gone begins anew. */
	reconcile(&first, NAMES(a_name, mail, z_name), ADDRESSES("5.45.100.1"), false);
	assert_int_equal(count_of(a_name, UNWATCHED_IPV4), -1);
	assert_int_equal(count_of(mail, UNWATCHED_IPV4), 2);
	unwatched_reconcile(subject, &(struct unwatched_change){0});
	assert_int_equal(unwatched_name_count(subject), 0);
}

static void news_are_told_once(void **state)
{
	struct unwatched_news news;
	struct ip ip = ip_of("5.45.100.2");

	(void)state;
	news = answer(mail, UNWATCHED_IPV4, "5.45.100.1 5.45.100.2 5.45.100.3", 0);
	assert_int_equal(news.count, 2);
	assert_true(ip_equal(&news.first, &ip));
	/* Two resolvers that differ, in turn. */
	assert_int_equal(answer(mail, UNWATCHED_IPV4, "5.45.100.1", 1000).count, 0);
	assert_int_equal(answer(mail, UNWATCHED_IPV4, "5.45.100.2", 2000).count, 0);
	assert_int_equal(answer(mail, UNWATCHED_IPV4, "5.45.100.3 5.45.100.4", 3000).count, 1);
	/* Another name's is its own news, and so is one gone for a day. */
	assert_int_equal(answer(a_name, UNWATCHED_IPV4, "5.45.100.2", 3000).count, 1);
	assert_int_equal(answer(mail, UNWATCHED_IPV4, "5.45.100.2", 3000 + DAY_MS).count, 1);
	assert_int_equal(answer(mail, UNWATCHED_IPV4, "10.0.0.9", 4000).count, 0);
}

/* A thousand addresses: all are counted, 64 are kept. */
static void many_addresses_are_bounded(void **state)
{
	struct ip ip = ip_of("5.45.100.0");
	struct dns_address_set set = {0};
	struct unwatched_news news;
	int i;

	(void)state;
	for (i = 0; i < 1000; i++, ip = ip_next(&ip))
		dns_address_set_add(&set, &ip);
	dns_address_set_settle(&set);
	news = unwatched_answer(subject, index_of(mail), UNWATCHED_IPV4, &set, 0);
	assert_int_equal(news.count, UNWATCHED_ADDRESSES_MAX - 1);
	assert_int_equal(count_of(mail, UNWATCHED_IPV4), 999);
	/* One of those kept becomes a target, and one of the others, which shows only later. */
	reconcile(&second, NAMES(mail), ADDRESSES("5.45.100.1", "5.45.100.2", "5.45.103.0"), false);
	assert_int_equal(count_of(mail, UNWATCHED_IPV4), 998);
	unwatched_answer(subject, index_of(mail), UNWATCHED_IPV4, &set, 0);
	assert_int_equal(count_of(mail, UNWATCHED_IPV4), 997);
	dns_address_set_clear(&set);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

/* One resolver in three is hijacked, or one packet is forged. */
static void what_is_said_once_is_a_rumour(void **state)
{
	int round;

	(void)state;
	answer_once(mail, UNWATCHED_IPV4, "5.45.100.9", 0);
	assert_int_equal(count_of(mail, UNWATCHED_IPV4), 1); /* the first is believed */
	for (round = 0; round < 10; round++) {
		assert_int_equal(answer_once(mail, UNWATCHED_IPV4, "5.45.99.1 5.45.99.2", 1).count, 0);
		assert_int_equal(count_of(mail, UNWATCHED_IPV4), 1);
		answer_once(mail, UNWATCHED_IPV4, "5.45.100.9", 2);
		answer_once(mail, UNWATCHED_IPV4, "5.45.100.9", 3);
	}
	answer_once(mail, UNWATCHED_IPV4, "", 4);
	answer_once(mail, UNWATCHED_IPV4, "5.45.99.1", 5);
	answer_once(mail, UNWATCHED_IPV4, "5.45.99.2", 6);
	assert_int_equal(count_of(mail, UNWATCHED_IPV4), 1);
	assert_int_equal(answer_once(mail, UNWATCHED_IPV4, "5.45.99.2", 7).count, 1);
	answer_once(mail, UNWATCHED_IPV4, "", 8);
	answer_once(mail, UNWATCHED_IPV4, "", 9);
	assert_int_equal(count_of(mail, UNWATCHED_IPV4), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(nothing_is_known_before_an_answer),
		TEST(the_forgotten_ones_are_counted),
		TEST(special_use_counts_only_where_it_is_looked_up),
		TEST(other_targets_are_counted_against_at_once),
		TEST(names_come_and_go),
		TEST(news_are_told_once),
		TEST(many_addresses_are_bounded),
		TEST(what_is_said_once_is_a_rumour),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
