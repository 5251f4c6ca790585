"""The authorities' view: who is found, who is asked and how, what is made of it, and what is never asked."""

import re
import time

import pytest

from dns_authority import World, authoritative, intercepting, not_authoritative, refused
from exporter import resolver, settings, target, wait_for
from scripted_dns import *  # noqa: F403

IP = "5.45.100.7"
NAME = "mail.example.com"
REVERSE = "7.100.45.5.in-addr.arpa"
DEBUG = ["--log.level=debug"]


@pytest.fixture
def world(start_dns):
    return World(start_dns)


@pytest.fixture
def two_zones(world):
    """A reverse and a forward zone with two servers each, all good."""
    reverse, forward = world.zone("100.45.5.in-addr.arpa", 2), world.zone("example.com", 2)
    world.good(reverse, forward, IP, NAME)
    return reverse, forward


def config(world, resolvers=None, authority=None, **more):
    made = settings(*(resolvers or [resolver("one", world.resolver, max_qps=1000)]), interval="1h", **more)
    made["authoritative"] = {"enabled": True, "port": world.port, "allow_special_use": True, **(authority or {})}
    return made


@pytest.fixture
def start(world, start_exporter):
    """start(ips) -> an exporter that asks the authorities of the world."""

    def start(ips=(IP,), wait="healthy", **more):
        return start_exporter(config(world, **more), [target(list(ips))], args=DEBUG, wait=wait)

    return start


def findings(exporter, ip=IP):
    """[(state, status)] as they came."""
    lines = exporter.log_lines("Authorities asked")
    return [re.search(r"state=(\w+) status=(\w+)", line).groups() for line in lines if f"ip={ip} " in line]


def finding(exporter, ip=IP, timeout=10.0):
    """The first of this target."""
    return wait_for(lambda: findings(exporter, ip), timeout, f"the authorities of {ip}")[0]


def asked(*servers, **filters):
    return [query for server in servers for query in server.queries(**filters)]


# --- who is found and how they are asked


def test_every_server_of_both_zones_is_asked_without_recursion(world, two_zones, start):
    reverse, forward = two_zones
    assert finding(start()) == ("consistent", "pass")
    for server in reverse.servers:
        assert [q.key for q in server.queries(rdtype="PTR")] == [REVERSE]
    for server in forward.servers:
        assert [q.key for q in server.queries(rdtype="A")] == [NAME]
    everything = asked(*reverse.servers, *forward.servers)
    assert everything and not any(query.recursion_desired for query in everything)
    assert {query.type for query in everything} == {"PTR", "A", "SOA"}
    assert len({query.port for query in everything}) > 1, "from random ports"
    assert any(query.name != query.key for query in everything), "in random letter case"
    assert all(query.recursion_desired for query in world.resolver.queries())


def test_questions_about_zones_are_counted_at_the_resolver(world, two_zones, start):
    exporter = start()
    finding(exporter)
    page = exporter.page()
    for kind in "SOA", "NS", "A", "AAAA":
        sent = page.value("fcrdns_dns_queries_total", resolver="one", record_type=kind)
        assert sent == len(world.resolver.queries(rdtype=kind)) > 0, kind


def test_serials_are_asked_once_for_all_targets_of_a_zone(world, two_zones, start):
    reverse, forward = two_zones
    ips = [f"5.45.100.{n}" for n in range(1, 11)]
    for number, ip in enumerate(ips):
        world.good(reverse, forward, ip, f"m{number}.example.com")
    exporter = start(ips)
    for ip in ips:
        assert finding(exporter, ip) == ("consistent", "pass")
    for server in reverse.servers + forward.servers:
        assert len(server.queries(rdtype="SOA")) == 1
    for zone in two_zones:
        assert len(world.resolver.queries(name=zone.name, rdtype="NS")) == 1, "zone data is shared"


