/* web_policy_reader.h - the web configuration and the files it names, read and loaded if they say
 * anything new.
 *
 * Blocks, and may take its time: for any thread, but one at a time.
 */
#pragma once

#include "base/error.h"
#include "config/web_config.h"
#include "io/http_tls.h"

#include <stdint.h>

struct web_policy_reader {
	const char *path;
	uint64_t digest; /* of all that was read last, be it good or bad */
};

/* One generation. Its owner frees both. */
struct web_generation {
	struct web_config *config;
	struct http_tls *tls; /* NULL: without TLS */
};

enum web_policy_reading { WEB_POLICY_GOOD, WEB_POLICY_BAD, WEB_POLICY_UNCHANGED };

/* Since it was read last. Bad: `error` has one sentence, without a secret. */
enum web_policy_reading web_policy_read(struct web_policy_reader *reader,
					struct web_generation *generation, struct error *error);

void web_generation_clear(struct web_generation *generation);
