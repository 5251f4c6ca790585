"""The pages, and what a stranger's connection can do to them: nothing."""

import socket
import time

import pytest

from exporter import CONTENT_TYPE, resolver, settings, target, wait_for
from scripted_dns import *  # noqa: F403

IP = "5.45.100.1"


@pytest.fixture(scope="module")
def running(start_shared_dns, start_shared_exporter):
    server = start_shared_dns()
    server.zone.good(IP, "mail.example.com")
    return start_shared_exporter(settings(resolver("one", server)), [target(IP, "mail.example.com")]), server


@pytest.fixture
def exporter(running):
    return running[0]


def connect(exporter):
    sock = socket.create_connection(("127.0.0.1", exporter.port), timeout=5)
    return sock


def raw(exporter, data):
    """Send bytes, return what comes back until the other side closes or is quiet for a moment."""
    with connect(exporter) as sock:
        try:
            sock.sendall(data)
            sock.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # it closed on us, as it may
        sock.settimeout(3)
        answer = b""
        try:
            while len(answer) < 1 << 20:
                part = sock.recv(65536)
                if not part:
                    break
                answer += part
        except (socket.timeout, ConnectionError):
            pass
        return answer


def still_fine(exporter):
    assert exporter.get("/-/healthy")[0] == 200
    assert exporter.page().status(IP) == "pass"


def test_landing_page(exporter):
    status, headers, body = exporter.get("/")
    assert status == 200 and headers["Content-Type"].startswith("text/html")
    assert b"/metrics" in body and b"fcrdns_exporter" in body and b"<html" in body.lower()


def test_metrics_content_type_and_length(exporter):
    status, headers, body = exporter.get("/metrics")
    assert status == 200 and headers["Content-Type"] == CONTENT_TYPE
    assert int(headers["Content-Length"]) == len(body)


@pytest.mark.parametrize("accept", [
    None, "*/*", "text/html,application/xhtml+xml,*/*;q=0.8", "application/json",
    "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,"
    "text/plain;version=0.0.4;q=0.5,*/*;q=0.1"])
def test_metrics_answers_whatever_is_accepted(exporter, accept):
    status, headers, body = exporter.request("GET", "/metrics", {"Accept": accept} if accept else {})
    assert status == 200 and headers["Content-Type"].split(";")[0] in ("text/plain", "application/openmetrics-text")
    assert b"fcrdns_target_ok" in body


def test_query_string_is_no_part_of_the_path(exporter):
    assert exporter.get("/metrics?x=1&y")[0] == 200


@pytest.mark.parametrize("path", ["/-/healthy", "/-/ready"])
def test_health_pages(exporter, path):
    status, headers, body = exporter.get(path)
    assert status == 200 and body.strip() and headers["Content-Type"].startswith("text/plain")


@pytest.mark.parametrize("path", ["/nope", "/metrics/", "/metrics2", "//", "/-/", "/../etc/passwd", "/%2e%2e/x",
                                  "/METRICS", "/-/healthy/x", "/favicon.ico"])
def test_everything_else_is_404(exporter, path):
    assert exporter.get(path)[0] == 404


@pytest.mark.parametrize("path", ["/", "/metrics", "/-/healthy", "/-/ready"])
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "PATCH"])
def test_other_methods_are_405_with_allow(exporter, method, path):
    status, headers, _ = exporter.request(method, path)
    assert status == 405
    assert {word.strip() for word in headers["Allow"].split(",")} == {"GET", "HEAD"}


@pytest.mark.parametrize("path", ["/", "/metrics", "/-/healthy", "/-/ready"])
def test_head_is_get_without_body(exporter, path):
    status, headers, body = exporter.request("HEAD", path)
    reference = exporter.get(path)
    assert (status, body) == (200, b"")
    assert headers["Content-Type"] == reference[1]["Content-Type"]


def test_several_requests_on_one_connection(exporter):
    request = b"GET /-/healthy HTTP/1.1\r\nHost: x\r\n\r\n"
    answer = raw(exporter, request * 3)
    assert answer.count(b"HTTP/1.1 200") == 3


