"""How a change gets from two authorities to five caches, told second by second: real servers, real TTLs.

All scenarios happen within one run, each with an address of its own. Before it starts, resolver "three" (or
the one named) has been asked while the old records were in force, so it alone has them in its cache.
"""

import time

import pytest

from dns_zone import reverse_name
from exporter import resolver, settings, target
from real_authorities import KNOT, NAMES, NOBODY, NSD, ZoneFile
from real_servers import FORWARD, FORWARD2, REVERSE4, REVERSE_CUSTOMER, RealServers
from recording import POLL_S, ROUND_S, SETTLE_S, Recording

OLD_TTL = 30  # of the records that change before the start
CLAMPED_TTL = 20
LAG_TTL = 15
WATCHED_TTL = 45
CATCH_UP_SECOND, WATCHED_SECOND = 25, 29
RUN_SECONDS = 85  # the authority is asked again within a minute, and then the watched change must still last
TRUTH_SECONDS = 14  # until every target's authorities were asked, at five questions a second

LAGGING, LAME, DEAD, STALE_TOLD, STALE_STILL, ALL_DEAD, ALL_LAME, WATCHED_ZONE = (
    f"{n}.45.5.in-addr.arpa" for n in range(101, 109))

CLAMP_DOWN, CLAMP_UP, POSITIVE, NEGATIVE, MOVED, CLASSLESS, STEADY = (
    f"5.45.100.{n}" for n in (1, 2, 10, 11, 12, 200, 30))
LAG, HALF_LAME, HALF_DEAD, TOLD, STILL, UNREACHABLE, NOT_SERVED, WATCHED = (f"5.45.{n}.10" for n in range(101, 109))

BOTH = frozenset({"ptr", "verdict"})
RESOLVERS = {
    "one": {"stubs": {LAGGING: (NSD,)}},
    "two": {"stubs": {LAGGING: (NSD,)},
            "options": [f"cache-max-ttl: {CLAMPED_TTL}", f"cache-min-ttl: {CLAMPED_TTL}"]},
    "three": {"stubs": {LAGGING: (KNOT,)}},
    "four": {"stubs": {LAGGING: (NSD,)}, "options": ["serve-expired: yes", "ede: yes", "ede-serve-expired: yes"]},
    "five": {"stubs": {LAGGING: (NSD,)}, "options": ["serve-expired: yes"]},
}
# Whose PTR record changes, from old-NAME to NAME; that of NEGATIVE is new.
CHANGED = {ip: name + ".example.com" for ip, name in {
    CLAMP_DOWN: "down", CLAMP_UP: "up", POSITIVE: "positive", NEGATIVE: "negative", CLASSLESS: "classless", LAG: "lag",
    HALF_LAME: "lame", HALF_DEAD: "dead", TOLD: "told", STILL: "still", UNREACHABLE: "unreachable",
    NOT_SERVED: "unserved", WATCHED: "watched"}.items()}
ALIAS = f"{CLASSLESS.rpartition('.')[2]}.{REVERSE_CUSTOMER}."
PRIMED_TTL = {CLAMP_DOWN: 300, CLAMP_UP: 2, LAG: LAG_TTL, TOLD: 2, STILL: 2, WATCHED: WATCHED_TTL}


def zones():
    both = (NSD, KNOT)
    return [ZoneFile(REVERSE4, negative_ttl=OLD_TTL), ZoneFile(REVERSE_CUSTOMER), ZoneFile(FORWARD), ZoneFile(FORWARD2),
            ZoneFile(LAGGING), ZoneFile(LAME, served=(NSD,)), ZoneFile(DEAD, named=(NSD, NOBODY), served=(NSD,)),
            ZoneFile(STALE_TOLD, served=(NSD,), named=(NSD,)), ZoneFile(STALE_STILL, served=(NSD,), named=(NSD,)),
            ZoneFile(ALL_DEAD, named=(NOBODY,), served=(NSD,)), ZoneFile(ALL_LAME, named=(KNOT,), served=(NSD,)),
            ZoneFile(WATCHED_ZONE, named=both, served=both)]


