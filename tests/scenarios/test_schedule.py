"""Who is asked when: at once when new, spread afterwards, never faster than allowed."""

import time

from exporter import resolver, settings, target, wait_for
from scripted_dns import *  # noqa: F403

SLACK = 1.2  # the server's clock and the exporter's are not one


def addresses(count):
    return [f"5.45.100.{n}" for n in range(1, count + 1)]


def good_server(start_dns, ips, **options):
    server = start_dns(**options)
    for number, ip in enumerate(ips):
        server.zone.good(ip, f"m{number}.example.com")
    return server


def test_all_targets_are_asked_at_once_at_start(start_dns, start_exporter):
    ips = addresses(60)
    server = good_server(start_dns, ips)
    start_exporter(settings(resolver("one", server, max_qps=1000), interval="1h"), [target(ips)])
    first = [server.ptr_queries(ip)[0].time for ip in ips]
    assert max(first) - min(first) < 1


def test_new_target_is_checked_at_once_after_reload(start_dns, start_exporter):
    ips = addresses(3)
    server = good_server(start_dns, ips)
    exporter = start_exporter(settings(resolver("one", server), interval="1h"), [target(ips[:2])])
    server.clear()
    exporter.write_targets([target(ips)])
    asked = time.monotonic()
    exporter.reload()
    exporter.wait_status(ips[2], "pass", 3)
    assert server.ptr_queries(ips[2])[0].time - asked < 1
    assert not server.ptr_queries(ips[0]), "the others are not due before their hour"


def test_later_rounds_are_spread_over_the_interval(start_dns, start_exporter):
    """40 targets in 3 s: an even spread is 3 in any 200 ms; a burst would be 40."""
    ips, interval = addresses(40), 3
    server = good_server(start_dns, ips)
    start_exporter(settings(resolver("one", server, max_qps=10000), interval=f"{interval}s"), [target(ips)])
    time.sleep(interval)  # the burst of the start and the first hashed round are over
    begin = time.monotonic()
    time.sleep(2 * interval)
    times = sorted(q.time for q in server.queries(rdtype="PTR", since=begin))
    assert 0.8 * 2 * len(ips) <= len(times) <= 1.2 * 2 * len(ips), "once per interval"
    crowd = max(sum(1 for t in times if start <= t < start + 0.2) for start in times)
    assert crowd <= len(ips) // 4, f"{crowd} targets within 200 ms"
    holes = max(later - earlier for earlier, later in zip(times, times[1:]))
    assert holes < interval / 2, f"nobody asked for {holes:.1f} s"


def test_every_target_is_asked_once_per_interval(start_dns, start_exporter):
    ips = addresses(20)
    server = good_server(start_dns, ips)
    start_exporter(settings(resolver("one", server), interval="1s"), [target(ips)])
    begin = time.monotonic() + 1.5
    time.sleep(7.5)
    for ip in ips:
        times = [q.time for q in server.ptr_queries(ip, since=begin)]
        gaps = [later - earlier for earlier, later in zip(times, times[1:])]
        assert len(times) >= 5 and all(0.7 <= gap <= 1.4 for gap in gaps), f"{ip}: {gaps}"


def test_max_qps_is_never_exceeded_and_used(start_dns, start_exporter):
    """30 targets, 60 queries a second wanted, 20 allowed: a retry or a burst is no excuse."""
    ips, allowed = addresses(30), 20
    server = good_server(start_dns, ips)
    free = good_server(start_dns, ips)
    exporter = start_exporter(settings(resolver("slow", server, max_qps=allowed), resolver("free", free)),
                              [target(ips)], wait="healthy")
    begin = time.monotonic()
    time.sleep(6)
    seconds = time.monotonic() - begin
    assert server.most_within(1.0) <= allowed * SLACK + 1
    assert len(server.queries(since=begin)) >= 0.7 * allowed * seconds, "what is allowed is used"
    assert len(free.ptr_queries(ips[0])) >= 4, "another resolver keeps its own pace"
    page = exporter.wait_page(lambda p: p.value("fcrdns_exporter_check_lag_seconds") > 0.5, 5, "lag is shown")
    assert page.status(ips[0]) == "pass"


def test_max_qps_counts_retries(start_dns, start_exporter):
    ips, allowed = addresses(30), 20
    server = start_dns()
    server.everything(silence())
    start_exporter(settings(resolver("slow", server, max_qps=allowed), tries=3), [target(ips)], wait="healthy")
    wait_for(lambda: len(server.queries()) > 3 * allowed, 8, "three seconds of queries")
    assert server.most_within(1.0) <= allowed * SLACK + 1


def test_impossible_rate_is_said_at_load(start_dns, start_exporter):
    ips = addresses(30)
    server = good_server(start_dns, ips)
    exporter = start_exporter(settings(resolver("slow", server, max_qps=10)), [target(ips)], wait="healthy")
    warnings = [line for line in exporter.log_lines("max_qps") if "level=WARN" in line]
    assert len(warnings) == 1 and "slow" in warnings[0], exporter.stderr()


def test_possible_rate_gives_no_warning_and_no_lag(start_dns, start_exporter):
    ips = addresses(10)
    server = good_server(start_dns, ips)
    exporter = start_exporter(settings(resolver("one", server)), [target(ips)])
    time.sleep(2)
    assert not exporter.log_lines("max_qps")
    assert exporter.page().value("fcrdns_exporter_check_lag_seconds") < 0.5
    assert exporter.page().value("fcrdns_exporter_event_loop_lag_seconds") < 0.5


def test_answers_are_held_over_a_long_round(start_dns, start_exporter):
    """max_qps makes a round 5 s long: the default hold follows it, no status falls back in between."""
    ips = addresses(25)
    server = good_server(start_dns, ips)
    exporter = start_exporter(settings(resolver("slow", server, max_qps=10)), [target(ips)], wait="healthy")
    exporter.wait_page(lambda page: all(page.status(ip) == "pass" for ip in ips), 20, "first round")
    for _ in range(40):
        page = exporter.page()
        assert {page.status(ip) for ip in ips} == {"pass"}
        time.sleep(0.2)


def test_max_in_flight_is_respected_and_used(start_dns, start_exporter):
    ips, allowed, delay = addresses(40), 5, 0.3
    server = good_server(start_dns, ips)
    server.everything(delayed(delay))
    start_exporter(settings(resolver("one", server, max_in_flight=allowed, max_qps=1000), timeout="2s"),
                   [target(ips)], wait="healthy")
    wait_for(lambda: len(server.queries()) > 6 * allowed, 8, "several waves of queries")
    assert server.most_within(delay * 0.9) == allowed


def test_resolvers_have_their_own_in_flight_limit(start_dns, start_exporter):
    """A silent resolver with few slots takes none from the other."""
    ips = addresses(30)
    dead, fine = start_dns(), good_server(start_dns, ips)
    dead.everything(silence())
    exporter = start_exporter(settings(resolver("dead", dead, max_in_flight=2), resolver("fine", fine),
                                       timeout="1s", quorum=1), [target(ips)], wait="healthy")
    exporter.wait_page(lambda page: all(page.answer(ip, "fine")["status"] == "pass" for ip in ips), 3,
                       "the other resolver has answered for all")
