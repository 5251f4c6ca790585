"""How the pages show what a check came to, and which questions it took.

What comes of each fault is told by the cases of test_faults.py; some of them serve here too.
"""

import statistics
import time

import pytest

import cases_of_answers  # noqa: F401 - fills the table
import cases_of_failures  # noqa: F401 - fills the table
from exporter import resolver, settings, target
from fault_cases import find, set_up
from scripted_dns import *  # noqa: F403

EXPECTED = "mail.example.com"
SHOWN = [find(name) for name in (
    "plain", "expected", "other_name_confirms", "other_address", "forward_nxdomain", "ptr_nxdomain", "60_names",
    "twelve_names_expected_last", "servfail", "refused", "silence", "ipv6", "ipv6_other_address", "ptr_localhost",
    "ptr_single_label", "ptr_local", "ptr_hyphen_at_end", "ptr_invalid")]

SPECIAL = ["10.1.2.3", "172.16.0.1", "192.168.1.1", "127.0.0.1", "100.64.0.1", "169.254.1.1", "192.0.2.10",
           "198.51.100.10", "203.0.113.10", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "0.0.0.0",
           "::1", "::", "fe80::1", "fc00::1", "fd00::1", "2001:db8::10", "ff02::1"]


@pytest.fixture(scope="module")
def watched(start_shared_dns, start_shared_exporter):
    """(server, exporter) with the cases shown here, ready."""
    server = start_shared_dns()
    set_up(server, start_shared_dns(), SHOWN)
    entries = [target(entry.ip, entry.hostname) for entry in SHOWN] + [target(SPECIAL)]
    exporter = start_shared_exporter(settings(resolver("one", server)), entries)
    for entry in SHOWN:
        exporter.wait_status(entry.ip, entry.status)
    return server, exporter


def test_per_resolver_series_of_conclusive_answers(watched):
    _, exporter = watched
    page = exporter.page()

    def values(name):
        return [page.value(f"fcrdns_{series}", ip=find(name).ip, resolver="one")
                for series in ("lookup_success", "forward_match", "ptr_records")]

    assert values("expected") == [1, 1, 1]
    assert values("other_name_confirms") == [1, 1, 1]
    assert values("other_address") == [1, 0, 1]
    assert values("forward_nxdomain") == [1, 0, 1]
    assert values("ptr_nxdomain") == [1, 0, 0]
    assert values("60_names") == [1, 1, 60]
    assert page.value("fcrdns_ptr_match", ip=find("expected").ip, resolver="one") == 1
    assert page.value("fcrdns_ptr_match", ip=find("other_name_confirms").ip, resolver="one") == 0
    assert not page.has("fcrdns_ptr_match", ip=find("plain").ip)


def test_unknown_is_neither_zero_nor_nan(watched):
    """Without a counted answer the series that rest on it are absent; the last check is still told."""
    _, exporter = watched
    page = exporter.page()
    ip = find("servfail").ip
    for name in ("fcrdns_forward_match", "fcrdns_ptr_records", "fcrdns_ptr_match"):
        assert not page.has(name, ip=ip)
    assert page.value("fcrdns_lookup_success", ip=ip, resolver="one") == 0
    assert page.value("fcrdns_lookup_duration_seconds", ip=ip, resolver="one", record_type="PTR") < 0.2


def test_timeout_shows_the_time_waited(watched):
    _, exporter = watched
    ip = find("silence").ip
    seconds = exporter.page().value("fcrdns_lookup_duration_seconds", ip=ip, resolver="one", record_type="PTR")
    assert 0.35 <= seconds <= 0.9, "two tries of 200 ms"


def test_failures_are_counted_by_reason(watched):
    _, exporter = watched
    page = exporter.page()
    for reason in ("servfail", "refused", "timeout"):
        assert page.value("fcrdns_dns_query_failures_total", resolver="one", reason=reason) > 0, reason
    for code in ("NOERROR", "NXDOMAIN", "SERVFAIL", "REFUSED"):
        found = [s for s in page.samples("fcrdns_dns_responses_total", resolver="one")
                 if s.labels["rcode"].upper() == code and s.value > 0]
        assert found, code


def test_queries_are_plain_recursive_questions(watched):
    server, _ = watched
    seen = server.queries()
    assert all(q.recursion_desired and not q.checking_disabled for q in seen)
    assert {q.payload for q in seen if q.edns} == {1232}
    assert {q.type for q in seen} <= {"PTR", "A", "AAAA", "NS"}
    assert {q.name for q in seen if q.type == "NS"} <= {"."}