def set_names(servers, old):
    """The PTR record of every address that changes: the old name, or the new one."""
    for ip, name in CHANGED.items():
        name = "old-" + name if old else name
        ttl = PRIMED_TTL.get(ip, OLD_TTL)
        if ip == CLASSLESS:
            servers.zones[REVERSE_CUSTOMER].set(ALIAS, "PTR", name + ".", ttl=ttl)
        elif ip == NEGATIVE and old:
            servers.set_ptr(ip)
        elif old or ip != WATCHED:
            servers.set_ptr(ip, name, ttl=ttl)


def publish_old(servers):
    for ip, name in CHANGED.items():
        servers.set_address(name, ip, ttl=300)
        servers.set_address("old-" + name, "5.45.99.1", ttl=300)
    servers.zones[REVERSE4].set(reverse_name(CLASSLESS), "CNAME", ALIAS, ttl=300)
    servers.zones[REVERSE4].set(REVERSE_CUSTOMER, "NS", NAMES[NSD], NAMES[KNOT])
    for ip, name in ((STEADY, "steady.example.com"), (MOVED, "moved.example.com")):
        servers.set_ptr(ip, name, ttl=300)
        servers.set_address(name, ip if ip == STEADY else "5.45.99.2", ttl=OLD_TTL)
    set_names(servers, old=True)
    servers.publish()


def prime(server, *ips):
    """Fill one cache; returns when that was, as precisely as it matters."""
    for ip in ips:
        server.ask(reverse_name(ip), "PTR")
    return time.time()


def prime_and_change(servers):
    """The old records into the caches that are to have them, then the new ones to the authorities.

    Returns when each cache was filled.
    """
    caches = servers.resolvers
    for origin, server, ip in ((STALE_TOLD, caches["four"], TOLD), (STALE_STILL, caches["five"], STILL)):
        stale_at = prime(server, ip) + PRIMED_TTL[ip] + 1
        server.lose_authorities(origin)
    caches["three"].ask("moved.example.com", "A")
    prime(caches["two"], CLAMP_DOWN, CLAMP_UP)
    primed = prime(caches["three"], POSITIVE, NEGATIVE, CLASSLESS, LAG, HALF_LAME, HALF_DEAD, UNREACHABLE, NOT_SERVED)
    set_names(servers, old=False)
    servers.set_address("moved.example.com", MOVED, ttl=OLD_TTL)
    servers.publish(LAGGING, at=(NSD,))
    servers.publish(*(origin for origin in servers.zones if origin not in (LAGGING, WATCHED_ZONE)))
    time.sleep(max(0, stale_at - time.time()))
    return primed


def change_watched(servers, times):
    """Halfway: "three" takes the old answer for its whole TTL, the others see the new one at once."""
    servers.resolvers["three"].flush(reverse_name(WATCHED))
    times["watched_primed"] = prime(servers.resolvers["three"], WATCHED)
    servers.set_ptr(WATCHED, CHANGED[WATCHED], ttl=WATCHED_TTL)
    servers.publish(WATCHED_ZONE)
    times["watched_published"] = time.time()
    for name in ("one", "four", "five"):
        servers.resolvers[name].flush(reverse_name(WATCHED))


@pytest.fixture(scope="module")
def run(tmp_path_factory, start_shared_exporter):
    """(recording, times), with everything over."""
    with RealServers(tmp_path_factory.mktemp("servers"), zones(), RESOLVERS) as servers:
        publish_old(servers)
        times = {"primed": prime_and_change(servers)}
        resolvers = [resolver(name, server, max_qps=1000) for name, server in servers.resolvers.items()]
        config = settings(*resolvers, interval="2s", changing_interval="1s", timeout="1s",
                          authoritative={"enabled": True, "port": servers.port, "allow_special_use": True})
        targets = [target(ip, name) for ip, name in CHANGED.items()]
        targets += [target(STEADY, "steady.example.com"), target(MOVED, "moved.example.com")]
        recording = Recording(start_shared_exporter(config, targets, ["--log.level=debug"]))
        recording.run(RUN_SECONDS, [(CATCH_UP_SECOND, lambda: servers.catch_up(LAGGING)),
                                    (WATCHED_SECOND, lambda: change_watched(servers, times))])
        yield recording, times


