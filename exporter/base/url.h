/* url.h - the target of an HTTP request: escapes, and what is behind the '?'.
 *
 * RFC 3986 2.1 (percent-encoding) and the URL Standard's application/x-www-form-urlencoded, as
 * Prometheus writes it. Decodes no path: libmicrohttpd does.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* Has it NUL or control bytes, spelled out or as %XX, or a '%' that escapes nothing? Of what is behind
 * the last NUL of a longer one it knows nothing. */
bool url_has_control_bytes(const char *url);

/* Does it begin with a path, or with http:// or https:// and a host that is spelled out (RFC 9112 3.2)? */
bool url_is_request_target(const char *url);

/* What is behind the '?', as it was sent; "" if there is none. Into `url`. */
const char *url_find_query(const char *url);

/* The next NAME=VALUE of a query string, decoded, '+' being a blank, both NUL-terminated; a NAME alone has
 * the value "". Returns URL_PAIR, and moves `*query` behind it; URL_END behind the last;
 * URL_TOO_LONG if either does not fit with its NUL. The query has passed url_has_control_bytes(); if
 * it has not, a broken escape stands for itself, and %00 for '?'. */
#define URL_PART_MAX 4096
enum url_pair { URL_END, URL_PAIR, URL_TOO_LONG };

enum url_pair url_next_pair(const char **query, char name[URL_PART_MAX], char value[URL_PART_MAX]);
