"""Every query of every dashboard, asked of a real Prometheus that scraped the real exporter over a change."""

import json
import sys
import time

import pytest

from exporter import ROOT, Exporter, wait_for
from prometheus_server import Prometheus

sys.path.append(str(ROOT / "deploy/demo"))

import world  # noqa: E402

BOARDS = {path.stem: json.loads(path.read_text()) for path in sorted((ROOT / "grafana/dashboards").glob("*.json"))}
WATCHED = [world.MOVING, "5.45.100.10", "5.45.100.15", world.BLOCKED_IP, "5.45.100.18", "5.45.101.16"]
# What Grafana puts in for "All" and for its own variables.
PUT_IN = {"$__rate_interval": "20s", "$__range": "30s", "$job": ".+", "$instance": ".+", "$ip": ".+", "$hostname": ".*", "$resolver": ".+", "$labels": 'team=~".+"'}

# Panels with nothing to show in this run, and why.
EMPTY = {
    # Only where a limit is set (ulimit -v), or is near.
    ("resolvers", "Memory", "C"), ("resolvers", "Descriptors and threads", "B"),
    # On loopback nothing comes late, and nobody forges.
    ("resolvers", "Dropped packets", "A"),
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
def scraped(tmp_path_factory):
    """The demo's servers, addresses in several states, and a PTR record that changes. Few of them: authorities are
    asked no more than four questions a second."""
    directory = tmp_path_factory.mktemp("world")
    (directory / "exporter").mkdir()
    (directory / "dns").mkdir()
    with world.build(directory / "dns", ttl=20, caches={**world.CACHES, "three": 2}) as servers:
        world.publish(servers)
        exporter = Exporter(directory / "exporter", world.settings(servers), world.targets(WATCHED)).start("ready")
        try:
            with Prometheus(tmp_path_factory.mktemp("prometheus"), exporter.port) as prometheus:
                exporter.wait_page(lambda page: page.samples("fcrdns_propagation_ratio", ip=world.MOVING), 15, "the authority was asked")
                wait_for(lambda: prometheus.value("up") == 1, 30, "up == 1", pause=0.3)
                start = time.time() - 2
                world.move(servers, world.MOVING_NEW)
                for name in "fcrdns_propagation_eta_timestamp_seconds", "fcrdns_target_last_change_timestamp_seconds":
                    exporter.wait_page(lambda page: page.samples(name, ip=world.MOVING), 30, name)
                time.sleep(6)  # longer than the interval: what fails at every check fails again
                yield prometheus, start
        finally:
            exporter.terminate()
            exporter.end()


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
                series = filled(each["query"]["query"].removeprefix("label_values(").rsplit(",", 1)[0])
                found = prometheus.get("/api/v1/series", **{"match[]": series})
                assert any(each["name"] in labels for labels in found), each["query"]
