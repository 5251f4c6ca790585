"""Three resolvers, one verdict: quorum, disagreement, hold (design.md 3)."""

import time

import pytest

from exporter import resolver, settings, target
from scripted_dns import *  # noqa: F403
from scripted_dns import reverse_name

NAMES = ("one", "two", "three")
MAIL = "mail.example.com"


@pytest.fixture(scope="module")
def trio(start_shared_dns, start_shared_exporter):
    """Three servers that differ about several addresses, and an exporter that asks all of them."""
    servers = [start_shared_dns() for _ in NAMES]
    one, two, three = servers
    for server in servers:
        for last in range(1, 12):
            server.zone.good(f"5.45.100.{last}", f"m{last}.example.com")
    three.on_ip("5.45.100.2", nxdomain())
    for server in (two, three):
        server.on_ip("5.45.100.3", nxdomain())
    for server, behaviour in zip(servers, (nxdomain(), nodata(), nxdomain(soa=False))):
        server.on_ip("5.45.100.4", behaviour)
    three.on_ip("5.45.100.5", ede(15, then=nxdomain()))
    for server in (two, three):
        server.on_ip("5.45.100.6", rcode("SERVFAIL"))
        server.on_ip("5.45.100.7", ede(15, then=nxdomain()))
    three.zone.ptr("5.45.100.8", "m8.example.com", "extra8.example.com")
    three.zone.a("m9.example.com", "5.45.101.1", "5.45.100.9")
    two.zone.a("m10.example.com", "5.45.101.1")
    three.zone.remove("m10.example.com")
    two.on_ip("5.45.100.11", ede(16, then=nxdomain()))
    three.on_ip("5.45.100.11", rcode("REFUSED"))
    resolvers = [resolver(name, server) for name, server in zip(NAMES, servers)]
    targets = [target(f"5.45.100.{last}", f"m{last}.example.com") for last in range(1, 12)]
    return start_shared_exporter(settings(*resolvers), targets)


@pytest.mark.parametrize("last, status, disagreement, distinct", [
    (1, "pass", set(), 1),
    (2, "pass", {"ptr", "verdict"}, 2),
    (3, "no_ptr", {"ptr", "verdict"}, 2),
    (4, "no_ptr", set(), 1),
    (5, "pass", set(), 1),
    (6, "temp_error", set(), 1),
    (7, "filtered", set(), 1),
    (8, "pass", {"ptr"}, 2),
    (9, "pass", set(), 1),
    (10, "forward_mismatch", {"verdict"}, 1),
    (11, "temp_error", set(), 1),
], ids=["all_agree", "one_says_nxdomain", "two_say_nxdomain", "nxdomain_nodata_bare_are_one", "one_is_filtered",
        "two_servfail", "two_filtered", "another_name_in_one_set", "address_sets_differ", "worst_of_the_majority",
        "one_filtered_one_refused"])
def test_combined(trio, last, status, disagreement, distinct):
    ip = f"5.45.100.{last}"

    def settled(page):
        assert page.status(ip) == status, page.status(ip)
        assert page.disagreement(ip) == disagreement, page.disagreement(ip)
        assert page.value("fcrdns_distinct_answers", ip=ip) == distinct
        return True

    trio.wait_page(settled, 8, ip)


def test_disagreement_is_always_told_as_zero_or_one(trio):
    page = trio.page()
    for ip in page.ips():
        assert {s.labels["aspect"] for s in page.samples("fcrdns_disagreement", ip=ip)} == {"ptr", "verdict"}


@pytest.mark.parametrize("quorum, status", [(1, "no_ptr"), (2, "pass"), (3, "pass")])
def test_quorum_is_how_many_must_be_that_bad(start_dns, start_exporter, quorum, status):
    ip = "5.45.100.1"
    servers = [start_dns() for _ in NAMES]
    for server in servers:
        server.zone.good(ip, MAIL)
    servers[2].on_ip(ip, nxdomain())
    resolvers = [resolver(name, server) for name, server in zip(NAMES, servers)]
    exporter = start_exporter(settings(*resolvers, quorum=quorum), [target(ip, MAIL)])
    exporter.wait_page(lambda page: page.answer(ip, "three")["status"] == "no_ptr", what="third answer")
    exporter.wait_status(ip, status)
    assert exporter.page().disagreement(ip) == {"ptr", "verdict"}


def test_counted_answer_is_held_then_dropped(start_dns, start_exporter):
    """hold: 4s. A resolver that falls silent is counted for that long, then nothing is known."""
    ip, server = "5.45.100.1", start_dns()
    server.zone.good(ip, MAIL)
    exporter = start_exporter(settings(resolver("one", server), hold="4s"), [target(ip, MAIL)])
    exporter.wait_status(ip, "pass")
    server.everything(silence())
    start = time.monotonic()
    exporter.wait_page(lambda page: page.value("fcrdns_lookup_success", ip=ip) == 0, 5, "a failed check")
    page = exporter.page()
    assert page.status(ip) == "pass" and page.answer(ip, "one")["status"] == "pass"
    assert page.value("fcrdns_forward_match", ip=ip, resolver="one") == 1
    exporter.wait_status(ip, "temp_error", 8)
    assert 2.5 <= time.monotonic() - start <= 7.5
    page = exporter.page()
    assert page.answer(ip, "one") == {"status": "temp_error", "reason": "timeout", "ptr": ""}
    assert not page.has("fcrdns_forward_match", ip=ip)
    server.everything(None)
    exporter.wait_status(ip, "pass", 5)


def test_a_real_change_is_shown(start_dns, start_exporter):
    """From pass to each failure and back, at all resolvers at once."""
    ip, server = "5.45.100.1", start_dns()
    server.zone.good(ip, MAIL)
    exporter = start_exporter(settings(resolver("one", server)), [target(ip, MAIL)])
    exporter.wait_status(ip, "pass")
    server.zone.remove(MAIL, "A")
    exporter.wait_status(ip, "forward_missing", 5)
    server.zone.a(MAIL, "5.45.101.1")
    exporter.wait_status(ip, "forward_mismatch", 5)
    server.zone.good(ip, "other.example.com")
    exporter.wait_status(ip, "name_mismatch", 5)
    server.zone.remove(reverse_name(ip), "PTR")
    exporter.wait_status(ip, "no_ptr", 5)
    server.zone.good(ip, MAIL)
    exporter.wait_status(ip, "pass", 5)
