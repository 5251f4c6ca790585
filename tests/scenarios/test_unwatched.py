"""fcrdns_unwatched_addresses: addresses of expected names that are no targets (design.md 6).

The checks ask A of every PTR name, too; AAAA of an IPv4 target's name only the survey asks.
"""

import time

import pytest

from exporter import resolver, settings, target, wait_for
from scripted_dns import *  # noqa: F403

IP, NAT, SIX = "5.45.100.1", "5.45.100.9", "2a01:4f8::9"
MAIL = "mail.example.com"
SERIES = "fcrdns_unwatched_addresses"
LOGGED = "address that is no target"


def count_of(page, family, name=MAIL):
    """None while the series is absent."""
    return page.value(SERIES, name=name, family=family) if page.has(SERIES, name=name, family=family) else None


def wait_count(exporter, family, count, name=MAIL, timeout=6):
    def condition(page):
        assert count_of(page, family, name) == count, f"{name} {family}: {count_of(page, family, name)}"
        return True

    return exporter.wait_page(condition, timeout, f"{name} {family} {count}")


def wait_asked(server, rdtype="AAAA", more=2, name=MAIL):
    """Until so many more questions about the name came in, and a moment for the answer to be taken."""
    asked = len(server.queries(name, rdtype))
    wait_for(lambda: len(server.queries(name, rdtype)) >= asked + more, 8, f"{more} more {rdtype}")
    time.sleep(0.3)


def good_server(start_dns):
    server = start_dns()
    server.zone.good(IP, MAIL)
    return server


def start_one(start_exporter, server, targets=None, **more):
    return start_exporter(settings(resolver("one", server), **more), targets or [target(IP, MAIL)])


def test_forgotten_aaaa_is_counted_and_told_once(start_dns, start_exporter):
    server = good_server(start_dns)
    server.zone.aaaa(MAIL, SIX)
    exporter = start_one(start_exporter, server)
    wait_count(exporter, "ipv6", 1)
    wait_count(exporter, "ipv4", 0)
    wait_asked(server, more=3)
    told = exporter.log_lines(LOGGED)
    assert len(told) == 1 and f"name={MAIL}" in told[0] and SIX in told[0], told
    server.zone.aaaa(MAIL, SIX, "2a01:4f8::a")
    wait_count(exporter, "ipv6", 2)
    told = exporter.log_lines(LOGGED)
    assert len(told) == 2 and "2a01:4f8::a" in told[1], told


def test_nat_address_is_gone_at_once_when_it_becomes_a_target(start_dns, start_exporter):
    server = good_server(start_dns)
    server.zone.a(MAIL, IP, NAT)
    exporter = start_one(start_exporter, server, interval="2s")
    wait_count(exporter, "ipv4", 1)
    wait_count(exporter, "ipv6", 0)
    server.everything(silence())
    exporter.write_targets([target([IP, NAT], MAIL)])
    page = exporter.reload_and_wait()
    assert count_of(page, "ipv4") == 0 and count_of(page, "ipv6") == 0
    exporter.write_targets([target(IP, MAIL)])
    assert count_of(exporter.reload_and_wait(), "ipv4") == 1


@pytest.mark.parametrize("behaviour", [
    silence(), rcode("SERVFAIL"), rcode("REFUSED"), ede(15, then=nxdomain()), ra_clear(nxdomain()), garbage(),
], ids=["silence", "servfail", "refused", "blocked", "quad9_blocked", "malformed"])
def test_failure_keeps_what_was_answered(start_dns, start_exporter, behaviour):
    server = good_server(start_dns)
    server.zone.aaaa(MAIL, SIX)
    exporter = start_one(start_exporter, server)
    wait_count(exporter, "ipv6", 1)
    server.on(MAIL, "AAAA", behaviour)
    wait_asked(server, more=4)
    assert count_of(exporter.page(), "ipv6") == 1


@pytest.mark.parametrize("behaviour", [nodata(), nxdomain(), nxdomain(soa=False)], ids=["nodata", "nxdomain", "bare"])
def test_no_record_is_an_answer(start_dns, start_exporter, behaviour):
    server = good_server(start_dns)
    server.zone.aaaa(MAIL, SIX)
    exporter = start_one(start_exporter, server)
    wait_count(exporter, "ipv6", 1)
    server.on(MAIL, "AAAA", behaviour)
    wait_count(exporter, "ipv6", 0)


def test_absent_until_the_first_answer(start_dns, start_exporter):
    server = good_server(start_dns)
    server.on(MAIL, "AAAA", silence())
    exporter = start_one(start_exporter, server)
    wait_count(exporter, "ipv4", 0)
    wait_asked(server, more=3)
    assert count_of(exporter.page(), "ipv6") is None
    server.on(MAIL, "AAAA", None)
    wait_count(exporter, "ipv6", 0)