def test_classless_delegation_leads_to_the_customers_servers(world, two_zones, start):
    reverse, _ = two_zones
    customer = world.zone("0/27.100.45.5.in-addr.arpa", 2)
    reverse.remove(REVERSE)
    reverse.cname(REVERSE, "7.0/27.100.45.5.in-addr.arpa")
    customer.ptr("7.0/27.100.45.5.in-addr.arpa", NAME)
    assert finding(start()) == ("consistent", "pass")
    for server in reverse.servers:
        assert [q.key for q in server.queries(rdtype="PTR")] == [REVERSE], "the parent's servers own the CNAME"
    for server in customer.servers:
        assert [q.key for q in server.queries(rdtype="PTR")] == ["7.0/27.100.45.5.in-addr.arpa"]


def test_dname_leads_to_the_other_tree(world, two_zones, start):
    reverse, _ = two_zones
    other = world.zone("rev.example.net")
    reverse.remove(REVERSE)
    reverse.cname(REVERSE, "7.rev.example.net", ttl=0)  # as it is synthesised (RFC 6672 3.1)
    for server in reverse.servers:
        server.on(REVERSE, "PTR", None)
        server.everything(None)
        server.on(None, None, authoritative(reverse))
        server.on(REVERSE, "PTR", answer(("100.45.5.in-addr.arpa", 300, "DNAME", "rev.example.net"),
                                         (REVERSE, 0, "CNAME", "7.rev.example.net"),
                                         recursion_available=False, authoritative=True))
    other.ptr("7.rev.example.net", NAME)
    assert finding(start()) == ("consistent", "pass")


def test_name_that_is_an_alias_is_followed_at_its_own_servers(world, two_zones, start):
    _, forward = two_zones
    hoster = world.zone("hoster.example.org")
    forward.remove(NAME)
    forward.cname(NAME, "box.hoster.example.org")
    hoster.a("box.hoster.example.org", IP)
    assert finding(start()) == ("consistent", "pass")
    assert hoster.servers[0].queries(name="box.hoster.example.org", rdtype="A")


def test_absent_record_is_the_truth_too(world, two_zones, start):
    reverse, _ = two_zones
    reverse.remove(REVERSE)
    assert finding(start()) == ("consistent", "no_ptr")


def test_truncated_answer_is_asked_for_over_tcp(world, two_zones, start):
    reverse, _ = two_zones
    for server in reverse.servers:
        server.everything(by_proto(udp=lambda query: empty_reply(query, truncated=True), tcp=authoritative(reverse)))
    assert finding(start()) == ("consistent", "pass")
    assert all(server.queries(rdtype="PTR", proto="tcp") for server in reverse.servers)


# --- states


def state_with(zone, start, *behaviours):
    for server, behaviour in zip(zone.servers, behaviours, strict=True):
        server.everything(behaviour)
    return finding(start())


def test_one_lame_server(two_zones, start):
    reverse = two_zones[0]
    assert state_with(reverse, start, refused(), authoritative(reverse)) == ("lame", "pass")


def test_all_lame_without_aa(two_zones, start):
    reverse = two_zones[0]
    assert state_with(reverse, start, not_authoritative(reverse), not_authoritative(reverse)) == ("lame", "unknown")


def test_lame_forward_zone_counts_too(two_zones, start):
    forward = two_zones[1]
    assert state_with(forward, start, refused(), not_authoritative(forward)) == ("lame", "temp_error")


def test_one_dead_server_is_no_news(two_zones, start):
    reverse = two_zones[0]
    assert state_with(reverse, start, silence(), authoritative(reverse)) == ("consistent", "pass")


def test_all_dead(two_zones, start):
    assert state_with(two_zones[0], start, silence(), silence()) == ("unreachable", "unknown")


def test_intercepted(two_zones, start):
    reverse = two_zones[0]
    assert state_with(reverse, start, intercepting(reverse), intercepting(reverse)) == ("intercepted", "unknown")


def test_servers_that_differ_are_no_truth(world, two_zones, start):
    reverse = two_zones[0]
    other = AuthorityOf(reverse)
    other.ptr(IP, "other.example.com")
    assert state_with(reverse, start, authoritative(reverse), authoritative(other)) == ("inconsistent", "unknown")


def AuthorityOf(zone):
    """An empty copy of a zone."""
    return type(zone)(zone.name, zone.serial)


