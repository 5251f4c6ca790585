"""Every status and reason of design.md 3, reached by the real binary through a scripted resolver.

One exporter watches all cases of CASES, each an address of its own, at one resolver.
"""

import dataclasses
import time

import pytest

from exporter import resolver, settings, target
from page import STATUSES
from scripted_dns import *  # noqa: F403
from scripted_dns import reverse_name

EXPECTED = "mail.example.com"


@dataclasses.dataclass
class Case:
    """One address and what must come of it. None: the contract leaves it open."""

    name: str
    status: str
    reason: str = None
    ptr: str = ""
    flags: set = dataclasses.field(default_factory=set)
    hostname: object = None
    script: object = None  # script(server, ip, n): n makes names unlike those of other cases
    ip: str = None


CASES = []


def case(name, status, reason=None, **more):
    """Decorator: the function scripts the server for one address."""

    def add(script):
        CASES.append(Case(name, status, reason, script=script, **more))
        return script

    return add


def ptr_only(*names):
    return lambda server, ip, n: server.zone.ptr(ip, *names)


def spoiled_ptr(behaviour):
    """The zone is good, but the PTR question meets this behaviour."""

    def script(server, ip, n):
        server.zone.good(ip, f"spoiled{n}.example.com")
        server.on_ip(ip, behaviour)

    return script


def spoiled_forward(behaviour):
    """The PTR is good, but the A question meets this behaviour."""

    def script(server, ip, n):
        server.zone.good(ip, f"spoiled{n}.example.com")
        server.on(f"spoiled{n}.example.com", "A", behaviour)

    return script


# --- pass and the mismatches -------------------------------------------------


@case("expected", "pass", "none", ptr="pass1.example.com", hostname="pass1.example.com")
def _(server, ip, n):
    server.zone.good(ip, "pass1.example.com")


@case("nothing_expected", "pass", "none", ptr="pass2.example.com")
def _(server, ip, n):
    server.zone.good(ip, "pass2.example.com")


@case("one_of_several_expected", "pass", "none", ptr="pass3.example.com",
      hostname=["other.example.com", "pass3.example.com"])
def _(server, ip, n):
    server.zone.good(ip, "pass3.example.com")


@case("one_of_several_addresses", "pass", "none", ptr="pass4.example.com")
def _(server, ip, n):
    server.zone.ptr(ip, "pass4.example.com")
    server.zone.a("pass4.example.com", "5.45.101.1", ip, "5.45.101.2")


@case("letter_case_is_nothing", "pass", "none", ptr="pass5.example.com", hostname="Pass5.EXAMPLE.com.")
def _(server, ip, n):
    server.zone.ptr(ip, "PASS5.Example.COM")
    server.zone.a("pass5.example.com", ip)


@case("several_ptr_one_confirms", "pass", "none", ptr="a.pass6.example.com,b.pass6.example.com",
      flags={"multiple_ptr"}, hostname="b.pass6.example.com")
def _(server, ip, n):
    server.zone.ptr(ip, "b.pass6.example.com", "a.pass6.example.com")
    server.zone.a("b.pass6.example.com", ip)


@case("good_and_bad_name", "pass", "none", ptr="bad\\032name.example.com,pass7.example.com", flags={"multiple_ptr"})
def _(server, ip, n):
    server.zone.ptr(ip, (b"bad name", b"example", b"com"), "pass7.example.com")
    server.zone.a("pass7.example.com", ip)


@case("idn_expected", "pass", "none", ptr="xn--bcher-kva.example.com", hostname="bücher.example.com")
def _(server, ip, n):
    server.zone.good(ip, "xn--bcher-kva.example.com")


@case("other_name_fails_but_expected_confirms", "pass", "none",
      ptr="broken8.example.com,pass8.example.com", flags={"multiple_ptr"}, hostname="pass8.example.com")
def _(server, ip, n):
    server.zone.good(ip, "broken8.example.com", "pass8.example.com")
    server.on("broken8.example.com", "A", rcode("SERVFAIL"))


@case("underscore", "pass", "none", ptr="under_score.example.com", flags={"underscore"})
def _(server, ip, n):
    server.zone.good(ip, "under_score.example.com")


