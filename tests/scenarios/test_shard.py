"""Several exporters with the same directory of targets: each target is watched by one of them."""

import pytest

from exporter import resolver, run, settings, target, to_yaml
from scripted_dns import *  # noqa: F403

IPS = [f"5.45.100.{number}" for number in range(1, 31)]


@pytest.fixture
def shards(start_dns, start_exporter):
    """shards(targets) -> three exporters, each with a server of its own."""

    def start(targets):
        exporters = []
        for number in range(3):
            server = start_dns()
            for ip in IPS:
                server.zone.good(ip, f"m{ip.rsplit('.', 1)[1]}.example.com")
            exporter = start_exporter(settings(resolver("one", server)), targets, [f"--shard={number}/3"])
            exporter.server = server
            exporters.append(exporter)
        return exporters

    return start


def test_together_they_watch_each_target_once(shards):
    exporters = shards([target(IPS[:10]), *(target(ip, f"m{ip.rsplit('.', 1)[1]}.example.com") for ip in IPS[10:])])
    pages = [exporter.page() for exporter in exporters]
    seen = [ip for page in pages for ip in page.ips()]
    assert sorted(seen) == sorted(IPS), "each in one, none in two"
    for number, (exporter, page) in enumerate(zip(exporters, pages)):
        own = page.ips()
        assert 0 < len(own) < len(IPS) and page.value("fcrdns_exporter_targets") == len(own)
        for ip in IPS:
            assert bool(exporter.server.ptr_queries(ip)) == (ip in own), f"{ip} is asked about by who watches it"
            assert ip not in own or page.status(ip) == "pass"
        assert f"shard={number}/3" in exporter.log_lines("Configuration loaded")[0]


def test_addresses_of_other_shards_are_no_forgotten_ones(shards):
    """One name for all thirty: in whichever shard, its addresses are targets."""
    exporters = shards([target(IPS, "all.example.com")])
    for exporter in exporters:
        for ip in IPS:
            exporter.server.zone.good(ip, "all.example.com")
        exporter.server.zone.good("5.45.100.99", "all.example.com")
        page = exporter.wait_page(lambda p: p.value("fcrdns_unwatched_addresses", name="all.example.com",
                                                    family="ipv4") == 1, 10, "one is forgotten")
        assert "5.45.100.99" not in page.ips()


def test_reload_keeps_the_shard(shards):
    exporters = shards([target(IPS[:20])])
    before = [exporter.page().ips() for exporter in exporters]
    for exporter, own in zip(exporters, before):
        exporter.write_targets([target(IPS)])
        assert own <= exporter.reload_and_wait().ips()
    assert sorted(ip for exporter in exporters for ip in exporter.page().ips()) == sorted(IPS)


def test_config_check_reads_all_of_it(tmp_path):
    """A mistake in any target is one in every shard."""
    (tmp_path / "targets.d").mkdir()
    for number in range(3):
        (tmp_path / "targets.d" / "t.yml").write_text(to_yaml([target(ip, "no good.") for ip in IPS]))
        done = run("--config.check", f"--shard={number}/3", cwd=tmp_path)
        assert done.returncode == 2 and "t.yml:3:13" in done.stderr, done.stderr
        (tmp_path / "targets.d" / "t.yml").write_text(to_yaml([target(ip) for ip in IPS]))
        done = run("--config.check", f"--shard={number}/3", cwd=tmp_path)
        assert done.returncode == 0 and "30 targets" in done.stdout and f"Shard {number}/3 has" in done.stdout