# --- caches


@pytest.mark.parametrize("ip, ttl, aspects", [
    (POSITIVE, OLD_TTL, BOTH),
    (NEGATIVE, OLD_TTL, BOTH),
    (CLASSLESS, OLD_TTL, BOTH),
    (MOVED, OLD_TTL, frozenset({"verdict"})),
    (CLAMP_DOWN, CLAMPED_TTL, BOTH),
    (CLAMP_UP, CLAMPED_TTL, BOTH),
    (HALF_LAME, OLD_TTL, BOTH),
    (HALF_DEAD, OLD_TTL, BOTH),
], ids=["positive", "negative", "rfc2317", "forward", "long_ttl_clamped", "short_ttl_clamped", "one_authority_lame",
        "one_authority_dead"])
def test_one_old_cache_counts_down_to_the_end_that_was_told(run, ip, ttl, aspects):
    recording, times = run
    end = times["primed"] + ttl
    # Unbound tells the TTL of the newest SOA of the zone, which the SOA questions have brought since.
    late = recording.start - times["primed"] if ip == NEGATIVE else 0
    told = recording.check_counts_down(ip, end, aspects, first_by=TRUTH_SECONDS, late=late)
    recording.check_ends(ip, max(end, told), aspects)
    rows = recording.rows(ip)
    assert {row.ratio for row in rows if row.sampled and row.time < end - ROUND_S} == {4 / 5}
    assert rows[-1].ratio == 1
    assert all(row.upper is None for row in rows), "the authority was never seen old: nothing bounds unseen caches"


def test_remaining_ttls_count_down_per_resolver(run):
    recording, times = run
    for name, ip, end in (("three", POSITIVE, OLD_TTL), ("three", CLASSLESS, OLD_TTL), ("two", CLAMP_DOWN, CLAMPED_TTL),
                          ("two", CLAMP_UP, CLAMPED_TTL)):
        seen = recording.values("fcrdns_ptr_ttl_seconds", ip=ip, resolver=name)
        old = [(moment, ttl) for moment, ttl in seen if moment < times["primed"] + end - 1]
        assert len(old) >= 5 and all(abs(times["primed"] + end - moment - ttl) <= ROUND_S + 1 for moment, ttl in old), old
    seen = recording.values("fcrdns_forward_ttl_seconds", ip=MOVED, resolver="three")
    assert max(ttl for _, ttl in seen) <= OLD_TTL
    ttls = {ttl for _, ttl in recording.values("fcrdns_ptr_ttl_seconds", ip=STEADY, resolver="authoritative")}
    assert ttls == {300}, "the authority's TTL is the whole one"


def test_what_never_changes_promises_nothing(run):
    recording, _ = run
    recording.check_promises_nothing(STEADY)
    rows = recording.rows(STEADY)
    assert all(not row.disagreement for row in rows) and {row.ratio for row in rows[TRUTH_SECONDS:]} == {1}
    assert not recording.values("fcrdns_target_last_change_timestamp_seconds", ip=STEADY)
    assert {row.state for row in rows[TRUTH_SECONDS:]} == {"consistent"}


# --- serve-stale


def test_stale_that_is_said_promises_nothing(run):
    """EDE 3, and a TTL that is 30 every time."""
    recording, _ = run
    recording.check_promises_nothing(TOLD)
    rows = recording.rows(TOLD)[TRUTH_SECONDS:]
    assert all("stale" in row.flags and row.disagreement == BOTH and row.ratio == 4 / 5 for row in rows), recording.table(TOLD)


def test_stale_is_seen_by_a_ttl_that_stands(run):
    recording, _ = run
    recording.check_promises_nothing(STILL, since=TRUTH_SECONDS + 10)
    rows = recording.rows(STILL)[TRUTH_SECONDS + 10:]
    assert all("stale" in row.flags and row.disagreement == BOTH for row in rows), recording.table(STILL)


# --- authorities


