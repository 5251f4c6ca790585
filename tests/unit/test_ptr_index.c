#include "targets/ptr_index.h"
#include "base/ip.h"
#include "test.h"

static const uint8_t mail[] = "\4mail\7example\3com";
static const uint8_t web[] = "\3web\7example\3com";

struct world {
	struct ptr_index *index;
	struct ptr_claim *a, *b, *c;
};

static int set_up(void **state)
{
	static struct world world;

	world = (struct world){.index = ptr_index_create()};
	*state = &world;
	return 0;
}

static void hold(struct world *world, struct ptr_claim **claim, const uint64_t *keys, size_t count)
{
	ptr_index_renew(world->index, claim, 1 + count, keys, count);
}

static int tear_down(void **state)
{
	struct world *world = *state;

	ptr_index_renew(world->index, &world->a, 0, NULL, 0);
	ptr_index_renew(world->index, &world->b, 0, NULL, 0);
	ptr_index_renew(world->index, &world->c, 0, NULL, 0);
	ptr_index_free(world->index); /* asserts that no name is left */
	return 0;
}

static void a_family_has_its_own_names(void **state)
{
	(void)state;
	assert_int_equal(ptr_index_key(mail, IP_V4), ptr_index_key(mail, IP_V4));
	assert_int_not_equal(ptr_index_key(mail, IP_V4), ptr_index_key(mail, IP_V6));
	assert_int_not_equal(ptr_index_key(mail, IP_V4), ptr_index_key(web, IP_V4));
}

static void nothing_is_shared_with_nobody(void **state)
{
	struct world *world = *state;
	uint64_t key = 7;

	assert_false(ptr_claim_is_shared(NULL));
	assert_int_equal(ptr_claim_digest(NULL), 0);
	hold(world, &world->a, &key, 1);
	assert_false(ptr_claim_is_shared(world->a));
	assert_int_equal(ptr_claim_digest(world->a), 2);
	/* Again the same: it does not count as two. */
	hold(world, &world->a, &key, 1);
	assert_false(ptr_claim_is_shared(world->a));
}

static void both_share_until_one_lets_go(void **state)
{
	struct world *world = *state;
	uint64_t keys[] = {7, 8}, other = 9;

	hold(world, &world->a, keys, 2);
	hold(world, &world->b, &keys[1], 1);
	assert_true(ptr_claim_is_shared(world->a) && ptr_claim_is_shared(world->b));
	hold(world, &world->b, &other, 1);
	assert_false(ptr_claim_is_shared(world->a) || ptr_claim_is_shared(world->b));
	hold(world, &world->c, &other, 1);
	assert_true(ptr_claim_is_shared(world->c) && ptr_claim_is_shared(world->b));
	ptr_index_renew(world->index, &world->b, 0, NULL, 0);
	assert_null(world->b);
	assert_false(ptr_claim_is_shared(world->c));
}

static void many_names_come_and_go(void **state)
{
	struct world *world = *state;
	static struct ptr_claim *claims[20000];
	size_t i;

	for (i = 0; i < COUNT_OF(claims); i++) {
		uint64_t key = (i % 10000) * UINT64_C(0x9e3779b97f4a7c15);

		hold(world, &claims[i], &key, 1);
		assert_int_equal(ptr_claim_is_shared(claims[i]), i >= 10000);
	}
	for (i = 0; i < 10000; i++)
		ptr_index_renew(world->index, &claims[i], 0, NULL, 0);
	for (; i < COUNT_OF(claims); i++) {
		assert_false(ptr_claim_is_shared(claims[i]));
		ptr_index_renew(world->index, &claims[i], 0, NULL, 0);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_family_has_its_own_names),
		TEST(nothing_is_shared_with_nobody),
		TEST(both_share_until_one_lets_go),
		TEST(many_names_come_and_go),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