@case("forward_alias", "pass", "none", ptr="alias9.example.com", flags={"forward_alias"})
def _(server, ip, n):
    server.zone.ptr(ip, "alias9.example.com")
    server.zone.cname("alias9.example.com", "real9.example.com")
    server.zone.a("real9.example.com", ip)


@case("rfc2317", "pass", "none", ptr="classless.example.com", flags={"reverse_alias"},
      hostname="classless.example.com")
def _(server, ip, n):
    server.zone.cname(reverse_name(ip), f"{n}.0/25.100.45.5.in-addr.arpa")
    server.zone.ptr(f"{n}.0/25.100.45.5.in-addr.arpa", "classless.example.com")
    server.zone.a("classless.example.com", ip)


@case("reverse_alias_the_resolver_did_not_chase", "pass", "none", ptr="unchased.example.com",
      flags={"reverse_alias"})
def _(server, ip, n):
    other = f"{n}.0-25.100.45.5.in-addr.arpa"
    server.on_ip(ip, answer((reverse_name(ip), 300, "CNAME", other)))
    server.zone.ptr(other, "unchased.example.com")
    server.zone.a("unchased.example.com", ip)


@case("forward_alias_the_resolver_did_not_chase", "pass", "none", ptr="half.example.com", flags={"forward_alias"})
def _(server, ip, n):
    server.zone.ptr(ip, "half.example.com")
    server.on("half.example.com", "A", answer(("half.example.com", 300, "CNAME", "whole.example.com")))
    server.zone.a("whole.example.com", ip)


@case("record_before_its_cname", "pass", "none", ptr="before.example.com", flags={"reverse_alias"})
def _(server, ip, n):
    other = f"{n}.1-30.100.45.5.in-addr.arpa"
    server.on_ip(ip, answer((other, 300, "PTR", "before.example.com"), (reverse_name(ip), 300, "CNAME", other)))
    server.zone.a("before.example.com", ip)


@case("twelve_names_expected_last", "pass", "none", flags={"multiple_ptr", "ptr_overflow"},
      ptr=",".join(f"n{i:02}.many.example.com" for i in range(1, 10)) + ",z.many.example.com",
      hostname="z.many.example.com")
def _(server, ip, n):
    server.zone.ptr(ip, "z.many.example.com", *[f"n{i:02}.many.example.com" for i in range(1, 12)])
    server.zone.a("z.many.example.com", ip)


@case("sixty_names_over_tcp", "pass", "none", flags={"multiple_ptr", "ptr_overflow"},
      ptr=",".join(f"host-{i:02}.with-a-rather-long-name.sixty.example.com" for i in range(10)))
def _(server, ip, n):
    names = [f"host-{i:02}.with-a-rather-long-name.sixty.example.com" for i in range(60)]
    server.zone.ptr(ip, *names)
    server.zone.a(names[3], ip)


@case("truncated_then_tcp", "pass", "none", ptr="tc.example.com")
def _(server, ip, n):
    server.zone.good(ip, "tc.example.com")
    server.on_ip(ip, truncated())


@case("other_name_confirms", "name_mismatch", "none", ptr="elsewhere.example.com", hostname=EXPECTED)
def _(server, ip, n):
    server.zone.good(ip, "elsewhere.example.com")


@case("expected_name_does_not_confirm", "name_mismatch", "none",
      ptr="wanted10.example.com,works10.example.com", flags={"multiple_ptr"}, hostname="wanted10.example.com")
def _(server, ip, n):
    server.zone.ptr(ip, "wanted10.example.com", "works10.example.com")
    server.zone.a("wanted10.example.com", "5.45.101.10")
    server.zone.a("works10.example.com", ip)


@case("other_address", "forward_mismatch", ptr="moved.example.com", hostname="moved.example.com")
def _(server, ip, n):
    server.zone.ptr(ip, "moved.example.com")
    server.zone.a("moved.example.com", "5.45.101.11")


@case("several_ptr_none_confirms", "forward_mismatch", ptr="a11.example.com,b11.example.com",
      flags={"multiple_ptr"})
def _(server, ip, n):
    server.zone.ptr(ip, "a11.example.com", "b11.example.com")
    server.zone.a("a11.example.com", "5.45.101.12")


@case("forward_nxdomain", "forward_missing", ptr="gone.example.com", hostname="gone.example.com")
def _(server, ip, n):
    server.zone.ptr(ip, "gone.example.com")


