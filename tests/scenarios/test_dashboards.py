"""Every query of every dashboard, asked of a real Prometheus that scraped the real exporter over a change."""

import json
import time

import pytest

from exporter import ROOT, resolver, settings, target, wait_for
from prometheus_server import Prometheus
from scripted_dns import *  # noqa: F403

BOARDS = {path.stem: json.loads(path.read_text()) for path in sorted((ROOT / "grafana/dashboards").glob("*.json"))}
MOVING, GOOD, BLOCKED, ABSENT = "5.45.100.1", "5.45.100.2", "5.45.100.3", "5.45.100.4"
# What Grafana puts in for "All" and for its own variables.
PUT_IN = {"$__rate_interval": "10s", "$__range": "30s", "$job": ".+", "$instance": ".+", "$ip": ".+", "$hostname": ".*", "$resolver": ".+"}

# Panels with nothing to show in this run, and why.
EMPTY = {
    # Only where a limit is set (ulimit -v), or is near.
    ("resolvers", "Memory", "C"), ("resolvers", "Descriptors and threads", "B"),
}


def queries():
    for name, board in BOARDS.items():
        for panel in board["panels"]:
            for query in panel.get("targets", []):
                yield name, panel["title"], query["refId"], query["expr"]
        for each in board["annotations"]["list"]:
            if "expr" in each:
                yield name, each["name"], "annotation", each["expr"]


def filled(expression):
    for variable, value in PUT_IN.items():
        expression = expression.replace(variable, value)
    assert "$" not in expression, expression
    return expression


@pytest.fixture(scope="module")
def scraped(start_shared_dns, start_shared_exporter, tmp_path_factory):
    """Three resolvers and an authority; a change that the second gets later; one that blocks, one that has no record."""
    servers = {name: start_shared_dns() for name in ("one", "two", "three")}
    for server in servers.values():
        server.zone.good(MOVING, "old.example.com", ttl=8)
        server.zone.good(GOOD, "dsl-5-45-100-2.example.com")
        server.on_ip(BLOCKED, ra_clear(nxdomain()))
        server.zone.a("mail.example.com", MOVING, "5.45.100.99")
    servers["three"].everything(lose_percent(20))
    exporter = start_shared_exporter(
        settings(*[resolver(name, server) for name, server in servers.items()], changing_interval="1s"),
        [target([MOVING, GOOD, BLOCKED, ABSENT], ["mail.example.com", "old.example.com"], team="mail")], wait="healthy")
    with Prometheus(tmp_path_factory.mktemp("prometheus"), exporter.port) as prometheus:
        exporter.wait_status(MOVING, "pass")
        time.sleep(4)
        start = time.time() - 3
        servers["one"].zone.good(MOVING, "mail.example.com", ttl=8)
        exporter.wait_page(lambda page: page.value("fcrdns_disagreement", ip=MOVING, aspect="ptr") == 1, 10, "disagreement")
        time.sleep(4)
        yield prometheus, start


def ask(prometheus, expression, start):
    """All samples over the run, and what Prometheus has to remark."""
    answer = prometheus.whole("/api/v1/query_range", query=filled(expression), start=start, end=time.time(), step="1s")
    assert answer["status"] == "success", answer
    return answer["data"]["result"], answer.get("warnings", []) + answer.get("infos", [])


@pytest.mark.parametrize("board", BOARDS)
def test_every_query_has_data_and_no_warning(scraped, board):
    prometheus, start = scraped
    asked, empty = 0, []
    for name, title, ref, expression in queries():
        if name != board:
            continue
        result, remarks = ask(prometheus, expression, start)
        assert not remarks, f"{title}: {remarks}"
        asked += 1
        if not result and (name, title, ref) not in EMPTY:
            empty.append(f"{title} {ref}: {filled(expression)}")
    assert asked > 5 and not empty, "\n".join(empty)


def test_variables_have_values(scraped):
    prometheus, _ = scraped
    for board in BOARDS.values():
        for each in board["templating"]["list"]:
            if each["type"] == "query":
                series = filled(each["definition"].removeprefix("label_values(").rsplit(",", 1)[0])
                found = prometheus.get("/api/v1/series", **{"match[]": series})
                assert any(each["name"] in labels for labels in found), each["definition"]
