"""/metrics as text and as OpenMetrics, plain and compressed: what a scraper asks for is what it gets."""

import gzip

import pytest

from exporter import CONTENT_TYPE, OPENMETRICS_TYPE, resolver, settings, target
from page import OpenMetricsPage, Page
from scripted_dns import *  # noqa: F403

GOOD, BAD, SIX, SPECIAL = "5.45.100.1", "5.45.100.2", "2a01:4f8::1", "203.0.113.1"
PROMETHEUS_2 = ("application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,"
                "text/plain;version=0.0.4;q=0.5,*/*;q=0.1")
PROMETHEUS_3 = ("application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,"
                "application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,"
                "text/plain;version=0.0.4;q=0.3,*/*;q=0.2")
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
# What differs from one moment to the next with nothing happening.
RESTLESS = ("process_", "fcrdns_exporter_event_loop_lag_seconds", "fcrdns_exporter_check_lag_seconds")


@pytest.fixture(scope="module")
def quiet(start_shared_dns, start_shared_exporter):
    """Everything is checked, and nothing more for an hour."""
    server = start_shared_dns()
    server.zone.good(GOOD, "mail.example.com")
    server.zone.good(SIX, "six.example.com")
    server.zone.ptr(BAD, (b'quo"te\\\n\x00', b"example", b"com"))
    both = resolver("one", server), resolver("two", server, transport="tcp")
    exporter = start_shared_exporter(settings(*both, interval="1h"), [
        target([GOOD, SIX], "mail.example.com", team='A "quoted\\ team \u00f6'), target([BAD, SPECIAL])])
    exporter.wait_status(BAD, "ptr_invalid")
    return exporter


def steady(body):
    return [line for line in body.decode().splitlines() if not line.startswith(RESTLESS)]


def samples(body):
    return [line for line in steady(body) if not line.startswith("#")]


def get(exporter, accept=None, encoding=None, method="GET"):
    headers = {name: value for name, value in (("Accept", accept), ("Accept-Encoding", encoding)) if value is not None}
    return exporter.request(method, "/metrics", headers)


@pytest.mark.parametrize("accept, content_type", [
    (None, CONTENT_TYPE), ("*/*", CONTENT_TYPE), (BROWSER, CONTENT_TYPE), ("application/json", CONTENT_TYPE),
    ("text/plain", CONTENT_TYPE), ("", CONTENT_TYPE), (";;,q=\"", CONTENT_TYPE),
    (PROMETHEUS_2, OPENMETRICS_TYPE), (PROMETHEUS_3, OPENMETRICS_TYPE + "; escaping=allow-utf-8"),
    ("application/openmetrics-text;q=0.5,text/plain;q=0.6", CONTENT_TYPE),
    ("application/openmetrics-text;version=2.0.0,text/plain;q=0.6", OPENMETRICS_TYPE),
    ("application/openmetrics-text;escaping=nonsense", OPENMETRICS_TYPE),
    ("text/plain;q=0,application/openmetrics-text;q=0", CONTENT_TYPE),
    ("x/y," * 5000, CONTENT_TYPE),
], ids=["none", "anything", "browser", "json", "text", "empty", "garbage", "prometheus_2", "prometheus_3", "text_first",
        "version_2", "odd_escaping", "both_refused", "long"])
def test_what_is_asked_for_is_what_comes(quiet, accept, content_type):
    status, headers, body = get(quiet, accept)
    assert status == 200 and headers.get_all("Content-Type") == [content_type]
    assert headers.get_all("Vary") == ["Accept, Accept-Encoding"] and headers["Content-Encoding"] is None
    (OpenMetricsPage if "openmetrics" in content_type else Page)(body)


def test_same_samples_in_both_formats(quiet):
    text, openmetrics = get(quiet)[2], get(quiet, PROMETHEUS_2)[2]
    assert samples(text) == samples(openmetrics) and len(samples(text)) > 200
    text, openmetrics = Page(text), OpenMetricsPage(openmetrics)
    assert [s.name for s in text.all] == [s.name for s in openmetrics.all]
    assert text.help == openmetrics.help
    differ = {name: kind for name, kind in openmetrics.types.items() if kind != text.types[name]}
    assert differ == {"fcrdns_target_info": "info", "fcrdns_answer_info": "info", "fcrdns_resolver_info": "info",
                      "fcrdns_exporter_build_info": "info"}