@case("forward_other_family_only", "forward_missing", ptr="six-only.example.com")
def _(server, ip, n):
    server.zone.ptr(ip, "six-only.example.com")
    server.zone.aaaa("six-only.example.com", "2a01:4f8::99")


@case("forward_dangling_alias", "forward_missing", ptr="dangling12.example.com", flags={"forward_alias"})
def _(server, ip, n):
    server.zone.ptr(ip, "dangling12.example.com")
    server.zone.cname("dangling12.example.com", "nowhere12.example.com")


# --- ptr_invalid -------------------------------------------------------------

for title, reason, value, shown in (
        ("root", "root", ".", "."),
        ("localhost", "special_tld", "localhost", "localhost"),
        ("below_localhost", "special_tld", "x.localhost", "x.localhost"),
        ("localdomain", "special_tld", "localhost.localdomain", "localhost.localdomain"),
        ("local", "special_tld", "printer.local", "printer.local"),
        ("invalid", "special_tld", "ptr.invalid", "ptr.invalid"),
        ("internal", "special_tld", "vm.internal", "vm.internal"),
        ("home_arpa", "special_tld", "nas.home.arpa", "nas.home.arpa"),
        ("missing_final_dot", "reverse_name", "mail.example.com.100.45.5.in-addr.arpa",
         "mail.example.com.100.45.5.in-addr.arpa"),
        ("single_label", "single_label", "unknown", "unknown"),
        ("ip_literal", "ip_literal", "5.45.100.7", "5.45.100.7"),
        ("space", "bad_chars", (b"two words", b"example", b"com"), "two\\032words.example.com"),
        ("hyphen_at_end", "bad_chars", "mail-.example.com", "mail-.example.com"),
        ("hyphen_at_start", "bad_chars", "-mail.example.com", "-mail.example.com"),
        ("utf8", "bad_chars", ("bücher".encode(), b"example", b"com"), "b\\195\\188cher.example.com"),
        ("dot_in_label", "bad_chars", (b"mail.host", b"example", b"com"), "mail\\046host.example.com"),
        ("nul", "bad_chars", (b"a\x00b", b"example", b"com"), "a\\000b.example.com"),
        ("comma", "bad_chars", (b"a,b", b"example", b"com"), "a\\044b.example.com"),
        ("quote_newline_backslash", "bad_chars", (b'"\n\\', b"example", b"com"), "\\034\\010\\092.example.com"),
        ("slash", "bad_chars", (b"0/27", b"example", b"com"), "0/27.example.com")):
    case(f"ptr_{title}", "ptr_invalid", reason, ptr=shown)(ptr_only(value))


# --- no_ptr ------------------------------------------------------------------

case("ptr_nxdomain", "no_ptr", "nxdomain")(lambda server, ip, n: None)
case("ptr_nxdomain_bare", "no_ptr", "nxdomain_bare")(spoiled_ptr(nxdomain(soa=False)))
case("ptr_nodata", "no_ptr", "nodata")(
    lambda server, ip, n: server.zone.add(reverse_name(ip), "TXT", '"no PTR here"'))


@case("rfc2317_dangling", "no_ptr", "nxdomain", flags=None)
def _(server, ip, n):
    server.zone.cname(reverse_name(ip), f"{n}.0/25.100.45.5.in-addr.arpa")


# --- temp_error --------------------------------------------------------------

for title, reason, behaviour in (
        ("silence", "timeout", silence()),
        ("servfail", "servfail", rcode("SERVFAIL")),
        ("refused", "refused", rcode("REFUSED")),
        ("notimp", "notimp", rcode("NOTIMP")),
        ("formerr", "formerr", rcode("FORMERR")),
        ("yxdomain", "other_rcode", rcode("YXDOMAIN")),
        ("notauth", "other_rcode", rcode("NOTAUTH")),
        ("cname_loop", "cname_loop", cname_loop()),
        ("referral", "lame", referral("45.5.in-addr.arpa", "ns1.example.net")),
        ("wrong_id", "timeout", wrong_id()),
        ("wrong_question", "timeout", wrong_question()),
        ("not_a_reply", "timeout", not_a_reply()),
        ("tcp_hangs", "tcp_timeout", truncated(tcp=silence())),
        ("truncated_again", "truncated", always_truncated()),
        ("compression_loop", "malformed", compression_loop()),
        ("lying_counts", "malformed", lying_counts(500)),
        ("bogus", "bogus", lambda q: (from_zone() if q.checking_disabled else ede(6, then=rcode("SERVFAIL")))(q))):
    case(f"ptr_{title}", "temp_error", reason)(spoiled_ptr(behaviour))