def test_serials_that_differ_leave_the_truth(two_zones, start):
    reverse = two_zones[0]
    assert state_with(reverse, start, authoritative(reverse), authoritative(reverse, serial=2)) == (
        "inconsistent", "pass")


def test_resolver_that_finds_nobody_makes_it_lame(world, start):
    world.resolver.zone.ptr(IP, NAME)  # a cached answer; there is no zone any more
    assert finding(start()) == ("lame", "unknown")


def test_zone_that_cannot_be_found_is_unknown(world, two_zones, start):
    world.resolver.on(None, "SOA", refused())
    assert finding(start()) == ("unknown", "unknown")


def test_second_resolver_is_asked_where_the_first_fails(world, two_zones, start, start_dns):
    broken = start_dns()
    broken.everything(rcode("SERVFAIL"))
    both = [resolver("broken", broken, max_qps=1000), resolver("one", world.resolver, max_qps=1000)]
    assert finding(start(resolvers=both)) == ("consistent", "pass")


def test_change_is_seen_though_the_resolver_still_has_the_old(world, two_zones, start):
    reverse, _ = two_zones
    reverse.remove(REVERSE)
    exporter = start(wait="ready")
    assert finding(exporter) == ("consistent", "no_ptr")
    assert exporter.page().status(IP) == "pass"


# --- hostile zones


def test_thousand_servers_are_thirteen(world, two_zones, start):
    reverse, _ = two_zones
    names = [f"n{n:04}.servers.example" for n in range(1000)]
    world.delegate(reverse, names)
    for name in names:
        world.resolver.zone.a(name, reverse.servers[0].address)
    assert finding(start())[0] == "consistent"
    about_servers = [query for query in world.resolver.queries() if query.key in names]
    assert len(about_servers) == 2 * 13, "A and AAAA of 13 names"
    assert len(asked(*reverse.servers, rdtype="PTR")) == 1, "all are one address"


def test_sixteen_addresses_and_one_of_each_name_first(world, two_zones, start):
    reverse, _ = two_zones
    crowd = [world.server() for _ in range(20)]
    for server in crowd:
        server.everything(authoritative(reverse))
    last = world.server()
    last.everything(authoritative(reverse))
    world.delegate(reverse, [world.name_of([server.address for server in crowd]), world.name_of([last.address])])
    assert finding(start())[0] == "consistent"
    assert sum(1 for server in (*crowd, last) if server.queries(rdtype="PTR")) == 16
    assert last.queries(rdtype="PTR"), "a name with many addresses crowds out no other"


def test_special_use_addresses_are_refused_unless_allowed(world, two_zones, start):
    reverse, forward = two_zones
    assert finding(start(authority={"allow_special_use": False})) == ("lame", "unknown")
    assert not asked(*reverse.servers, *forward.servers)


def test_the_resolver_itself_is_no_authority(world, two_zones, start):
    reverse, _ = two_zones
    world.delegate(reverse, [world.name_of([world.resolver.address])])
    assert finding(start()) == ("lame", "unknown")
    assert all(query.recursion_desired for query in world.resolver.queries())


def test_servers_without_addresses_are_lame(world, two_zones, start):
    reverse, _ = two_zones
    world.delegate(reverse, ["nowhere.example.net", "."])
    assert finding(start()) == ("lame", "unknown")


def test_glue_of_a_referral_is_not_believed(world, two_zones, start):
    """The answer's own chain is NS names asked at the resolver, never what a server slips in."""
    reverse, _ = two_zones
    trap = world.server()
    for server in reverse.servers:
        server.everything(answer(authority=[("100.45.5.in-addr.arpa", 300, "NS", "evil.example")],
                                 recursion_available=False, authoritative=True))
    world.resolver.zone.a("evil.example", trap.address)
    finding(start())
    time.sleep(0.5)
    assert not trap.queries()


def test_aliases_without_end_are_lame_and_bounded(world, two_zones, start):
    """Each name is an alias of the next: eight are followed, over all zones of a target."""
    reverse, _ = two_zones
    trap = world.zone("trap.example")
    reverse.remove(REVERSE)
    reverse.cname(REVERSE, "a0.trap.example")
    for number in range(15):
        trap.cname(f"a{number}.trap.example", f"a{number + 1}.trap.example")
    assert finding(start()) == ("lame", "unknown")
    assert len(trap.servers[0].queries(rdtype="PTR")) == 8


