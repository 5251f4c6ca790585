"""SIGHUP: all or nothing, and nothing is lost that did not change."""

import concurrent.futures
import os
import socket
import time

import pytest

from exporter import is_sanitized, resolver, settings, target, wait_for
from scripted_dns import *  # noqa: F403

FIRST, SECOND, THIRD = "5.45.100.1", "5.45.100.2", "5.45.100.3"
SUCCESS = "fcrdns_exporter_config_last_reload_successful"
SUCCESS_TIME = "fcrdns_exporter_config_last_reload_success_timestamp_seconds"


def good_server(start_dns):
    server = start_dns()
    for number, ip in enumerate((FIRST, SECOND, THIRD), start=1):
        server.zone.good(ip, f"m{number}.example.com")
    return server


def started(start_exporter, server, targets, **more):
    exporter = start_exporter(settings(resolver("one", server), **more), targets)
    for ip in (ip for entry in targets for ip in entry["targets"]):
        exporter.wait_page(lambda page, ip=ip: page.status(ip) != "pending", 5, ip)
    return exporter


def watch(exporter, seconds, check):
    """Scrape as fast as it goes; check(page) on every page. Returns how many there were."""
    end, count = time.monotonic() + seconds, 0
    while time.monotonic() < end:
        check(exporter.page())
        count += 1
    assert count >= 5, "too few pages to have seen anything"
    return count


def first_passes(page):
    assert page.status(FIRST) == "pass", f"{FIRST} went to {page.status(FIRST)}"


def refused_reload(exporter, name):
    """SIGHUP with a bad file; wait until it is refused. Returns the log line that says why."""
    before = exporter.page()
    lines = len(exporter.log_lines())
    exporter.reload()
    page = exporter.wait_page(lambda p: p.value(SUCCESS) == 0, 5, "reload refused")
    assert page.value(SUCCESS_TIME) == before.value(SUCCESS_TIME)
    assert page.ips() == before.ips()
    said = [line for line in exporter.log_lines()[lines:] if "level=ERROR" in line]
    assert len(said) == 1 and name in said[0], said
    return said[0]


def test_bad_target_file_keeps_everything(start_dns, start_exporter):
    server = good_server(start_dns)
    exporter = started(start_exporter, server, [target(FIRST, "m1.example.com")])
    assert exporter.page().value(SUCCESS) == 1
    exporter.write_targets([target([FIRST, SECOND])])
    exporter.write_targets("- targets: [5.45.100.3]\n  hostnme: typo.example.com\n", name="zz.yml")
    line = refused_reload(exporter, "zz.yml")
    assert "zz.yml:2:3:" in line and "hostnme" in line
    asked = len(server.ptr_queries(FIRST))
    wait_for(lambda: len(server.ptr_queries(FIRST)) > asked, 5, "the watch goes on")
    page = exporter.page()
    assert page.status(FIRST) == "pass" and not server.ptr_queries(SECOND) and not server.ptr_queries(THIRD)
    assert page.has("fcrdns_target_info", ip=FIRST, hostname="m1.example.com")


def test_bad_config_file_keeps_everything_and_a_good_one_heals(start_dns, start_exporter):
    server = good_server(start_dns)
    exporter = started(start_exporter, server, [target(FIRST)])
    good = exporter.config_file.read_text()
    exporter.write_config(good + "interval_s: 5s\n")
    exporter.write_targets([target([FIRST, SECOND])])
    line = refused_reload(exporter, "fcrdns_exporter.yml")
    assert f"fcrdns_exporter.yml:{good.count(chr(10)) + 1}:1:" in line and "interval_s" in line
    exporter.write_config(good)
    page = exporter.reload_and_wait()
    assert page.value(SUCCESS) == 1 and page.ips() == {FIRST, SECOND}
    exporter.wait_status(SECOND, "pass", 3)


def test_vanished_directory_is_a_refused_reload(start_dns, start_exporter):
    exporter = started(start_exporter, good_server(start_dns), [target(FIRST)])
    os.rename(exporter.targets_dir, exporter.directory / "elsewhere")
    refused_reload(exporter, "targets.d")
    assert exporter.page().status(FIRST) == "pass"
    os.rename(exporter.directory / "elsewhere", exporter.targets_dir)
    assert exporter.reload_and_wait().value(SUCCESS) == 1


def test_success_time_is_a_time(start_dns, start_exporter):
    before = time.time()
    exporter = started(start_exporter, good_server(start_dns), [target(FIRST)])
    assert before - 1 <= exporter.page().value(SUCCESS_TIME) <= time.time()


