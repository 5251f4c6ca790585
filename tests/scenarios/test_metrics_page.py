"""The whole page: every series of design.md 6, its labels, and what configuration does to it."""

import time

import pytest

from exporter import resolver, settings, target, wait_for
from page import FAILURES, FLAGS, STATUSES
from scripted_dns import *  # noqa: F403

GOOD, BAD, BROKEN, SPECIAL, SIX = "5.45.100.1", "5.45.100.2", "5.45.100.3", "203.0.113.1", "2a01:4f8::1"
TYPES = {
    "fcrdns_target_ok": "gauge", "fcrdns_target_status": "gauge", "fcrdns_target_info": "gauge",
    "fcrdns_target_flag": "gauge", "fcrdns_disagreement": "gauge", "fcrdns_distinct_answers": "gauge",
    "fcrdns_target_last_check_timestamp_seconds": "gauge", "fcrdns_unwatched_addresses": "gauge",
    "fcrdns_lookup_success": "gauge",
    "fcrdns_ptr_match": "gauge", "fcrdns_forward_match": "gauge", "fcrdns_ptr_records": "gauge",
    "fcrdns_ptr_ttl_seconds": "gauge", "fcrdns_forward_ttl_seconds": "gauge",
    "fcrdns_lookup_duration_seconds": "gauge", "fcrdns_answer_info": "gauge", "fcrdns_resolver_up": "gauge",
    "fcrdns_resolver_info": "gauge", "fcrdns_dns_query_duration_seconds": "histogram",
    "fcrdns_dns_queries_total": "counter", "fcrdns_dns_responses_total": "counter",
    "fcrdns_dns_query_failures_total": "counter", "fcrdns_exporter_targets": "gauge",
    "fcrdns_exporter_check_lag_seconds": "gauge", "fcrdns_exporter_event_loop_lag_seconds": "gauge",
    "fcrdns_exporter_config_last_reload_successful": "gauge",
    "fcrdns_exporter_config_last_reload_success_timestamp_seconds": "gauge",
    "fcrdns_exporter_build_info": "gauge", "process_cpu_seconds_total": "counter", "process_open_fds": "gauge",
    "process_max_fds": "gauge", "process_virtual_memory_bytes": "gauge", "process_resident_memory_bytes": "gauge",
    "process_start_time_seconds": "gauge",
}
LABELS = {  # beside ip and hostname, or exactly these
    "fcrdns_target_ok": {"ip", "hostname"}, "fcrdns_target_status": {"ip", "hostname", "status"},
    "fcrdns_target_info": {"ip", "hostname", "family"}, "fcrdns_target_flag": {"ip", "hostname", "flag"},
    "fcrdns_disagreement": {"ip", "hostname", "aspect"}, "fcrdns_distinct_answers": {"ip", "hostname"},
    "fcrdns_target_last_check_timestamp_seconds": {"ip", "hostname"},
    "fcrdns_unwatched_addresses": {"name", "family"},
    "fcrdns_lookup_success": {"ip", "hostname", "resolver"}, "fcrdns_ptr_match": {"ip", "hostname", "resolver"},
    "fcrdns_forward_match": {"ip", "hostname", "resolver"}, "fcrdns_ptr_records": {"ip", "hostname", "resolver"},
    "fcrdns_lookup_duration_seconds": {"ip", "hostname", "resolver", "record_type"},
    "fcrdns_ptr_ttl_seconds": {"ip", "hostname", "resolver"}, "fcrdns_forward_ttl_seconds": {"ip", "hostname", "resolver"},
    "fcrdns_answer_info": {"ip", "hostname", "resolver", "status", "reason", "ptr"},
    "fcrdns_resolver_up": {"resolver"}, "fcrdns_resolver_info": {"resolver", "address", "transport"},
    "fcrdns_dns_queries_total": {"resolver", "record_type"}, "fcrdns_dns_responses_total": {"resolver", "rcode"},
    "fcrdns_dns_query_failures_total": {"resolver", "reason"}, "fcrdns_exporter_targets": set(),
    "fcrdns_exporter_check_lag_seconds": set(), "fcrdns_exporter_event_loop_lag_seconds": set(),
    "fcrdns_dns_query_duration_seconds_bucket": {"resolver", "record_type", "le"},
}
PER_RESOLVER = ("fcrdns_lookup_success", "fcrdns_forward_match", "fcrdns_ptr_records", "fcrdns_ptr_ttl_seconds",
                "fcrdns_lookup_duration_seconds")