def test_only_the_target_family_and_usable_names_are_asked(watched):
    """Of names that nobody expects; expected ones are asked for both, see test_unwatched.py."""
    server, _ = watched
    assert {q.type for q in server.queries() if q.key == find("ipv6_other_address").host} == {"AAAA"}
    assert {q.type for q in server.queries() if q.key == find("plain").host} == {"A"}
    invalid = ("localhost", "unknown", "printer.local", "mail-.example.com", "ptr.invalid")
    assert not [q for q in server.queries() if q.key in invalid]
    asked = {q.key for q in server.queries() if q.key.endswith(".many.example.com")}
    assert len(asked) == 10 and "z.many.example.com" in asked


def test_retries_are_two_tries(watched):
    """A silent name is asked twice per round, 200 ms apart."""
    server, exporter = watched
    ip = find("silence").ip
    times = [q.time for q in server.ptr_queries(ip)]
    gaps = [later - earlier for earlier, later in zip(times[0::2], times[1::2])]
    # A busy machine may hold up either side at one of them.
    assert len(gaps) >= 2 and 0.15 <= statistics.median(gaps) <= 0.8, gaps


@pytest.mark.parametrize("ip", SPECIAL)
def test_special_use_is_not_looked_up(watched, ip):
    server, exporter = watched
    page = exporter.page()
    assert page.status(ip) == "special_use"
    assert page.answer(ip, "one") == {"status": "special_use", "reason": "none", "ptr": ""}
    assert not server.ptr_queries(ip)
    for name in ("fcrdns_lookup_success", "fcrdns_lookup_duration_seconds", "fcrdns_ptr_records"):
        assert not page.has(name, ip=ip), "no other per-resolver series"


def test_special_use_check_looks_up_and_takes_internal_names(start_dns, start_exporter):
    server = start_dns()
    server.zone.good("10.1.2.3", "vm.internal")
    server.zone.good("fd00::1", "nas.lan")
    server.zone.ptr("10.1.2.4", "localhost")
    exporter = start_exporter(settings(resolver("one", server), special_use="check"),
                              [target(["10.1.2.3", "10.1.2.4", "fd00::1"])])
    exporter.wait_status("10.1.2.3", "pass")
    exporter.wait_status("fd00::1", "pass")
    exporter.wait_status("10.1.2.4", "ptr_invalid")


def test_pending_until_the_first_check_is_finished(start_dns, start_exporter):
    server = start_dns()
    server.everything(silence())
    ip = "5.45.100.1"
    exporter = start_exporter(settings(resolver("one", server), timeout="1s", interval="10s"), [target(ip)],
                              wait="healthy")
    page = exporter.page()
    assert page.status(ip) == "pending" and page.value("fcrdns_target_ok", ip=ip) == 0
    assert page.answer(ip, "one") == {"status": "pending", "reason": "none", "ptr": ""}
    assert not page.has("fcrdns_lookup_success", ip=ip)
    assert not page.has("fcrdns_target_last_check_timestamp_seconds", ip=ip)
    exporter.wait_status(ip, "temp_error", 6)
    assert exporter.page().answer(ip, "one") == {"status": "temp_error", "reason": "timeout", "ptr": ""}


def test_closed_port_is_network(start_dns, start_exporter):
    """ICMP port unreachable: nobody listens any more."""
    server = start_dns()
    endpoint = server.endpoint
    server.stop()
    exporter = start_exporter(settings(resolver("one", endpoint)), [target("5.45.100.1")])
    exporter.wait_status("5.45.100.1", "temp_error")
    assert exporter.page().answer("5.45.100.1", "one")["reason"] == "network"


def test_tcp_refused_after_truncation_is_network(start_dns, start_exporter):
    server = start_dns(tcp=False)
    server.everything(truncated())
    exporter = start_exporter(settings(resolver("one", server)), [target("5.45.100.1")])
    exporter.wait_status("5.45.100.1", "temp_error")
    assert exporter.page().answer("5.45.100.1", "one")["reason"] == "network"


