/* packet_drops.h - packets of one resolver that never reached anybody; plain data.
 *
 * Counted by io/resolver, printed by report/metrics.
 */
#pragma once

#include <stdint.h>

struct packet_drops {
	uint64_t buffer;   /* the kernel had no room left at a socket */
	uint64_t mismatch; /* answers no question that waits: forged, late or broken */
};
