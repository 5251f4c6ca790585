"""A real Prometheus scrapes the real exporter: as OpenMetrics, which it asks for first."""

import pytest

from exporter import resolver, settings, target, wait_for
from prometheus_server import Prometheus
from scripted_dns import *  # noqa: F403

pytestmark = pytest.mark.release


@pytest.fixture(scope="module")
def scraped(start_shared_dns, start_shared_exporter, tmp_path_factory):
    server = start_shared_dns()
    server.zone.good("5.45.100.1", "mail.example.com")
    server.zone.ptr("5.45.100.2", (b'quo"te\\\n\x00', b"example", b"com"))
    exporter = start_shared_exporter(settings(resolver("one", server)), [
        target(["5.45.100.1", "5.45.100.2"], "mail.example.com", team='A "team"', env="prod"), target("203.0.113.1")])
    exporter.wait_status("5.45.100.2", "ptr_invalid")
    with Prometheus(tmp_path_factory.mktemp("prometheus"), exporter.port) as prometheus:
        wait_for(lambda: prometheus.value("up") == 1, 30, "up == 1", pause=0.3)
        yield prometheus, exporter


def test_up(scraped):
    prometheus, _ = scraped
    assert prometheus.value("up{job='fcrdns'}") == 1
    health = prometheus.get("/api/v1/targets")["activeTargets"][0]
    assert health["health"] == "up" and health["lastError"] == ""


def test_sample_count_is_that_of_the_page(scraped):
    """Read before and after; a series that is born in between must not fool the test."""
    prometheus, exporter = scraped

    def equal():
        before, counted, after = len(exporter.page().all), prometheus.value("scrape_samples_scraped"), None
        after = len(exporter.page().all)
        assert before == after == counted, f"page {before}, {after}, Prometheus {counted}"
        return True

    wait_for(equal, 10, "equal counts", pause=0.5)
    assert prometheus.value("scrape_samples_post_metric_relabeling") == prometheus.value("scrape_samples_scraped")


def test_metadata_is_that_of_the_page(scraped):
    prometheus, exporter = scraped
    families = exporter.openmetrics().families
    metadata = prometheus.get("/api/v1/metadata")
    for name, said in families.items():
        assert metadata[name] == [{"type": said["TYPE"], "unit": said.get("UNIT", ""), "help": said["HELP"]}]
    assert metadata["fcrdns_dns_query_duration_seconds"][0]["type"] == "histogram"
    assert metadata["fcrdns_target_status"][0]["type"] == "gauge"


def test_openmetrics_was_chosen(scraped):
    """Infos, units, and families without _total can have come from nowhere else."""
    metadata = scraped[0].get("/api/v1/metadata")
    assert metadata["fcrdns_target"][0]["type"] == metadata["fcrdns_answer"][0]["type"] == "info"
    assert metadata["fcrdns_dns_queries"][0]["type"] == "counter" and "fcrdns_dns_queries_total" not in metadata
    assert metadata["process_resident_memory_bytes"][0]["unit"] == "bytes"


def test_series_arrive_with_their_labels(scraped):
    prometheus, _ = scraped
    assert prometheus.value('fcrdns_target_ok{ip="5.45.100.1",hostname="mail.example.com",env="prod"}') == 1
    assert prometheus.value('fcrdns_target_status{ip="5.45.100.2",status="ptr_invalid"}') == 1
    series = prometheus.get("/api/v1/query", query='fcrdns_answer_info{ip="5.45.100.2"}')["result"][0]["metric"]
    assert series["ptr"] == r"quo\034te\092\010\000.example.com"
    assert prometheus.value('fcrdns_target_info{ip="5.45.100.1",team="A \\"team\\""}') == 1


def test_user_labels_join_onto_per_resolver_series(scraped):
    """The use the info series is for."""
    prometheus, _ = scraped
    query = 'fcrdns_forward_match{ip="5.45.100.1"} * on(ip) group_left(env) fcrdns_target_info{env="prod"}'
    assert prometheus.value(query) == 1
    assert prometheus.value('sum(fcrdns_target_ok)') == 1
    quantile = prometheus.value('histogram_quantile(0.5, sum by (le) (fcrdns_dns_query_duration_seconds_bucket))')
    assert 0 < quantile < 1
