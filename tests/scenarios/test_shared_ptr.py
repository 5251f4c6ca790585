"""The flag shared_ptr: another target of the same address family has the same PTR name (design.md 3)."""

from exporter import resolver, settings, target
from scripted_dns import *  # noqa: F403

ONE, TWO, SIX = "5.45.100.1", "5.45.100.2", "2a01:4f8::1"
MAIL = "mail.example.com"


def wait_shared(exporter, ips, timeout=5):
    """Until exactly these targets have the flag."""

    def condition(page):
        found = {ip for ip in page.ips() if "shared_ptr" in page.flags(ip)}
        assert found == set(ips), found
        return True

    return exporter.wait_page(condition, timeout, f"shared by {ips}")


def sharing_server(start_dns):
    server = start_dns()
    for ip in (ONE, TWO, SIX):
        server.zone.ptr(ip, MAIL)
    server.zone.a(MAIL, ONE, TWO)
    server.zone.aaaa(MAIL, SIX)
    return server


def test_both_have_it_until_one_changes(start_dns, start_exporter):
    server = sharing_server(start_dns)
    exporter = start_exporter(settings(resolver("one", server)), [target([ONE, TWO, SIX], MAIL)])
    page = wait_shared(exporter, [ONE, TWO])
    assert page.status(ONE) == page.status(TWO) == page.status(SIX) == "pass"
    server.zone.good(TWO, "two.example.com")
    wait_shared(exporter, [])
    server.zone.ptr(TWO, "two.example.com", "MAIL.example.com")
    page = wait_shared(exporter, [ONE, TWO])
    assert page.flags(TWO) == {"shared_ptr", "multiple_ptr"} and page.flags(ONE) == {"shared_ptr"}


def test_families_are_apart(start_dns, start_exporter):
    exporter = start_exporter(settings(resolver("one", sharing_server(start_dns))), [target([ONE, SIX], MAIL)])
    exporter.wait_page(lambda page: page.status(ONE) == page.status(SIX) == "pass", 5, "both pass")
    wait_shared(exporter, [])


def test_one_resolver_alone_is_no_quorum(start_dns, start_exporter):
    servers = [sharing_server(start_dns) for _ in range(3)]
    for server in servers[1:]:
        server.zone.good(TWO, "two.example.com")
    resolvers = [resolver(f"r{number}", server) for number, server in enumerate(servers)]
    exporter = start_exporter(settings(*resolvers), [target([ONE, TWO])])
    exporter.wait_page(lambda page: page.disagreement(TWO) == {"ptr"}, 5, "one differs")
    wait_shared(exporter, [])
    servers[1].zone.good(TWO, MAIL)
    wait_shared(exporter, [ONE, TWO])


def test_lost_packets_and_servfail_change_nothing_until_hold(start_dns, start_exporter):
    server = sharing_server(start_dns)
    exporter = start_exporter(settings(resolver("one", server), hold="4s"), [target([ONE, TWO])])
    wait_shared(exporter, [ONE, TWO])
    server.on_ip(TWO, rcode("SERVFAIL"))
    exporter.wait_page(lambda page: page.value("fcrdns_lookup_success", ip=TWO) == 0, 5, "a failed check")
    wait_shared(exporter, [ONE, TWO], 1)
    exporter.wait_status(TWO, "temp_error", 8)
    wait_shared(exporter, [], 3)


def test_removed_and_added_by_reload(start_dns, start_exporter):
    exporter = start_exporter(settings(resolver("one", sharing_server(start_dns))), [target([ONE, TWO])])
    wait_shared(exporter, [ONE, TWO])
    exporter.write_targets([target(ONE)])
    page = exporter.reload_and_wait()
    assert page.flags(ONE) == set(), "gone with the other target, at once"
    exporter.write_targets([target([ONE, TWO])])
    exporter.reload_and_wait()
    wait_shared(exporter, [ONE, TWO])


def test_placeholders_are_shared_too(start_dns, start_exporter):
    """A name need not be a usable one: three addresses that are all called localhost share it."""
    server = start_dns()
    for ip in (ONE, TWO, "5.45.100.3"):
        server.zone.ptr(ip, "localhost")
    exporter = start_exporter(settings(resolver("one", server)), [target([ONE, TWO, "5.45.100.3"])])
    wait_shared(exporter, [ONE, TWO, "5.45.100.3"])
