#include "report/label_sets.h"

#include "fcrdns/authority_state.h"
#include "fcrdns/confirmation.h"
#include "fcrdns/status.h"
#include "report/resolver_stats.h"
#include "targets/unwatched.h"

static const char *name_of_status(size_t i)
{
	return status_name((enum status)i);
}

static const char *name_of_flag(size_t i)
{
	return flag_name((enum flag)i);
}

static const char *name_of_aspect(size_t i)
{
	return i == 0 ? "ptr" : "verdict";
}

static const char *name_of_family(size_t i)
{
	return i == UNWATCHED_IPV4 ? "ipv4" : "ipv6";
}

static const char *name_of_authority(size_t i)
{
	return authority_state_name((enum authority_state)i);
}

static const char *name_of_bound(size_t i)
{
	return i == 0 ? "sampled" : "upper";
}

static const char *name_of_type(size_t i)
{
	return stats_type_name((enum stats_type)i);
}

static const char *name_of_rcode(size_t i)
{
	return stats_rcode_name((enum stats_rcode)i);
}

static const char *name_of_failure(size_t i)
{
	return reason_name((enum reason)(REASON_FIRST_FAILURE + i));
}

static const char *name_of_confirmation(size_t i)
{
	return confirmation_name((enum confirmation)i);
}

static const char *name_of_drop(size_t i)
{
	return i == 0 ? "buffer" : "mismatch";
}

const struct label_set label_set_statuses = {"status", STATUS_COUNT, name_of_status};
const struct label_set label_set_flags = {"flag", FLAG_COUNT, name_of_flag};
const struct label_set label_set_aspects = {"aspect", 2, name_of_aspect};
const struct label_set label_set_families = {"family", UNWATCHED_FAMILIES, name_of_family};
const struct label_set label_set_authority_states = {"state", AUTHORITY_STATE_COUNT, name_of_authority};
const struct label_set label_set_bounds = {"bound", 2, name_of_bound};
const struct label_set label_set_lookup_types = {"record_type", STATS_AAAA + 1, name_of_type};
const struct label_set label_set_query_types = {"record_type", STATS_TYPES, name_of_type};
const struct label_set label_set_rcodes = {"rcode", STATS_RCODES, name_of_rcode};
const struct label_set label_set_confirmations = {"result", CONFIRMATION_COUNT, name_of_confirmation};
const struct label_set label_set_drops = {"reason", 2, name_of_drop};
const struct label_set label_set_failures = {"reason", REASON_COUNT - REASON_FIRST_FAILURE,
					  name_of_failure};