for title, reason, behaviour in (("silence", "timeout", silence()),
                                 ("servfail", "servfail", rcode("SERVFAIL")),
                                 ("cname_loop", "cname_loop", cname_loop())):
    case(f"forward_{title}", "temp_error", reason)(spoiled_forward(behaviour))


@case("expected_name_fails_other_confirms", "temp_error", "servfail", hostname="broken13.example.com")
def _(server, ip, n):
    server.zone.good(ip, "broken13.example.com", "fine13.example.com")
    server.on("broken13.example.com", "A", rcode("SERVFAIL"))


# --- filtered ----------------------------------------------------------------

for code in (15, 16, 17):
    case(f"nxdomain_with_ede_{code}", "filtered", "blocked")(spoiled_ptr(ede(code, then=nxdomain())))
case("nodata_with_ede_15", "filtered", "blocked")(spoiled_ptr(ede(15, then=nodata())))
case("ra_clear", "filtered", "blocked")(spoiled_ptr(ra_clear(nxdomain(soa=False))))
case("forward_with_ede_17", "filtered", "blocked")(spoiled_forward(ede(17, then=nxdomain())))
case("forward_ra_clear", "filtered", "blocked")(spoiled_forward(ra_clear(nxdomain(soa=False))))


@case("one_failure_filtered_one_not", "temp_error")
def _(server, ip, n):
    server.zone.ptr(ip, "blocked14.example.com", "broken14.example.com")
    server.on("blocked14.example.com", "A", ede(15, then=nxdomain()))
    server.on("broken14.example.com", "A", rcode("SERVFAIL"))


for number, entry in enumerate(CASES, start=1):
    entry.ip = f"5.45.100.{number}"

IPV6_CASES = [
    Case("ipv6_pass", "pass", "none", "six1.example.com", hostname="six1.example.com", ip="2a01:4f8::1",
         script=lambda server, ip, n: server.zone.good(ip, "six1.example.com")),
    Case("ipv6_name_mismatch", "name_mismatch", "none", "six2.example.com", hostname=EXPECTED, ip="2a01:4f8::2",
         script=lambda server, ip, n: server.zone.good(ip, "six2.example.com")),
    Case("ipv6_has_only_ipv4", "forward_missing", None, "six3.example.com", ip="2a01:4f8::3",
         script=lambda server, ip, n: (server.zone.ptr(ip, "six3.example.com"),
                                       server.zone.a("six3.example.com", "5.45.101.20"))),
    Case("ipv6_forward_mismatch", "forward_mismatch", None, "six4.example.com", ip="2a01:4f8::4",
         script=lambda server, ip, n: (server.zone.ptr(ip, "six4.example.com"),
                                       server.zone.aaaa("six4.example.com", "2a01:4f8::99"))),
    Case("ipv6_no_ptr", "no_ptr", "nxdomain", ip="2a01:4f8:1:2:3:4:5:6", script=lambda server, ip, n: None),
]
CASES += IPV6_CASES

SPECIAL = ["10.1.2.3", "172.16.0.1", "192.168.1.1", "127.0.0.1", "100.64.0.1", "169.254.1.1", "192.0.2.10",
           "198.51.100.10", "203.0.113.10", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "0.0.0.0",
           "::1", "::", "fe80::1", "fc00::1", "fd00::1", "2001:db8::10", "ff02::1"]


@pytest.fixture(scope="module")
def watched(start_shared_dns, start_shared_exporter):
    """(server, exporter) with all cases, ready."""
    server = start_shared_dns()
    for number, entry in enumerate(CASES, start=1):
        entry.script(server, entry.ip, number)
    entries = [target(entry.ip, entry.hostname) for entry in CASES] + [target(SPECIAL)]
    exporter = start_shared_exporter(settings(resolver("one", server)), entries)
    return server, exporter


