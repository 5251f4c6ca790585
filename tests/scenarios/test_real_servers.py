"""The exporter beside NSD and three Unbounds: what an admin sees when a zone is changed."""

import pytest

from dns_zone import reverse_name
from exporter import resolver, settings, target
from real_servers import FORWARD, RESOLVERS, REVERSE4, REVERSE_CUSTOMER

LONG = 300  # seconds: no cache lets go of this by itself during a test
MAIL = "mail.example.com"
STEADY, CHANGED, PRIMED, CLASSLESS, GROWN, VANISHED = (f"5.45.100.{n}" for n in (10, 11, 12, 200, 14, 15))
STEADY6, CHANGED6 = "2a01:4f8::10", "2a01:4f8::11"


def publish_start(servers):
    """The zones as they are when the exporter starts: everything passes."""
    for ip, name, ttl in ((STEADY, MAIL, 2), (STEADY6, MAIL, 2), (CHANGED, "changed.example.com", 2),
                          (CHANGED6, "changed.example.com", 2), (PRIMED, "primed.example.com", LONG),
                          (GROWN, "grown.example.com", 2), (VANISHED, "vanished.example.com", 2)):
        servers.set_ptr(ip, name, ttl=ttl)
    servers.set_address(MAIL, STEADY, STEADY6)
    servers.set_address("changed.example.com", CHANGED, CHANGED6)
    servers.set_address("primed.example.com", PRIMED, ttl=LONG)
    servers.set_address("grown.example.com", GROWN)
    servers.set_address("vanished.example.com", VANISHED)
    alias = f"{CLASSLESS.rpartition('.')[2]}.{REVERSE_CUSTOMER}."
    servers.zones[REVERSE4].set(reverse_name(CLASSLESS), "CNAME", alias)
    servers.zones[REVERSE_CUSTOMER].set(alias, "PTR", "mx.example.net.")
    servers.set_address("mx.example.net", CLASSLESS)
    servers.publish()


@pytest.fixture(scope="module")
def watched(real_servers, start_shared_exporter):
    publish_start(real_servers)
    resolvers = [resolver(name, server) for name, server in real_servers.resolvers.items()]
    targets = [target([STEADY, STEADY6], MAIL), target([CHANGED, CHANGED6], "changed.example.com"),
               target(PRIMED, "primed.example.com"), target(CLASSLESS, "mx.example.net"),
               target(GROWN, "grown.example.com"), target(VANISHED, "vanished.example.com")]
    return real_servers, start_shared_exporter(settings(*resolvers, timeout="1s"), targets)


def answers(page, ip):
    return {name: page.answer(ip, name) for name in RESOLVERS}


def everywhere(status, ptr, reason="none"):
    return {name: {"status": status, "reason": reason, "ptr": ptr} for name in RESOLVERS}


def wait_everywhere(exporter, ip, status, ptr, reason="none"):
    """All three resolvers and the combined status have arrived, and nobody disagrees."""

    def arrived(page):
        assert answers(page, ip) == everywhere(status, ptr, reason), answers(page, ip)
        assert page.status(ip) == status and page.disagreement(ip) == set()
        return True

    return exporter.wait_page(arrived, 12, f"{ip} at {status} everywhere")


def test_everything_passes_everywhere(watched):
    _, exporter = watched
    for ip, name in ((STEADY, MAIL), (STEADY6, MAIL), (CHANGED, "changed.example.com"),
                     (PRIMED, "primed.example.com"), (CLASSLESS, "mx.example.net")):
        page = wait_everywhere(exporter, ip, "pass", name)
        assert page.value("fcrdns_distinct_answers", ip=ip) == 1
    assert page.flags(CLASSLESS) == {"reverse_alias"} and page.flags(STEADY) == set()
    for name in RESOLVERS:
        assert page.value("fcrdns_resolver_up", resolver=name) == 1


