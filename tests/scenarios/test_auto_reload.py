"""Files change and nobody says so: taken by itself, once, whole or not at all."""

import os
import shutil
import time

import pytest

from exporter import resolver, settings, target, to_yaml
from scripted_dns import *  # noqa: F403

FIRST, SECOND, THIRD = "5.45.100.1", "5.45.100.2", "5.45.100.3"
SUCCESS = "fcrdns_exporter_config_last_reload_successful"
SUCCESS_TIME = "fcrdns_exporter_config_last_reload_success_timestamp_seconds"
LOADED = "Configuration loaded"
SETTLED = 2.0  # seconds: longer than settling takes, shorter than the look at all files


@pytest.fixture
def started(start_dns, start_exporter):
    """started(targets, ...) -> an exporter that has seen its files once more and found nothing new."""

    def start(targets=(), **options):
        server = start_dns()
        for number, ip in enumerate((FIRST, SECOND, THIRD), start=1):
            server.zone.good(ip, f"m{number}.example.com")
        options.setdefault("auto_reload", True)
        exporter = start_exporter(settings(resolver("one", server)), targets, **options)
        exporter.server = server
        return exporter

    return start


def wait_ips(exporter, *ips, timeout=5):
    def condition(page):
        assert page.ips() == set(ips), f"{page.ips()}"
        return True

    return exporter.wait_page(condition, timeout, f"targets {ips}")


def loads(exporter):
    return len(exporter.log_lines(LOADED))


def stays(exporter, seconds=SETTLED):
    """Nothing is reloaded, and nothing said about it."""
    lines, before = exporter.log_lines(), exporter.page().value(SUCCESS_TIME)
    time.sleep(seconds)
    assert exporter.log_lines() == lines and exporter.page().value(SUCCESS_TIME) == before


def test_start_loads_once(started):
    exporter = started([target(FIRST)])
    stays(exporter, 7)  # the look at all files included
    assert loads(exporter) == 1


def test_renamed_into_place_as_editors_do(started):
    exporter = started([target(FIRST)])
    exporter.write_targets([target([FIRST, SECOND])])
    wait_ips(exporter, FIRST, SECOND)
    assert exporter.log_lines("The configuration was changed")
    stays(exporter)
    assert loads(exporter) == 2


def test_written_in_place(started):
    exporter = started([target(FIRST)])
    (exporter.targets_dir / "targets.yml").write_text(to_yaml([target([FIRST, THIRD])]))
    wait_ips(exporter, FIRST, THIRD)


def test_backup_and_new_file_as_vim_does(started):
    exporter = started([target(FIRST)])
    path = exporter.targets_dir / "targets.yml"
    path.rename(exporter.targets_dir / "targets.yml~")
    path.write_text(to_yaml([target(SECOND)]))
    (exporter.targets_dir / "targets.yml~").unlink()
    wait_ips(exporter, SECOND)
    stays(exporter)
    assert loads(exporter) == 2


def test_new_and_removed_files(started):
    exporter = started([target(FIRST)])
    exporter.write_targets([target(SECOND)], name="more.json.yaml")
    wait_ips(exporter, FIRST, SECOND)
    (exporter.targets_dir / "targets.yml").unlink()
    wait_ips(exporter, SECOND)
    assert loads(exporter) == 3


def test_settings_file(started):
    exporter = started([target(FIRST)])
    fresh = exporter.directory / "fresh"
    fresh.write_text(to_yaml(settings(resolver("other", exporter.server))))
    fresh.rename(exporter.config_file)
    exporter.wait_page(lambda page: page.has("fcrdns_resolver_info", resolver="other"), 5, "the new resolver")
    assert loads(exporter) == 2


def test_burst_is_one_reload(started):
    exporter = started([target(FIRST)])
    for number in range(50):
        exporter.write_targets([target([FIRST, SECOND], round=f"n{number}")])
        exporter.write_targets([target(THIRD, round=f"n{number}")], name="other.yml")
        time.sleep(0.02)
    exporter.wait_page(lambda page: page.has("fcrdns_target_info", ip=SECOND, round="n49"), 8, "the last one")
    stays(exporter)
    # A machine that stands still for half a second cuts the burst in two.
    assert 2 <= loads(exporter) <= 3


def test_half_written_file(started):
    exporter = started([target(FIRST)])
    whole = to_yaml([target([FIRST, SECOND], "m1.example.com")])
    path = exporter.targets_dir / "targets.yml"
    path.write_text(whole[:whole.index("m1.")] + "[")
    page = exporter.wait_page(lambda p: p.value(SUCCESS) == 0, 5, "refused")
    assert page.ips() == {FIRST} and page.status(FIRST) == "pass"
    errors = exporter.log_lines("level=ERROR")
    assert len(errors) == 1 and "targets.yml:" in errors[0]
    # Told once for this content, however often the file is touched or looked at.
    os.utime(path)
    stays(exporter, 7)
    path.write_text(whole)
    page = wait_ips(exporter, FIRST, SECOND)
    assert page.value(SUCCESS) == 1 and len(exporter.log_lines("level=ERROR")) == 1


def test_bad_file_set_back_heals(started):
    exporter = started([target(FIRST)])
    good = (exporter.targets_dir / "targets.yml").read_text()
    exporter.write_targets("- targets: [nothing\n")
    exporter.wait_page(lambda p: p.value(SUCCESS) == 0, 5, "refused")
    exporter.write_targets(good)
    assert exporter.wait_page(lambda p: p.value(SUCCESS) == 1, 5, "healed").ips() == {FIRST}


