/* random.h - numbers nobody can guess. */
#pragma once

#include <stdint.h>

uint16_t random_u16(void); /* from getrandom(2), buffered */
