/* hash.h - SipHash-2-4 with a fixed key.
 *
 * Stable across machines, versions and restarts: phases, shards and stored
 * digests rest on it. Source: Aumasson and Bernstein, "SipHash: a fast
 * short-input PRF", 2012.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

uint64_t hash_bytes(const void *bytes, size_t size);