USER = {"team": "Mail & Börse", "note": 'a "quoted\\ one"', "env": "prod"}


def configuration(one, two, **more):
    return settings(resolver("one", one), resolver("two", two, transport="tcp"), quorum=1, **more)


@pytest.fixture(scope="module")
def servers(start_shared_dns):
    one, two = start_shared_dns(), start_shared_dns()
    for server in (one, two):
        server.zone.good(GOOD, "mail.example.com")
        server.zone.good(SIX, "six.example.com")
        server.zone.ptr(BAD, "moved.example.com")
        server.zone.a("moved.example.com", "5.45.101.1")
        server.on_ip(BROKEN, rcode("SERVFAIL"))
    return one, two


@pytest.fixture(scope="module")
def running(servers, start_shared_exporter):
    exporter = start_shared_exporter(configuration(*servers), [
        target(GOOD, ["Mail.Example.com", "alias.example.com"], **USER), target([BAD, BROKEN, SPECIAL, SIX])])
    for ip, status in ((GOOD, "pass"), (SIX, "pass"), (BAD, "forward_mismatch"), (BROKEN, "temp_error")):
        exporter.wait_status(ip, status)
    return exporter


@pytest.mark.parametrize("name", TYPES)
def test_series_is_there_with_its_type(running, name):
    page = running.page()
    assert page.types.get(name) == TYPES[name] and len(page.help[name]) > 20
    sample = name + "_count" if TYPES[name] == "histogram" else name
    assert page.has(sample)


@pytest.mark.parametrize("name", LABELS)
def test_labels_are_exactly_those(running, name):
    samples = running.page().samples(name)
    assert samples
    for sample in samples:
        users = set(USER) if name in ("fcrdns_target_ok", "fcrdns_target_status", "fcrdns_target_info") \
            and sample.labels["ip"] == GOOD else set()
        assert set(sample.labels) == LABELS[name] | users, sample


def test_no_family_of_no_contract(running):
    """A series nobody wrote down is a promise nobody keeps."""
    later = {"fcrdns_propagation_ratio", "fcrdns_authority_state", "fcrdns_propagation_eta_timestamp_seconds",
             "fcrdns_target_last_change_timestamp_seconds", "fcrdns_unwatched_addresses", "fcrdns_ptr_ttl_seconds",
             "fcrdns_forward_ttl_seconds", "fcrdns_dns_confirmations_total", "fcrdns_dns_dropped_packets_total"}
    extra = {n for n in running.page().types if not n.startswith("process_")} - set(TYPES) - later
    assert not extra


def test_all_members_of_closed_sets_are_always_there(running):
    page = running.page()
    assert page.ips() == {GOOD, BAD, BROKEN, SPECIAL, SIX}
    for ip in page.ips():
        assert len(page.samples("fcrdns_target_status", ip=ip)) == len(STATUSES)
        assert len(page.samples("fcrdns_target_flag", ip=ip)) == len(FLAGS)
    for name in ("one", "two"):
        assert {s.labels["reason"] for s in page.samples("fcrdns_dns_query_failures_total", resolver=name)} == FAILURES


def test_failure_counters_are_there_from_the_start_at_zero(start_dns, start_exporter):
    exporter = start_exporter(settings(resolver("one", start_dns())), [target(SPECIAL)])
    found = exporter.page().samples("fcrdns_dns_query_failures_total", resolver="one")
    assert {s.labels["reason"] for s in found} == FAILURES and not any(s.value for s in found)


def test_family_and_hostname(running):
    page = running.page()
    assert page.has("fcrdns_target_info", ip=SIX, family="ipv6", hostname="")
    assert page.has("fcrdns_target_info", ip=GOOD, family="ipv4", hostname="alias.example.com,mail.example.com")


def test_user_labels_as_written_and_only_on_the_target_series(running):
    page = running.page()
    for name in ("fcrdns_target_ok", "fcrdns_target_status", "fcrdns_target_info"):
        for sample in page.samples(name, ip=GOOD):
            assert {key: sample.labels[key] for key in USER} == USER
    bearers = {s.name for s in page.all if set(USER) & set(s.labels)}
    assert bearers == {"fcrdns_target_ok", "fcrdns_target_status", "fcrdns_target_info"}


