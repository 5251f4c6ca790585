#include "dns/message.h"

#include "dns/cname_set.h"
#include "dns/reader.h"

#include <string.h>

/* Header bits (RFC 1035 4.1.1). */
#define QR_BIT 0x8000
#define OPCODE_BITS 0x7800
#define AA_BIT 0x0400
#define TC_BIT 0x0200
#define RA_BIT 0x0080
#define RCODE_BITS 0x000f

#define EDNS_OPTION_EDE 15 /* RFC 8914 2 */

struct decoding {
	struct dns_reader reader;
	const struct dns_query *query;
	struct dns_reply *reply;
	unsigned flags;
	unsigned question_count, answer_count, authority_count, additional_count;
	size_t answers; /* where the answer section starts */
	struct dns_cname_set *cnames;
	bool too_many_cnames;
	bool has_ns; /* in the authority section */
};

/* RFC 2181 8: a TTL with the top bit set is 0. */
static uint32_t clean_ttl(uint32_t ttl)
{
	if (ttl > INT32_MAX)
		return 0;
	return ttl < DNS_TTL_MAX_S ? ttl : DNS_TTL_MAX_S;
}

static void lower_ttl(struct dns_reply *reply, uint32_t ttl_s)
{
	if (!reply->has_ttl || ttl_s < reply->ttl_s)
		reply->ttl_s = ttl_s;
	reply->has_ttl = true;
}

/* --- header and question --- */

static void read_header(struct decoding *d)
{
	dns_reader_skip(&d->reader, 2); /* the id was matched before */
	d->flags = dns_reader_u16(&d->reader);
	d->question_count = dns_reader_u16(&d->reader);
	d->answer_count = dns_reader_u16(&d->reader);
	d->authority_count = dns_reader_u16(&d->reader);
	d->additional_count = dns_reader_u16(&d->reader);
	d->reply->rcode = d->flags & RCODE_BITS;
	d->reply->authoritative = (d->flags & AA_BIT) != 0;
	d->reply->recursion_available = (d->flags & RA_BIT) != 0;
}

static bool question_is_ours(struct decoding *d)
{
	struct dns_name name;
	uint16_t type, class;

	dns_reader_name(&d->reader, &name);
	type = dns_reader_u16(&d->reader);
	class = dns_reader_u16(&d->reader);
	return !d->reader.failed && type == d->query->type && class == DNS_CLASS_IN &&
	       dns_name_equal(name.wire, d->query->name.wire);
}

/* A server that could not read the question, or does not know the opcode or EDNS,
 * may send back the bare header. */
static bool may_lack_question(const struct decoding *d)
{
	enum { FORMERR = 1, NOTIMP = 4 };

	return d->reply->rcode == FORMERR || d->reply->rcode == NOTIMP;
}

static bool read_question(struct decoding *d)
{
	if (d->reader.failed || !(d->flags & QR_BIT) || (d->flags & OPCODE_BITS) != 0)
		return false;
	if (d->question_count == 0)
		return may_lack_question(d);
	return d->question_count == 1 && question_is_ours(d);
}

/* --- records --- */

static void keep_cname(struct decoding *d, const struct dns_record *record)
{
	struct dns_cname *cname = dns_cname_set_add(d->cnames);

	if (cname == NULL) {
		d->too_many_cnames = true;
		return;
	}
	if (!dns_reader_data_name(&d->reader, record, 0, &cname->target)) {
		d->reader.failed = true;
		return;
	}
	cname->owner = record->owner;
	cname->ttl_s = clean_ttl(record->ttl);
}

static void read_answers(struct decoding *d)
{
	struct dns_record record;
	unsigned i;

	d->answers = d->reader.at;
	for (i = 0; i < d->answer_count && !d->reader.failed; i++) {
		dns_reader_record(&d->reader, &record);
		if (!d->reader.failed && record.type == DNS_CNAME && record.class == DNS_CLASS_IN)
			keep_cname(d, &record);
	}
}

static bool keep_soa(struct decoding *d, const struct dns_record *record, uint32_t *minimum_s)
{
	struct dns_soa soa;

	if (!dns_soa_decode(&d->reader, record, &soa)) {
		d->reader.failed = true;
		return false;
	}
	if (!dns_name_is_under(d->reply->final.wire, record->owner.wire))
		return false;
	dns_soa_keep_deeper(&d->reply->soa, d->reply->has_soa, &soa);
	d->reply->has_soa = true;
	*minimum_s = soa.minimum_s;
	return true;
}

