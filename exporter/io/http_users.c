#include "io/http_users.h"

#include "base/memory.h"

#include <crypt.h>
#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <utlist.h>

#define DIGEST_SIZE 32
#define CACHE_SIZE 64
#define HEADER_MAX 1024 /* of name and password, encoded */
#define HASH_MAX 128

struct cache {
	unsigned char digests[CACHE_SIZE][DIGEST_SIZE];
	size_t count; /* that were ever put in; the oldest is written over */
};

/* One header on its way through bcrypt. */
struct attempt {
	struct http_users *users; /* NULL: nobody waits for it any more */
	char hash[HASH_MAX];
	char *name, *password;
	bool known;
	bool right;
	unsigned char digest[DIGEST_SIZE];
	http_users_fn done;
	void *context;
	struct attempt *prev, *next;
};

struct http_users {
	struct loop *loop;
	struct http_user *list; /* owned */
	size_t count;
	unsigned char salt[DIGEST_SIZE];
	/* Apart, so that a flood of wrong ones pushes no right one out. */
	struct cache right, wrong;
	struct attempt *waiting;
	size_t waiting_count;
	struct attempt *running;
};

/* --- users --- */

static void clear_list(struct http_users *users)
{
	size_t i;

	for (i = 0; i < users->count; i++) {
		free((char *)users->list[i].name);
		free((char *)users->list[i].hash);
	}
	free(users->list);
}

void http_users_set(struct http_users *users, const struct http_user *list, size_t count)
{
	size_t i;

	clear_list(users);
	users->count = count;
	users->list = memory_allocate_array(count, sizeof *users->list);
	for (i = 0; i < count; i++) {
		users->list[i].name = memory_duplicate_text(list[i].name);
		users->list[i].hash = memory_duplicate_text(list[i].hash);
	}
}

bool http_users_has_any(const struct http_users *users)
{
	return users->count > 0;
}

static int compare_name(const void *name, const void *user)
{
	return strcmp(name, ((const struct http_user *)user)->name);
}

static const struct http_user *find_user(const struct http_users *users, const char *name)
{
	return bsearch(name, users->list, users->count, sizeof *users->list, compare_name);
}

/* Go takes every minor letter for the same algorithm; "$2b$" is what libxcrypt calls it. */
static void print_hash(const char *hash, char printed[HASH_MAX])
{
	snprintf(printed, HASH_MAX, "$2b%s", hash + (hash[2] == '$' ? 2 : 3));
}

/* A hash nothing matches, of the cost the first user's has: who is unknown must not show by the time. */
static void print_unknown_hash(const struct http_users *users, char printed[HASH_MAX])
{
	print_hash(users->list[0].hash, printed);
	snprintf(printed + 7, HASH_MAX - 7, "%s", "QOauhQNbBSdLE3qBzPAeRO1oEnLWyJyLgqsNVIpJi4G5j4fKLyPcK");
}

/* --- what was right or wrong lately --- */

static bool cache_has(const struct cache *cache, const unsigned char *digest)
{
	size_t kept = cache->count < CACHE_SIZE ? cache->count : CACHE_SIZE, i;
	bool found = false;

	for (i = 0; i < kept; i++)
		found |= gnutls_memcmp(cache->digests[i], digest, DIGEST_SIZE) == 0;
	return found;
}

static void cache_put(struct cache *cache, const unsigned char *digest)
{
	memcpy(cache->digests[cache->count++ % CACHE_SIZE], digest, DIGEST_SIZE);
}

/* User, hash and password, each with its NUL, so that no two of them are alike. */
static void digest_attempt(const struct http_users *users, struct attempt *attempt)
{
	gnutls_hash_hd_t hash;

	gnutls_hash_init(&hash, GNUTLS_DIG_SHA256);
	gnutls_hash(hash, users->salt, sizeof users->salt);
	gnutls_hash(hash, attempt->name, strlen(attempt->name) + 1);
	gnutls_hash(hash, attempt->hash, strlen(attempt->hash) + 1);
	gnutls_hash(hash, attempt->password, strlen(attempt->password) + 1);
	gnutls_hash_deinit(hash, attempt->digest);
}

/* --- headers --- */

static void attempt_free(struct attempt *attempt)
{
	if (attempt->password != NULL)
		explicit_bzero(attempt->password, strlen(attempt->password));
	free(attempt->name);
	free(attempt->password);
	free(attempt);
}

/* RFC 7617 2: base64 of NAME:PASSWORD; a name has no colon. */
static bool split(const gnutls_datum_t *decoded, struct attempt *attempt)
{
	const unsigned char *colon = decoded->size == 0 ? NULL
							: memchr(decoded->data, ':', decoded->size);
	size_t name_size;

	if (colon == NULL || memchr(decoded->data, '\0', decoded->size) != NULL)
		return false;
	name_size = (size_t)(colon - decoded->data);
	attempt->name = memory_allocate(name_size + 1);
	memcpy(attempt->name, decoded->data, name_size);
	attempt->password = memory_allocate(decoded->size - name_size);
	memcpy(attempt->password, colon + 1, decoded->size - name_size - 1);
	return true;
}