def test_tcp_closed_after_truncation_is_network_and_hurts_nobody_else(start_dns, start_exporter):
    """Closing the connection under one question also cuts off others that share it: they are asked again."""
    server, closed = start_dns(), "5.45.100.1"
    fine = [f"5.45.100.{n}" for n in range(2, 9)]
    server.on(None, None, truncated())
    server.on_ip(closed, truncated(tcp=tcp_closed()))
    for ip in fine:
        server.zone.good(ip, EXPECTED)
    server.zone.a(EXPECTED, *fine)
    exporter = start_exporter(settings(resolver("one", server)), [target([closed, *fine], EXPECTED)])
    exporter.wait_status(closed, "temp_error")
    exporter.wait_page(lambda page: all(page.status(ip) == "pass" for ip in fine), 8, "the others pass")
    for _ in range(15):
        page = exporter.page()
        assert page.answer(closed, "one")["reason"] == "network"
        assert {page.status(ip) for ip in fine} == {"pass"}
        time.sleep(0.2)


def test_transport_tcp_uses_tcp_only(start_dns, start_exporter):
    server = start_dns()
    server.zone.good("5.45.100.1", EXPECTED)
    server.zone.good("2a01:4f8::1", EXPECTED)
    server.zone.a(EXPECTED, "5.45.100.1")
    exporter = start_exporter(settings(resolver("one", server, transport="tcp")),
                              [target(["5.45.100.1", "2a01:4f8::1"], EXPECTED)])
    exporter.wait_status("5.45.100.1", "pass")
    exporter.wait_status("2a01:4f8::1", "pass")
    assert exporter.page().has("fcrdns_resolver_info", resolver="one", transport="tcp")
    assert server.queries(proto="tcp") and not server.queries(proto="udp")


def test_edns_can_be_switched_off(start_dns, start_exporter):
    server = start_dns()
    server.zone.good("5.45.100.1", EXPECTED)
    exporter = start_exporter(settings(resolver("one", server, edns=False)), [target("5.45.100.1", EXPECTED)])
    exporter.wait_status("5.45.100.1", "pass")
    assert server.queries() and not [q for q in server.queries() if q.edns]


def test_resolver_on_ipv6(start_dns, start_exporter):
    server = start_dns("::1")
    server.zone.good("5.45.100.1", EXPECTED)
    exporter = start_exporter(settings(resolver("six", server)), [target("5.45.100.1", EXPECTED)])
    exporter.wait_status("5.45.100.1", "pass")
    assert server.queries()


def test_v4_mapped_target_is_ipv4(start_dns, start_exporter):
    server = start_dns()
    server.zone.good("5.45.100.1", EXPECTED)
    exporter = start_exporter(settings(resolver("one", server)),
                              [target(["::ffff:5.45.100.1", "2A01:04F8:0:0:0::0A"], EXPECTED)])
    exporter.wait_status("5.45.100.1", "pass")
    page = exporter.page()
    assert page.ips() == {"5.45.100.1", "2a01:4f8::a"}
    assert page.has("fcrdns_target_info", ip="5.45.100.1", family="ipv4")
    assert page.has("fcrdns_target_info", ip="2a01:4f8::a", family="ipv6")


def test_block_is_every_address_and_a_single_one_overrides_it(start_dns, start_exporter):
    server = start_dns()
    server.zone.good("5.45.100.65", "other.example.com")
    server.zone.good("5.45.100.66", "any.example.com")
    exporter = start_exporter(settings(resolver("one", server)),
                              [target("5.45.100.64/30"), target("5.45.100.65:25", EXPECTED)])
    exporter.wait_status("5.45.100.65", "name_mismatch")
    exporter.wait_status("5.45.100.66", "pass")
    exporter.wait_status("5.45.100.64", "no_ptr")
    exporter.wait_status("5.45.100.67", "no_ptr")
    assert exporter.page().value("fcrdns_exporter_targets") == 4


def test_blocked_name_is_filtered_from_the_first_answer_on(start_dns, start_exporter):
    """With one target only, and that one blocked, nothing but the control question can tell that RA is usual."""
    server, ip = start_dns(), "5.45.100.1"
    server.on_ip(ip, ra_clear(nxdomain(soa=False)))
    exporter = start_exporter(settings(resolver("one", server)), [target(ip)])
    page = exporter.page()
    assert page.status(ip) == "filtered" and page.answer(ip, "one")["reason"] == "blocked"


def test_resolver_that_never_sets_ra_may_say_nxdomain(start_dns, start_exporter):
    server, ip = start_dns(), "5.45.100.1"
    server.everything(ra_clear())
    exporter = start_exporter(settings(resolver("one", server)), [target(ip)])
    assert exporter.page().status(ip) == "no_ptr"
