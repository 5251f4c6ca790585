/* name_survey.h - asks for the addresses of all expected names, so that forgotten ones show.
 *
 * Story: every name is asked for A and for AAAA once per interval, evenly spread over it, each
 * time at the next resolver; what is answered goes into targets/unwatched, what fails changes
 * nothing. Questions wait for their turns like all others, so max_qps holds, and the survey takes
 * at most a tenth of it: with more names than that allows, its round is longer than the interval,
 * while the checks keep theirs. A resolver that is down is passed over.
 */
#pragma once

#include "asking/upstream.h"
#include "config/config.h"
#include "io/loop.h"
#include "targets/unwatched.h"

struct name_survey;

struct name_survey *name_survey_create(struct loop *loop);
/* After its upstreams were stopped: that ends its questions. NULL is fine. */
void name_survey_free(struct name_survey *survey);

/* Ask about the names of `config` at these upstreams from now on. What is known of names that
 * stay is kept. The configuration before must still be there, this one until the next call. */
void name_survey_configure(struct name_survey *survey, const struct config *config,
			   struct upstream *const *upstreams, size_t upstream_count);

const struct unwatched *name_survey_unwatched(const struct name_survey *survey);
