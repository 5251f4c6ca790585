#include "fcrdns/address_trace.h"
#include "test.h"

#define V6 "2001:db8:1a2b:3c4d:5e6f:7081:92a3:b4c5"

static const char *const traces[] = {
    [TRACE_NONE] = "none", [TRACE_HINT] = "hint", [TRACE_PART] = "part", [TRACE_MOST] = "most"};

static void expect(const char *address, const char *text, enum address_trace wanted)
{
	enum address_trace trace;
	struct ip ip;

	assert_true(ip_parse(address, &ip));
	trace = address_trace_find(text, &ip);
	if (trace != wanted)
		fail_msg("%s in %s: %s, expected %s", address, text, traces[trace], traces[wanted]);
}

static void four_octets_in_any_order_and_dress(void **state)
{
	(void)state;
	expect("203.0.113.94", "203-0-113-94.a.net", TRACE_MOST);
	expect("203.0.113.94", "203.0.113.94.a.net", TRACE_MOST);
	expect("203.0.113.94", "a203_0_113_94.a.net", TRACE_MOST);
	expect("203.0.113.94", "203x0x113x94.a.net", TRACE_MOST);
	expect("203.0.113.94", "94.113.0.203.a.net", TRACE_MOST);
	expect("203.0.113.94", "94-0-d.113-203-r.a.net", TRACE_MOST);
	expect("203.0.113.94", "203-000-113-094.a.net", TRACE_MOST);
	expect("203.0.113.94", "x94.ip-203-0-113.eu", TRACE_MOST);
	expect("203.0.113.94", "203-0-113-95.a.net", TRACE_HINT);
	expect("203.0.113.94", "204-1-114-95.a.net", TRACE_NONE);
}

static void equal_octets_are_counted_one_by_one(void **state)
{
	(void)state;
	expect("10.10.10.10", "10-10-10-10.a.net", TRACE_MOST);
	expect("10.10.10.10", "10-10-10.a.net", TRACE_MOST);
	expect("10.10.10.10", "10-10.a.net", TRACE_PART);
	expect("10.10.10.10", "10.a.net", TRACE_HINT);
	expect("10.20.30.30", "30.20.a.net", TRACE_HINT);
}

static void three_octets_need_the_last(void **state)
{
	(void)state;
	expect("203.0.113.94", "a0-113-94.a.net", TRACE_MOST);
	expect("203.0.113.94", "a94.113.0.a.net", TRACE_MOST);
	expect("203.0.113.94", "a203-0-113.a.net", TRACE_HINT);
	expect("203.0.113.94", "a0-113-7-94.a.net", TRACE_HINT);
}

static void two_octets_side_by_side(void **state)
{
	(void)state;
	expect("203.0.113.94", "a113-94.a.net", TRACE_PART);
	expect("203.0.113.94", "a94-113.a.net", TRACE_MOST); /* as in in-addr.arpa */
	expect("203.0.113.4", "a4-113.a.net", TRACE_PART);
	expect("203.0.113.94", "a113-b-94.a.net", TRACE_PART);
	expect("203.0.113.94", "a113-5-94.a.net", TRACE_HINT);
	expect("203.0.113.4", "a4.a.net", TRACE_NONE);
	expect("203.0.113.94", "a1113-94.a.net", TRACE_HINT);
}

static void octets_run_together(void **state)
{
	(void)state;
	expect("60.123.45.67", "softbank060123045067.a.net", TRACE_MOST);
	expect("60.123.45.67", "067045123060.a.net", TRACE_MOST);
	expect("60.123.45.67", "a060123-045067.a.net", TRACE_MOST);
	expect("60.123.45.67", "a601234567.a.net", TRACE_MOST);
	expect("60.123.45.67", "a674512360b.a.net", TRACE_MOST);
	expect("60.123.45.67", "a6012345670.a.net", TRACE_NONE);
	expect("60.123.45.67", "lp04-1014705475.a.net", TRACE_MOST);
	expect("60.123.45.67", "lp04-10147054751.a.net", TRACE_NONE);
	expect("1.1.1.1", "a1111.a.net", TRACE_NONE);
}

static void hexadecimal(void **state)
{
	(void)state;
	expect("84.154.221.86", "p549add56.a.net", TRACE_MOST);
	expect("84.154.221.86", "56dd9a54.a.net", TRACE_MOST);
	expect("84.154.221.86", "0x549add56.a.net", TRACE_MOST);
	expect("84.154.221.86", "56.dd.9a54.ip4.a.net", TRACE_MOST);
	expect("11.31.54.208", "mb1f36d0.a.net", TRACE_MOST);
	expect("84.154.221.86", "dsl-549add-86.a.net", TRACE_MOST);
	expect("84.154.221.86", "dsl-549add-87.a.net", TRACE_NONE);
	expect("84.154.221.86", "node-d-dd56.a.net", TRACE_PART);
	expect("84.154.221.86", "nodedd56.a.net", TRACE_PART);
	expect("84.154.221.86", "1dd56.a.net", TRACE_NONE);
	expect("84.154.221.86", "dd561.a.net", TRACE_NONE);
}

static void nibbles(void **state)
{
	(void)state;
	expect(V6, "p20010db81a2b3c4d5e6f708192a3b4c5.a.net", TRACE_MOST);
	expect(V6, "5.c.4.b.3.a.2.9.1.8.0.7.f.6.e.5.d.4.c.3.b.2.a.1.8.b.d.0.1.0.0.2.a.net",
	       TRACE_MOST);
	expect(V6, "x5e6f708192a3b4c5.a.net", TRACE_MOST);
	expect(V6, "x92a3b4c5.a.net", TRACE_NONE);
	expect(V6, "p20010db81a2c.a.net", TRACE_NONE);
}

static void groups(void **state)
{
	(void)state;
	expect(V6, "2001-db8-1a2b-3c4d-5e6f-7081-92a3-b4c5.a.net", TRACE_MOST);
	expect(V6, "2001-0db8-1a2b-3c4d-5e6f-7081-92a3-b4c5.a.net", TRACE_MOST);
	expect(V6, "dyn-7081-92a3-b4c5.a.net", TRACE_MOST);
	expect(V6, "dyn-92a3-b4c5.a.net", TRACE_PART);
	expect(V6, "dyn-b4c5.a.net", TRACE_NONE);
	expect(V6, "dyn-92a3-b4c6.a.net", TRACE_NONE);
	expect("2600:3c00::f03c:91ff:fe12:3456", "2600-3c00--f03c-91ff-fe12-3456.a.net",
	       TRACE_MOST);
	expect("2600:3c00::5", "2600-3c00--5.a.net", TRACE_MOST);
	expect("2600:3c00::5", "2600-3c00-0-0-0-0-0-5.a.net", TRACE_MOST);
	expect("2600:3c00::5", "mail.a.net", TRACE_NONE);
	expect("2600:3c00::", "2600-3c00--", TRACE_PART);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(four_octets_in_any_order_and_dress),
	    cmocka_unit_test(equal_octets_are_counted_one_by_one),
	    cmocka_unit_test(three_octets_need_the_last),
	    cmocka_unit_test(two_octets_side_by_side),
	    cmocka_unit_test(octets_run_together),
	    cmocka_unit_test(hexadecimal),
	    cmocka_unit_test(nibbles),
	    cmocka_unit_test(groups),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