def test_alias_loop_is_lame(world, two_zones, start):
    reverse, _ = two_zones
    for server in reverse.servers:
        server.everything(cname_loop())
    assert finding(start())[0] in ("lame", "intercepted")


# --- rate


def test_one_address_never_gets_more_than_five_a_second(world, start):
    """300 targets in one zone with one server, which also has their names."""
    reverse, forward = world.zone("45.5.in-addr.arpa"), world.zone("example.com")
    ips = [f"5.45.{n // 250}.{n % 250}" for n in range(300)]
    for number, ip in enumerate(ips):
        world.good(reverse, forward, ip, f"m{number}.example.com")
    start(ips)
    time.sleep(8)
    for server in reverse.servers + forward.servers:
        assert server.most_within(1.0) <= 5
    assert len(reverse.servers[0].queries()) >= 20, "what is allowed is used"


def test_many_targets_in_a_hundred_zones(world, start):
    """The first round, the worst there is: all are new. An address gets five a second at most, a zone is
    asked for once; tests/unit/authority/test_authority_lane.c has 10,000 targets and the hours that follow."""
    world.resolver.on(None, "PTR", rcode("SERVFAIL"))
    zones = [world.zone(f"{number}.45.5.in-addr.arpa") for number in range(100)]
    ips = [f"5.45.{zone}.{host}" for zone in range(100) for host in range(5)]
    start(ips, resolvers=[resolver("one", world.resolver, max_qps=500)], timeout="2s")
    begin = time.monotonic()
    time.sleep(10)
    assert all(zone.servers[0].most_within(1.0) <= 5 for zone in zones)
    assert all(len(world.resolver.queries(name=zone.name, rdtype="NS")) <= 1 for zone in zones)
    about_zones = [query for query in world.resolver.queries() if query.type != "PTR"]
    assert len(about_zones) <= 50 * (time.monotonic() - begin) + 10
    questions = [query.key for zone in zones for query in zone.servers[0].queries(rdtype="PTR")]
    assert len(questions) == len(set(questions)) >= 100, "each target once, and zones do not wait for each other"


def test_retries_count_against_the_rate(world, start):
    reverse = world.zone("45.5.in-addr.arpa")
    ips = [f"5.45.100.{n}" for n in range(1, 60)]
    for ip in ips:
        world.resolver.zone.ptr(ip, NAME)
    reverse.servers[0].everything(silence())
    start(ips, tries=5)
    time.sleep(5)
    assert reverse.servers[0].queries() and reverse.servers[0].most_within(1.0) <= 5


def test_zones_cost_a_resolver_a_tenth_of_its_rate(world, start):
    reverse, forward = world.zone("45.5.in-addr.arpa"), world.zone("example.com")
    ips = [f"5.45.100.{n}" for n in range(1, 100)]
    for number, ip in enumerate(ips):
        world.good(reverse, forward, ip, f"m{number}.example.com")
    begin = time.monotonic()
    start(ips, resolvers=[resolver("one", world.resolver, max_qps=100)])
    time.sleep(6)
    about_zones = [q for q in world.resolver.queries() if q.type == "SOA" or (q.type == "NS" and q.key != ".")]
    seconds = time.monotonic() - begin
    assert 20 <= len(about_zones) <= 10 * seconds + 3


def test_second_question_of_a_target_waits_for_its_hour(world, two_zones, start):
    reverse, _ = two_zones
    exporter = start()
    finding(exporter)
    time.sleep(3)
    assert len(findings(exporter)) == 1
    assert len(reverse.servers[0].queries(rdtype="PTR")) == 1


# --- nobody there


