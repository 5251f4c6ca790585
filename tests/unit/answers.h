/* answers.h - targets and what is answered about them, over logical time, for tests. */
#pragma once

#include "targets/authority_view.h"
#include "targets/propagation.h"

#define ANSWERS_UNIX_MS INT64_C(1700000000000) /* Unix time at 0 */
#define ANSWERS_HOLD_MS INT64_C(100000000) /* long, so that it does not matter */
#define ANSWERS_SHORT_HOLD_MS INT64_C(180000)
#define NO_TTL UINT32_MAX

enum answers_forward { LEADS_BACK, LEADS_ELSEWHERE, LEADS_NOWHERE };

struct answer {
	const char *name; /* NULL: there is no PTR record */
	uint32_t ptr_ttl_s;
	enum answers_forward forward;
	uint32_t forward_ttl_s;
	bool stale; /* with the extended error that says so */
};

extern const struct expectation answers_expect_nothing;
extern const int64_t answers_hold_ms[TARGET_VIEWS_MAX];
extern const int64_t answers_short_hold_ms[TARGET_VIEWS_MAX];

struct moment answers_at(int64_t ms);

struct target *answers_target(size_t resolver_count, bool has_authority);
struct evidence *answers_evidence(const struct target *target, const struct answer *answer);

/* A check of view `i` ended with this; NULL: with a timeout. */
void answers_check(struct target *target, size_t i, const struct answer *answer, int64_t ms);

/* The authority was asked; NULL: no answer to be had. */
void answers_authority(struct target *target, enum authority_state state,
		       const struct answer *answer, int64_t ms);

/* With the long hold. */
struct agreement answers_agreement(const struct target *target, int64_t ms);
bool answers_disagree(const struct target *target, int64_t ms);
struct propagation answers_propagation(const struct target *target, int64_t ms);