/* The SOA of a negative answer (RFC 2308 5). */
static void read_negative_soa(struct decoding *d, const struct dns_record *record)
{
	uint32_t minimum_s;

	if (!keep_soa(d, record, &minimum_s))
		return;
	lower_ttl(d->reply, clean_ttl(record->ttl));
	lower_ttl(d->reply, clean_ttl(minimum_s));
}

static void read_authority(struct decoding *d, bool negative)
{
	struct dns_record record;
	unsigned i;

	for (i = 0; i < d->authority_count && !d->reader.failed; i++) {
		dns_reader_record(&d->reader, &record);
		if (d->reader.failed || record.class != DNS_CLASS_IN)
			continue;
		if (record.type == DNS_NS)
			d->has_ns = true;
		if (record.type == DNS_SOA && negative)
			read_negative_soa(d, &record);
	}
}

static void read_options(struct decoding *d, const struct dns_record *opt)
{
	struct dns_reader data = d->reader;

	data.size = opt->data + opt->data_size;
	data.at = opt->data;
	while (!data.failed && data.at < data.size) {
		unsigned code = dns_reader_u16(&data), length = dns_reader_u16(&data);

		if (code == EDNS_OPTION_EDE && length >= 2) {
			unsigned info = dns_reader_u16(&data);

			if (info < 64)
				d->reply->extended_errors |= UINT64_C(1) << info;
			length -= 2;
		}
		dns_reader_skip(&data, length);
	}
	d->reader.failed |= data.failed;
}

static void read_additional(struct decoding *d)
{
	struct dns_record record;
	unsigned i;

	for (i = 0; i < d->additional_count && !d->reader.failed; i++) {
		dns_reader_record(&d->reader, &record);
		if (d->reader.failed || record.type != DNS_OPT)
			continue;
		/* RFC 6891 6.1.1: one at most; 6.1.2: of the root */
		d->reader.failed |= d->reply->has_edns || record.owner.wire[0] != 0;
		d->reply->has_edns = true;
		d->reply->rcode |= (record.ttl >> 24) << 4; /* RFC 6891 6.1.3 */
		read_options(d, &record);
	}
}

/* --- the chain --- */

/* Walk from the question to `final`. False: a loop, or too long to be honest. A loop
 * never ends, so the bound on hops finds it. */
static bool follow_chain(struct decoding *d)
{
	struct dns_reply *reply = d->reply;
	const struct dns_cname *cname;
	unsigned hops;

	if (d->query->type == DNS_CNAME)
		return true;
	/* Some were left out: which, depends on their order, so no verdict may. */
	if (d->too_many_cnames)
		return false;
	for (hops = 0; (cname = dns_cname_set_find(d->cnames, reply->final.wire)) != NULL; hops++) {
		if (hops == DNS_CNAME_HOPS_MAX)
			return false;
		reply->final = cname->target;
		reply->aliased = true;
		lower_ttl(reply, cname->ttl_s);
	}
	return true;
}

/* --- data --- */

static void keep_address(struct decoding *d, const struct dns_record *record)
{
	size_t size = record->type == DNS_A ? 4 : 16;
	struct ip ip = {.family = record->type == DNS_A ? IP_V4 : IP_V6};

	if (record->data_size != size) {
		d->reader.failed = true;
		return;
	}
	memcpy(ip.bytes, d->reader.bytes + record->data, size);
	dns_address_set_add(&d->reply->addresses, &ip);
}

static void keep_name(struct decoding *d, const struct dns_record *record)
{
	struct dns_name name;

	if (!dns_reader_data_name(&d->reader, record, 0, &name)) {
		d->reader.failed = true;
		return;
	}
	dns_name_set_add(&d->reply->names, name.wire);
}

/* Second pass over the answers, now that the owner of the data is known. */
static void collect_data(struct decoding *d)
{
	size_t behind = d->reader.at;
	struct dns_record record;
	uint32_t minimum_s;
	unsigned i;

	d->reader.at = d->answers;
	for (i = 0; i < d->answer_count && !d->reader.failed; i++) {
		dns_reader_record(&d->reader, &record);
		if (record.type != d->query->type || record.class != DNS_CLASS_IN ||
		    !dns_name_equal(record.owner.wire, d->reply->final.wire))
			continue;
		if (record.type == DNS_A || record.type == DNS_AAAA)
			keep_address(d, &record);
		else if (record.type == DNS_PTR || record.type == DNS_NS)
			keep_name(d, &record);
		else if (record.type == DNS_SOA)
			keep_soa(d, &record, &minimum_s);
		lower_ttl(d->reply, clean_ttl(record.ttl));
	}
	d->reader.at = behind;
}

