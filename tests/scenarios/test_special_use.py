"""special_use: check, for internal networks with internal names (design.md 3).

10.x and fd00:: stand only in questions; every server is on loopback.
"""

import pytest

from exporter import resolver, settings, target
from scripted_dns import *  # noqa: F403

FOUR, OTHER, SIX = "10.1.2.3", "10.1.2.4", "fd00::3"
TLDS = ("internal", "lan", "corp", "home.arpa", "local", "test")


def start(start_exporter, server, targets, **more):
    return start_exporter(settings(resolver("one", server), **more), targets)


@pytest.fixture(scope="module")
def network(start_shared_dns, start_shared_exporter):
    """Per TLD, in both families: one address as it should be, one of another name, one of none."""
    server, targets = start_shared_dns(), []
    for number, tld in enumerate(TLDS):
        for network in (f"10.0.{number}.", f"fd00:a{number}::"):
            server.zone.good(f"{network}1", f"mail.{tld}")
            server.zone.good(f"{network}2", f"other.{tld}")
            targets.append(target([f"{network}1", f"{network}2", f"{network}3"], f"mail.{tld}"))
    bad = {"10.1.0.1": "localhost", "10.1.0.2": "x.localhost", "10.1.0.3": "vm.invalid", "10.1.0.4": "abc.onion",
           "fd00::1": "localhost", "10.1.0.5": "nas"}
    for ip, name in bad.items():
        server.zone.good(ip, name)
    targets.append(target(list(bad)))
    return bad, start_shared_exporter(settings(resolver("one", server), special_use="check"), targets)


@pytest.mark.parametrize("tld", TLDS)
def test_internal_names_are_judged_as_others_are(network, tld):
    _, exporter = network
    number = TLDS.index(tld)
    for base in (f"10.0.{number}.", f"fd00:a{number}::"):
        page = exporter.wait_status(f"{base}1", "pass")
        assert page.answer(f"{base}1", "one") == {"status": "pass", "reason": "none", "ptr": f"mail.{tld}"}
        assert page.value("fcrdns_ptr_match", ip=f"{base}1") == 1
        page = exporter.wait_status(f"{base}2", "name_mismatch")
        assert page.answer(f"{base}2", "one")["ptr"] == f"other.{tld}"
        page = exporter.wait_status(f"{base}3", "no_ptr")
        assert page.answer(f"{base}3", "one") == {"status": "no_ptr", "reason": "nxdomain", "ptr": ""}


def test_what_means_nothing_anywhere_stays_invalid(network):
    bad, exporter = network
    for ip, name in bad.items():
        reason = "single_label" if name == "nas" else "special_tld"
        page = exporter.wait_status(ip, "ptr_invalid")
        assert page.answer(ip, "one") == {"status": "ptr_invalid", "reason": reason, "ptr": name}


def test_public_targets_keep_the_public_rules(start_dns, start_exporter):
    """special_use: check is about special-use addresses: a public one called vm.internal is invalid."""
    server = start_dns()
    server.zone.good("5.45.100.1", "vm.internal")
    exporter = start(start_exporter, server, [target("5.45.100.1")], special_use="check")
    page = exporter.wait_status("5.45.100.1", "ptr_invalid")
    assert page.answer("5.45.100.1", "one")["reason"] == "special_tld"


def test_switched_on_and_off_by_reload(start_dns, start_exporter):
    server = start_dns()
    for ip in (FOUR, SIX):
        server.zone.good(ip, "mail.corp")
    exporter = start(start_exporter, server, [target([FOUR, OTHER, SIX], "mail.corp")])
    for ip in (FOUR, OTHER, SIX):
        assert exporter.page().status(ip) == "special_use"
    assert not server.queries(rdtype="PTR")
    exporter.write_config(settings(resolver("one", server), special_use="check"))
    exporter.reload_and_wait()
    exporter.wait_status(FOUR, "pass")
    exporter.wait_status(SIX, "pass")
    exporter.wait_status(OTHER, "no_ptr")
    exporter.write_config(settings(resolver("one", server)))
    page = exporter.reload_and_wait()
    assert {page.status(ip) for ip in (FOUR, OTHER, SIX)} == {"special_use"}
    assert not page.has("fcrdns_lookup_success")
