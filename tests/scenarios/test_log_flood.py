"""Nobody's DNS fills the disk: a line per resolver and reason and minute at most."""

import itertools
import re
import time

from exporter import resolver, settings, target
from scripted_dns import *  # noqa: F403

SECONDS = 5
IPS = [f"5.45.100.{n}" for n in range(1, 41)]
KINDS = (rcode("REFUSED"), silence(), rcode("SERVFAIL"), cut(-1), always_truncated(), cname_loop(), noise(), tcp_closed())


def turning(*behaviours):
    """The behaviours in turn, whatever is asked."""
    turn = itertools.count()
    return lambda query: behaviours[next(turn) % len(behaviours)](query)


def lines_by_kind(exporter):
    """Counted by message, resolver and reason."""
    counts = {}
    for line in exporter.log_lines("level="):
        key = tuple(re.findall(r'(?:msg|resolver|reason)=(?:"[^"]*"|\S+)', line))
        counts[key] = counts.get(key, 0) + 1
    return counts


def test_resolver_that_fails_in_every_way_beside_two_good_ones(start_dns, start_exporter):
    """No status changes, so nothing is to be said but, once for each reason, that lookups fail there."""
    servers = {name: start_dns() for name in ("bad", "one", "two")}
    for name in ("one", "two"):
        for number, ip in enumerate(IPS):
            servers[name].zone.good(ip, f"m{number}.example.com")
    servers["bad"].everything(turning(*KINDS))
    exporter = start_exporter(settings(*[resolver(name, server, max_qps=200) for name, server in servers.items()]),
                              [target(IPS)])
    time.sleep(SECONDS)
    failures = {s.labels["reason"] for s in exporter.page().samples("fcrdns_dns_query_failures_total", resolver="bad")
                if s.value > 5}
    assert failures >= {"refused", "timeout", "servfail", "malformed", "cname_loop"}
    assert {key: count for key, count in lines_by_kind(exporter).items() if count > 1} == {}


def test_resolver_that_comes_and_goes(start_dns, start_exporter):
    """Silent for long enough to be down, then one answer, and so on: several times a second."""
    server = start_dns()
    server.everything(turning(*[rcode("REFUSED")] * 15, rcode("SERVFAIL")))
    exporter = start_exporter(settings(resolver("one", server, max_qps=200)), [target(IPS)])
    time.sleep(SECONDS)
    assert len(exporter.log_lines("does not answer")) <= 1


def test_status_is_told_once_when_it_changes(start_dns, start_exporter):
    """With one resolver only every target fails with it: a line each, and no more while it goes on failing."""
    server = start_dns()
    server.everything(turning(*KINDS))
    exporter = start_exporter(settings(resolver("one", server, max_qps=200)), [target(IPS)])
    time.sleep(SECONDS)
    assert len(exporter.log_lines("Status changed")) <= len(IPS)
    assert len(exporter.log_lines("level=")) <= len(IPS) + 20
