"""A record changes: what the page says of TTLs, of old answers that may still come, and how soon it is looked again.

Without the authority; what it adds is in the unit tests of targets/, over logical time.
"""

import time

from exporter import resolver, settings, target
from scripted_dns import *  # noqa: F403
from scripted_dns import reverse_name

IP, MAIL, OLD = "5.45.100.1", "mail.example.com", "old.example.com"


def start(start_exporter, *servers, **more):
    resolvers = [resolver(name, server) for name, server in zip(("one", "two"), servers)]
    return start_exporter(settings(*resolvers, **more), [target(IP)])


def publish(server, name, ptr_ttl, ttl):
    server.zone.ptr(IP, name, ttl=ptr_ttl)
    server.zone.a(name, IP, ttl=ttl)


def test_ttls_as_received(start_dns, start_exporter):
    server = start_dns()
    publish(server, MAIL, 1234, 77)
    exporter = start(start_exporter, server)
    page = exporter.wait_status(IP, "pass")
    assert page.value("fcrdns_ptr_ttl_seconds", ip=IP, resolver="one") == 1234
    assert page.value("fcrdns_forward_ttl_seconds", ip=IP, resolver="one") == 77
    server.zone.remove(reverse_name(IP), "PTR")
    page = exporter.wait_status(IP, "no_ptr")
    assert page.value("fcrdns_ptr_ttl_seconds", ip=IP, resolver="one") == 300, "the negative TTL"
    assert not page.has("fcrdns_forward_ttl_seconds", ip=IP)
    server.on_ip(IP, nxdomain(soa=False))
    exporter.wait_page(lambda p: p.answer(IP, "one")["reason"] == "nxdomain_bare", 5, "no SOA")
    assert not exporter.page().has("fcrdns_ptr_ttl_seconds", ip=IP)


def test_disagreement_lasts_until_the_old_answer_can_not_come(start_dns, start_exporter):
    """One resolver, so there is nobody else to disagree with but its own caches."""
    server = start_dns()
    publish(server, OLD, 4, 300)
    exporter = start(start_exporter, server)
    assert exporter.wait_status(IP, "pass").disagreement(IP) == set()
    publish(server, MAIL, 300, 300)
    page = exporter.wait_page(lambda p: p.answer(IP, "one")["ptr"] == MAIL, 5, "the new name")
    changed = time.monotonic()
    assert page.disagreement(IP) == {"ptr"} and page.value("fcrdns_distinct_answers", ip=IP) == 1
    exporter.wait_page(lambda p: p.disagreement(IP) == set(), 12, "the old one is gone")
    assert 4.5 <= time.monotonic() - changed <= 9, "4 s of TTL since it was last seen, and 3 s of tolerance"


def test_a_fleet_that_alternates_does_not_flicker(start_dns, start_exporter):
    server, old = start_dns(), start_dns()
    publish(old, OLD, 300, 300)
    old.zone.a(MAIL, IP)
    publish(server, MAIL, 300, 300)
    server.zone.a(OLD, IP)
    server.on_ip(IP, every(3, zone_of(old.zone)))
    # By TCP, so that nothing is confirmed at another cache.
    exporter = start_exporter(settings(resolver("one", server, transport="tcp")), [target(IP)])
    exporter.wait_page(lambda p: p.disagreement(IP) == {"ptr"}, 10, "both were seen")
    for _ in range(20):
        assert exporter.page().disagreement(IP) == {"ptr"}
        time.sleep(0.1)


def test_a_change_is_dated_and_logged(start_dns, start_exporter):
    server = start_dns()
    publish(server, OLD, 2, 300)
    exporter = start(start_exporter, server)
    assert not exporter.wait_status(IP, "pass").has("fcrdns_target_last_change_timestamp_seconds")
    publish(server, MAIL, 300, 300)
    page = exporter.wait_page(lambda p: p.has("fcrdns_target_last_change_timestamp_seconds"), 5, "a change")
    first = page.value("fcrdns_target_last_change_timestamp_seconds", ip=IP)
    assert abs(first - time.time()) < 5
    [line] = exporter.log_lines('msg="Answer changed"')
    for field in (f"ip={IP}", "resolver=one", f"names_before={OLD}", f"names={MAIL}", "status_before=pass",
                  "status=pass"):
        assert field in line, line
    server.everything(silence())
    exporter.wait_status(IP, "temp_error", 8)
    server.everything(None)
    page = exporter.wait_status(IP, "pass", 8)
    assert page.value("fcrdns_target_last_change_timestamp_seconds", ip=IP) == first, "leaving temp_error is no change"
    assert len(exporter.log_lines('msg="Answer changed"')) == 1


def test_what_changes_is_asked_more_often(start_dns, start_exporter):
    """interval 6s, changing_interval 1s: all resolvers are asked again soon after one has changed."""
    one, two = start_dns(), start_dns()
    for server in (one, two):
        publish(server, OLD, 300, 300)
    exporter = start(start_exporter, one, two, interval="6s", changing_interval="1s")
    exporter.wait_status(IP, "pass")
    time.sleep(2.5)
    for server in (one, two):
        assert len(server.ptr_queries(IP)) <= 2
    publish(one, MAIL, 300, 300)
    exporter.wait_page(lambda p: p.answer(IP, "one")["ptr"] == MAIL, 10, "the change")
    for server in (one, two):
        server.clear()
    time.sleep(5)
    for server in (one, two):
        assert 4 <= len(server.ptr_queries(IP)) <= 7, "one a second, and one of the ring"
    assert exporter.page().value("fcrdns_exporter_check_lag_seconds") < 1


def test_changing_targets_take_half_of_the_rate(start_dns, start_exporter):
    """200 targets change at once; at 100 queries a second they get 50, and the ring the other 50."""
    server = start_dns()
    ips = [f"5.45.100.{last}" for last in range(1, 201)]
    for ip in ips:
        server.zone.good(ip, f"a{ip.rpartition('.')[2]}.example.com")
    configuration = settings(resolver("one", server, max_qps=100), interval="6s", changing_interval="1s")
    exporter = start_exporter(configuration, [target(ips)])
    exporter.wait_page(lambda p: all(p.status(ip) == "pass" for ip in ips), 20, "the first round")
    for ip in ips:
        server.zone.good(ip, f"b{ip.rpartition('.')[2]}.example.com")
    exporter.wait_page(lambda p: all(p.answer(ip, "one")["ptr"].startswith("b") for ip in ips), 60, "all have changed")
    server.clear()
    time.sleep(8)
    assert len(server.queries()) <= 100 * 8.3
    assert len({query.key for query in server.queries(rdtype="PTR")}) > 190
    assert exporter.page().value("fcrdns_exporter_check_lag_seconds") < 10, "rounds take longer, not for ever"
