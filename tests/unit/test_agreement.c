#include "fcrdns/agreement.h"
#include "test.h"

#define PASS {true, true, STATUS_PASS, 0, 1}
#define NO_PTR {true, true, STATUS_NO_PTR, 0, 0}
#define MISMATCH {true, true, STATUS_FORWARD_MISMATCH, 0, 1}
#define OTHER_NAME {true, true, STATUS_PASS, 0, 2}
#define FAILED {false, true, STATUS_TEMP_ERROR, 0, 0}
#define FILTERED {false, true, STATUS_FILTERED, 0, 0}
#define PENDING {false, false, STATUS_PENDING, 0, 0}

struct row {
	struct opinion opinions[3];
	unsigned quorum;
	enum status status;
	bool ptr, verdict;
	unsigned distinct;
};

static const struct row rows[] = {
	{{PASS, PASS, PASS}, 2, STATUS_PASS, false, false, 1},
	{{PASS, PASS, NO_PTR}, 2, STATUS_PASS, true, true, 2},
	{{PASS, PASS, NO_PTR}, 1, STATUS_NO_PTR, true, true, 2},
	{{PASS, NO_PTR, NO_PTR}, 2, STATUS_NO_PTR, true, true, 2},
	{{PASS, MISMATCH, NO_PTR}, 2, STATUS_FORWARD_MISMATCH, true, true, 2},
	{{PASS, NO_PTR, NO_PTR}, 3, STATUS_PASS, true, true, 2},
	{{PASS, PASS, MISMATCH}, 2, STATUS_PASS, false, true, 1},
	{{PASS, PASS, OTHER_NAME}, 2, STATUS_PASS, true, false, 2},
	{{NO_PTR, PASS, OTHER_NAME}, 2, STATUS_PASS, true, true, 3},
	/* Failures neither count nor differ. */
	{{PASS, PASS, FAILED}, 2, STATUS_PASS, false, false, 1},
	{{PASS, PASS, FILTERED}, 2, STATUS_PASS, false, false, 1},
	{{PASS, PASS, PENDING}, 2, STATUS_PASS, false, false, 1},
	{{PASS, FAILED, FAILED}, 2, STATUS_TEMP_ERROR, false, false, 1},
	{{PASS, FILTERED, FILTERED}, 2, STATUS_FILTERED, false, false, 1},
	{{PASS, FILTERED, FAILED}, 2, STATUS_TEMP_ERROR, false, false, 1},
	{{PASS, FAILED, PENDING}, 2, STATUS_PENDING, false, false, 1},
	{{FAILED, FAILED, FAILED}, 2, STATUS_TEMP_ERROR, false, false, 0},
	{{PENDING, PENDING, PENDING}, 2, STATUS_PENDING, false, false, 0},
	/* Too few to judge; what they disagree about is still shown. */
	{{PASS, NO_PTR, FAILED}, 3, STATUS_TEMP_ERROR, true, true, 2},
};

static void every_combination_as_designed(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < COUNT_OF(rows); i++) {
		const struct row *row = &rows[i];
		struct agreement a = agreement_of(row->opinions, 3, row->quorum);

		if (a.status != row->status || a.ptr_disagreement != row->ptr ||
		    a.verdict_disagreement != row->verdict || a.distinct_answers != row->distinct)
			fail_msg("row %zu: %s ptr %d verdict %d distinct %u", i,
				 status_name(a.status), a.ptr_disagreement, a.verdict_disagreement,
				 a.distinct_answers);
	}
}

/* The order of the resolvers means nothing. */
static void order_of_resolvers_does_not_matter(void **state)
{
	static const int orders[][3] = {{0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
	size_t i, o;
	int k;

	(void)state;
	for (i = 0; i < COUNT_OF(rows); i++) {
		for (o = 0; o < COUNT_OF(orders); o++) {
			struct opinion turned[3];
			struct agreement a;

			for (k = 0; k < 3; k++)
				turned[k] = rows[i].opinions[orders[o][k]];
			a = agreement_of(turned, 3, rows[i].quorum);
			assert_int_equal(a.status, rows[i].status);
			assert_int_equal(a.ptr_disagreement, rows[i].ptr);
			assert_int_equal(a.verdict_disagreement, rows[i].verdict);
			assert_int_equal(a.distinct_answers, rows[i].distinct);
		}
	}
}

/* One hijacked resolver sets no flag; where only one counts, it does. */
static void flags_need_the_quorum(void **state)
{
	struct opinion opinions[3] = {PASS, PASS, PASS};
	const struct opinion failed = FAILED;

	(void)state;
	opinions[0].flags = FLAG_BIT(FLAG_MULTIPLE_PTR);
	assert_int_equal(agreement_of(opinions, 3, 2).flags, 0);
	opinions[1].flags = FLAG_BIT(FLAG_MULTIPLE_PTR) | FLAG_BIT(FLAG_STALE);
	assert_int_equal(agreement_of(opinions, 3, 2).flags, FLAG_BIT(FLAG_MULTIPLE_PTR));
	opinions[1] = opinions[2] = failed;
	assert_int_equal(agreement_of(opinions, 3, 2).flags, FLAG_BIT(FLAG_MULTIPLE_PTR));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_combination_as_designed),
		cmocka_unit_test(order_of_resolvers_does_not_matter),
		cmocka_unit_test(flags_need_the_quorum),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