def as_expected(page, entry):
    """Everything the case promises, on this page."""
    found = page.answer(entry.ip, "one")
    assert page.status(entry.ip) == entry.status, f"{entry.name}: {page.status(entry.ip)} {found}"
    assert found["status"] == entry.status and found["ptr"] == entry.ptr, f"{entry.name}: {found}"
    assert entry.reason in (None, found["reason"]), f"{entry.name}: {found}"
    assert entry.flags is None or page.flags(entry.ip) == entry.flags, f"{entry.name}: {page.flags(entry.ip)}"
    return True


@pytest.mark.parametrize("entry", CASES, ids=lambda entry: entry.name)
def test_status(watched, entry):
    _, exporter = watched
    exporter.wait_page(lambda page: as_expected(page, entry), 10, entry.name)


def test_cases_reach_every_status_but_two():
    assert {entry.status for entry in CASES} == STATUSES - {"special_use", "pending"}


def test_all_statuses_stay(watched):
    """After all have settled, five rounds in a row say the same of every case."""
    _, exporter = watched
    for _ in range(5):
        start = len(watched[0].queries())
        exporter.wait_page(lambda page: len(watched[0].queries()) > start + len(CASES), 5, "another round")
        page = exporter.page()
        for entry in CASES:
            as_expected(page, entry)


def test_per_resolver_series_of_conclusive_answers(watched):
    _, exporter = watched
    page = exporter.page()
    by_name = {entry.name: entry.ip for entry in CASES}

    def values(name):
        return [page.value(f"fcrdns_{series}", ip=by_name[name], resolver="one")
                for series in ("lookup_success", "forward_match", "ptr_records")]

    assert values("expected") == [1, 1, 1]
    assert values("other_name_confirms") == [1, 1, 1]
    assert values("other_address") == [1, 0, 1]
    assert values("forward_nxdomain") == [1, 0, 1]
    assert values("ptr_nxdomain") == [1, 0, 0]
    assert values("sixty_names_over_tcp") == [1, 1, 60]
    assert page.value("fcrdns_ptr_match", ip=by_name["expected"], resolver="one") == 1
    assert page.value("fcrdns_ptr_match", ip=by_name["other_name_confirms"], resolver="one") == 0
    assert not page.has("fcrdns_ptr_match", ip=by_name["nothing_expected"])


def test_unknown_is_neither_zero_nor_nan(watched):
    """Without a counted answer the series that rest on it are absent; the last check is still told."""
    _, exporter = watched
    page = exporter.page()
    ip = next(entry.ip for entry in CASES if entry.name == "ptr_servfail")
    for name in ("fcrdns_forward_match", "fcrdns_ptr_records", "fcrdns_ptr_match"):
        assert not page.has(name, ip=ip)
    assert page.value("fcrdns_lookup_success", ip=ip, resolver="one") == 0
    assert page.value("fcrdns_lookup_duration_seconds", ip=ip, resolver="one", record_type="PTR") < 0.2


def test_timeout_shows_the_time_waited(watched):
    _, exporter = watched
    ip = next(entry.ip for entry in CASES if entry.name == "ptr_silence")
    seconds = exporter.page().value("fcrdns_lookup_duration_seconds", ip=ip, resolver="one", record_type="PTR")
    assert 0.35 <= seconds <= 0.9, "two tries of 200 ms"


def test_failures_are_counted_by_reason(watched):
    _, exporter = watched
    page = exporter.page()
    for reason in {entry.reason for entry in CASES if entry.status == "temp_error" and entry.reason}:
        assert page.value("fcrdns_dns_query_failures_total", resolver="one", reason=reason) > 0, reason
    for code in ("NOERROR", "NXDOMAIN", "SERVFAIL", "REFUSED"):
        found = [s for s in page.samples("fcrdns_dns_responses_total", resolver="one")
                 if s.labels["rcode"].upper() == code and s.value > 0]
        assert found, code


def test_queries_are_plain_recursive_questions(watched):
    server, _ = watched
    seen = server.queries()
    assert all(q.recursion_desired and not q.checking_disabled for q in seen if "spoiled" not in q.name)
    assert {q.payload for q in seen if q.edns} == {1232}
    assert {q.type for q in seen} <= {"PTR", "A", "AAAA", "NS"}
    assert {q.name for q in seen if q.type == "NS"} <= {"."}


