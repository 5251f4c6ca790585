#include "dns/soa.h"

bool dns_soa_decode(const struct dns_reader *reader, const struct dns_record *record,
		    struct dns_soa *soa)
{
	struct dns_reader data = *reader;
	struct dns_name name;

	data.size = record->data + record->data_size;
	data.at = record->data;
	dns_reader_name(&data, &name); /* MNAME */
	dns_reader_name(&data, &name); /* RNAME */
	soa->serial = dns_reader_u32(&data);
	dns_reader_skip(&data, 12); /* refresh, retry, expire */
	soa->minimum_s = dns_reader_u32(&data);
	soa->zone = record->owner;
	return !data.failed && data.at == data.size;
}

void dns_soa_keep_deeper(struct dns_soa *kept, bool has, const struct dns_soa *soa)
{
	size_t size = dns_name_size(soa->zone.wire);
	size_t kept_size = has ? dns_name_size(kept->zone.wire) : 0;

	if (size > kept_size || (size == kept_size && soa->serial < kept->serial))
		*kept = *soa;
}