def test_values_of_the_exporter_itself(running):
    page = running.page()
    assert page.value("fcrdns_exporter_targets") == 5
    assert page.value("fcrdns_exporter_config_last_reload_successful") == 1
    assert page.value("fcrdns_exporter_build_info") == 1
    assert {"version", "revision", "branch"} <= set(page.samples("fcrdns_exporter_build_info")[0].labels)
    assert abs(page.value("process_start_time_seconds") - time.time()) < 120
    assert 1 << 20 < page.value("process_resident_memory_bytes") < 1 << 30
    assert 3 < page.value("process_open_fds") < page.value("process_max_fds")


def test_resolver_series(running, servers):
    page = running.page()
    assert page.value("fcrdns_resolver_info", resolver="one", transport="udp", address=servers[0].endpoint) == 1
    assert page.value("fcrdns_resolver_info", resolver="two", transport="tcp", address=servers[1].endpoint) == 1
    assert page.value("fcrdns_resolver_up", resolver="one") == page.value("fcrdns_resolver_up", resolver="two") == 1


def test_counters_count_what_the_server_saw(start_dns, start_exporter):
    server = start_dns()
    server.zone.good(GOOD, "mail.example.com")
    exporter = start_exporter(settings(resolver("one", server), interval="1h"), [target([GOOD, BAD])])
    page = exporter.wait_page(lambda p: p.status(GOOD) == "pass" and p.status(BAD) == "no_ptr", 5, "first round")
    time.sleep(0.2)
    page = exporter.page()
    for kind in ("PTR", "A"):
        seen = len(server.queries(rdtype=kind))
        assert seen and page.value("fcrdns_dns_queries_total", resolver="one", record_type=kind) == seen
        assert page.value("fcrdns_dns_query_duration_seconds_count", resolver="one", record_type=kind) == seen
    assert page.total("fcrdns_dns_responses_total", resolver="one") == len(server.queries())


def test_histogram_buckets_fit_dns(running):
    edges = sorted({float(s.labels["le"]) for s in running.page().samples(
        "fcrdns_dns_query_duration_seconds_bucket", resolver="one", record_type="PTR")})
    assert edges[0] <= 0.0005 and 5 in edges and edges[-1] == float("inf") and len(edges) >= 8


def test_duration_is_that_of_the_server(start_dns, start_exporter):
    server = start_dns()
    server.zone.good(GOOD, "fast.example.com", "slow.example.com")
    server.on("slow.example.com", "A", delayed(0.3))
    server.on_ip(GOOD, delayed(0.1))
    exporter = start_exporter(settings(resolver("one", server), timeout="1s"), [target(GOOD)])
    exporter.wait_status(GOOD, "pass")
    page = exporter.page()
    assert 0.1 <= page.value("fcrdns_lookup_duration_seconds", record_type="PTR") < 0.2
    assert 0.3 <= page.value("fcrdns_lookup_duration_seconds", record_type="A") < 0.45, "the slowest name"


def test_duration_includes_retries(start_dns, start_exporter):
    server = start_dns()
    server.zone.good(GOOD, "mail.example.com")
    server.on_ip(GOOD, every(2, from_zone(), then=silence()))
    exporter = start_exporter(settings(resolver("one", server), timeout="300ms"), [target(GOOD)])
    exporter.wait_status(GOOD, "pass")
    assert 0.3 <= exporter.page().value("fcrdns_lookup_duration_seconds", record_type="PTR") < 0.5


def test_last_check_is_absent_before_and_a_recent_time_after(running):
    page = running.page()
    for ip in (GOOD, BAD, BROKEN, SIX):
        assert 0 <= time.time() - page.value("fcrdns_target_last_check_timestamp_seconds", ip=ip) < 3


def test_per_resolver_none(servers, start_exporter):
    exporter = start_exporter(configuration(*servers, metrics={"per_resolver": "none"}), [target([GOOD, BAD])])
    page = exporter.wait_status(BAD, "forward_mismatch")
    for name in PER_RESOLVER:
        assert not page.has(name)
    assert page.has("fcrdns_target_ok", ip=GOOD) and page.has("fcrdns_resolver_up")


def test_per_resolver_failing_shows_what_fails(servers, start_exporter):
    exporter = start_exporter(configuration(*servers, metrics={"per_resolver": "failing"}),
                              [target([GOOD, BAD, BROKEN])])
    exporter.wait_status(GOOD, "pass")
    exporter.wait_status(BROKEN, "temp_error")
    page = exporter.wait_status(BAD, "forward_mismatch")
    for name in PER_RESOLVER:
        assert page.has(name, ip=BAD, resolver="one") and page.has(name, ip=BAD, resolver="two"), name
    assert page.has("fcrdns_lookup_success", ip=BROKEN)


