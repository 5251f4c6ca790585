#include "config/web_paths.h"

#include <stdio.h>
#include <string.h>

/* What may stand in a path as it is (RFC 3986 3.3). A prefix has no '%': paths are compared decoded. */
static bool is_path(const char *text, bool escapes)
{
	return (escapes || strchr(text, '%') == NULL) &&
	       text[strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
				 "-._~!$&'()*+,;=:@%/")] == '\0';
}

/* The path of "http://host:port/path" or "/path"; NULL if it is neither. */
static const char *find_path(const char *url)
{
	const char *rest = url;

	if (strncmp(url, "http://", 7) == 0)
		rest = url + 7;
	else if (strncmp(url, "https://", 8) == 0)
		rest = url + 8;
	else
		return url[0] == '/' && is_path(url, true) ? url : NULL;
	if (rest[0] == '/' || rest[0] == '\0' || !is_path(rest + strcspn(rest, "/"), true) ||
	    strpbrk(rest, "?# \\\"<>@") != NULL)
		return NULL;
	return rest + strcspn(rest, "/");
}

/* One slash in front, none behind. False: too long. */
static bool normalise(const char *path, char prefix[WEB_PATHS_MAX])
{
	size_t length;

	path += strspn(path, "/");
	length = strlen(path);
	while (length > 0 && path[length - 1] == '/')
		length--;
	if (length + 2 > WEB_PATHS_MAX)
		return false;
	snprintf(prefix, WEB_PATHS_MAX, "%s%.*s", length > 0 ? "/" : "", (int)length, path);
	return true;
}

static bool settle_prefix(struct web_paths *paths, const char *given, const char *external_path,
			  struct error *error)
{
	if (given != NULL && !is_path(given, false))
		return error_set(error, "--web.route-prefix %s: expected a path like /fcrdns", given);
	if (given == NULL && !is_path(external_path, false))
		return error_set(error, "--web.external-url: its path %s has escapes, so "
					"--web.route-prefix is needed", external_path);
	if (!normalise(given != NULL ? given : external_path, paths->prefix))
		return error_set(error, "--web.route-prefix: expected at most %d bytes",
				 WEB_PATHS_MAX - 2);
	return true;
}

bool web_paths_settle(struct web_paths *paths, const char *route_prefix, const char *external_url,
		      struct error *error)
{
	const char *path = external_url == NULL ? "" : find_path(external_url);
	size_t length;

	if (path == NULL)
		return error_set(error, "--web.external-url %s: expected an URL like "
					"https://monitor.example.com/fcrdns/, without a query",
				 external_url);
	if (!settle_prefix(paths, route_prefix, path, error))
		return false;
	if (external_url == NULL)
		external_url = paths->prefix;
	length = strlen(external_url);
	while (length > 0 && external_url[length - 1] == '/')
		length--;
	if (length + 2 > WEB_PATHS_MAX)
		return error_set(error, "--web.external-url: expected at most %d bytes",
				 WEB_PATHS_MAX - 2);
	snprintf(paths->home, sizeof paths->home, "%.*s/", (int)length, external_url);
	return true;
}

const char *web_paths_find(const struct web_paths *paths, const char *path)
{
	size_t length = strlen(paths->prefix);

	if (strncmp(path, paths->prefix, length) != 0 || path[length] != '/')
		return NULL;
	return path + length;
}

bool web_paths_leads_home(const struct web_paths *paths, const char *path)
{
	return paths->prefix[0] != '\0' &&
	       (strcmp(path, "/") == 0 || strcmp(path, paths->prefix) == 0);
}