def test_touch_is_no_change(started):
    exporter = started([target(FIRST)])
    path = exporter.targets_dir / "targets.yml"
    os.utime(path)
    path.write_bytes(path.read_bytes())
    (exporter.targets_dir / ".targets.yml.swp").write_text("x")
    (exporter.targets_dir / "notes.txt").write_text("x")
    (exporter.directory / "elsewhere").write_text("x")
    stays(exporter, 7)


def test_unless_told_not_to(started):
    exporter = started([target(FIRST)], auto_reload=False)
    exporter.write_targets([target([FIRST, SECOND])])
    stays(exporter, 7)
    assert exporter.page().ips() == {FIRST}
    assert exporter.reload_and_wait().ips() == {FIRST, SECOND}


def volume(directory, number, targets):
    """One more generation of a ConfigMap, put in force the way the kubelet does; the one before goes."""
    generation = directory / f"..2026_{number}"
    generation.mkdir()
    (generation / "targets.yml").write_text(to_yaml(targets))
    link, fresh = directory / "..data", directory / "..data_tmp"
    before = os.readlink(link) if link.is_symlink() else None
    fresh.symlink_to(generation.name)
    fresh.rename(link)
    if before is not None:
        shutil.rmtree(directory / before)


def test_kubernetes_swaps_a_link(started):
    exporter = started()
    (exporter.targets_dir / "targets.yml").unlink()
    volume(exporter.targets_dir, 1, [target(FIRST)])
    (exporter.targets_dir / "targets.yml").symlink_to("..data/targets.yml")
    wait_ips(exporter, FIRST)
    for number, ip in ((2, SECOND), (3, THIRD), (4, FIRST)):
        volume(exporter.targets_dir, number, [target(ip)])
        wait_ips(exporter, ip)
    stays(exporter)
    assert loads(exporter) == 5 and not exporter.log_lines("level=ERROR")


def test_file_behind_a_link_is_written(started):
    exporter = started()
    real = exporter.directory / "real" / "deep"
    real.mkdir(parents=True)
    (real / "list").write_text(to_yaml([target(FIRST)]))
    (exporter.targets_dir / "linked.yml").symlink_to(real / "list")
    wait_ips(exporter, FIRST)
    (real / "list").write_text(to_yaml([target(SECOND)]))
    wait_ips(exporter, SECOND, timeout=3)


def test_directory_is_a_link_that_is_swapped(started):
    exporter = started([target(FIRST)])
    exporter.targets_dir.rename(exporter.directory / "v1")
    exporter.targets_dir.symlink_to("v1")
    time.sleep(SETTLED)
    second = exporter.directory / "v2"
    second.mkdir()
    (second / "targets.yml").write_text(to_yaml([target(SECOND)]))
    fresh = exporter.directory / "fresh"
    fresh.symlink_to("v2")
    fresh.rename(exporter.targets_dir)
    wait_ips(exporter, SECOND)
    (second / "targets.yml").write_text(to_yaml([target(THIRD)]))
    wait_ips(exporter, THIRD, timeout=3)


def test_vanished_directory_is_refused_once_and_heals(started):
    exporter = started([target(FIRST)])
    away = exporter.directory / "away"
    exporter.targets_dir.rename(away)
    page = exporter.wait_page(lambda p: p.value(SUCCESS) == 0, 5, "refused")
    assert page.ips() == {FIRST}
    stays(exporter, 7)
    assert len(exporter.log_lines("level=ERROR")) == 1
    away.rename(exporter.targets_dir)
    exporter.wait_page(lambda p: p.value(SUCCESS) == 1, 5, "healed")
    exporter.write_targets([target(SECOND)])
    wait_ips(exporter, SECOND)


def test_open_descriptors_do_not_grow(started):
    exporter = started([target(FIRST)])
    exporter.page()
    before = exporter.page().value("process_open_fds")
    for number in range(5):
        shutil.rmtree(exporter.targets_dir)
        exporter.targets_dir.mkdir()
        exporter.write_targets([target(FIRST, round=f"n{number}")])
        exporter.wait_page(lambda p, n=number: p.has("fcrdns_target_info", round=f"n{n}"), 8, "taken")
    # Up to 16 UDP sockets per resolver open as they are first used.
    assert exporter.page().value("process_open_fds") <= before + 16 + 3


def test_what_tells_nothing_is_looked_at(started):
    """As on a network file system: more directories than are watched, so some of them are not."""
    exporter = started()
    for number in range(40):
        real = exporter.directory / f"real{number}"
        real.mkdir()
        (real / "list").write_text(to_yaml([target(f"5.45.100.{number}")]))
        (exporter.targets_dir / f"l{number}.yml").symlink_to(real / "list")
    ips = [f"5.45.100.{number}" for number in range(40)]
    wait_ips(exporter, *ips)
    for number in range(40):
        (exporter.directory / f"real{number}" / "list").write_text(to_yaml([target(f"5.45.101.{number}")]))
        ips[number] = f"5.45.101.{number}"
        time.sleep(0.01)
    wait_ips(exporter, *ips, timeout=20)
    (exporter.directory / "real39" / "list").write_text(to_yaml([target("5.45.102.1")]))
    (exporter.directory / "real0" / "list").unlink()
    (exporter.targets_dir / "l0.yml").unlink()
    wait_ips(exporter, *ips[1:39], "5.45.102.1", timeout=20)
