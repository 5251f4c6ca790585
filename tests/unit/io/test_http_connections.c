#include "io/http_connections.h"
#include "test.h"

#include <sys/socket.h>

#define MANY (HTTP_CONNECTIONS_MAX + 100)

/* In the place of the system's: which descriptors were cut, and in what order. */
static int cut[MANY];
static size_t cut_count;

int shutdown(int fd, int how)
{
	(void)how;
	cut[cut_count++] = fd;
	return 0;
}

/* The one whose client has closed its half; -1: none. */
static int left_fd = -1;

ssize_t recv(int fd, void *bytes, size_t size, int flags)
{
	(void)bytes;
	(void)size;
	(void)flags;
	return fd == left_fd ? 0 : -1;
}

static struct http_connections *connections;
static struct http_connection *open_ones[MANY];

static int begin(void **state)
{
	(void)state;
	connections = http_connections_create();
	cut_count = 0;
	return 0;
}

static int end(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < MANY; i++) {
		if (open_ones[i] != NULL)
			http_connection_close(open_ones[i]);
		open_ones[i] = NULL;
	}
	http_connections_free(connections);
	return 0;
}

/* Its descriptor is its number. */
static struct http_connection *open_at(size_t i, int64_t now_ms)
{
	return open_ones[i] = http_connection_open(connections, (int)i, now_ms);
}

static void assert_cut_from(int64_t due_ms)
{
	http_connections_cut_overdue(connections, due_ms - 1);
	assert_int_equal(cut_count, 0);
	http_connections_cut_overdue(connections, due_ms);
	assert_int_equal(cut_count, 1);
	http_connections_cut_overdue(connections, due_ms + 1000);
	assert_int_equal(cut_count, 1);
}

static void a_request_has_ten_seconds_from_the_connection_on(void **state)
{
	(void)state;
	http_connection_begin(open_at(1, 5000), 14000);
	assert_cut_from(15000);
}

static void a_later_request_has_them_from_its_first_line_on(void **state)
{
	struct http_connection *connection = open_at(1, 0);

	(void)state;
	http_connection_answer(connection, 100, 1000);
	http_connection_rest(connection, 2000);
	http_connection_begin(connection, 62000);
	assert_cut_from(72000);
}

static void between_requests_it_may_rest(void **state)
{
	struct http_connection *connection = open_at(1, 0);

	(void)state;
	http_connection_answer(connection, 100, 1000);
	http_connection_rest(connection, 2000);
	assert_cut_from(2000 + HTTP_CONNECTIONS_IDLE_MS);
}

static void who_rests_and_has_left_is_cut(void **state)
{
	(void)state;
	left_fd = 1;
	http_connection_answer(open_at(1, 0), 100, 1000);
	http_connections_cut_overdue(connections, 1001);
	assert_int_equal(cut_count, 0);
	http_connection_rest(open_ones[1], 1002);
	http_connections_cut_overdue(connections, 1003);
	left_fd = -1;
	assert_int_equal(cut_count, 1);
}

static void a_response_has_time_for_its_size(void **state)
{
	(void)state;
	http_connection_answer(open_at(1, 0), 30 * HTTP_CONNECTIONS_BYTES_PER_SECOND, 1000);
	assert_cut_from(1000 + HTTP_CONNECTIONS_RESPONSE_MS + 30000);
}

static void what_waits_for_us_is_left_alone(void **state)
{
	(void)state;
	http_connection_wait(open_at(1, 0));
	http_connections_cut_overdue(connections, INT64_MAX - 1);
	assert_int_equal(cut_count, 0);
}

static void where_places_run_out_the_oldest_request_goes(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < HTTP_CONNECTIONS_CROWDED; i++)
		open_at(i, (int64_t)i);
	http_connection_answer(open_ones[0], 10, 500);
	assert_int_equal(cut_count, 0);
	open_at(i, (int64_t)i);
	assert_int_equal(cut_count, 1);
	assert_int_equal(cut[0], 1);
	open_at(i + 1, (int64_t)i);
	assert_int_equal(cut[1], 2);
}

static void then_the_oldest_that_rests_then_the_oldest_that_reads(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < HTTP_CONNECTIONS_CROWDED; i++)
		http_connection_answer(open_at(i, 0), 10, (int64_t)i);
	http_connection_rest(open_ones[7], 900);
	open_at(i, 1000);
	assert_int_equal(cut[0], 7);
	http_connection_answer(open_ones[i], 10, 1000);
	open_at(i + 1, 1001);
	assert_int_equal(cut_count, 2);
	assert_int_equal(cut[1], 0);
}

static void there_are_never_more_than_fit(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < HTTP_CONNECTIONS_MAX; i++)
		http_connection_wait(open_at(i, 0));
	assert_int_equal(cut_count, 0);
	open_at(i, 0);
	assert_int_equal(cut_count, 1);
	assert_int_equal(cut[0], HTTP_CONNECTIONS_MAX);
}

static void what_was_cut_frees_its_place_and_is_cut_once(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < HTTP_CONNECTIONS_CROWDED; i++)
		open_at(i, 0);
	http_connections_cut_overdue(connections, HTTP_CONNECTIONS_REQUEST_MS);
	assert_int_equal(cut_count, HTTP_CONNECTIONS_CROWDED);
	/* libmicrohttpd may still go on with it before it notices. */
	http_connection_answer(open_ones[3], 10, 1);
	http_connection_rest(open_ones[3], 2);
	open_at(i, 20000);
	http_connections_cut_overdue(connections, 20001);
	assert_int_equal(cut_count, HTTP_CONNECTIONS_CROWDED);
}

static void few_large_responses_are_under_way(void **state)
{
	size_t i;

	(void)state;
	http_connection_answer(open_at(0, 0), HTTP_CONNECTIONS_LARGE_BYTES - 1, 0);
	for (i = 1; i <= HTTP_CONNECTIONS_LARGE_MAX; i++)
		http_connection_answer(open_at(i, 0), HTTP_CONNECTIONS_LARGE_BYTES, 0);
	assert_int_equal(cut_count, 0);
	http_connection_answer(open_at(i, 0), HTTP_CONNECTIONS_LARGE_BYTES, 0);
	assert_int_equal(cut_count, 1);
	assert_int_equal(cut[0], 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_request_has_ten_seconds_from_the_connection_on, begin, end),
		cmocka_unit_test_setup_teardown(a_later_request_has_them_from_its_first_line_on, begin, end),
		cmocka_unit_test_setup_teardown(between_requests_it_may_rest, begin, end),
		cmocka_unit_test_setup_teardown(who_rests_and_has_left_is_cut, begin, end),
		cmocka_unit_test_setup_teardown(a_response_has_time_for_its_size, begin, end),
		cmocka_unit_test_setup_teardown(what_waits_for_us_is_left_alone, begin, end),
		cmocka_unit_test_setup_teardown(where_places_run_out_the_oldest_request_goes, begin, end),
		cmocka_unit_test_setup_teardown(then_the_oldest_that_rests_then_the_oldest_that_reads, begin, end),
		cmocka_unit_test_setup_teardown(there_are_never_more_than_fit, begin, end),
		cmocka_unit_test_setup_teardown(what_was_cut_frees_its_place_and_is_cut_once, begin, end),
		cmocka_unit_test_setup_teardown(few_large_responses_are_under_way, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
