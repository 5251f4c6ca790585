#include "dns/query.h"
#include "dns/reader.h"
#include "test.h"

#define READER(bytes) ((struct dns_reader){bytes, sizeof(bytes), 0, false})

/* "a" PTR IN 0x01020304, four bytes of data: b -> nothing more. */
static const uint8_t record_bytes[] = {1, 'a', 0, 0, 12, 0, 1, 1, 2, 3, 4, 0, 3, 1, 'b', 0};

static void numbers_are_big_endian(void **state)
{
	static const uint8_t bytes[] = {0xfe, 0xdc, 0x80, 0x00, 0x00, 0x01};
	struct dns_reader reader = READER(bytes);

	(void)state;
	assert_int_equal(dns_reader_u16(&reader), 0xfedc);
	assert_int_equal(dns_reader_u32(&reader), 0x80000001);
	assert_int_equal(reader.at, sizeof bytes);
	assert_false(reader.failed);
}

static void the_first_failure_stays(void **state)
{
	static const uint8_t bytes[] = {1, 2, 3};
	struct dns_reader reader = READER(bytes);
	struct dns_name name;

	(void)state;
	assert_int_equal(dns_reader_u32(&reader), 0x0102u << 16); /* the half that was there */
	assert_true(reader.failed);
	assert_int_equal(dns_reader_u16(&reader), 0);
	dns_reader_skip(&reader, 1);
	dns_reader_name(&reader, &name);
	assert_int_equal(name.wire[0], 0);
	assert_true(reader.failed);
	assert_int_equal(reader.at, 2); /* it moved no further */
}

static void no_skip_leads_out(void **state)
{
	static const uint8_t bytes[4] = {0};
	struct dns_reader reader = READER(bytes);

	(void)state;
	dns_reader_skip(&reader, 4);
	assert_false(reader.failed);
	dns_reader_skip(&reader, 0);
	assert_false(reader.failed);
	dns_reader_skip(&reader, SIZE_MAX);
	assert_true(reader.failed);
}

static void a_record_is_read_whole(void **state)
{
	struct dns_reader reader = READER(record_bytes);
	struct dns_record record;
	struct dns_name name;
	char text[DNS_NAME_TEXT_MAX];

	(void)state;
	dns_reader_record(&reader, &record);
	assert_false(reader.failed);
	assert_int_equal(record.type, DNS_PTR);
	assert_int_equal(record.class, DNS_CLASS_IN);
	assert_int_equal(record.ttl, 0x01020304);
	assert_int_equal(record.data, 13);
	assert_int_equal(record.data_size, 3);
	assert_int_equal(reader.at, sizeof record_bytes);
	assert_true(dns_reader_data_name(&reader, &record, 0, &name));
	dns_name_print(name.wire, text);
	assert_string_equal(text, "b");
}

static void a_record_cut_anywhere_fails(void **state)
{
	size_t size;

	(void)state;
	for (size = 0; size < sizeof record_bytes; size++) {
		struct dns_reader reader = {record_bytes, size, 0, false};
		struct dns_record record;

		dns_reader_record(&reader, &record);
		assert_true(reader.failed);
	}
}

static void a_name_must_fill_its_data(void **state)
{
	struct dns_reader reader = READER(record_bytes);
	struct dns_record record;
	struct dns_name name;

	(void)state;
	dns_reader_record(&reader, &record);
	assert_true(dns_reader_data_name(&reader, &record, 2, &name)); /* the root behind b */
	record.data_size = 2; /* too short for the name, though the message has the rest */
	assert_false(dns_reader_data_name(&reader, &record, 0, &name));
	record.data = 0; /* "a" and one byte more */
	record.data_size = 4;
	assert_false(dns_reader_data_name(&reader, &record, 0, &name));
	record.data_size = 3;
	assert_true(dns_reader_data_name(&reader, &record, 0, &name));
	assert_false(dns_reader_data_name(&reader, &record, 3, &name)); /* nothing left */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(numbers_are_big_endian),
	    cmocka_unit_test(the_first_failure_stays),
	    cmocka_unit_test(no_skip_leads_out),
	    cmocka_unit_test(a_record_is_read_whole),
	    cmocka_unit_test(a_record_cut_anywhere_fails),
	    cmocka_unit_test(a_name_must_fill_its_data),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