def test_unchanged_targets_keep_their_state(start_dns, start_exporter):
    """No page between is without the status, and an interval of an hour says nothing was asked again."""
    server = good_server(start_dns)
    exporter = started(start_exporter, server, [target(FIRST, "m1.example.com")], interval="1h")
    exporter.wait_status(FIRST, "pass")
    before = exporter.page()
    asked = len(server.ptr_queries(FIRST))
    exporter.write_targets([target(FIRST, "m1.example.com"), target(SECOND, "m2.example.com")])
    exporter.reload()
    watch(exporter, 1.0, first_passes)
    page = exporter.wait_status(SECOND, "pass", 3)
    assert len(server.ptr_queries(FIRST)) == asked
    series = "fcrdns_target_last_check_timestamp_seconds"
    assert page.value(series, ip=FIRST) == before.value(series, ip=FIRST)


def test_reload_without_any_change_changes_nothing(start_dns, start_exporter):
    server = good_server(start_dns)
    exporter = started(start_exporter, server, [target([FIRST, SECOND])], interval="1h")
    before = exporter.wait_status(SECOND, "pass")
    queries = len(server.queries())
    page = exporter.reload_and_wait()
    keep = ("fcrdns_target_", "fcrdns_answer_", "fcrdns_lookup_", "fcrdns_dns_", "fcrdns_resolver_", "fcrdns_ptr_")

    def lines(of):
        return [line for line in of.text.splitlines() if line.startswith(keep)]

    assert lines(page) == lines(before) and len(server.queries()) == queries


def test_removed_targets_lose_their_series_at_once(start_dns, start_exporter):
    exporter = started(start_exporter, good_server(start_dns), [target([FIRST, SECOND])])
    exporter.write_targets([target(FIRST)])
    page = exporter.reload_and_wait()
    assert page.ips() == {FIRST} and SECOND not in page.text
    assert page.value("fcrdns_exporter_targets") == 1
    time.sleep(1.5)
    assert SECOND not in exporter.page().text, "an answer in flight does not bring it back"


def test_removed_while_a_query_is_in_flight(start_dns, start_exporter):
    server = good_server(start_dns)
    exporter = started(start_exporter, server, [target([FIRST, SECOND])], timeout="2s")
    server.everything(delayed(0.7))
    asked = len(server.ptr_queries(SECOND))
    wait_for(lambda: len(server.ptr_queries(SECOND)) > asked, 5, "a query in flight")
    exporter.write_targets([target(FIRST)])
    exporter.reload_and_wait()
    time.sleep(1.5)
    page = exporter.page()
    assert SECOND not in page.text and page.status(FIRST) == "pass"


def test_changed_hostname_is_judged_again_without_pending(start_dns, start_exporter):
    """Silent from now on: only what is known can be judged, and it is, at once."""
    server = good_server(start_dns)
    exporter = started(start_exporter, server, [target(FIRST, "m1.example.com")], interval="1h", timeout="2s")
    exporter.wait_status(FIRST, "pass")
    server.everything(silence())
    exporter.write_targets([target(FIRST, "other.example.com")])
    page = exporter.reload_and_wait()
    assert page.status(FIRST) == "name_mismatch"
    assert page.answer(FIRST, "one") == {"status": "name_mismatch", "reason": "none", "ptr": "m1.example.com"}
    assert page.value("fcrdns_ptr_match", ip=FIRST, resolver="one") == 0
    assert page.has("fcrdns_target_info", ip=FIRST, hostname="other.example.com")
    assert not page.has("fcrdns_target_info", ip=FIRST, hostname="m1.example.com")


def test_changed_hostname_is_asked_again_at_once(start_dns, start_exporter):
    server = good_server(start_dns)
    exporter = started(start_exporter, server, [target(FIRST, "m1.example.com")], interval="1h")
    exporter.wait_status(FIRST, "pass")
    asked = len(server.ptr_queries(FIRST))
    server.zone.good(FIRST, "new1.example.com")
    exporter.write_targets([target(FIRST, "new1.example.com")])
    exporter.reload()
    statuses = set()
    watch(exporter, 1.0, lambda page: statuses.add(page.status(FIRST)))
    assert statuses <= {"pass", "name_mismatch"}
    exporter.wait_status(FIRST, "pass", 3)
    assert len(server.ptr_queries(FIRST)) > asked


def test_changed_labels_are_shown_and_nothing_else_changes(start_dns, start_exporter):
    server = good_server(start_dns)
    exporter = started(start_exporter, server, [target(FIRST, team="mail")])
    assert exporter.page().has("fcrdns_target_ok", ip=FIRST, team="mail")
    exporter.write_targets([target(FIRST, team="postmasters", site="fra")])
    page = exporter.reload_and_wait()
    assert page.status(FIRST) == "pass"
    assert page.has("fcrdns_target_ok", ip=FIRST, team="postmasters", site="fra")
    assert "mail" not in {s.labels.get("team") for s in page.samples("fcrdns_target_ok")}


