"""GET /probe: one address checked when it is asked for, within the time the scrape has."""

import concurrent.futures
import os
import random
import re
import socket
import subprocess
import time

import pytest

from exporter import CONTENT_TYPE, OPENMETRICS_TYPE, ROOT, is_sanitized, resolver, settings, tool, wait_for
from page import OpenMetricsPage, Page
from prometheus_server import Prometheus
from scripted_dns import *  # noqa: F403

GOOD, BAD, ABSENT, SILENT = "5.45.100.1", "5.45.100.2", "5.45.100.3", "5.45.100.4"
TIMEOUT = "X-Prometheus-Scrape-Timeout-Seconds"


@pytest.fixture(scope="module")
def servers(start_shared_dns):
    servers = [start_shared_dns() for _ in range(3)]
    for server in servers:
        server.zone.good(GOOD, "mail.example.com")
        server.zone.good("2a01:4f8::1", "mail.example.com")
        server.zone.ptr(BAD, "web.example.com")
        server.zone.a("web.example.com", "5.45.100.99")
        server.on_ip(SILENT, silence())
    return servers


def config(servers, max_qps=1000, **more):
    resolvers = [resolver(name, server, max_qps=max_qps) for name, server in zip(("one", "two", "three"), servers)]
    return settings(*resolvers, interval="1h", timeout="300ms", **more)


@pytest.fixture(scope="module")
def exporter(servers, start_shared_exporter):
    return start_shared_exporter(config(servers), args=["--web.enable-probe"])


def probe(exporter, query, timeout=None, **headers):
    if timeout is not None:
        headers[TIMEOUT] = str(timeout)
    return exporter.request("GET", "/probe?" + query, headers, timeout=15)


def page(exporter, query, **more):
    status, headers, body = probe(exporter, query, **more)
    assert (status, headers["Content-Type"]) == (200, CONTENT_TYPE)
    found = Page(body)
    found.check_with_promtool(tool("promtool", "prometheus"))
    return found


def test_off_unless_asked_for(start_exporter, servers):
    exporter = start_exporter(config(servers))
    status, _, body = probe(exporter, f"target={GOOD}")
    assert status == 403 and b"--web.enable-probe" in body and b"form" not in exporter.get("/")[2]
    assert exporter.request("POST", "/probe?target=1.2.3.4")[0] == 405


def test_landing_page_has_a_form(exporter):
    assert b'<form action="./probe"' in exporter.get("/")[2]


@pytest.mark.parametrize("query, ip, status, success", [
    (f"target={GOOD}&hostname=mail.example.com", GOOD, "pass", 1),
    (f"target={GOOD}:25&hostname=MAIL.example.com.", GOOD, "pass", 1),
    ("target=2A01:4F8:0::1", "2a01:4f8::1", "pass", 1),
    ("target=%5B2a01%3A4f8%3A%3A1%5D%3A25&hostname=a.example.com,mail.example.com", "2a01:4f8::1", "pass", 1),
    (f"target={GOOD}&hostname=other.example.com", GOOD, "name_mismatch", 0),
    (f"target={BAD}", BAD, "forward_mismatch", 0),
    (f"target={ABSENT}&module=x&foo=", ABSENT, "no_ptr", 0),
    ("target=192.168.1.1", "192.168.1.1", "special_use", 0),
])
def test_verdicts(exporter, query, ip, status, success):
    found = page(exporter, query)
    assert found.status(ip) == status and found.value("probe_success") == success
    assert 0 <= found.value("probe_duration_seconds") < 2
    names = {sample.name for sample in found.all}
    assert not any(name.startswith(("process_", "fcrdns_exporter_", "fcrdns_dns_", "fcrdns_resolver_")) for name in names)
    views = [sample.labels["resolver"] for sample in found.samples("fcrdns_lookup_success", ip=ip)]
    assert views == ([] if status == "special_use" else ["one", "two", "three"])
    assert b"at scrape time" not in probe(exporter, query)[2]


def test_openmetrics_gzip_and_head(exporter):
    query = f"target={GOOD}"
    status, headers, body = probe(exporter, query, Accept=OPENMETRICS_TYPE)
    assert (status, headers["Content-Type"], headers["Vary"]) == (200, OPENMETRICS_TYPE, "Accept, Accept-Encoding")
    OpenMetricsPage(body)
    assert probe(exporter, query, **{"Accept-Encoding": "gzip"})[1]["Content-Encoding"] == "gzip"
    status, headers, body = exporter.request("HEAD", "/probe?" + query)
    assert (status, body) == (200, b"") and int(headers["Content-Length"]) > 1000