def test_openmetrics_before_anything_is_known(start_dns, start_exporter):
    server = start_dns()
    server.everything(silence())
    exporter = start_exporter(settings(resolver("one", server), timeout="5s", authoritative={"enabled": True}),
                              [target([GOOD, SIX, SPECIAL], "mail.example.com")], wait="healthy")
    page = exporter.openmetrics()
    assert page.status(GOOD) == "pending" and page.status(SPECIAL) == "special_use"
    assert page.families["fcrdns_authority_state"]["TYPE"] == "gauge"


def test_openmetrics_without_targets(start_dns, start_exporter):
    exporter = start_exporter(settings(resolver("one", start_dns())), [])
    page = exporter.openmetrics()
    assert page.value("fcrdns_exporter_targets") == 0 and "fcrdns_target" not in page.families


@pytest.mark.parametrize("encoding", ["gzip", "gzip, deflate, br, zstd", "x-gzip;q=0.5", "*", "br;q=1, gzip;q=0.1"])
@pytest.mark.parametrize("accept", [None, PROMETHEUS_2, PROMETHEUS_3], ids=["none", "prometheus_2", "prometheus_3"])
def test_gzip(quiet, accept, encoding):
    _, plain_headers, plain = get(quiet, accept)
    status, headers, packed = get(quiet, accept, encoding)
    assert status == 200 and headers.get_all("Content-Encoding") == ["gzip"]
    assert int(headers["Content-Length"]) == len(packed) < len(plain) / 4
    assert steady(gzip.decompress(packed)) == steady(plain)
    for name in ("Content-Type", "Vary"):
        assert headers.get_all(name) == plain_headers.get_all(name)


@pytest.mark.parametrize("encoding", ["", "identity", "br, zstd", "gzip;q=0", "*;q=0", "identity;q=0.5, gzip;q=0.4",
                                      "gzip;q=nonsense", '"gzip"', "gzip;;\""])
def test_no_gzip_unless_welcome(quiet, encoding):
    _, headers, body = get(quiet, encoding=encoding)
    assert headers["Content-Encoding"] is None and headers["Vary"] == "Accept, Accept-Encoding"
    Page(body)


@pytest.mark.parametrize("encoding", [None, "gzip"])
@pytest.mark.parametrize("accept", [None, PROMETHEUS_3], ids=["none", "prometheus_3"])
def test_head(quiet, accept, encoding):
    """The headers of GET and no body; the length may be of another moment's page."""
    _, of_get, _ = get(quiet, accept, encoding)
    status, headers, body = get(quiet, accept, encoding, method="HEAD")
    assert status == 200 and body == b""
    assert abs(int(headers["Content-Length"]) - int(of_get["Content-Length"])) < 200
    changing = ("Date", "Content-Length")
    assert [i for i in headers.items() if i[0] not in changing] == [i for i in of_get.items() if i[0] not in changing]


def test_each_scrape_is_of_its_own_moment(start_dns, start_exporter):
    """No page is kept: what changed since the last scrape is on the next, in either form."""
    server = start_dns()
    server.zone.good(GOOD, "mail.example.com")
    exporter = start_exporter(settings(resolver("one", server), interval="1h"), [target(GOOD)])
    exporter.wait_status(GOOD, "pass")
    get(exporter, None, "gzip")
    exporter.write_targets([target([GOOD, SPECIAL])])
    exporter.reload_and_wait()
    assert Page(gzip.decompress(get(exporter, None, "gzip")[2])).ips() == {GOOD, SPECIAL}
    assert exporter.openmetrics().ips() == {GOOD, SPECIAL}


def test_other_pages_are_as_they_were(quiet):
    for path in ("/", "/-/healthy", "/nope"):
        headers = quiet.request("GET", path, {"Accept": PROMETHEUS_3, "Accept-Encoding": "gzip"})[1]
        assert headers["Content-Encoding"] is None and headers["Vary"] is None
        assert "openmetrics" not in headers["Content-Type"]