def test_resolver_added_and_removed(start_dns, start_exporter):
    """Two become three become two: the quorum is 2 all the time, so nothing may waver."""
    servers = {name: good_server(start_dns) for name in ("one", "two", "three")}
    entries = {name: resolver(name, server) for name, server in servers.items()}
    exporter = start_exporter(settings(entries["one"], entries["two"]), [target([FIRST, SECOND])])
    exporter.wait_page(lambda page: page.status(FIRST) == page.status(SECOND) == "pass", 5, "pass")

    def steady(page):
        assert page.status(FIRST) == "pass" and page.answer(FIRST, "one")["status"] == "pass"

    exporter.write_config(settings(*entries.values()))
    exporter.reload()
    watch(exporter, 1.5, steady)
    page = exporter.wait_page(lambda p: p.answer(FIRST, "three")["status"] == "pass", 3, "the new one answers")
    assert page.has("fcrdns_resolver_info", resolver="three")
    exporter.write_config(settings(entries["one"], entries["three"]))
    exporter.reload()
    watch(exporter, 1.0, steady)
    page = exporter.page()
    assert not [s for s in page.all if s.labels.get("resolver") == "two"], "all its series are gone"
    servers["two"].clear()
    time.sleep(1.5)
    assert not servers["two"].queries()


def test_resolver_with_another_address_starts_anew(start_dns, start_exporter):
    """A resolver is its name, address and transport: the old one's answers are not the new one's."""
    old, new = good_server(start_dns), start_dns()
    new.everything(silence())
    exporter = started(start_exporter, old, [target(FIRST)])
    exporter.wait_status(FIRST, "pass")
    exporter.write_config(settings(resolver("one", new)))
    exporter.reload_and_wait()
    assert exporter.page().status(FIRST) in ("pending", "temp_error")
    exporter.wait_status(FIRST, "temp_error", 5)


def test_other_settings_lose_nothing(start_dns, start_exporter):
    """Rates, times and the shape of the page may change under way."""
    server = good_server(start_dns)
    exporter = started(start_exporter, server, [target(FIRST)])
    exporter.wait_status(FIRST, "pass")
    exporter.write_config(settings(resolver("one", server, max_qps=7, max_in_flight=3), timeout="300ms", tries=3,
                                   metrics={"answer_info": False}))
    exporter.reload()
    watch(exporter, 1.0, first_passes)
    assert not exporter.page().has("fcrdns_answer_info")


def test_many_reloads_in_a_row(start_dns, start_exporter):
    """Fifty signals while queries are in flight: the last configuration wins, nothing wavers."""
    server = good_server(start_dns)
    server.everything(delayed(0.05))
    exporter = started(start_exporter, server, [target(FIRST)])
    exporter.wait_status(FIRST, "pass")
    for number in range(50):
        exporter.write_targets([target([FIRST, SECOND] if number % 2 else FIRST, round=f"n{number}")])
        exporter.reload()
        assert exporter.page().status(FIRST) == "pass"
    page = exporter.wait_page(lambda p: p.has("fcrdns_target_info", ip=SECOND, round="n49"), 5, "the last one")
    assert page.ips() == {FIRST, SECOND}


def test_open_descriptors_do_not_grow(start_dns, start_exporter):
    server = good_server(start_dns)
    exporter = started(start_exporter, server, [target([FIRST, SECOND])])
    exporter.reload_and_wait()
    before = exporter.page().value("process_open_fds")
    for _ in range(40):
        exporter.reload()
        exporter.page()
    time.sleep(1.5)
    # Up to 16 UDP sockets per resolver open as they are first used.
    assert exporter.page().value("process_open_fds") <= before + 16 + 3


# --- over HTTP ---------------------------------------------------------------

LIFECYCLE = ["--web.enable-lifecycle"]


@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_reload_over_http(start_dns, start_exporter, method):
    exporter = start_exporter(settings(resolver("one", good_server(start_dns))), [target(FIRST)], LIFECYCLE)
    exporter.write_targets([target([FIRST, SECOND])])
    status, headers, body = exporter.request(method, "/-/reload")
    assert status == 200 and headers["Content-Type"].startswith("text/plain") and b"reloaded" in body
    assert exporter.page().ips() == {FIRST, SECOND}, "the answer comes when it is over"


