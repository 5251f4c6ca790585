/* bcrypt_hash.h - the shape of a bcrypt hash; computes none.
 *
 * As Go's golang.org/x/crypto/bcrypt reads them: "$2", a minor letter or none, "$", two digits of cost from
 * 04 to 31, "$", 22 characters of salt, 31 of the hash.
 */
#pragma once

#include <stdbool.h>

#define BCRYPT_HASH_MAX 61 /* with its NUL */

/* NULL: it is one, or Go takes it for one (a version before 2, a cost like "+5"). Else what is wrong, without a word of the hash itself. */
const char *bcrypt_hash_fault(const char *hash);

/* Can any password match it? One of another length than 59 or 60 is read, and matches none. */
bool bcrypt_hash_can_match(const char *hash);
