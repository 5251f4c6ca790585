#include "dns/reader.h"

static bool has(struct dns_reader *reader, size_t count)
{
	if (reader->failed || reader->size - reader->at < count)
		reader->failed = true;
	return !reader->failed;
}

uint16_t dns_reader_u16(struct dns_reader *reader)
{
	const uint8_t *p = reader->bytes + reader->at;

	if (!has(reader, 2))
		return 0;
	reader->at += 2;
	return (uint16_t)(p[0] << 8 | p[1]);
}

uint32_t dns_reader_u32(struct dns_reader *reader)
{
	uint32_t high = dns_reader_u16(reader);

	return high << 16 | dns_reader_u16(reader);
}

void dns_reader_skip(struct dns_reader *reader, size_t count)
{
	if (has(reader, count))
		reader->at += count;
}

void dns_reader_name(struct dns_reader *reader, struct dns_name *name)
{
	if (!reader->failed && dns_name_decode(reader->bytes, reader->size, &reader->at, name))
		return;
	reader->failed = true;
	name->wire[0] = 0;
}

void dns_reader_record(struct dns_reader *reader, struct dns_record *record)
{
	dns_reader_name(reader, &record->owner);
	record->type = dns_reader_u16(reader);
	record->class = dns_reader_u16(reader);
	record->ttl = dns_reader_u32(reader);
	record->data_size = dns_reader_u16(reader);
	record->data = reader->at;
	dns_reader_skip(reader, record->data_size);
}

bool dns_reader_data_name(const struct dns_reader *reader, const struct dns_record *record,
			  size_t skip, struct dns_name *name)
{
	/* Compression may point back into the message, never past this record. */
	size_t end = record->data + record->data_size, at = record->data + skip;

	return dns_name_decode(reader->bytes, end, &at, name) && at == end;
}
