"""What must never change a status: lost packets, a dead resolver, order, case, TTLs. Twenty polls."""

import statistics
import time

import pytest

from exporter import free_port, resolver, settings, target
from scripted_dns import *  # noqa: F403

POLLS = 20
PASSING = [f"5.45.100.{n}" for n in range(1, 6)]
FAILING = "5.45.100.20"  # no PTR: stays so just as firmly
SINGLE = "5.45.100.30"  # three names, one of which confirms


@pytest.fixture(scope="module")
def polled(start_shared_dns, start_shared_exporter):
    """(servers, pages): a page after each of POLLS rounds, scraped while everything wobbles."""
    servers = {name: start_shared_dns() for name in ("lossy", "silent", "dripping", "unsteady")}
    for name in ("lossy", "unsteady"):
        zone = servers[name].zone
        for number, ip in enumerate(PASSING):
            zone.good(ip, f"a{number}.example.com", f"b{number}.example.com", f"c{number}.example.com")
        zone.ptr(SINGLE, "x.example.com", "y.example.com", "z.example.com")
        zone.a("y.example.com", SINGLE, "5.45.101.1", "5.45.101.2")
    servers["lossy"].everything(every(3, silence()))
    servers["silent"].everything(silence())
    servers["dripping"].everything(truncated(tcp=dripping(0.05)))
    servers["unsteady"].everything(rotating(mixed_case(question=True, then=random_ttl())))
    targets = [target(ip, f"b{number}.example.com") for number, ip in enumerate(PASSING)]
    targets += [target(SINGLE, "y.example.com"), target(FAILING, "mail.example.com")]
    exporter = start_shared_exporter(settings(*[resolver(n, s) for n, s in servers.items()], quorum=2, timeout="400ms"),
                                     targets)
    started, pages = time.monotonic(), []
    for number in range(POLLS):
        time.sleep(max(0, started + number + 1 - time.monotonic()))
        pages.append(exporter.page())
    return servers, pages, time.monotonic() - started


def test_status_never_changes(polled):
    _, pages, _ = polled
    assert len(pages) == POLLS
    for page in pages:
        for ip in (*PASSING, SINGLE):
            assert page.status(ip) == "pass" and page.value("fcrdns_target_ok", ip=ip) == 1
        assert page.status(FAILING) == "no_ptr"


def test_resolvers_never_seem_to_disagree(polled):
    _, pages, _ = polled
    for page in pages:
        for ip in (*PASSING, SINGLE, FAILING):
            assert page.disagreement(ip) == set()
            assert page.value("fcrdns_distinct_answers", ip=ip) == 1


def test_shown_answer_and_flags_never_change(polled):
    """No label churn: it would restart the clocks of alerts."""
    _, pages, _ = polled
    for ip in (*PASSING, SINGLE, FAILING):
        for name in ("lossy", "unsteady"):
            assert len({str(page.answer(ip, name)) for page in pages}) == 1
        assert len({str(sorted(page.flags(ip))) for page in pages}) == 1
    assert pages[-1].answer(SINGLE, "unsteady")["ptr"] == "x.example.com,y.example.com,z.example.com"


def test_the_loss_was_real_and_survived(polled):
    """Every third packet was lost, and no check at that resolver failed."""
    servers, pages, _ = polled
    last = pages[-1]
    assert last.value("fcrdns_dns_query_failures_total", resolver="lossy", reason="timeout") > 10
    lost_ones = [q for q in servers["lossy"].queries() if q.type == "PTR"]
    assert len(lost_ones) > POLLS * len(PASSING)
    for page in pages:
        for ip in (*PASSING, SINGLE, FAILING):
            assert page.value("fcrdns_lookup_success", ip=ip, resolver="lossy") == 1


def test_silent_resolver_is_seen_as_down_and_the_others_as_up(polled):
    servers, pages, _ = polled
    up = {name: pages[-1].value("fcrdns_resolver_up", resolver=name) for name in servers}
    assert up == {"lossy": 1, "silent": 0, "dripping": 1, "unsteady": 1}
    assert servers["silent"].queries(name=".", rdtype="NS"), "down only after a control query"
    for ip in (*PASSING, SINGLE, FAILING):
        assert pages[-1].answer(ip, "silent") == {"status": "temp_error", "reason": "timeout", "ptr": ""}
        assert pages[-1].answer(ip, "dripping") == {"status": "temp_error", "reason": "tcp_timeout", "ptr": ""}