def test_changed_ptr_is_name_mismatch_then_pass_again(watched):
    servers, exporter = watched
    servers.set_address("renamed.example.com", CHANGED)
    servers.set_ptr(CHANGED, "renamed.example.com")
    servers.publish(FORWARD, REVERSE4)
    page = wait_everywhere(exporter, CHANGED, "name_mismatch", "renamed.example.com")
    assert page.value("fcrdns_target_ok", ip=CHANGED) == 0
    assert page.value("fcrdns_ptr_match", ip=CHANGED, resolver="one") == 0
    assert page.status(STEADY) == "pass" and page.status(CHANGED6) == "pass", "nothing else changed"
    servers.set_ptr(CHANGED, "changed.example.com")
    servers.publish(REVERSE4)
    wait_everywhere(exporter, CHANGED, "pass", "changed.example.com")


def test_changed_ipv6_forward_is_forward_mismatch_then_missing(watched):
    servers, exporter = watched
    servers.set_address("changed.example.com", CHANGED, "2a01:4f8::99")
    servers.publish(FORWARD)
    wait_everywhere(exporter, CHANGED6, "forward_mismatch", "changed.example.com")
    assert exporter.page().status(CHANGED) == "pass", "the IPv4 address of the same name is untouched"
    servers.set_address("changed.example.com", CHANGED)
    servers.publish(FORWARD)

    def missing(page):
        return all(a["status"] == "forward_missing" for a in answers(page, CHANGED6).values())

    exporter.wait_page(missing, 12, "forward_missing everywhere")
    assert exporter.page().status(CHANGED6) == "forward_missing"


def test_removed_ptr_is_no_ptr_and_a_second_name_is_shown(watched):
    servers, exporter = watched
    servers.set_ptr(VANISHED)
    servers.set_ptr(GROWN, "grown.example.com", "also.example.com")
    servers.publish(REVERSE4)
    page = wait_everywhere(exporter, VANISHED, "no_ptr", "", "nxdomain")
    assert page.value("fcrdns_ptr_records", ip=VANISHED, resolver="two") == 0
    page = wait_everywhere(exporter, GROWN, "pass", "also.example.com,grown.example.com")
    assert page.flags(GROWN) == {"multiple_ptr"}
    assert page.value("fcrdns_ptr_records", ip=GROWN, resolver="three") == 2


def test_disagreement_while_caches_differ_and_the_majority_decides(watched):
    """The old answer has a long TTL in all caches; they are made to see the new one, one by one."""
    servers, exporter = watched
    wait_everywhere(exporter, PRIMED, "pass", "primed.example.com")
    servers.set_ptr(PRIMED, "unknown.example.com", ttl=LONG)
    servers.publish(REVERSE4)
    question = reverse_name(PRIMED)

    servers.resolvers["one"].flush(question)
    page = exporter.wait_page(lambda p: p.answer(PRIMED, "one")["status"] == "forward_missing", 8, "one is new")
    assert page.status(PRIMED) == "pass", "one of three does not decide"
    assert page.disagreement(PRIMED) == {"ptr", "verdict"}
    assert page.value("fcrdns_distinct_answers", ip=PRIMED) == 2
    assert page.answer(PRIMED, "two") == page.answer(PRIMED, "three") == {
        "status": "pass", "reason": "none", "ptr": "primed.example.com"}

    servers.resolvers["two"].flush(question)
    page = exporter.wait_page(lambda p: p.status(PRIMED) == "forward_missing", 8, "two of three are new")
    assert page.disagreement(PRIMED) == {"ptr", "verdict"} and page.value("fcrdns_target_ok", ip=PRIMED) == 0
    assert page.answer(PRIMED, "three")["status"] == "pass"

    servers.resolvers["three"].flush(question)
    page = exporter.wait_page(lambda p: p.value("fcrdns_distinct_answers", ip=PRIMED) == 1, 8, "all are new")
    assert page.status(PRIMED) == "forward_missing"
    assert page.disagreement(PRIMED) == {"ptr", "verdict"}, "other caches of theirs may still have the old one"
    assert page.disagreement(STEADY) == set() and page.status(STEADY) == "pass"