def test_unreachable_after_ten_is_said_once(world, start):
    """As behind a firewall: then only the few that try again are asked, after an hour."""
    reverse = world.zone("45.5.in-addr.arpa", 6)
    ips = [f"5.45.100.{n}" for n in range(1, 41)]
    for ip in ips:
        world.resolver.zone.ptr(ip, NAME)
    for server in reverse.servers:
        server.everything(silence())
    exporter = start(ips)
    for ip in ips:
        wait_for(lambda: ("unreachable", "unknown") in findings(exporter, ip), 15, f"{ip} told")  # noqa: B023
    time.sleep(1)
    begin = time.monotonic()
    time.sleep(3)
    assert len(exporter.log_lines("No authoritative server answers")) == 1
    assert not asked(*reverse.servers, since=begin), "nobody is asked any more"


def test_special_targets_are_left_out(world, two_zones, start):
    exporter = start([IP, "10.0.0.1"])
    finding(exporter)
    time.sleep(0.5)
    assert not findings(exporter, "10.0.0.1")


# --- off, and reload


def test_off_asks_nothing(world, two_zones, start):
    reverse, forward = two_zones
    exporter = start(wait="ready", authority={"enabled": False})
    time.sleep(1)
    assert not findings(exporter)
    assert not asked(*reverse.servers, *forward.servers)
    assert not world.resolver.queries(rdtype="SOA")


def test_off_by_reload_and_on_again(world, two_zones, start):
    reverse, _ = two_zones
    for server in reverse.servers:
        server.everything(delayed(0.1, authoritative(reverse)))
    exporter = start()
    wait_for(lambda: reverse.servers[0].queries(), 5, "asked")
    exporter.write_config(config(world, authority={"enabled": False}))
    exporter.reload_and_wait()
    time.sleep(0.5)
    begin, before = time.monotonic(), len(findings(exporter))
    time.sleep(1)
    assert not asked(*reverse.servers, since=begin)
    exporter.write_config(config(world))
    exporter.reload_and_wait()
    wait_for(lambda: len(findings(exporter)) > before, 5, "asked again")


def test_reload_asks_new_targets_only(world, two_zones, start):
    reverse, forward = two_zones
    world.good(reverse, forward, "5.45.100.8", "m8.example.com")
    exporter = start()
    finding(exporter)
    exporter.write_targets([target([IP, "5.45.100.8"])])
    exporter.reload()
    assert finding(exporter, "5.45.100.8") == ("consistent", "pass")
    assert len(findings(exporter)) == 1


def test_removed_resolver_while_it_is_asked(world, two_zones, start, start_dns):
    slow = start_dns()
    slow.everything(silence())
    exporter = start(resolvers=[resolver("slow", slow), resolver("one", world.resolver, max_qps=1000)])
    wait_for(lambda: slow.queries(rdtype="SOA"), 5, "a zone is asked for")
    exporter.write_config(config(world))
    exporter.reload_and_wait()
    assert finding(exporter) == ("consistent", "pass")


def test_removed_target_while_it_is_asked(world, two_zones, start):
    reverse, forward = two_zones
    world.good(reverse, forward, "5.45.100.8", "m8.example.com")
    for server in reverse.servers:
        server.on(REVERSE, "PTR", delayed(0.15, authoritative(reverse)))
        server.everything(None)
        server.on(None, None, authoritative(reverse))
    exporter = start([IP, "5.45.100.8"])
    wait_for(lambda: reverse.servers[0].queries(name=REVERSE), 5, "asked")
    exporter.write_targets([target("5.45.100.8")])
    exporter.reload()
    assert finding(exporter, "5.45.100.8") == ("consistent", "pass")


def test_other_timeouts_ask_what_was_under_way_anew(world, two_zones, start):
    reverse, _ = two_zones
    for server in reverse.servers:
        server.everything(delayed(0.5, authoritative(reverse)))
    exporter = start(timeout="10s")
    wait_for(lambda: asked(*reverse.servers), 5, "asked")
    exporter.write_config(config(world, timeout="5s"))
    exporter.reload_and_wait()
    assert finding(exporter) == ("consistent", "pass")


def test_stop_while_everything_is_under_way(world, two_zones, start):
    reverse, _ = two_zones
    for server in reverse.servers:
        server.everything(silence())
    exporter = start([f"5.45.100.{n}" for n in range(1, 40)], timeout="10s")
    wait_for(lambda: asked(*reverse.servers), 5, "asked")