def test_long_url_is_refused(exporter):
    answer = raw(exporter, b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n")
    assert answer == b"" or answer.split()[1] in (b"400", b"404", b"413", b"414", b"431"), answer[:80]
    still_fine(exporter)


def test_many_headers_are_refused(exporter):
    headers = b"".join(b"X-%d: %s\r\n" % (n, b"v" * 200) for n in range(2000))
    answer = raw(exporter, b"GET / HTTP/1.1\r\nHost: x\r\n" + headers + b"\r\n")
    assert answer == b"" or answer.split()[1] in (b"400", b"413", b"431"), answer[:80]
    still_fine(exporter)


@pytest.mark.parametrize("data", [
    b"\x00" * 64, bytes(range(256)) * 8, b"\r\n\r\n\r\n", b"GET\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", b"GET /\x00 HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /%00metrics HTTP/1.1\r\nHost: x\r\n\r\n", b"GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
], ids=["zeros", "all_bytes", "empty_lines", "no_path", "odd_version", "tls_hello", "nul_in_path", "escaped_nul",
        "bad_escape", "negative_length", "http2"])
def test_garbage_gets_an_error_or_nothing(exporter, data):
    answer = raw(exporter, data)
    assert answer == b"" or answer.startswith(b"HTTP/1.") and answer.split()[1][:1] in (b"2", b"4", b"5")
    assert b"fcrdns_target_ok" not in answer
    still_fine(exporter)


def test_request_body_does_not_hurt(exporter):
    answer = raw(exporter, b"POST /metrics HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n" + b"x" * 1_000_000)
    assert answer == b"" or answer.split()[1] in (b"400", b"405", b"413")
    still_fine(exporter)


def test_slow_clients_block_nobody(running):
    """Half a request line, headers without end, a reader that does not read: DNS and pages go on."""
    exporter, server = running
    slow = [connect(exporter) for _ in range(30)]
    try:
        for number, sock in enumerate(slow):
            sock.sendall((b"GET /met", b"GET / HTTP/1.1\r\nX: y\r\n", b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n")[number % 3])
        start, asked = time.monotonic(), len(server.ptr_queries(IP))
        for _ in range(10):
            begin = time.monotonic()
            exporter.page()
            assert time.monotonic() - begin < 0.5
        wait_for(lambda: len(server.ptr_queries(IP)) >= asked + 2, 4, "DNS goes on")
        assert time.monotonic() - start < 5
    finally:
        for sock in slow:
            sock.close()
    still_fine(exporter)


def test_reader_that_goes_away(exporter):
    for _ in range(20):
        with connect(exporter) as sock:
            sock.sendall(b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n")
    still_fine(exporter)


def test_scrape_asks_no_dns(start_dns, start_exporter):
    server = start_dns()
    server.zone.good(IP, "mail.example.com")
    exporter = start_exporter(settings(resolver("one", server), interval="1h"), [target(IP)])
    exporter.wait_status(IP, "pass")
    asked = len(server.queries())
    for _ in range(20):
        exporter.page()
    time.sleep(0.3)
    assert asked and len(server.queries()) == asked


def test_ready_only_after_the_first_round_and_never_unready_again(start_dns, start_exporter):
    """503 while a resolver has not finished; a timeout finishes, a special-use target needs nothing."""
    fast, silent = start_dns(), start_dns()
    fast.zone.good(IP, "mail.example.com")
    silent.everything(silence())
    exporter = start_exporter(settings(resolver("fast", fast), resolver("silent", silent), timeout="700ms"),
                              [target([IP, "203.0.113.1"])], wait="healthy")
    assert exporter.get("/-/ready")[0] == 503
    exporter.wait_page(lambda page: page.answer(IP, "fast")["status"] == "pass", 2, "the fast one is done")
    assert exporter.get("/-/ready")[0] == 503
    assert exporter.get("/metrics")[0] == 200, "unready, but there to be scraped"
    exporter.wait_ready(5)
    fast.everything(silence())
    exporter.write_targets([target([IP, "203.0.113.1", "5.45.100.2"])])
    exporter.reload_and_wait()
    assert exporter.get("/-/ready")[0] == 200


def test_ready_at_once_with_nothing_to_watch(start_dns, start_exporter):
    exporter = start_exporter(settings(resolver("one", start_dns())), [])
    assert exporter.page().value("fcrdns_exporter_targets") == 0