def test_per_resolver_failing_leaves_out_what_passes(servers, start_exporter):
    """Having been pending at the start is no failure: else every restart shows everything for an hour."""
    exporter = start_exporter(configuration(*servers, metrics={"per_resolver": "failing"}), [target([GOOD, BAD])])
    exporter.wait_status(BAD, "forward_mismatch")
    exporter.wait_page(lambda page: page.status(GOOD) == "pass" and not page.has("fcrdns_lookup_success", ip=GOOD),
                       5, "the passing target has no per-resolver series")


def test_per_resolver_failing_stays_an_hour_after(start_dns, start_exporter):
    server = start_dns()
    server.zone.good(GOOD, "mail.example.com")
    server.on_ip(GOOD, nxdomain())
    exporter = start_exporter(settings(resolver("one", server), metrics={"per_resolver": "failing"}), [target(GOOD)])
    exporter.wait_status(GOOD, "no_ptr")
    server.on_ip(GOOD, None)
    exporter.wait_status(GOOD, "pass", 5)
    time.sleep(2)
    page = exporter.page()
    assert page.status(GOOD) == "pass" and page.value("fcrdns_forward_match", ip=GOOD) == 1


def test_answer_info_can_be_left_out(servers, start_exporter):
    exporter = start_exporter(configuration(*servers, metrics={"answer_info": False}), [target([GOOD, BAD])])
    page = exporter.wait_status(BAD, "forward_mismatch")
    assert not page.has("fcrdns_answer_info") and page.has("fcrdns_forward_match", ip=GOOD)


def test_every_byte_a_ptr_can_hold_leaves_the_page_valid(start_dns, start_exporter):
    """16 names of 16 bytes cover all values; page.py reads every page with two parsers."""
    server = start_dns()
    ips = [f"5.45.100.{n}" for n in range(16)]
    for number, ip in enumerate(ips):
        server.zone.ptr(ip, (bytes(range(16 * number, 16 * number + 16)), b"example", b"com"))
    exporter = start_exporter(settings(resolver("one", server)), [target(ips)])
    page = exporter.wait_page(lambda p: all(p.status(ip) not in ("pending", "temp_error") for ip in ips), 8, "judged")
    for number, ip in enumerate(ips):
        label = "".join(shown(byte) for byte in range(16 * number, 16 * number + 16))
        assert page.answer(ip, "one")["ptr"] == label + ".example.com"


def shown(byte):
    """design.md 6: letters, digits, '-', '_', '/' as they are (letters in lower case), the rest as \\DDD."""
    char = chr(byte)
    return char.lower() if byte < 128 and (char.isalnum() or char in "-_/") else f"\\{byte:03}"


def test_longest_names_fit(start_dns, start_exporter):
    """Ten names of 255 bytes, all escaped: long, but capped and valid."""
    server = start_dns()
    labels = [bytes([200 + n]) * 63 for n in range(3)]
    names = [(*labels, bytes([0xE0 + n]) * 61) for n in range(10)]
    server.zone.ptr(GOOD, *names)
    exporter = start_exporter(settings(resolver("one", server)), [target(GOOD)])
    page = exporter.wait_status(GOOD, "ptr_invalid", 5)
    assert page.value("fcrdns_ptr_records", ip=GOOD) == 10
    assert "\\200" in page.answer(GOOD, "one")["ptr"]
    assert len(page.answer(GOOD, "one")["ptr"]) <= 253 * 4 * 10 + 9


def test_stranger_cannot_flood_prometheus_with_names(start_dns, start_exporter):
    """A new name at every check: 50 values of ptr, then one for them all.

    A changed hostname is asked again at once, which makes a day's checks fit into seconds.
    """
    server, numbers, seen = start_dns(), iter(range(10**6)), set()
    server.on_ip(GOOD, lambda q: answer((q.name, 1, "PTR", f"n{next(numbers)}.example.com"))(q))
    exporter = start_exporter(settings(resolver("one", server), interval="1h"), [target(GOOD)])
    for number in range(80):
        asked = len(server.ptr_queries(GOOD))
        exporter.write_targets([target(GOOD, f"h{number}.example.com")])
        exporter.reload()
        wait_for(lambda asked=asked: len(server.ptr_queries(GOOD)) > asked, 3, "asked again", pause=0.01)
        time.sleep(0.03)
        seen.add(exporter.page().answer(GOOD, "one")["ptr"])
    assert len(server.ptr_queries(GOOD)) >= 80 and 40 <= len(seen) <= 51
    assert exporter.page().answer(GOOD, "one")["ptr"] == "(varies)"
