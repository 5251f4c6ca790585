/* reader.h - the one checked way through the bytes of a message.
 *
 * Sticky: after the first read past the end or the first bad name `failed` stays
 * true and every later read gives zeros, so callers parse straight and check once.
 */
#pragma once

#include "dns/name.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct dns_reader {
	const uint8_t *bytes;
	size_t size;
	size_t at;
	bool failed;
};

uint16_t dns_reader_u16(struct dns_reader *reader);
uint32_t dns_reader_u32(struct dns_reader *reader);
void dns_reader_skip(struct dns_reader *reader, size_t count);
void dns_reader_name(struct dns_reader *reader, struct dns_name *name); /* the root on failure */

/* The fixed part of a resource record (RFC 1035 3.2.1); `data` lies inside the message. */
struct dns_record {
	struct dns_name owner;
	uint16_t type;
	uint16_t class;
	uint32_t ttl; /* as on the wire */
	size_t data;
	uint16_t data_size;
};

/* Reads one record and moves behind it. */
void dns_reader_record(struct dns_reader *reader, struct dns_record *record);

/* A name that fills the record's data from `skip` bytes on; false if it does not. */
bool dns_reader_data_name(const struct dns_reader *reader, const struct dns_record *record,
			  size_t skip, struct dns_name *name);