@pytest.mark.parametrize("query, sentence", [
    ("", b"target is missing"), ("hostname=a.example.com", b"target is missing"),
    ("target=mail.example.com", b"belongs under hostname"), ("target=5.45.100.0/24", b"expected an IP address"),
    (f"target={GOOD}&target={GOOD}", b"twice"), (f"target={GOOD}&hostname=a..b", b"hostname"),
    (f"target={GOOD}&hostname={'x' * 5000}", b"too long")])
def test_bad_requests(exporter, query, sentence):
    status, headers, body = probe(exporter, query)
    assert status == 400 and sentence in body and headers["Content-Type"].startswith("text/plain")


@pytest.mark.parametrize("value", ["x", "-1", "0", "nan", "inf", "1s"])
def test_bad_timeouts(exporter, value):
    status, _, body = probe(exporter, f"target={GOOD}", timeout=value)
    assert status == 400 and TIMEOUT.encode() in body


def test_a_deadline_is_kept(exporter, servers):
    """Two tries of 300 ms at each resolver, and as many to confirm, take longer than the scrape has."""
    begin = time.monotonic()
    found = page(exporter, f"target={SILENT}", timeout=0.9)
    assert 0.35 < time.monotonic() - begin < 0.9
    assert found.status(SILENT) == "temp_error" and found.value("probe_success") == 0
    assert {sample.labels["reason"] for sample in found.samples("fcrdns_answer_info", ip=SILENT)} == {"timeout"}


def test_debug_tells_every_step(exporter):
    text = probe(exporter, f"target={BAD}&hostname=mail.example.com&debug=true")[2].decode()
    for part in (f"Probe of {BAD}, expected: mail.example.com\n", "Resolver two (127.53.", "PTR: 1 name, TTL 300 s",
                 "web.example.com: has addresses, none is this one", "asked again, over TCP or from other ports: the same",
                 "=> forward_mismatch (none)", "by a quorum of 2 of 3: forward_mismatch", "probe_success 0\n"):
        assert part in text, part
    silent = probe(exporter, f"target={SILENT}&hostname=debug.example.com&debug=true", timeout=0.7)[2].decode()
    assert silent.count("not through when the time was over") == 3


def test_identical_probes_are_one(exporter, servers):
    """Seen where it costs something: at the resolver."""
    ip = "5.45.100.77"
    for server in servers:
        server.zone.good(ip, "slow.example.com")
        server.on_ip(ip, delayed(0.15))
    query = f"target={ip}&hostname=slow.example.com"
    with concurrent.futures.ThreadPoolExecutor(20) as pool:
        pages = list(pool.map(lambda _: probe(exporter, query), range(20)))
    assert {status for status, _, _ in pages} == {200} and all(b"probe_success 1\n" in body for _, _, body in pages)
    assert [len(server.ptr_queries(ip)) for server in servers] == [1, 1, 1]


def test_too_many_are_refused(start_exporter, servers):
    """Half of max_qps is for those that are watched."""
    exporter = start_exporter(config(servers, max_qps=10), args=["--web.enable-probe"])
    with concurrent.futures.ThreadPoolExecutor(40) as pool:
        outcomes = list(pool.map(lambda n: probe(exporter, f"target=5.45.101.{n}", timeout=2)[0], range(1, 101)))
    assert set(outcomes) == {200, 429} and outcomes.count(200) <= 70
    assert probe(exporter, "target=192.168.1.1")[0] in (200, 429) and exporter.get("/-/healthy")[0] == 200


def test_what_a_zone_makes_it_cost_is_settled(start_exporter, servers):
    """Ten names in a PTR record, none of which leads back: a probe of some forty questions, not of four."""
    for server in servers:
        for number in range(8):
            server.zone.ptr(f"5.45.103.{number}", *[f"n{name}.example.com" for name in range(10)])
    exporter = start_exporter(config(servers, max_qps=20), args=["--web.enable-probe"])
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: probe(exporter, f"target=5.45.103.{n}", timeout=8), range(8)))
    assert [probe(exporter, "target=5.45.103.200")[0] for _ in range(3)] == [429] * 3