def test_change_that_only_one_authority_has_promises_nothing(run):
    recording, _ = run
    recording.check_promises_nothing(LAG)
    rows, table = recording.rows(LAG), recording.table(LAG)
    early = rows[TRUTH_SECONDS:CATCH_UP_SECOND]
    assert all(row.state == "inconsistent" and row.ratio is None and row.disagreement == BOTH for row in early), table
    assert (rows[-1].state, rows[-1].ratio, rows[-1].disagreement) == ("consistent", 1, frozenset()), table
    caught_up = next(row.time for row in rows if row.state == "consistent")
    assert caught_up - recording.start >= 48, "asked once a minute, not sooner"


@pytest.mark.parametrize("ip, state", [
    (POSITIVE, "consistent"), (CLASSLESS, "consistent"), (HALF_LAME, "lame"), (HALF_DEAD, "consistent"),
    (UNREACHABLE, "unreachable"), (NOT_SERVED, "lame")])
def test_state_of_the_authorities(run, ip, state):
    recording, _ = run
    assert {row.state for row in recording.rows(ip)[TRUTH_SECONDS:]} == {state}, recording.table(ip)


@pytest.mark.parametrize("ip", [UNREACHABLE, NOT_SERVED], ids=["all_dead", "all_lame"])
def test_without_a_truth_there_is_neither_ratio_nor_end(run, ip):
    recording, times = run
    recording.check_promises_nothing(ip)
    recording.check_ends(ip, times["primed"] + OLD_TTL, BOTH)
    assert all(row.ratio is None for row in recording.rows(ip))


def test_authority_is_shown_beside_the_resolvers(run):
    recording, _ = run
    page = recording.pages[TRUTH_SECONDS][1]
    assert page.answer(POSITIVE, "authoritative") == {"status": "pass", "reason": "none", "ptr": CHANGED[POSITIVE]}
    assert page.answer(POSITIVE, "three")["ptr"] == "old-" + CHANGED[POSITIVE]
    assert page.answer(UNREACHABLE, "authoritative")["status"] == "temp_error"
    assert page.status(POSITIVE) == "pass", "the majority decides, without the authority"


# --- a change that is watched from its beginning


def test_change_seen_from_its_beginning_has_an_upper_bound(run):
    recording, times = run
    end, table = times["watched_primed"] + WATCHED_TTL, recording.table(WATCHED)
    before = recording.rows(WATCHED, since=recording.start + TRUTH_SECONDS, until=times["watched_primed"] - 1)
    assert all(row.ratio == 1 and not row.disagreement and row.sampled is None for row in before), table
    told = [row for row in recording.rows(WATCHED) if row.sampled is not None]
    assert len(told) >= 4, table
    doubt = recording.rows(WATCHED, since=times["watched_published"] + POLL_S, until=told[0].time - 0.5)
    assert all(row.sampled is None and row.ratio is None for row in doubt), f"before the authority was asked again\n{table}"
    assert max(row.sampled for row in told) - min(row.sampled for row in told) <= ROUND_S, table
    assert abs(told[-1].sampled - end) <= ROUND_S, table
    uppers = [row.upper for row in told]
    assert None not in uppers and uppers == sorted(uppers, reverse=True), f"never later\n{table}"
    assert told[0].time - 2 + WATCHED_TTL - ROUND_S <= uppers[0] <= told[0].time + WATCHED_TTL + ROUND_S, table
    assert all(row.upper >= row.sampled - ROUND_S for row in told), table
    after = recording.rows(WATCHED, since=end + SETTLE_S + POLL_S)
    assert after and all(not row.disagreement and row.sampled is None and row.ratio == 1 for row in after), table


def test_change_is_dated_and_logged_once_per_resolver(run):
    recording, times = run
    dated = recording.values("fcrdns_target_last_change_timestamp_seconds", ip=WATCHED)
    assert dated[0][1] == pytest.approx(times["watched_published"], abs=POLL_S)
    lines = [line for line in recording.exporter.log_lines("Answer changed") if f"ip={WATCHED} " in line]
    name = CHANGED[WATCHED]
    assert len(lines) == len(RESOLVERS), lines
    for server in RESOLVERS:
        line = next(line for line in lines if f"resolver={server} " in line)
        assert f"names_before=old-{name} names={name} status_before=forward_mismatch status=pass" in line, line