def test_name_of_many_targets_is_asked_once_a_round(start_dns, start_exporter):
    """No address has a PTR record, so the checks never ask for the name."""
    server = start_dns()
    server.zone.a(MAIL, NAT)
    server.zone.aaaa(MAIL, SIX)
    ips = [f"5.45.100.{n}" for n in range(20, 40)]
    entries = [target(ips[:10], MAIL), *[target(ip, [MAIL, "Mail.Example.com."]) for ip in ips[10:]]]
    exporter = start_one(start_exporter, server, entries)
    wait_count(exporter, "ipv6", 1)
    start = time.monotonic()
    time.sleep(4)
    for rdtype in ("A", "AAAA"):
        asked = len(server.queries(MAIL, rdtype, since=start))
        assert 3 <= asked <= 5, f"{rdtype}: {asked} in 4 rounds"
    assert len(exporter.page().samples(SERIES)) == 2


def test_questions_are_spread_over_the_interval(start_dns, start_exporter):
    server = start_dns()
    names = [f"n{number}.example.com" for number in range(4)]
    exporter = start_one(start_exporter, server, [target(IP, names)], interval="4s")
    start = time.monotonic()
    wait_for(lambda: all(server.queries(name, "AAAA") for name in names), 8, "one round")
    times = sorted(q.time for q in server.queries() if q.type in ("A", "AAAA") and q.time > start)
    gaps = [later - earlier for earlier, later in zip(times, times[1:])]
    assert min(gaps) > 0.3, gaps
    assert exporter.page().status(IP) == "no_ptr"


def test_every_round_asks_the_next_resolver(start_dns, start_exporter):
    servers = [start_dns() for _ in range(3)]
    resolvers = [resolver(f"r{number}", server) for number, server in enumerate(servers)]
    start_exporter(settings(*resolvers), [target(IP, MAIL)])

    def asked():
        found = sorted((q.time, number) for number, server in enumerate(servers) for q in server.queries(MAIL, "AAAA"))
        return [number for _, number in found]

    wait_for(lambda: len(asked()) >= 7, 12, "seven rounds")
    order = asked()
    assert set(order[:3]) == {0, 1, 2} and order[3:] == order[:-3], order


def test_resolver_that_is_down_is_passed_over(start_dns, start_exporter):
    good, silent = good_server(start_dns), start_dns()
    silent.everything(silence())
    exporter = start_exporter(settings(resolver("good", good), resolver("silent", silent), quorum=1),
                              [target(IP, MAIL)])
    exporter.wait_page(lambda page: page.value("fcrdns_resolver_up", resolver="silent") == 0, 12, "down")
    asked = len(silent.queries(MAIL))
    wait_asked(good, more=4)
    assert len(silent.queries(MAIL)) <= asked + 1


def test_scrape_asks_nothing(start_dns, start_exporter):
    server = good_server(start_dns)
    exporter = start_one(start_exporter, server, interval="1h")
    exporter.wait_status(IP, "pass")
    asked = len(server.queries())
    for _ in range(20):
        exporter.page()
    assert len(server.queries()) == asked


def test_special_use_addresses_do_not_count(start_dns, start_exporter):
    server = good_server(start_dns)
    server.zone.a(MAIL, IP, "10.0.0.1", "127.0.0.1", "192.0.2.1")
    server.zone.aaaa(MAIL, "fd00::1", "fe80::1", "2001:db8::1")
    exporter = start_one(start_exporter, server)
    wait_count(exporter, "ipv4", 0)
    wait_count(exporter, "ipv6", 0)
    assert not exporter.log_lines(LOGGED)


def test_private_target_and_its_public_name(start_dns, start_exporter):
    """Behind a NAT: the inside address is watched, the one outside was forgotten."""
    server = start_dns()
    server.zone.a(MAIL, NAT)
    exporter = start_one(start_exporter, server, [target("10.0.0.1", MAIL)])
    wait_count(exporter, "ipv4", 1)
    assert exporter.page().status("10.0.0.1") == "special_use"


def test_internal_network_counts_its_own(start_dns, start_exporter):
    """special_use: check makes 10.x a target like any other, so a forgotten one is one."""
    server = start_dns()
    server.zone.good("10.1.2.3", "mail.corp")
    server.zone.a("mail.corp", "10.1.2.3", "10.1.2.4")
    server.zone.aaaa("mail.corp", "fd00::1")
    exporter = start_one(start_exporter, server, [target("10.1.2.3", "mail.corp")], special_use="check")
    wait_count(exporter, "ipv4", 1, "mail.corp")
    wait_count(exporter, "ipv6", 1, "mail.corp")
    exporter.write_targets([target(["10.1.2.3", "10.1.2.4", "fd00::1"], "mail.corp")])
    page = exporter.reload_and_wait()
    assert count_of(page, "ipv4", "mail.corp") == count_of(page, "ipv6", "mail.corp") == 0


