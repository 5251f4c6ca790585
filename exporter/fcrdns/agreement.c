#include "fcrdns/agreement.h"

/* Too few counted answers: why? */
static enum status status_unknown(const struct opinion *opinions, size_t count)
{
	bool all_filtered = true;
	size_t i;

	for (i = 0; i < count; i++) {
		if (!opinions[i].finished_a_check)
			return STATUS_PENDING;
		if (!opinions[i].counts && opinions[i].status != STATUS_FILTERED)
			all_filtered = false;
	}
	return all_filtered ? STATUS_FILTERED : STATUS_TEMP_ERROR;
}

static unsigned count_at_least(const struct opinion *opinions, size_t count, enum status status)
{
	unsigned at_least = 0;
	size_t i;

	for (i = 0; i < count; i++)
		at_least += opinions[i].counts && opinions[i].status >= status;
	return at_least;
}

static enum status status_by_quorum(const struct opinion *opinions, size_t count, unsigned quorum)
{
	enum status status;

	for (status = STATUS_NO_PTR; status > STATUS_PASS; status--)
		if (count_at_least(opinions, count, status) >= quorum)
			break;
	return status;
}

static unsigned common_flags(const struct opinion *opinions, size_t count, unsigned least)
{
	unsigned flags = 0;
	int flag;

	for (flag = 0; flag < FLAG_COUNT; flag++) {
		unsigned holders = 0;
		size_t i;

		for (i = 0; i < count; i++)
			holders += opinions[i].counts && (opinions[i].flags & FLAG_BIT(flag));
		if (holders > 0 && holders >= least)
			flags |= FLAG_BIT(flag);
	}
	return flags;
}

static bool is_first_with_its_set(const struct opinion *opinions, size_t i)
{
	size_t before;

	for (before = 0; before < i; before++)
		if (opinions[before].counts && opinions[before].ptr_digest == opinions[i].ptr_digest)
			return false;
	return true;
}

struct agreement agreement_of(const struct opinion *opinions, size_t count, unsigned quorum)
{
	struct agreement agreement = {0};
	const struct opinion *first = NULL;
	size_t i;

	for (i = 0; i < count; i++) {
		if (!opinions[i].counts)
			continue;
		if (first == NULL)
			first = &opinions[i];
		agreement.counted++;
		agreement.distinct_answers += is_first_with_its_set(opinions, i);
		agreement.verdict_disagreement |= opinions[i].status != first->status;
	}
	agreement.ptr_disagreement = agreement.distinct_answers > 1;
	agreement.flags = common_flags(opinions, count,
				       agreement.counted < quorum ? agreement.counted : quorum);
	agreement.status = agreement.counted < quorum ? status_unknown(opinions, count)
						      : status_by_quorum(opinions, count, quorum);
	return agreement;
}

bool agreement_is_trouble(const struct agreement *agreement, size_t count)
{
	return agreement->status != STATUS_PASS || agreement->ptr_disagreement ||
	       agreement->verdict_disagreement || agreement->counted < count;
}