def test_bad_reload_over_http_says_why(start_dns, start_exporter):
    exporter = start_exporter(settings(resolver("one", good_server(start_dns))), [target(FIRST)], LIFECYCLE)
    exporter.write_targets("- targets: [x.example.com]\n")
    for _ in range(2):
        status, _, body = exporter.request("POST", "/-/reload")
        assert status == 500 and b"targets.yml:1:13: " in body and body.endswith(b"\n")
    page = exporter.page()
    assert page.ips() == {FIRST} and page.value(SUCCESS) == 0
    exporter.write_targets([target(SECOND)])
    assert exporter.request("POST", "/-/reload")[0] == 200 and exporter.page().value(SUCCESS) == 1


def test_reload_over_http_must_be_enabled(start_dns, start_exporter):
    exporter = start_exporter(settings(resolver("one", good_server(start_dns))), [target(FIRST)])
    exporter.write_targets([target([FIRST, SECOND])])
    for method in ("POST", "PUT"):
        status, _, body = exporter.request(method, "/-/reload")
        assert status == 403 and b"--web.enable-lifecycle" in body
    assert exporter.page().ips() == {FIRST}


@pytest.mark.parametrize("method", ["GET", "HEAD", "DELETE"])
def test_reload_is_no_page(start_dns, start_exporter, method):
    exporter = start_exporter(settings(resolver("one", good_server(start_dns))), [target(FIRST)], LIFECYCLE)
    status, headers, _ = exporter.request(method, "/-/reload")
    assert status == 405 and headers["Allow"] == "POST, PUT"
    assert len(exporter.log_lines("Configuration loaded")) == 1


def slow_files(exporter, megabytes=4):
    """Reading comments takes its time, and watches nothing."""
    exporter.write_targets("# nothing\n" * (megabytes * 100000), name="comments.yml")


def test_many_at_once_share_reloads(start_dns, start_exporter):
    exporter = start_exporter(settings(resolver("one", good_server(start_dns))), [target(FIRST)], LIFECYCLE)
    slow_files(exporter)
    with concurrent.futures.ThreadPoolExecutor(40) as pool:
        answers = list(pool.map(lambda _: exporter.request("POST", "/-/reload", timeout=30)[0], range(40)))
    assert answers == [200] * 40
    assert len(exporter.log_lines("Configuration loaded")) < 30
    assert exporter.get("/-/healthy")[0] == 200


def post_and_go_on(exporter):
    sock = socket.create_connection(("127.0.0.1", exporter.port))
    sock.sendall(b"POST /-/reload HTTP/1.1\r\nHost: x\r\n\r\n")
    return sock


def test_left_while_reloading(start_dns, start_exporter):
    """Who hangs up changes nothing."""
    exporter = start_exporter(settings(resolver("one", good_server(start_dns))), [target(FIRST)], LIFECYCLE)
    slow_files(exporter)
    exporter.write_targets([target([FIRST, SECOND])])
    for _ in range(5):
        post_and_go_on(exporter).close()
    exporter.wait_page(lambda page: page.ips() == {FIRST, SECOND}, 30, "reloaded all the same")
    assert exporter.request("POST", "/-/reload", timeout=30)[0] == 200


def test_stopped_while_reloading(start_dns, start_exporter):
    exporter = start_exporter(settings(resolver("one", good_server(start_dns))), [target(FIRST)], LIFECYCLE)
    slow_files(exporter, 20)
    with post_and_go_on(exporter), post_and_go_on(exporter):
        wait_for(lambda: len(exporter.log_lines("Reloading")) == 2, 5, "the reload has begun")
        code, seconds = exporter.terminate()
    assert code == 0 and seconds < 5
    assert len(exporter.log_lines("Configuration loaded")) == 1


@pytest.mark.release
def test_a_hundred_thousand_targets_do_not_hold_the_loop(start_dns, start_exporter):
    """What is asserted is far above what it takes, for machines that have other things to do."""
    exporter = start_exporter(settings(resolver("one", good_server(start_dns)), metrics={"per_resolver": "none"}),
                              [target(FIRST)], LIFECYCLE, wait="healthy")

    def write(count, name):
        exporter.write_targets("".join(f"- targets: [5.{46 + n // 65536}.{n // 256 % 256}.{n % 256}]\n"
                                       f"  hostname: {name}{n}.example.com\n" for n in range(count)), name="many.yml")

    longest = []
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        for count, name in ((100_000, "a"), (100_000, "a"), (100_000, "b"), (90_000, "b"), (0, "")):
            write(count, name)
            reload, waits = pool.submit(exporter.request, "POST", "/-/reload", timeout=60), []
            while not reload.done():
                start = time.monotonic()
                assert exporter.get("/-/healthy")[0] == 200
                waits.append(time.monotonic() - start)
            assert reload.result()[0] == 200
            longest.append(max(waits))
    print("longest wait for /-/healthy:", ", ".join(f"{1000 * seconds:.0f} ms" for seconds in longest))
    assert max(longest) < 0.5 or is_sanitized()
