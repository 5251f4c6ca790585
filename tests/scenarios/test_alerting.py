"""From a broken PTR record to a page: exporter, Prometheus with the shipped rules, Alertmanager with the shipped routes."""

import contextlib
import sys
import threading

import pytest

from exporter import ROOT, resolver, settings, target, wait_for
from scripted_dns import *  # noqa: F403

sys.path.append(str(ROOT / "deploy/demo"))

import programs  # noqa: E402

programs.usual_ports = False  # others may run beside

GOOD, BROKEN = "5.45.100.1", "5.45.100.2"


@pytest.fixture
def paged(start_dns, start_exporter, tmp_path):
    """(servers, exporter, pages as they come: (receiver, alert))."""
    servers = {name: start_dns() for name in ("one", "two", "three")}
    for server in servers.values():
        server.zone.good(GOOD, "mail.example.com", ttl=1)
        server.zone.good(BROKEN, "shop.example.com", ttl=1)
    exporter = start_exporter(settings(*[resolver(name, server) for name, server in servers.items()]), [
        target(GOOD, "mail.example.com", team="mail"), target(BROKEN, "shop.example.com", team="shop")])
    pages, lock = [], threading.Lock()

    def on_alert(receiver, alert):
        with lock:
            pages.append((receiver, alert))

    with contextlib.ExitStack() as stack:
        pager = stack.enter_context(programs.Pager(on_alert))
        alertmanager = stack.enter_context(programs.alertmanager(tmp_path, pager.port))
        stack.enter_context(programs.prometheus(tmp_path, exporter.port, alertmanager.port, wait=3))
        yield servers, exporter, pages


def names(pages):
    return {(receiver, alert["labels"]["alertname"], alert["labels"].get("ip", alert["labels"].get("resolver")))
            for receiver, alert in pages}


def test_a_broken_record_is_one_page_and_a_resolver_outage_another(paged):
    servers, exporter, pages = paged
    for server in servers.values():
        server.on_ip(BROKEN, nxdomain())
    exporter.wait_status(BROKEN, "no_ptr")
    wait_for(lambda: pages, 30, "a page", pause=0.3)
    assert names(pages) == {("shop", "FcrdnsNoPtr", BROKEN)}
    labels, annotations = pages[0][1]["labels"], pages[0][1]["annotations"]
    assert labels["team"] == "shop" and labels["hostname"] == "shop.example.com" and labels["severity"] == "critical"
    assert "Actual: one no name (no_ptr); three no name (no_ptr); two no name (no_ptr);" in annotations["description"]
    assert "550 5.7.25" in annotations["description"] and annotations["runbook_url"].endswith("/FcrdnsNoPtr.md")
    servers["three"].everything(silence())
    exporter.wait_page(lambda page: page.value("fcrdns_resolver_up", resolver="three") == 0, 30, "three is down")
    wait_for(lambda: len(names(pages)) > 1, 30, "another page", pause=0.3)
    assert names(pages) == {("shop", "FcrdnsNoPtr", BROKEN), ("monitoring", "FcrdnsResolverDown", "three")}