def test_names_that_can_have_no_address_are_not_asked(start_dns, start_exporter):
    server = good_server(start_dns)
    odd = ["mail.internal", "mail.localhost", "1.100.45.5.in-addr.arpa"]
    exporter = start_one(start_exporter, server, [target(IP, [MAIL, *odd])])
    wait_asked(server, more=2)
    for name in odd:
        assert not server.queries(name, "A") and not server.queries(name, "AAAA"), name
        assert count_of(exporter.page(), "ipv4", name) is None
    exporter.write_config(settings(resolver("one", server), special_use="check"))
    exporter.reload_and_wait()
    wait_for(lambda: server.queries("mail.internal", "AAAA"), 5, "an internal name is asked")
    assert not server.queries("mail.localhost", "AAAA")


def test_at_most_a_tenth_of_max_qps(start_dns, start_exporter):
    """60 questions a second were due; a resolver that takes 20 gets 2 of them, and its checks in time."""
    server = start_dns()
    names = [f"n{number:02}.example.com" for number in range(30)]
    exporter = start_exporter(settings(resolver("one", server, max_qps=20)), [target(IP, names)])
    start = time.monotonic()
    time.sleep(5)
    asked = [q for q in server.queries(since=start) if q.type in ("A", "AAAA")]
    assert 7 <= len(asked) <= 12, len(asked)
    assert len({(q.key, q.type) for q in asked}) == len(asked), "one after the other"
    assert len(server.ptr_queries(IP, since=start)) >= 4
    assert exporter.page().value("fcrdns_exporter_check_lag_seconds") < 1


def test_name_that_is_not_expected_any_more_is_gone(start_dns, start_exporter):
    server = good_server(start_dns)
    exporter = start_one(start_exporter, server, [target(IP, [MAIL, "other.example.com"])])
    wait_count(exporter, "ipv6", 0)
    wait_count(exporter, "ipv6", 0, "other.example.com")
    exporter.write_targets([target(IP, MAIL)])
    page = exporter.reload_and_wait()
    assert {s.labels["name"] for s in page.samples(SERIES)} == {MAIL} and count_of(page, "ipv6") == 0


def test_reload_and_stop_while_a_question_is_in_flight(start_dns, start_exporter):
    server = good_server(start_dns)
    server.zone.aaaa(MAIL, SIX)
    server.on(None, "AAAA", delayed(0.7))
    exporter = start_one(start_exporter, server, timeout="2s")
    for number in range(3):
        wait_for(lambda: server.queries(rdtype="AAAA"), 5, "a question in flight")
        server.clear()
        exporter.write_targets([target(IP, [MAIL, f"n{number}.example.com"])])
        exporter.reload_and_wait()
    wait_count(exporter, "ipv6", 1)
    exporter.write_config(settings(resolver("two", server), timeout="2s"))
    server.clear()
    wait_for(lambda: server.queries(rdtype="AAAA"), 5, "a question in flight")
    page = exporter.reload_and_wait()
    assert count_of(page, "ipv6") == 1, "another resolver, the same names"
    server.clear()
    wait_for(lambda: server.queries(rdtype="AAAA"), 5, "a question in flight at the end")


def test_truncated_and_aliased_answers_count(start_dns, start_exporter):
    server = good_server(start_dns)
    server.zone.aaaa("real.example.com", SIX)
    server.on(MAIL, "AAAA", truncated(answer((MAIL, 300, "CNAME", "real.example.com"),
                                             ("real.example.com", 300, "AAAA", SIX))))
    exporter = start_one(start_exporter, server)
    wait_count(exporter, "ipv6", 1)


def test_many_addresses_are_all_counted(start_dns, start_exporter):
    server = good_server(start_dns)
    server.zone.aaaa(MAIL, *[f"2a01:4f8::{number:x}" for number in range(1, 201)])
    exporter = start_one(start_exporter, server, [target([IP, "2a01:4f8::1"], MAIL)])
    wait_count(exporter, "ipv6", 199)
    assert len(exporter.log_lines(LOGGED)) == 1


def test_idn_is_shown_as_a_label(start_dns, start_exporter):
    server = start_dns()
    server.zone.aaaa("xn--bcher-kva.example.com", SIX)
    exporter = start_one(start_exporter, server, [target(IP, "bücher.example.com")])
    wait_count(exporter, "ipv6", 1, "xn--bcher-kva.example.com")