def test_reload_and_stop_in_the_middle(start_exporter, servers):
    exporter = start_exporter(config(servers), args=["--web.enable-probe"])
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        waiting = [pool.submit(probe, exporter, f"target={SILENT}&hostname=h{n}.example.com", seconds)
                   for n, seconds in enumerate((5, 5, 1.1))]
        time.sleep(0.15)
        exporter.write_config(config(servers[:1]))
        exporter.reload_and_wait()
        for future in waiting:
            status, _, body = future.result()
            assert status == 503 and b"ask again" in body  # the resolvers left over would be another quorum
        left = pool.submit(probe, exporter, f"target={SILENT}", 10)
        time.sleep(0.1)
        exporter.stop()
        with pytest.raises(Exception):
            assert left.result()[0] == 200


def abort(exporter, query):
    """Ask, and go away without waiting."""
    with socket.create_connection(("127.0.0.1", exporter.port), timeout=5) as sock:
        sock.sendall(f"GET /probe?{query} HTTP/1.1\r\nHost: x\r\n{TIMEOUT}: 2\r\n\r\n".encode())


def resident_kib(exporter):
    status = open(f"/proc/{exporter.process.pid}/status", encoding="ascii").read()
    return int(re.search(r"VmRSS:\s+(\d+)", status).group(1))


def descriptors(exporter):
    return len(os.listdir(f"/proc/{exporter.process.pid}/fd"))


@pytest.mark.release
def test_soak(start_exporter, servers):
    """Thousands suspended and resumed, some of whose clients went away: nothing is left of them."""
    count = int(os.environ.get("PROBE_SOAK", "300" if is_sanitized() else "2000"))
    fast = [resolver(name, server, max_qps=100000, transport="tcp") for name, server in zip(("one", "two"), servers)]
    exporter = start_exporter(settings(*fast, interval="1h", timeout="300ms"), args=["--web.enable-probe"])

    def one(number):
        query = f"target={random.choice((GOOD, BAD, ABSENT))}&hostname=h{number % 50}.example.com"
        if number % 7 == 0:
            abort(exporter, query)
        else:
            assert probe(exporter, query)[0] in (200, 429)

    def settled():
        return descriptors(exporter) < 40 and descriptors(exporter)

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        list(pool.map(one, range(count // 4)))
        before, memory = wait_for(settled, 10, "connections are closed"), resident_kib(exporter)
        list(pool.map(one, range(count)))
    wait_for(lambda: descriptors(exporter) <= before, 10, "as many descriptors as before")
    grown = resident_kib(exporter) - memory
    print(f"{count} probes: {grown} KiB more resident")
    assert is_sanitized() or grown < 1024


# --- Prometheus, by the shipped configuration ---


def test_shipped_configuration_is_good():
    done = subprocess.run([tool("promtool", "prometheus"), "check", "config", str(ROOT / "deploy/prometheus/probe.yml")],
                          capture_output=True, text=True, timeout=30)
    assert done.returncode == 0, done.stdout + done.stderr


def test_prometheus_probes_by_it(exporter, tmp_path):
    addresses = tmp_path / "addresses.yml"
    addresses.write_text(f'- targets: [{GOOD}, "2a01:4f8::1"]\n  labels: {{hostname: mail.example.com, team: mail}}\n')
    shipped = (ROOT / "deploy/prometheus/probe.yml").read_text().split("scrape_configs:\n")[1]
    shipped = shipped.replace("/etc/prometheus/mail_addresses/*.yml", str(addresses))
    shipped = shipped.replace("localhost:10312", f"127.0.0.1:{exporter.port}").replace("2m", "1s").replace("15s", "1s")
    with Prometheus(tmp_path, exporter.port, more=shipped) as prometheus:
        wait_for(lambda: prometheus.value('sum(up{job="fcrdns_probe"})') == 2, 30, "up", pause=0.3)
        assert prometheus.value('sum(probe_success{job="fcrdns_probe"})') == 2
        query = f'fcrdns_target_status{{job="fcrdns_probe",instance="{GOOD}",ip="{GOOD}",hostname="mail.example.com",team="mail",status="pass"}}'
        assert prometheus.value(query) == 1
        assert prometheus.value('probe_success{instance="2a01:4f8::1"}') == 1
