#include "fcrdns/judge.h"

#include "fcrdns/host_name.h"

/* What the forward lookups came to, over all evaluated names. */
struct tally {
	bool any_confirmed, expected_confirmed;
	bool any_usable, any_addresses, all_nxdomain;
	enum reason first_fault;
	/* Failures that could still change the verdict. */
	bool open_failure;        /* at any usable name */
	bool open_expected;       /* at an expected one */
	bool only_filtered, only_filtered_expected;
	enum reason first_failure, first_expected_failure;
};

static void count_failure(struct tally *tally, const struct evidence_name *name, bool expected)
{
	/* "blocked" only gives the reason where nothing else failed. */
	bool filtered = name->outcome == LOOKUP_FILTERED;

	if (!tally->open_failure || (tally->only_filtered && !filtered))
		tally->first_failure = name->reason;
	tally->open_failure = true;
	tally->only_filtered &= filtered;
	if (!expected)
		return;
	if (!tally->open_expected || (tally->only_filtered_expected && !filtered))
		tally->first_expected_failure = name->reason;
	tally->open_expected = true;
	tally->only_filtered_expected &= filtered;
}

static void count_name(struct tally *tally, const struct evidence_name *name, bool expected)
{
	if (name->fault != REASON_NONE) {
		if (tally->first_fault == REASON_NONE)
			tally->first_fault = name->fault;
		return;
	}
	tally->any_usable = true;
	switch (name->outcome) {
	case LOOKUP_DATA:
		tally->any_addresses = true;
		tally->any_confirmed |= name->confirms;
		tally->expected_confirmed |= name->confirms && expected;
		break;
	case LOOKUP_ABSENT:
		tally->all_nxdomain &= name->reason != REASON_NODATA;
		break;
	default:
		count_failure(tally, name, expected);
	}
}

static struct tally count_names(const struct evidence *evidence,
				const struct expectation *expectation)
{
	struct tally tally = {
		.all_nxdomain = true, .only_filtered = true, .only_filtered_expected = true};
	size_t i;

	for (i = 0; i < evidence->name_count; i++)
		count_name(&tally, &evidence->names[i],
			   expectation->name_count == 0 ||
				   expectation_has(expectation, evidence_name_wire(evidence, i)));
	return tally;
}

static void set(struct verdict *verdict, enum status status, enum reason reason)
{
	verdict->status = (uint8_t)status;
	verdict->reason = (uint8_t)reason;
}

/* design: "The verdict of one check", in its order. */
static void judge_names(struct verdict *verdict, const struct tally *tally)
{
	if (tally->expected_confirmed)
		set(verdict, STATUS_PASS, REASON_NONE);
	else if (tally->any_confirmed && tally->open_expected)
		set(verdict, tally->only_filtered_expected ? STATUS_FILTERED : STATUS_TEMP_ERROR,
		    tally->first_expected_failure);
	else if (tally->any_confirmed)
		set(verdict, STATUS_NAME_MISMATCH, REASON_NONE);
	else if (tally->open_failure)
		set(verdict, tally->only_filtered ? STATUS_FILTERED : STATUS_TEMP_ERROR,
		    tally->first_failure);
	else if (tally->any_addresses)
		set(verdict, STATUS_FORWARD_MISMATCH, REASON_NONE);
	else if (tally->any_usable)
		set(verdict, STATUS_FORWARD_MISSING,
		    tally->all_nxdomain ? REASON_NXDOMAIN : REASON_NODATA);
	else
		set(verdict, STATUS_PTR_INVALID, tally->first_fault);
}

static void judge_status(struct verdict *verdict, const struct evidence *evidence,
			 const struct tally *tally)
{
	switch (evidence->ptr_outcome) {
	case LOOKUP_DATA:
		judge_names(verdict, tally);
		break;
	case LOOKUP_ABSENT:
		set(verdict, STATUS_NO_PTR, evidence->ptr_reason);
		break;
	case LOOKUP_FILTERED:
		set(verdict, STATUS_FILTERED, evidence->ptr_reason);
		break;
	default:
		set(verdict, STATUS_TEMP_ERROR, evidence->ptr_reason);
	}
}

static uint16_t find_flags(const struct evidence *evidence)
{
	unsigned flags = 0;
	size_t i;

	if (evidence->ptr_count > 1)
		flags |= FLAG_BIT(FLAG_MULTIPLE_PTR);
	if (evidence->ptr_count > EVIDENCE_NAMES_MAX)
		flags |= FLAG_BIT(FLAG_PTR_OVERFLOW);
	if (evidence->reverse_aliased)
		flags |= FLAG_BIT(FLAG_REVERSE_ALIAS);
	if (evidence->stale)
		flags |= FLAG_BIT(FLAG_STALE);
	for (i = 0; i < evidence->name_count; i++) {
		if (!evidence_name_is_usable(evidence, i))
			continue;
		if (evidence->names[i].generic)
			flags |= FLAG_BIT(FLAG_GENERIC);
		if (evidence->names[i].aliased)
			flags |= FLAG_BIT(FLAG_FORWARD_ALIAS);
		if (host_name_has_underscore(evidence_name_wire(evidence, i)))
			flags |= FLAG_BIT(FLAG_UNDERSCORE);
	}
	return (uint16_t)flags;
}

static bool has_expected_name(const struct evidence *evidence,
			      const struct expectation *expectation)
{
	size_t i;

	for (i = 0; i < evidence->name_count; i++)
		if (expectation_has(expectation, evidence_name_wire(evidence, i)))
			return true;
	return false;
}

struct verdict judge(const struct evidence *evidence, const struct expectation *expectation)
{
	struct tally tally = count_names(evidence, expectation);
	struct verdict verdict = {.flags = find_flags(evidence)};

	judge_status(&verdict, evidence, &tally);
	verdict.ptr_match = has_expected_name(evidence, expectation);
	verdict.forward_match = tally.any_confirmed;
	return verdict;
}
