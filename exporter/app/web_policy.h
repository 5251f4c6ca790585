/* web_policy.h - --web.config.file at work: who may ask what, over which TLS, with which headers.
 *
 * The files are looked at every two seconds on another thread; what they say anew holds for connections and requests
 * from then on, all of it or nothing: a bad or half-written file leaves everything as it was, and is told
 * once. TLS cannot come or go while the exporter runs.
 */
#pragma once

#include "base/error.h"
#include "io/http.h"
#include "io/loop.h"

struct web_policy;

/* `path` may be NULL: everybody is let in, without TLS. NULL: `error` says what is wrong with it. */
struct web_policy *web_policy_create(struct loop *loop, const char *path, struct error *error);
/* After the servers. NULL is fine. A thread may still be reading: it ends by itself, before loop_free() does. */
void web_policy_free(struct web_policy *policy);

/* A thread reads, and may hang in a dead file system, or computes a costly password. */
bool web_policy_is_busy(const struct web_policy *policy);

const struct http_policy *web_policy_http(const struct web_policy *policy);

/* Is it good? Reads and loads everything, and tells warnings. */
bool web_policy_check(const char *path, struct error *error);
