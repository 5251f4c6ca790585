/* generic_name.h - does a PTR name look like its provider's default, not like its owner's choice?
 *
 * Receivers refuse or score such names, whether the address is dynamic or static. A guess by
 * form: nothing is asked. Names in which big senders number their outbound machines by address
 * are genuine: a word of mail in the name excuses the address in it.
 */
#pragma once

#include "base/ip.h"

#include <stdbool.h>
#include <stdint.h>

/* `name` in wire form, of any bytes. The work is bounded by the name's 255 bytes. */
bool generic_name_is(const uint8_t *name, const struct ip *ip);
