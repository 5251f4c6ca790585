/* probe_request.h - what GET /probe?target=IP&hostname=NAME asks for.
 *
 * Parameters it does not know are left alone, as by other exporters.
 */
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "fcrdns/watch.h"

#include <stdbool.h>
#include <stdint.h>

struct probe_request {
	struct ip ip;
	struct expectation *expectation; /* in the arena; hostname may be given several times, or as a list
					  * with commas */
	bool debug;
};

/* `query` is what is behind the '?', as it was sent. False: one sentence. */
bool probe_request_parse(struct probe_request *request, struct arena *arena, const char *query,
			 struct error *error);

/* How long a probe may take: what X-Prometheus-Scrape-Timeout-Seconds says (NULL: 10 seconds) less
 * `offset_ms`, from PROBE_TIMEOUT_MIN_MS to PROBE_TIMEOUT_MAX_MS. False: it is no number above 0. */
#define PROBE_TIMEOUT_MIN_MS 50
#define PROBE_TIMEOUT_MAX_MS 60000
bool probe_timeout_parse(const char *header, int64_t offset_ms, int64_t *timeout_ms,
			 struct error *error);

/* --timeout-offset: seconds, from 0 to 60. False: one sentence. */
bool probe_offset_parse(const char *text, int64_t *offset_ms, struct error *error);
