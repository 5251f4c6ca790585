/* The gate: which packet answers which question. */
#include "dns/query.h"
#include "io/question.h"
#include "io/random.h"
#include "test.h"

#include <stdlib.h>

uint16_t random_u16(void)
{
	return 0;
}

static struct question_set *set;

struct packet {
	uint8_t bytes[DNS_QUERY_MAX];
	size_t size;
};

static struct packet packet_of(const char *name, uint16_t id)
{
	struct dns_query query = {.type = DNS_PTR, .recursion_desired = true, .edns = true};
	struct packet packet;
	size_t i, length = strlen(name);

	assert_true(dns_name_parse(name, &query.name));
	packet.size = dns_query_encode(&query, id, packet.bytes);
	/* The encoder writes lower case: put the letters in as they are given. */
	for (i = 0; i < length; i++)
		if (name[i] >= 'A' && name[i] <= 'Z')
			packet.bytes[DNS_HEADER_SIZE + 1 + i] = (uint8_t)name[i];
	return packet;
}

static struct packet reply_to(const char *name, uint16_t id)
{
	struct packet packet = packet_of(name, id);

	packet.bytes[2] |= 0x80;
	return packet;
}

static struct question *ask(const char *name, uint16_t id, unsigned socket)
{
	struct question *question = calloc(1, sizeof *question);
	struct packet packet = packet_of(name, id);

	question_set_add(set, question);
	assert_true(question_read(question, packet.bytes, packet.size));
	question_set_sent(set, question, socket);
	return question;
}

static void end(struct question *question)
{
	question_set_remove(set, question);
	free(question);
}

/* 'y': answers, 'c': but in another letter case, 'n': does not. */
static char found(const struct question *question, const struct packet *packet, unsigned socket)
{
	bool right_case;
	struct question *it = question_set_find(set, socket, packet->bytes, packet->size, &right_case);

	if (it == NULL)
		return 'n';
	assert_ptr_equal(it, question);
	return right_case ? 'y' : 'c';
}

static void socket_id_and_question_must_be_the_same(void **state)
{
	struct question *question = ask("7.100.45.5.iN-aDDr.aRpa", 4711, 3);
	struct packet same = reply_to("7.100.45.5.iN-aDDr.aRpa", 4711);
	struct packet other_id = reply_to("7.100.45.5.iN-aDDr.aRpa", 4711 + QUESTION_BUCKETS);
	struct packet other_name = reply_to("8.100.45.5.iN-aDDr.aRpa", 4711);
	struct packet other_case = reply_to("7.100.45.5.in-aDDr.aRpa", 4711);
	struct packet other_type = same, not_a_reply = same;

	(void)state;
	other_type.bytes[same.size - 11 - 3] = DNS_A;
	not_a_reply.bytes[2] &= 0x7f;
	assert_int_equal(found(question, &same, 3), 'y');
	assert_int_equal(found(question, &same, 4), 'n');
	assert_int_equal(found(question, &other_id, 3), 'n');
	assert_int_equal(found(question, &other_name, 3), 'n');
	assert_int_equal(found(question, &other_type, 3), 'n');
	assert_int_equal(found(question, &not_a_reply, 3), 'n');
	assert_int_equal(found(question, &other_case, 3), 'c');
	end(question);
	assert_int_equal(found(NULL, &same, 3), 'n');
}

static void a_question_in_lower_case_takes_any_case(void **state)
{
	struct question *question = ask("7.100.45.5.in-addr.arpa", 1, 0);
	struct packet upper = reply_to("7.100.45.5.IN-ADDR.ARPA", 1);

	(void)state;
	assert_int_equal(found(question, &upper, 0), 'y');
	end(question);
}

static void a_bare_refusal_needs_no_question(void **state)
{
	struct question *question = ask("a.Example.com", 77, 5);
	uint8_t rcode;

	(void)state;
	for (rcode = 0; rcode < 16; rcode++) {
		struct packet bare = {{0, 77, 0x80, 0x80 | rcode}, 12};

		assert_int_equal(found(question, &bare, 5), rcode == 1 || rcode == 4 ? 'y' : 'n');
		assert_int_equal(found(question, &bare, 6), 'n');
		bare.bytes[1] = 78;
		assert_int_equal(found(question, &bare, 5), 'n');
	}
	end(question);
}

static void of_two_with_one_id_the_exact_one_is_meant(void **state)
{
	struct question *first = ask("a.eXample.com", 9, 2), *second = ask("a.exAmple.com", 9, 2);
	struct packet to_first = reply_to("a.eXample.com", 9), to_second = reply_to("a.exAmple.com", 9);

	(void)state;
	assert_int_equal(found(first, &to_first, 2), 'y');
	assert_int_equal(found(second, &to_second, 2), 'y');
	end(first);
	end(second);
}

static void any_cut_packet_is_harmless(void **state)
{
	struct question *question = ask("a.exAmple.com", 9, 2);
	struct packet reply = reply_to("a.exAmple.com", 9);
	size_t whole = DNS_HEADER_SIZE + question->asked_size, size;

	(void)state;
	for (size = 0; size <= reply.size; size++) {
		uint8_t *exact = malloc(size + !size); /* so that a read too far is seen */
		bool right_case;

		memcpy(exact, reply.bytes, size);
		assert_int_equal(question_set_find(set, 2, exact, size, &right_case) != NULL,
				 size >= whole);
		free(exact);
	}
	assert_false(question_read(question, reply.bytes, DNS_HEADER_SIZE + 3));
	assert_true(question_read(question, reply.bytes, whole));
	end(question);
}

static void counts_follow_what_is_refused_and_doubted(void **state)
{
	struct question *first = ask("a.example.com", 1, 0), *second = ask("b.example.com", 2, 0);

	(void)state;
	question_set_refuse(set, first);
	question_set_refuse(set, first);
	question_set_doubt(set, second, 10);
	question_set_doubt(set, second, 20);
	assert_int_equal(set->refused, 1);
	assert_int_equal(set->doubted, 1);
	assert_int_equal(second->doubted_us, 10);
	end(first);
	end(second);
	assert_int_equal(set->refused + set->doubted, 0);
	assert_null(set->oldest);
	assert_null(set->newest);
}

static int make_set(void **state)
{
	(void)state;
	set = calloc(1, sizeof *set);
	return set == NULL;
}

static int free_set(void **state)
{
	(void)state;
	free(set);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(socket_id_and_question_must_be_the_same),
		cmocka_unit_test(a_question_in_lower_case_takes_any_case),
		cmocka_unit_test(a_bare_refusal_needs_no_question),
		cmocka_unit_test(of_two_with_one_id_the_exact_one_is_meant),
		cmocka_unit_test(any_cut_packet_is_harmless),
		cmocka_unit_test(counts_follow_what_is_refused_and_doubted),
	};

	return cmocka_run_group_tests(tests, make_set, free_set);
}
