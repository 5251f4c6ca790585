#include "config/bcrypt_hash.h"

#include <ctype.h>
#include <string.h>

#define SHORTEST 59 /* without a minor letter */

static const char *find_cost(const char *hash)
{
	return hash[2] == '$' ? hash + 3 : hash + 4;
}

const char *bcrypt_hash_fault(const char *hash)
{
	const char *cost;
	int number;

	if (strlen(hash) < SHORTEST)
		return "is too short";
	if (hash[0] != '$' || (unsigned char)hash[1] > '2' || (hash[2] != '$' && hash[3] != '$'))
		return "does not begin with $2y$";
	cost = find_cost(hash);
	if ((!isdigit((unsigned char)cost[0]) && cost[0] != '+') || !isdigit((unsigned char)cost[1]))
		return "has a cost that is no number";
	number = (cost[0] == '+' ? 0 : (cost[0] - '0') * 10) + cost[1] - '0';
	return number < 4 || number > 31 ? "has a cost outside 4 to 31" : NULL;
}

bool bcrypt_hash_can_match(const char *hash)
{
	const char *rest = find_cost(hash) + 2;

	return find_cost(hash)[0] != '+' && rest[0] == '$' && strlen(rest) == 1 + 22 + 31 &&
	       strspn(rest + 1, "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789") ==
		       22 + 31;
}
