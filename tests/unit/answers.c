#include "answers.h"

#include "test.h"

const struct expectation answers_expect_nothing = {.hostname = ""};
const int64_t answers_hold_ms[TARGET_VIEWS_MAX] = {
	[0 ... TARGET_VIEWS_MAX - 1] = ANSWERS_HOLD_MS};
const int64_t answers_short_hold_ms[TARGET_VIEWS_MAX] = {
	[0 ... TARGET_VIEWS_MAX - 1] = ANSWERS_SHORT_HOLD_MS};

struct moment answers_at(int64_t ms)
{
	return (struct moment){ms, ANSWERS_UNIX_MS + ms};
}

struct target *answers_target(size_t resolver_count, bool has_authority)
{
	struct watch watch = {.expectation = &answers_expect_nothing};
	struct target *target;

	assert_true(ip_parse("5.45.100.7", &watch.ip));
	target = target_create(&watch, resolver_count + (has_authority ? 1 : 0));
	target->resolver_count = (uint8_t)resolver_count;
	return target;
}

static void set_ttl(struct dns_reply *reply, uint32_t ttl_s)
{
	reply->has_ttl = ttl_s != NO_TTL;
	reply->ttl_s = reply->has_ttl ? ttl_s : 0;
}

static void set_forward(struct evidence *evidence, const struct target *target,
			const struct answer *answer)
{
	struct dns_reply reply = {.outcome = DNS_NODATA};
	struct lookup lookup = {LOOKUP_ABSENT, REASON_NODATA, &reply};
	struct ip elsewhere = ip_next(&target->ip);

	if (!evidence_name_is_usable(evidence, 0))
		return;
	set_ttl(&reply, answer->forward_ttl_s);
	if (answer->forward != LEADS_NOWHERE) {
		lookup.outcome = LOOKUP_DATA;
		lookup.reason = REASON_NONE;
		dns_address_set_add(&reply.addresses, answer->forward == LEADS_BACK ? &target->ip
										    : &elsewhere);
		dns_address_set_settle(&reply.addresses);
	}
	evidence_set_forward(evidence, 0, &lookup, &target->ip);
	dns_reply_clear(&reply);
}

struct evidence *answers_evidence(const struct target *target, const struct answer *answer)
{
	struct dns_reply reply = {.outcome = DNS_DATA};
	struct lookup lookup = {LOOKUP_DATA, REASON_NONE, &reply};
	struct evidence *evidence;
	struct dns_name name;

	set_ttl(&reply, answer->ptr_ttl_s);
	reply.extended_errors = answer->stale ? UINT64_C(1) << 3 : 0;
	if (answer->name == NULL) {
		lookup.outcome = LOOKUP_ABSENT;
		lookup.reason = REASON_NXDOMAIN;
	} else {
		assert_true(dns_name_parse(answer->name, &name));
		dns_name_set_add(&reply.names, name.wire);
		dns_name_set_settle(&reply.names);
	}
	evidence = evidence_create(&lookup, &target->ip, target->expectation, false);
	if (answer->name != NULL)
		set_forward(evidence, target, answer);
	dns_reply_clear(&reply);
	return evidence;
}

void answers_check(struct target *target, size_t i, const struct answer *answer, int64_t ms)
{
	struct target_check check = {NULL, REASON_TIMEOUT, {0.01F, -1}};

	if (answer != NULL)
		check.evidence = answers_evidence(target, answer);
	target_finish_check(target, i, &check, answers_at(ms));
}

void answers_authority(struct target *target, enum authority_state state,
		       const struct answer *answer, int64_t ms)
{
	struct authority_finding finding = {state, NULL, {0.01F, -1}};

	if (answer != NULL)
		finding.evidence = answers_evidence(target, answer);
	target_finish_authority(target, &finding, answers_at(ms));
	assert_null(finding.evidence);
}

struct agreement answers_agreement(const struct target *target, int64_t ms)
{
	return target_agreement(target, answers_hold_ms, 1, ms);
}

bool answers_disagree(const struct target *target, int64_t ms)
{
	struct agreement agreement = answers_agreement(target, ms);

	return agreement.ptr_disagreement || agreement.verdict_disagreement;
}

struct propagation answers_propagation(const struct target *target, int64_t ms)
{
	return target_propagation(target, answers_hold_ms, ms);
}
