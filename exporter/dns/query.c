#include "dns/query.h"

#include <string.h>

static uint8_t *put16(uint8_t *end, unsigned value)
{
	*end++ = (uint8_t)(value >> 8);
	*end++ = (uint8_t)value;
	return end;
}

/* RFC 6891 6.1.2: root name, type, payload size, extended rcode and flags 0, no data. */
static uint8_t *put_opt(uint8_t *end)
{
	*end++ = 0;
	end = put16(end, DNS_OPT);
	end = put16(end, DNS_EDNS_PAYLOAD);
	end = put16(end, 0);
	end = put16(end, 0);
	return put16(end, 0);
}

size_t dns_query_encode(const struct dns_query *query, uint16_t id, uint8_t bytes[DNS_QUERY_MAX])
{
	const unsigned recursion_desired_bit = 0x0100;
	size_t name_size = dns_name_size(query->name.wire);
	uint8_t *end = bytes;

	end = put16(end, id);
	end = put16(end, query->recursion_desired ? recursion_desired_bit : 0);
	end = put16(end, 1);
	end = put16(end, 0);
	end = put16(end, 0);
	end = put16(end, query->edns ? 1 : 0);
	memcpy(end, query->name.wire, name_size);
	end += name_size;
	end = put16(end, query->type);
	end = put16(end, DNS_CLASS_IN);
	if (query->edns)
		end = put_opt(end);
	return (size_t)(end - bytes);
}

const char *dns_type_name(enum dns_type type)
{
	switch (type) {
	case DNS_A:
		return "A";
	case DNS_AAAA:
		return "AAAA";
	case DNS_PTR:
		return "PTR";
	case DNS_NS:
		return "NS";
	case DNS_SOA:
		return "SOA";
	default:
		return "other";
	}
}
