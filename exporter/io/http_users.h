/* http_users.h - basic authentication: user names, and bcrypt hashes of their passwords.
 *
 * Story: a header is looked up among those that were right or wrong lately; a new one waits for its turn
 * on another thread, one at a time, since bcrypt takes as long as it is meant to. An unknown user costs
 * the same work. What is kept of a password is a salted digest of it.
 */
#pragma once

#include "io/loop.h"

#include <stdbool.h>
#include <stddef.h>

/* Headers that wait for their turn; with more of them they are refused. */
#define HTTP_USERS_WAITING_MAX 64

struct http_user {
	const char *name;
	const char *hash; /* "$2y$10$...", of 59 characters at least */
};

struct http_users;

enum http_users_answer {
	HTTP_USERS_RIGHT,
	HTTP_USERS_WRONG, /* also where there is no such header */
	HTTP_USERS_LATER, /* `done` will be called, later */
	HTTP_USERS_BUSY   /* too many wait */
};

typedef void (*http_users_fn)(void *context, bool right);

struct http_users *http_users_create(struct loop *loop);
/* What waits is forgotten. NULL is fine. */
void http_users_free(struct http_users *users);

/* From now on these, sorted by name; copied. None: nobody is asked, and http_users_check() not called. */
void http_users_set(struct http_users *users, const struct http_user *list, size_t count);
bool http_users_has_any(const struct http_users *users);
/* A thread computes, for as long as the hash's cost makes it. */
bool http_users_is_busy(const struct http_users *users);

/* `header`: the value of Authorization, or NULL. */
enum http_users_answer http_users_check(struct http_users *users, const char *header,
					http_users_fn done, void *context);