/* --- the outcome --- */

static enum dns_outcome outcome_of_rcode(unsigned rcode)
{
	static const enum dns_outcome outcomes[] = {DNS_DATA,	  DNS_FORMERR, DNS_SERVFAIL,
						    DNS_NXDOMAIN, DNS_NOTIMP,  DNS_REFUSED};

	return rcode < sizeof outcomes / sizeof *outcomes ? outcomes[rcode] : DNS_OTHER_RCODE;
}

/* NOERROR without the records asked for. */
static enum dns_outcome outcome_of_absence(const struct decoding *d)
{
	if (d->reply->has_soa)
		return DNS_NODATA;
	if (d->reply->aliased)
		return DNS_UNCHASED;
	return d->has_ns ? DNS_REFERRAL : DNS_NODATA;
}

/* Sections two to four, in the order in which each needs the one before. */
static enum dns_outcome read_sections(struct decoding *d)
{
	struct dns_reply *reply = d->reply;
	enum dns_outcome outcome;
	bool chain_ends, has_data;

	read_answers(d);
	chain_ends = !d->reader.failed && follow_chain(d);
	if (chain_ends)
		collect_data(d);
	has_data = reply->names.count > 0 || reply->addresses.count > 0 || reply->has_soa;
	read_authority(d, chain_ends && !has_data);
	read_additional(d);
	outcome = outcome_of_rcode(reply->rcode);
	if (d->reader.failed)
		return DNS_MALFORMED;
	if (outcome != DNS_DATA && outcome != DNS_NXDOMAIN)
		return outcome;
	if (!chain_ends)
		return DNS_CNAME_LOOP;
	/* Bytes that no count knows of may be the very records: no proof that there are none. */
	if (!has_data && d->reader.at < d->reader.size)
		return DNS_MALFORMED;
	if (outcome == DNS_DATA && !has_data)
		return outcome_of_absence(d);
	if (outcome == DNS_NXDOMAIN && has_data)
		reply->has_soa = false; /* an SOA in the answer denies nothing */
	return outcome;
}

/* Nothing of a reply that is no answer may be taken for one, of a malformed one nothing at all. */
static void drop_data(struct dns_reply *reply, const struct dns_query *query)
{
	dns_reply_clear(reply);
	if (reply->outcome == DNS_MALFORMED)
		*reply = (struct dns_reply){.outcome = DNS_MALFORMED, .final = query->name};
	if (reply->outcome != DNS_NXDOMAIN && reply->outcome != DNS_NODATA)
		reply->has_soa = false;
	/* Of a chain that goes on elsewhere the TTL is that so far. */
	if (!reply->has_soa && reply->outcome != DNS_UNCHASED)
		reply->has_ttl = false;
}

static enum dns_outcome decode(struct decoding *d)
{
	read_header(d);
	if (!read_question(d))
		return DNS_MALFORMED;
	/* What follows a TC may be cut anywhere: read no further (RFC 2181 9). */
	if ((d->flags & TC_BIT) && (d->reply->rcode == 0 || d->reply->rcode == 3))
		return DNS_TRUNCATED;
	return read_sections(d);
}

void dns_reply_decode(struct dns_reply *reply, const struct dns_query *query, const uint8_t *bytes,
		      size_t size)
{
	struct dns_cname_set cnames;
	struct decoding d = {
		.reader = {bytes, size, 0, false},
		.query = query,
		.reply = reply,
		.cnames = &cnames,
	};

	cnames.count = 0;
	memset(reply, 0, sizeof *reply);
	reply->final = query->name;
	reply->outcome = decode(&d);
	if (reply->outcome == DNS_DATA) {
		dns_name_set_settle(&reply->names);
		dns_address_set_settle(&reply->addresses);
	} else {
		drop_data(reply, query);
	}
}

void dns_reply_clear(struct dns_reply *reply)
{
	dns_name_set_clear(&reply->names);
	dns_address_set_clear(&reply->addresses);
}

bool dns_reply_has_extended_error(const struct dns_reply *reply, unsigned code)
{
	return code < 64 && (reply->extended_errors >> code & 1) != 0;
}