/* NULL: it is no header of this kind. */
static struct attempt *attempt_create(const struct http_users *users, const char *header)
{
	struct attempt *attempt = memory_allocate(sizeof *attempt);
	gnutls_datum_t encoded, decoded = {NULL, 0};
	const struct http_user *user;

	encoded.data = (unsigned char *)header;
	encoded.size = (unsigned)strlen(header);
	if (gnutls_base64_decode2(&encoded, &decoded) != 0 || !split(&decoded, attempt)) {
		gnutls_free(decoded.data);
		attempt_free(attempt);
		return NULL;
	}
	gnutls_memset(decoded.data, 0, decoded.size);
	gnutls_free(decoded.data);
	user = find_user(users, attempt->name);
	attempt->known = user != NULL;
	if (user != NULL)
		print_hash(user->hash, attempt->hash);
	else
		print_unknown_hash(users, attempt->hash);
	digest_attempt(users, attempt);
	return attempt;
}

/* --- bcrypt, on another thread --- */

static void compute(void *context)
{
	struct attempt *attempt = context;
	struct crypt_data *data = memory_allocate(sizeof *data);
	const char *found = crypt_r(attempt->password, attempt->hash, data);
	size_t size = strlen(attempt->hash);

	attempt->right = attempt->known && found != NULL && strlen(found) == size &&
			 gnutls_memcmp(found, attempt->hash, size) == 0;
	explicit_bzero(data, sizeof *data);
	free(data);
}

static void start_next(struct http_users *users);

/* Users may have changed while it waited. */
static bool still_holds(const struct http_users *users, const struct attempt *attempt)
{
	const struct http_user *user = find_user(users, attempt->name);
	char hash[HASH_MAX];

	if (user == NULL)
		return false;
	print_hash(user->hash, hash);
	return strcmp(hash, attempt->hash) == 0;
}

static void finish(struct http_users *users, struct attempt *attempt)
{
	/* Without any users by now, everybody is let in. */
	attempt->done(attempt->context, !http_users_has_any(users) ||
						(attempt->right && still_holds(users, attempt)));
	attempt_free(attempt);
	start_next(users);
}

static void on_computed(void *context)
{
	struct attempt *attempt = context;
	struct http_users *users = attempt->users;

	if (users == NULL) {
		attempt_free(attempt);
		return;
	}
	users->running = NULL;
	cache_put(attempt->right ? &users->right : &users->wrong, attempt->digest);
	finish(users, attempt);
}

/* The one before may have been the same: then this is known by now. */
static void start_next(struct http_users *users)
{
	struct attempt *attempt = users->waiting;

	if (users->running != NULL || attempt == NULL)
		return;
	DL_DELETE(users->waiting, attempt);
	users->waiting_count--;
	attempt->right = cache_has(&users->right, attempt->digest);
	if (attempt->right || cache_has(&users->wrong, attempt->digest)) {
		finish(users, attempt);
		return;
	}
	users->running = attempt;
	loop_work(users->loop, compute, on_computed, attempt);
}

static enum http_users_answer decide(struct http_users *users, struct attempt *attempt,
				     http_users_fn done, void *context)
{
	enum http_users_answer answer = HTTP_USERS_LATER;

	if (cache_has(&users->right, attempt->digest))
		answer = HTTP_USERS_RIGHT;
	else if (cache_has(&users->wrong, attempt->digest))
		answer = HTTP_USERS_WRONG;
	else if (users->waiting_count >= HTTP_USERS_WAITING_MAX)
		answer = HTTP_USERS_BUSY;
	if (answer != HTTP_USERS_LATER) {
		attempt_free(attempt);
		return answer;
	}
	attempt->users = users;
	attempt->done = done;
	attempt->context = context;
	DL_APPEND(users->waiting, attempt);
	users->waiting_count++;
	start_next(users);
	return answer;
}

enum http_users_answer http_users_check(struct http_users *users, const char *header,
					http_users_fn done, void *context)
{
	struct attempt *attempt;

	if (header == NULL || strncasecmp(header, "Basic ", 6) != 0 || strlen(header) > HEADER_MAX)
		return HTTP_USERS_WRONG;
	attempt = attempt_create(users, header + 6 + strspn(header + 6, " "));
	return attempt == NULL ? HTTP_USERS_WRONG : decide(users, attempt, done, context);
}

bool http_users_is_busy(const struct http_users *users)
{
	return users->running != NULL;
}

/* --- life --- */

struct http_users *http_users_create(struct loop *loop)
{
	struct http_users *users = memory_allocate(sizeof *users);

	users->loop = loop;
	gnutls_rnd(GNUTLS_RND_KEY, users->salt, sizeof users->salt);
	return users;
}

void http_users_free(struct http_users *users)
{
	if (users == NULL)
		return;
	while (users->waiting != NULL) {
		struct attempt *attempt = users->waiting;

		DL_DELETE(users->waiting, attempt);
		attempt_free(attempt);
	}
	if (users->running != NULL)
		users->running->users = NULL;
	clear_list(users);
	explicit_bzero(users, sizeof *users);
	free(users);
}
