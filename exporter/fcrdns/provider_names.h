/* provider_names.h - names that providers give by default, known by their form alone.
 *
 * For those in which the address does not stand: the number of a server, of a contract,
 * of a modem, or the word that says nobody chose a name.
 */
#pragma once

#include <stdbool.h>

/* `text`: a name in lower case with dots; its first label is not the registrable domain's. */

/* A certain provider's default, by its domain. */
bool provider_name_is(const char *text);

/* Under any domain: does the first label only count machines, or stand in for a name? */
bool provider_name_is_unchosen(const char *text);
