"""At 10 % loss, with one resolver that never answers, every combined status is right at every poll."""

import socket
import time

import pytest

from exporter import resolver, settings, target
from scripted_dns import *  # noqa: F403

POLLS = 20
NAMES = ("one", "two", "three")
TARGETS = {f"5.45.100.{n}": ("pass", "no_ptr", "forward_missing", "forward_mismatch", "name_mismatch")[n % 8 % 5]
           for n in range(1, 121)}


def script(server):
    for number, (ip, status) in enumerate(TARGETS.items()):
        host = f"other{number}.example.com" if status == "name_mismatch" else f"m{number}.example.com"
        if status != "no_ptr":
            server.zone.good(ip, host)
        if status == "forward_missing":
            server.zone.remove(host)
        if status == "forward_mismatch":
            server.zone.a(host, "5.45.101.1")


@pytest.fixture(scope="module")
def polled(start_shared_dns, start_shared_exporter):
    """(servers, pages, when that began, when it ended)."""
    servers = {name: start_shared_dns() for name in NAMES}
    for seed, server in enumerate(servers.values()):
        script(server)
        server.lose(10, seed)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.53.201.1", 0))  # takes what comes, and that is all
        entries = [resolver(name, server, max_qps=400) for name, server in servers.items()]
        entries.append(resolver("silent", f"127.53.201.1:{silent.getsockname()[1]}", max_qps=400))
        targets = [target(ip, f"m{number}.example.com") for number, ip in enumerate(TARGETS)]
        exporter = start_shared_exporter(settings(*entries, timeout="400ms", tries=2, quorum=2), targets)
        time.sleep(3)
        started, pages = time.monotonic(), []
        for number in range(POLLS):
            time.sleep(max(0, started + number - time.monotonic()))
            pages.append(exporter.page())
        yield servers, pages, started, time.monotonic()


def test_every_status_is_right_at_every_poll(polled):
    _, pages, _, _ = polled
    for number, page in enumerate(pages):
        wrong = {ip: page.status(ip) for ip, status in TARGETS.items() if page.status(ip) != status}
        assert not wrong, f"poll {number}: {wrong}"
        assert not [ip for ip in TARGETS if page.disagreement(ip)], f"poll {number}"


def test_the_loss_was_real(polled):
    servers, pages, _, _ = polled
    for name in servers:
        queries = pages[-1].total("fcrdns_dns_queries_total", resolver=name)
        lost = pages[-1].value("fcrdns_dns_query_failures_total", resolver=name, reason="timeout")
        assert 0.05 * queries < lost < 0.2 * queries


def test_the_silent_one_slows_nobody(polled):
    servers, _, started, ended = polled
    for server in servers.values():
        asked = server.queries(rdtype="PTR", since=started)
        assert len(asked) >= 0.8 * (ended - started) * len(TARGETS)
