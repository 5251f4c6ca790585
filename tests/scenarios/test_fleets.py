"""Resolvers that are many caches behind one address, and other ways to tell half of the truth: scripted, TTLs of seconds.

Every scenario has an address of its own in one run; the authorities know the new names from the beginning.
"""

import math
import time

import pytest

from dns_authority import World, intercepting
from exporter import resolver, settings, target
from recording import POLL_S, Recording
from scripted_dns import *  # noqa: F403
from scripted_dns import reverse_name

REVERSE, REVERSE_TAKEN = "100.45.5.in-addr.arpa", "101.45.5.in-addr.arpa"
FLEET, ALL_FLEETS, REFETCHED, NO_SOA, STALE, NEGATIVE_STALE, UNPUBLISHED, ALTERNATING = (f"5.45.100.{n}" for n in range(1, 9))
TAKEN = "5.45.101.9"
NAMES = {ip: f"{name}.example.com" for ip, name in {
    FLEET: "fleet", ALL_FLEETS: "fleets", REFETCHED: "refetched", NO_SOA: "bare", STALE: "stale",
    NEGATIVE_STALE: "absent", UNPUBLISHED: "unpublished", ALTERNATING: "alternating", TAKEN: "taken"}.items()}
NEW_TTL = 300
ENDS = (9, 20, 0)  # of the old answer in three caches, in seconds from the start; the third is new
TURN_SECONDS = 2.5
RUN_SECONDS = 32
TRUTH_SECONDS = 8
BOTH = frozenset({"ptr", "verdict"})


class Clock:
    """Set when the exporter starts: until then no TTL counts down."""

    start = None

    def passed(self):
        return 0 if self.start is None else time.time() - self.start


def old_name(ip):
    return "old-" + NAMES[ip]


def cache(clock, ip, end):
    """One cache: the old name until `end`, with the TTL that is left; then it fetches the new one."""

    def behaviour(query):
        left = end - clock.passed()
        if left > 0:
            return answer((reverse_name(ip), math.ceil(left), "PTR", old_name(ip)))(query)
        ttl = NEW_TTL - int(-left) % NEW_TTL
        return answer((reverse_name(ip), ttl, "PTR", NAMES[ip]))(query)

    return behaviour


def fleet(clock, *caches):
    """All caches in turn, each for long enough to be asked twice, once to confirm."""
    return lambda query: caches[int(clock.passed() / TURN_SECONDS) % len(caches)](query)


def refetching(clock, ip):
    """The old answer is fetched anew when its TTL ends, once, as from an authority that is late."""
    first, second = cache(clock, ip, 8), cache(clock, ip, 18)
    return lambda query: (first if clock.passed() < 8 else second)(query)


def standing(ip, code):
    """Served stale (RFC 8767): 30 seconds each time, and it says so."""
    return ede(code, then=answer((reverse_name(ip), 30, "PTR", old_name(ip))))


def set_up_truth(world):
    reverse, taken, forward = world.zone(REVERSE, 2), world.zone(REVERSE_TAKEN), world.zone("example.com", 2)
    for ip, name in NAMES.items():
        world.good(taken if ip == TAKEN else reverse, forward, ip, name)
        for zone in (forward, world.resolver.zone):
            zone.a("old-" + name, "5.45.99.1")
    taken.servers[0].everything(intercepting(taken))
    reverse.ptr(UNPUBLISHED, old_name(UNPUBLISHED))


def more_resolvers(world, start_dns, count):
    """As the first one: they know where the zones are."""
    servers = [world.resolver]
    for _ in range(count - 1):
        server = start_dns(zone=world.resolver.zone)
        server.on(None, "SOA", world._answer_soa)
        servers.append(server)
    return servers


def set_up_caches(clock, one, two, three):
    one.on_ip(FLEET, fleet(clock, *(cache(clock, FLEET, end) for end in ENDS)))
    for server in (one, two, three):
        server.on_ip(ALL_FLEETS, fleet(clock, *(cache(clock, ALL_FLEETS, end) for end in ENDS)))
    one.on_ip(REFETCHED, refetching(clock, REFETCHED))
    one.on_ip(NO_SOA, nxdomain(soa=False))
    one.on_ip(STALE, standing(STALE, 3))
    one.on_ip(NEGATIVE_STALE, ede(19, then=nxdomain()))
    one.on_ip(TAKEN, answer((reverse_name(TAKEN), 300, "PTR", old_name(TAKEN))))
    for server in (one, two, three):
        server.on_ip(UNPUBLISHED, answer((reverse_name(UNPUBLISHED), 300, "PTR", old_name(UNPUBLISHED))))
    one.on_ip(ALTERNATING, fleet(clock, cache(clock, ALTERNATING, 1e6), cache(clock, ALTERNATING, 0)))