def test_only_the_target_family_and_usable_names_are_asked(watched):
    """Of names that nobody expects; expected ones are asked for both, see test_unwatched.py."""
    server, _ = watched
    v6_names = {f"six{n}.example.com" for n in range(2, 5)}
    assert {q.type for q in server.queries() if q.key in v6_names} == {"AAAA"}
    assert {q.type for q in server.queries() if q.key == "pass2.example.com"} == {"A"}
    invalid = ("localhost", "unknown", "printer.local", "mail-.example.com", "ptr.invalid")
    assert not [q for q in server.queries() if q.key in invalid]
    asked = {q.key for q in server.queries() if q.key.endswith(".many.example.com")}
    assert len(asked) == 10 and "z.many.example.com" in asked


def test_retries_are_two_tries(watched):
    """A silent name is asked twice per round, 200 ms apart."""
    server, exporter = watched
    ip = next(entry.ip for entry in CASES if entry.name == "ptr_silence")
    times = [q.time for q in server.ptr_queries(ip)]
    gaps = [later - earlier for earlier, later in zip(times[0::2], times[1::2])]
    assert len(gaps) >= 2 and all(0.15 <= gap <= 0.45 for gap in gaps), gaps


@pytest.mark.parametrize("ip", SPECIAL)
def test_special_use_is_not_looked_up(watched, ip):
    server, exporter = watched
    page = exporter.page()
    assert page.status(ip) == "special_use"
    assert page.answer(ip, "one") == {"status": "special_use", "reason": "none", "ptr": ""}
    assert not server.ptr_queries(ip)
    for name in ("fcrdns_lookup_success", "fcrdns_lookup_duration_seconds", "fcrdns_ptr_records"):
        assert not page.has(name, ip=ip), "no other per-resolver series"


def test_special_use_check_looks_up_and_takes_internal_names(start_dns, start_exporter):
    server = start_dns()
    server.zone.good("10.1.2.3", "vm.internal")
    server.zone.good("fd00::1", "nas.lan")
    server.zone.ptr("10.1.2.4", "localhost")
    exporter = start_exporter(settings(resolver("one", server), special_use="check"),
                              [target(["10.1.2.3", "10.1.2.4", "fd00::1"])])
    exporter.wait_status("10.1.2.3", "pass")
    exporter.wait_status("fd00::1", "pass")
    exporter.wait_status("10.1.2.4", "ptr_invalid")


def test_pending_until_the_first_check_is_finished(start_dns, start_exporter):
    server = start_dns()
    server.everything(silence())
    ip = "5.45.100.1"
    exporter = start_exporter(settings(resolver("one", server), timeout="1s", interval="10s"), [target(ip)],
                              wait="healthy")
    page = exporter.page()
    assert page.status(ip) == "pending" and page.value("fcrdns_target_ok", ip=ip) == 0
    assert page.answer(ip, "one") == {"status": "pending", "reason": "none", "ptr": ""}
    assert not page.has("fcrdns_lookup_success", ip=ip)
    assert not page.has("fcrdns_target_last_check_timestamp_seconds", ip=ip)
    exporter.wait_status(ip, "temp_error", 6)
    assert exporter.page().answer(ip, "one") == {"status": "temp_error", "reason": "timeout", "ptr": ""}


def test_closed_port_is_network(start_dns, start_exporter):
    """ICMP port unreachable: nobody listens any more."""
    server = start_dns()
    endpoint = server.endpoint
    server.stop()
    exporter = start_exporter(settings(resolver("one", endpoint)), [target("5.45.100.1")])
    exporter.wait_status("5.45.100.1", "temp_error")
    assert exporter.page().answer("5.45.100.1", "one")["reason"] == "network"


def test_tcp_refused_after_truncation_is_network(start_dns, start_exporter):
    server = start_dns(tcp=False)
    server.everything(truncated())
    exporter = start_exporter(settings(resolver("one", server)), [target("5.45.100.1")])
    exporter.wait_status("5.45.100.1", "temp_error")
    assert exporter.page().answer("5.45.100.1", "one")["reason"] == "network"


