/* Zones are kept while they are used, and for a while after. */
#include "authority/zone_list.h"
#include "test.h"

#include <stdio.h>
#include <stdlib.h>

#define HOUR_MS (60 * 60 * 1000)

static int64_t now_ms;

struct moment loop_now(void)
{
	return (struct moment){now_ms, now_ms};
}

struct zone *zone_create(struct inquiries *inquiries, struct servers *servers, const uint8_t *name)
{
	struct zone *zone = calloc(1, sizeof *zone);

	(void)inquiries, (void)servers;
	assert_non_null(zone);
	memcpy(zone->name.wire, name, dns_name_size(name));
	return zone;
}

void zone_free(struct zone *zone)
{
	assert_int_equal(zone->users, 0);
	free(zone);
}

static struct zone *take(struct zone_list *list, const char *text)
{
	struct dns_name name;

	assert_true(dns_name_parse(text, &name));
	return zone_list_take(list, name.wire);
}

static void one_name_is_one_zone(void **state)
{
	struct zone_list *list = zone_list_create(NULL, NULL);
	struct zone *zone = take(list, "example.com"), *other;

	(void)state;
	assert_ptr_equal(take(list, "Example.COM"), zone);
	other = take(list, "example.org");
	assert_ptr_not_equal(other, zone);
	assert_int_equal(zone->users, 2);
	assert_int_equal(zone_list_count(list), 2);
	zone_list_give_back(list, zone);
	zone_list_give_back(list, zone);
	zone_list_give_back(list, other);
	zone_list_free(list);
}

static void the_unused_are_dropped_after_more_than_an_hour(void **state)
{
	struct zone_list *list = zone_list_create(NULL, NULL);
	struct zone *used;

	(void)state;
	now_ms = HOUR_MS;
	used = take(list, "used.example");
	zone_list_give_back(list, take(list, "unused.example"));
	now_ms += HOUR_MS;
	zone_list_sweep(list, now_ms);
	assert_int_equal(zone_list_count(list), 2);
	now_ms += HOUR_MS;
	zone_list_sweep(list, now_ms);
	assert_int_equal(zone_list_count(list), 1);
	zone_list_give_back(list, used);
	zone_list_free(list);
}

static void a_flood_of_zones_is_bounded(void **state)
{
	struct zone_list *list = zone_list_create(NULL, NULL);
	struct zone *used = take(list, "used.example");
	char text[32];
	unsigned i;

	(void)state;
	for (i = 0; i < 2 * ZONE_LIST_MAX; i++) {
		snprintf(text, sizeof text, "z%u.example", i);
		zone_list_give_back(list, take(list, text));
	}
	assert_true(zone_list_count(list) <= ZONE_LIST_MAX);
	assert_ptr_equal(take(list, "used.example"), used);
	zone_list_give_back(list, used);
	zone_list_give_back(list, used);
	zone_list_free(list);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_name_is_one_zone),
		cmocka_unit_test(the_unused_are_dropped_after_more_than_an_hour),
		cmocka_unit_test(a_flood_of_zones_is_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