@pytest.fixture(scope="module")
def run(start_shared_dns, start_shared_exporter):
    world, clock = World(start_shared_dns), Clock()
    servers = more_resolvers(world, start_shared_dns, 3)
    set_up_truth(world)
    set_up_caches(clock, *servers)
    resolvers = [resolver(name, server, max_qps=1000) for name, server in zip(("one", "two", "three"), servers, strict=True)]
    config = settings(*resolvers, interval="2s", changing_interval="1s",
                      authoritative={"enabled": True, "port": world.port, "allow_special_use": True})
    clock.start = time.time()
    recording = Recording(start_shared_exporter(config, [target(ip, name) for ip, name in NAMES.items()]))
    return recording.run(RUN_SECONDS), clock.start


def raw(recording, ip):
    return [(moment, page.answer(ip, "one")["ptr"]) for moment, page in recording.pages]


@pytest.mark.parametrize("ip", [FLEET, ALL_FLEETS], ids=["one_of_three", "all_three"])
def test_fleet_disagrees_until_its_last_cache_lets_go(run, ip):
    recording, start = run
    end = start + max(ENDS)
    shown = [name for moment, name in raw(recording, ip) if moment < end - 1]
    assert {NAMES[ip], old_name(ip)} == set(shown), "the raw answer alternates"
    assert sum(a != b for a, b in zip(shown, shown[1:])) >= 3, shown
    # Where all are fleets they all show old answers until the third cache has its turn.
    recording.check_ends(ip, end, BOTH, begin=2 * TURN_SECONDS + POLL_S)
    assert recording.rows(ip)[-1].ratio == 1


@pytest.mark.parametrize("ip", [FLEET, ALL_FLEETS], ids=["one_of_three", "all_three"])
def test_fleet_is_said_to_end_with_the_last_cache_that_was_seen(run, ip):
    """The end moves later as more caches are seen, and never back to that of an earlier one."""
    recording, start = run
    told, table = [row.sampled for row in recording.rows(ip) if row.sampled is not None], recording.table(ip)
    assert abs(told[0] - start - ENDS[0]) <= 2, table
    assert abs(told[-1] - start - ENDS[1]) <= 2, table
    assert all(later >= earlier - 0.01 for earlier, later in zip(told, told[1:])), table
    assert len(told) >= max(ENDS) - TRUTH_SECONDS, f"told also while the new answer is shown\n{table}"


def test_end_moves_when_the_old_answer_is_fetched_again(run):
    recording, start = run
    told, table = [row.sampled for row in recording.rows(REFETCHED) if row.sampled is not None], recording.table(REFETCHED)
    assert any(abs(eta - start - 18) <= 2 for eta in told) and max(told) - start <= 20, table
    recording.check_ends(REFETCHED, start + 18, BOTH)


def test_fleet_that_never_ends_is_in_disagreement_all_the_time(run):
    recording, _ = run
    rows = recording.rows(ALTERNATING, since=recording.start + POLL_S)
    assert all(row.disagreement == BOTH for row in rows), recording.table(ALTERNATING)
    assert {name for _, name in raw(recording, ALTERNATING)} == {NAMES[ALTERNATING], old_name(ALTERNATING)}


@pytest.mark.parametrize("ip, stale", [(NO_SOA, False), (STALE, True), (NEGATIVE_STALE, True)],
                         ids=["no_soa", "stale", "stale_nxdomain"])
def test_what_tells_no_end_promises_none(run, ip, stale):
    recording, _ = run
    recording.check_promises_nothing(ip)
    rows = recording.rows(ip, since=recording.start + TRUTH_SECONDS)
    assert all(row.disagreement == BOTH and row.ratio == 2 / 3 for row in rows), recording.table(ip)
    assert all(("stale" in row.flags) == stale for row in rows), recording.table(ip)
    ttls = recording.values("fcrdns_ptr_ttl_seconds", ip=ip, resolver="one")
    assert bool(ttls) == (ip != NO_SOA), "no TTL where none was given"


def test_what_the_provider_has_not_published_is_no_matter_of_caches(run):
    """Authority and resolvers all have the old name: it fails, and no end of that is in sight."""
    recording, _ = run
    recording.check_promises_nothing(UNPUBLISHED)
    rows = recording.rows(UNPUBLISHED, since=recording.start + TRUTH_SECONDS)
    assert all((row.ratio, row.state) == (1, "consistent") and not row.disagreement for row in rows)
    assert recording.pages[-1][1].status(UNPUBLISHED) == "forward_mismatch"


def test_intercepted_authority_is_no_truth(run):
    recording, _ = run
    recording.check_promises_nothing(TAKEN)
    rows = recording.rows(TAKEN, since=recording.start + TRUTH_SECONDS)
    assert all(row.state == "intercepted" and row.ratio is None and row.disagreement == BOTH for row in rows), (
        recording.table(TAKEN))