def test_silent_and_dripping_resolvers_delay_nobody_else(polled):
    """The others are asked once a second, and their times are their own."""
    servers, pages, seconds = polled
    for ip in (*PASSING, SINGLE, FAILING):
        asked = len(servers["unsteady"].ptr_queries(ip))
        assert asked >= 0.8 * seconds, f"{ip} asked {asked} times in {seconds:.0f} s"
        durations = [page.value("fcrdns_lookup_duration_seconds", ip=ip, resolver="unsteady", record_type="PTR")
                     for page in pages[1:]]
        assert statistics.median(durations) < 0.15, "far from the timeouts of the silent one"
        assert all(page.value("fcrdns_target_last_check_timestamp_seconds", ip=ip) <= time.time() for page in pages)
    first, last = (page.value("fcrdns_target_last_check_timestamp_seconds", ip=SINGLE)
                   for page in (pages[0], pages[-1]))
    assert last - first >= 0.8 * (POLLS - 1) - 2, "the oldest last check moves on, at the silent resolver too"


def test_no_poll_is_late(polled):
    _, pages, _ = polled
    assert max(page.value("fcrdns_exporter_check_lag_seconds") for page in pages) < 1


def test_resolver_comes_back(start_dns, start_exporter):
    """Down, then up again, without a word from anybody."""
    server, ip = start_dns(), "5.45.100.1"
    server.zone.good(ip, "mail.example.com")
    server.everything(rcode("REFUSED"))
    exporter = start_exporter(settings(resolver("one", server)), [target([ip, "5.45.100.2", "5.45.100.3"])])
    exporter.wait_page(lambda page: page.value("fcrdns_resolver_up", resolver="one") == 0, 15, "down")
    assert exporter.page().status(ip) == "temp_error"
    server.everything(None)
    exporter.wait_page(lambda page: page.value("fcrdns_resolver_up", resolver="one") == 1, 15, "up")
    exporter.wait_status(ip, "pass", 5)


def test_servfail_is_an_answer_and_the_resolver_is_up(start_dns, start_exporter):
    server = start_dns()
    server.everything(rcode("SERVFAIL"))
    targets = [f"5.45.100.{n}" for n in range(1, 9)]
    exporter = start_exporter(settings(resolver("one", server)), [target(targets)])
    exporter.wait_page(lambda page: page.total("fcrdns_dns_responses_total") >= 30, 10, "thirty answers")
    assert exporter.page().value("fcrdns_resolver_up", resolver="one") == 1


def test_refused_port_that_opens_is_heard_again(start_dns, start_exporter):
    """ICMP errors at a socket must not make it deaf: every refused query says network, none timeout."""
    address, ips = "127.53.200.1", ["5.45.100.1", "5.45.100.2", "5.45.100.3"]
    port = free_port(address)
    exporter = start_exporter(settings(resolver("one", f"{address}:{port}")), [target(ips)])
    exporter.wait_page(lambda page: page.value("fcrdns_dns_query_failures_total", resolver="one",
                                               reason="network") >= 40, 15, "forty refusals")
    assert exporter.page().value("fcrdns_dns_query_failures_total", resolver="one", reason="timeout") == 0
    server = start_dns(address, port=port)
    for number, ip in enumerate(ips):
        server.zone.good(ip, f"m{number}.example.com")
    for ip in ips:
        exporter.wait_status(ip, "pass", 4)


def test_tcp_server_that_closes_after_each_answer(start_dns, start_exporter):
    """RFC 7766 allows it: no question may fail because another one's connection ended."""
    server, ips = start_dns(), [f"5.45.101.{n}" for n in range(1, 61)]
    for number, ip in enumerate(ips):
        server.zone.good(ip, f"m{number}.example.com")
    server.everything(truncated(tcp_one_answer()))
    exporter = start_exporter(settings(resolver("one", server, max_qps=1000), timeout="1s"), [target(ips)])
    page = exporter.page()
    assert [ip for ip in ips if page.status(ip) != "pass"] == []
    assert page.value("fcrdns_dns_query_failures_total", resolver="one", reason="network") == 0


def test_one_slow_answer_over_tcp_is_waited_for(start_dns, start_exporter):
    """The timeout is what was configured, however fast the answers before were (c-ares 1.34 learns its own)."""
    server, slow, fast = start_dns(), "5.45.102.1", [f"5.45.102.{n}" for n in range(2, 12)]
    for number, ip in enumerate([slow, *fast]):
        server.zone.good(ip, f"m{number}.example.com")
    server.on_ip(slow, delayed(0.8))
    exporter = start_exporter(settings(resolver("one", server, transport="tcp", max_qps=200), timeout="2s"),
                              [target([slow, *fast])])
    for _ in range(8):
        page = exporter.page()
        assert page.answer(slow, "one")["status"] == "pass"
        assert page.value("fcrdns_dns_query_failures_total", resolver="one", reason="tcp_timeout") == 0
        time.sleep(0.5)