def test_tcp_closed_after_truncation_is_network_and_hurts_nobody_else(start_dns, start_exporter):
    """Closing the connection under one question also cuts off others that share it: they are asked again."""
    server, closed = start_dns(), "5.45.100.1"
    fine = [f"5.45.100.{n}" for n in range(2, 9)]
    server.on(None, None, truncated())
    server.on_ip(closed, truncated(tcp=tcp_closed()))
    for ip in fine:
        server.zone.good(ip, EXPECTED)
    server.zone.a(EXPECTED, *fine)
    exporter = start_exporter(settings(resolver("one", server)), [target([closed, *fine], EXPECTED)])
    exporter.wait_status(closed, "temp_error")
    exporter.wait_page(lambda page: all(page.status(ip) == "pass" for ip in fine), 8, "the others pass")
    for _ in range(15):
        page = exporter.page()
        assert page.answer(closed, "one")["reason"] == "network"
        assert {page.status(ip) for ip in fine} == {"pass"}
        time.sleep(0.2)


def test_transport_tcp_uses_tcp_only(start_dns, start_exporter):
    server = start_dns()
    server.zone.good("5.45.100.1", EXPECTED)
    server.zone.good("2a01:4f8::1", EXPECTED)
    server.zone.a(EXPECTED, "5.45.100.1")
    exporter = start_exporter(settings(resolver("one", server, transport="tcp")),
                              [target(["5.45.100.1", "2a01:4f8::1"], EXPECTED)])
    exporter.wait_status("5.45.100.1", "pass")
    exporter.wait_status("2a01:4f8::1", "pass")
    assert exporter.page().has("fcrdns_resolver_info", resolver="one", transport="tcp")
    assert server.queries(proto="tcp") and not server.queries(proto="udp")


def test_edns_can_be_switched_off(start_dns, start_exporter):
    server = start_dns()
    server.zone.good("5.45.100.1", EXPECTED)
    exporter = start_exporter(settings(resolver("one", server, edns=False)), [target("5.45.100.1", EXPECTED)])
    exporter.wait_status("5.45.100.1", "pass")
    assert server.queries() and not [q for q in server.queries() if q.edns]


def test_resolver_on_ipv6(start_dns, start_exporter):
    server = start_dns("::1")
    server.zone.good("5.45.100.1", EXPECTED)
    exporter = start_exporter(settings(resolver("six", server)), [target("5.45.100.1", EXPECTED)])
    exporter.wait_status("5.45.100.1", "pass")
    assert server.queries()


def test_v4_mapped_target_is_ipv4(start_dns, start_exporter):
    server = start_dns()
    server.zone.good("5.45.100.1", EXPECTED)
    exporter = start_exporter(settings(resolver("one", server)),
                              [target(["::ffff:5.45.100.1", "2A01:04F8:0:0:0::0A"], EXPECTED)])
    exporter.wait_status("5.45.100.1", "pass")
    page = exporter.page()
    assert page.ips() == {"5.45.100.1", "2a01:4f8::a"}
    assert page.has("fcrdns_target_info", ip="5.45.100.1", family="ipv4")
    assert page.has("fcrdns_target_info", ip="2a01:4f8::a", family="ipv6")


def test_block_is_every_address_and_a_single_one_overrides_it(start_dns, start_exporter):
    server = start_dns()
    server.zone.good("5.45.100.65", "other.example.com")
    server.zone.good("5.45.100.66", "any.example.com")
    exporter = start_exporter(settings(resolver("one", server)),
                              [target("5.45.100.64/30"), target("5.45.100.65:25", EXPECTED)])
    exporter.wait_status("5.45.100.65", "name_mismatch")
    exporter.wait_status("5.45.100.66", "pass")
    exporter.wait_status("5.45.100.64", "no_ptr")
    exporter.wait_status("5.45.100.67", "no_ptr")
    assert exporter.page().value("fcrdns_exporter_targets") == 4


def test_blocked_name_is_filtered_from_the_first_answer_on(start_dns, start_exporter):
    """With one target only, and that one blocked, nothing but the control question can tell that RA is usual."""
    server, ip = start_dns(), "5.45.100.1"
    server.on_ip(ip, ra_clear(nxdomain(soa=False)))
    exporter = start_exporter(settings(resolver("one", server)), [target(ip)])
    page = exporter.page()
    assert page.status(ip) == "filtered" and page.answer(ip, "one")["reason"] == "blocked"


def test_resolver_that_never_sets_ra_may_say_nxdomain(start_dns, start_exporter):
    server, ip = start_dns(), "5.45.100.1"
    server.everything(ra_clear())
    exporter = start_exporter(settings(resolver("one", server)), [target(ip)])
    assert exporter.page().status(ip) == "no_ptr"
