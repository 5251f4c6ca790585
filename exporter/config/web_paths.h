/* web_paths.h - under which path the pages lie, as --web.route-prefix and --web.external-url say.
 *
 * As Prometheus has it: the prefix is the path of the external URL unless given; "/" means none.
 */
#pragma once

#include "base/error.h"

#define WEB_PATHS_MAX 512

struct web_paths {
	char prefix[WEB_PATHS_MAX]; /* "", or "/path" without a last slash */
	char home[WEB_PATHS_MAX];   /* where "/" and the bare prefix lead: what a browser must ask for */
};

/* Both as given, or NULL. False: one sentence that names the flag. */
bool web_paths_settle(struct web_paths *paths, const char *route_prefix, const char *external_url,
		      struct error *error);

/* The page that `path` asks for: "/", "/metrics". NULL: it is not below the prefix. Into `path`. */
const char *web_paths_find(const struct web_paths *paths, const char *path);

/* It has no page of its own, but leads to `home`: "/" where there is a prefix, or the prefix without its slash. */
bool web_paths_leads_home(const struct web_paths *paths, const char *path);
