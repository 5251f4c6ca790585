"""Cases in which DNS itself decides: pass, the mismatches, ptr_invalid, no_ptr."""

from dns_behaviours import (alternating, answer, by_proto, delayed, dripping, ede, from_zone, mixed_case, no_edns,
                            no_question, nodata, nxdomain, ra_clear, random_ttl, rcode, rotating, silence,
                            tcp_one_answer, trailing, truncated)
from fault_cases import BOTH, case, forward_meets, ptr_meets

MAIL = "mail.example.net"  # what the administrator expects and does not get


# --- pass --------------------------------------------------------------------

case("plain", "pass")(None)
case("expected", "pass", hostname="expected.example.com")(None)
case("expected_among_several", "pass", hostname=[MAIL, "expected-among-several.example.com"])(None)
case("v4_mapped", "pass", written="::ffff:5.45.99.1", ip="5.45.99.1")(None)
case("ipv6", "pass", ip="2a01:4f8::1", hostname="ipv6.example.com")(None)


@case("one_of_several_addresses", "pass")
def _(at):
    at.zone.a(at.host, "5.45.101.1", at.ip, "5.45.101.2")


@case("address_sets_differ_but_hold_it", "pass")
def _(at):
    at.zone.a(at.host, at.ip, "5.45.101.1")
    at.peer.zone.a(at.host, "5.45.101.2", at.ip)


@case("three_hundred_addresses", "pass")
def _(at):
    at.zone.a(at.host, at.ip, *[f"5.46.{n // 250}.{1 + n % 250}" for n in range(300)])


@case("letter_case_of_zone_and_file", "pass", hostname="Letter-Case-Of-Zone-And-File.EXAMPLE.com.")
def _(at):
    at.zone.ptr(at.ip, "LETTER-case-of-zone-and-file.Example.COM")


@case("letter_case_new_at_every_poll", "pass", flags={"multiple_ptr"},
      ptr="a.recased.example.com,b.recased.example.com")
def _(at):
    at.both(lambda zone: zone.good(at.ip, "b.recased.example.com", "a.recased.example.com"))
    at.on_ptr(mixed_case())
    at.on_forward(mixed_case(), "a.recased.example.com")


@case("order_and_ttl_new_at_every_poll", "pass", flags={"multiple_ptr"},
      ptr="a.turning.example.com,b.turning.example.com,c.turning.example.com")
def _(at):
    names = [f"{letter}.turning.example.com" for letter in "cab"]
    at.both(lambda zone: zone.good(at.ip, *names))
    at.on_ptr(rotating(random_ttl()))
    for name in names:
        at.zone.a(name, "5.45.101.1", at.ip, "5.45.101.2")
        at.on_forward(rotating(random_ttl()), name)


@case("same_name_twice_in_other_case", "pass")
def _(at):
    at.on_ptr(answer((at.reverse, 300, "PTR", at.host), (at.reverse, 300, "PTR", at.host.upper())))


@case("several_ptr_one_confirms", "pass", flags={"multiple_ptr"}, ptr="a.several.example.com,b.several.example.com",
      hostname="b.several.example.com")
def _(at):
    at.both(lambda zone: zone.ptr(at.ip, "b.several.example.com", "a.several.example.com"))
    at.both(lambda zone: zone.a("b.several.example.com", at.ip))


@case("several_ptr_peer_has_one", "pass", flags={"multiple_ptr"}, differs={"ptr"},
      ptr="another.example.com,several-ptr-peer-has-one.example.com")
def _(at):
    at.zone.ptr(at.ip, at.host, "another.example.com")


@case("good_and_bad_name", "pass", flags={"multiple_ptr"},
      ptr="bad\\032name.example.com,good-and-bad-name.example.com")
def _(at):
    at.both(lambda zone: zone.ptr(at.ip, (b"bad name", b"example", b"com"), at.host))


@case("idn_expected", "pass", ptr="xn--bcher-kva.example.com", hostname="bücher.example.com")
def _(at):
    at.both(lambda zone: zone.good(at.ip, "xn--bcher-kva.example.com"))


for title, behaviour in (("fails", rcode("SERVFAIL")), ("blocked", ede(15, then=nxdomain()))):
    names = f"broken.{title}.example.com", f"works.{title}.example.com"

    @case(f"other_name_{title}_but_expected_confirms", "pass", flags={"multiple_ptr"}, ptr=",".join(names),
          hostname=names[1])
    def _(at, names=names, behaviour=behaviour):
        at.both(lambda zone: zone.good(at.ip, *names))
        at.on_forward(behaviour, names[0])


@case("underscore", "pass", ptr="under_score.example.com", flags={"underscore"})
def _(at):
    at.both(lambda zone: zone.good(at.ip, "under_score.example.com"))


@case("ten_names", "pass", flags={"multiple_ptr"}, ptr=",".join(f"n{i}.ten.example.com" for i in range(10)))
def _(at):
    at.both(lambda zone: zone.good(at.ip, *[f"n{i}.ten.example.com" for i in range(10)]))


@case("twelve_names_expected_last", "pass", flags={"multiple_ptr", "ptr_overflow"},
      ptr=",".join(f"n{i:02}.many.example.com" for i in range(1, 10)) + ",z.many.example.com",
      hostname="z.many.example.com")
def _(at):
    at.both(lambda zone: zone.ptr(at.ip, "z.many.example.com", *[f"n{i:02}.many.example.com" for i in range(1, 12)]))
    at.both(lambda zone: zone.a("z.many.example.com", at.ip))


for count in (60, 300):  # neither fits in a UDP reply
    @case(f"{count}_names", "pass", flags={"multiple_ptr", "ptr_overflow"},
          ptr=",".join(f"host-{i:03}.with-a-rather-long-name.of-{count}.example.com" for i in range(10)))
    def _(at, count=count):
        names = [f"host-{i:03}.with-a-rather-long-name.of-{count}.example.com" for i in range(count)]
        at.both(lambda zone: zone.ptr(at.ip, *names))
        at.both(lambda zone: zone.a(names[3], at.ip))


# --- pass, by a detour -------------------------------------------------------

case("truncated_then_tcp", "pass")(ptr_meets(truncated()))
case("forward_truncated_then_tcp", "pass")(forward_meets(truncated()))
case("tcp_server_closes_behind_the_answer", "pass")(ptr_meets(truncated(tcp_one_answer())))
case("drips_but_arrives", "pass")(ptr_meets(truncated(dripping(1e-6))))
case("first_packet_lost", "pass")(ptr_meets(by_proto(udp=alternating(silence(), from_zone()))))
case("trailing_bytes", "pass")(ptr_meets(trailing()))
case("formerr_to_edns", "pass")(ptr_meets(no_edns()))
case("formerr_to_edns_without_question", "pass")(ptr_meets(no_edns(with_question=False)))
case("badvers_to_edns", "pass")(ptr_meets(lambda q: (rcode("BADVERS") if q.edns else from_zone())(q)))
case("notimp_to_edns_without_question", "pass")(
    ptr_meets(lambda q: (no_question("NOTIMP") if q.edns else from_zone())(q)))
case("forward_formerr_to_edns", "pass")(forward_meets(no_edns()))
case("stale", "pass", flags={"stale"})(ptr_meets(ede(3)))
case("forward_stale", "pass", flags={"stale"})(forward_meets(ede(3)))
case("answer_with_ra_clear", "pass")(ptr_meets(ra_clear()))


@case("late_answer_of_another_time", "pass")
def _(at):
    """Every other query is answered too late, with what is no longer true, while the next one waits."""
    old = answer((at.reverse, 300, "PTR", "of-old.example.com"))
    steps = delayed(1.8, old), delayed(0.5)
    at.on_ptr(by_proto(udp=alternating(*steps), tcp=alternating(*steps)))


@case("records_of_other_owners", "pass")
def _(at):
    at.on_ptr(answer(("1.1.1.1.in-addr.arpa", 300, "PTR", "foreign.example.net"),
                     (at.reverse, 300, "PTR", at.host), (at.reverse, 300, "TXT", '"not asked for"')))


# --- pass, along aliases -----------------------------------------------------


def chain(at, hops, *, reverse=True):
    """The records of `hops` CNAMEs from the name asked to the data."""
    start, data = (at.reverse, ("PTR", at.host)) if reverse else (at.host, ("A", at.ip))
    names = [start] + [f"hop-{i}.chain-{at.number}.example.net" for i in range(hops)]
    return [(a, 300, "CNAME", b) for a, b in zip(names, names[1:])] + [(names[-1], 300, *data)]


@case("rfc2317", "pass", flags={"reverse_alias"}, hostname="rfc2317.example.com")
def _(at):
    at.zone.remove(at.ip)
    at.zone.cname(at.reverse, f"{at.number}.0/25.100.45.5.in-addr.arpa")
    at.zone.ptr(f"{at.number}.0/25.100.45.5.in-addr.arpa", at.host)


@case("rfc2317_not_chased", "pass", flags={"reverse_alias"})
def _(at):
    other = f"{at.number}.0-25.100.45.5.in-addr.arpa"
    at.on_ptr(answer((at.reverse, 300, "CNAME", other)))
    at.zone.ptr(other, at.host)


@case("record_before_its_cname", "pass", flags={"reverse_alias"})
def _(at):
    at.on_ptr(answer(*reversed(chain(at, 1))))


@case("reverse_chain", "pass", flags={"reverse_alias"})
def _(at):
    at.on_ptr(answer(*chain(at, 5)))


@case("reverse_chain_backwards", "pass", flags={"reverse_alias"})
def _(at):
    at.on_ptr(answer(*reversed(chain(at, 5))))


@case("longest_chain", "pass", flags={"reverse_alias"})
def _(at):
    at.on_ptr(answer(*chain(at, 16)))


@case("reverse_chain_not_chased", "pass", flags={"reverse_alias"})
def _(at):
    """One hop per question."""
    *aliases, data = chain(at, 3)
    for alias in aliases:
        at.faulty.on(alias[0], None, answer(alias))
    at.faulty.on(data[0], None, answer(data))


@case("dname", "pass", flags={"reverse_alias"})
def _(at):
    other = f"{at.number}.rev.example.net"
    at.on_ptr(answer(("100.45.5.in-addr.arpa", 300, "DNAME", "rev.example.net"),
                     (at.reverse, 300, "CNAME", other), (other, 300, "PTR", at.host)))


@case("dname_not_chased", "pass", flags={"reverse_alias"})
def _(at):
    other = f"{at.number}.rev.example.net"
    at.on_ptr(answer(("100.45.5.in-addr.arpa", 300, "DNAME", "rev.example.net"), (at.reverse, 300, "CNAME", other)))
    at.zone.ptr(other, at.host)


@case("forward_alias", "pass", flags={"forward_alias"})
def _(at):
    at.zone.remove(at.host)
    at.zone.cname(at.host, "real-name.example.com")
    at.zone.a("real-name.example.com", at.ip)


@case("forward_alias_behind_its_address", "pass", flags={"forward_alias"})
def _(at):
    at.on_forward(answer(*reversed(chain(at, 2, reverse=False))))


@case("forward_alias_not_chased", "pass", flags={"forward_alias"})
def _(at):
    at.on_forward(answer((at.host, 300, "CNAME", "whole.example.com")))
    at.zone.a("whole.example.com", at.ip)


# --- the mismatches ----------------------------------------------------------


@case("other_name_confirms", "name_mismatch", hostname=MAIL, differs={"ptr", "verdict"})
def _(at):
    at.peer.zone.good(at.ip, MAIL)


@case("expected_name_does_not_confirm", "name_mismatch", differs={"verdict"}, flags={"multiple_ptr"},
      ptr="wanted.example.com,works.example.com", hostname="wanted.example.com")
def _(at):
    at.both(lambda zone: zone.good(at.ip, "wanted.example.com", "works.example.com"))
    at.zone.a("wanted.example.com", "5.45.101.10")


@case("ipv6_name_mismatch", "name_mismatch", ip="2a01:4f8::2", hostname="six.example.com")
def _(at):
    at.peer.zone.good(at.ip, "six.example.com")


@case("other_address", "forward_mismatch", hostname="other-address.example.com")
def _(at):
    at.zone.a(at.host, "5.45.101.11")


@case("ipv6_other_address", "forward_mismatch", ip="2a01:4f8::3")
def _(at):
    at.zone.aaaa(at.host, "2a01:4f8::99")


@case("several_ptr_none_confirms", "forward_mismatch", flags={"multiple_ptr"},
      ptr="a.none.example.com,b.none.example.com")
def _(at):
    at.both(lambda zone: zone.good(at.ip, "a.none.example.com", "b.none.example.com"))
    at.zone.remove("a.none.example.com")
    at.zone.a("b.none.example.com", "5.45.101.12")


@case("several_ptr_no_address", "forward_missing", "nxdomain", flags={"multiple_ptr"},
      ptr="a.nowhere.example.com,b.nowhere.example.com")
def _(at):
    names = "a.nowhere.example.com", "b.nowhere.example.com"
    at.both(lambda zone: zone.good(at.ip, *names))
    for name in names:
        at.zone.remove(name)


@case("wildcard_ptr", "forward_mismatch", ptr="any.pool.example.com", differs=BOTH)
def _(at):
    at.zone.ptr(at.ip, "any.pool.example.com")
    at.zone.a("any.pool.example.com", "5.45.101.13")


@case("forward_nxdomain", "forward_missing", "nxdomain")
def _(at):
    at.zone.remove(at.host)


@case("forward_nodata", "forward_missing", "nodata")
def _(at):
    at.zone.remove(at.host)
    at.zone.add(at.host, "TXT", '"no address here"')


@case("forward_nxdomain_bare", "forward_missing", "nxdomain")
def _(at):
    at.on_forward(nxdomain(soa=False))


@case("forward_other_family_only", "forward_missing", "nodata")
def _(at):
    at.zone.remove(at.host)
    at.zone.aaaa(at.host, "2a01:4f8::98")


@case("ipv6_other_family_only", "forward_missing", "nodata", ip="2a01:4f8::4")
def _(at):
    at.zone.remove(at.host)
    at.zone.a(at.host, "5.45.101.20")


@case("forward_dangling_alias", "forward_missing", "nxdomain", flags={"forward_alias"})
def _(at):
    at.zone.remove(at.host)
    at.zone.cname(at.host, "nowhere.example.com")


@case("underscore_without_address", "forward_missing", "nxdomain", ptr="no_address.example.com",
      flags={"underscore"})
def _(at):
    at.both(lambda zone: zone.good(at.ip, "no_address.example.com"))
    at.zone.remove("no_address.example.com")


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
        ("itself", "reverse_name", "7.100.45.5.in-addr.arpa", "7.100.45.5.in-addr.arpa"),
        ("missing_final_dot", "reverse_name", "mail.example.com.100.45.5.in-addr.arpa",
         "mail.example.com.100.45.5.in-addr.arpa"),
        ("single_label", "single_label", "unknown", "unknown"),
        ("ip_literal", "ip_literal", "5.45.100.7", "5.45.100.7"),
        ("space", "bad_chars", (b"two words", b"example", b"com"), "two\\032words.example.com"),
        ("exclamation_mark", "bad_chars", (b"mail!", b"example", b"com"), "mail\\033.example.com"),
        ("hyphen_at_end", "bad_chars", "mail-.example.com", "mail-.example.com"),
        ("hyphen_at_start", "bad_chars", "-mail.example.com", "-mail.example.com"),
        ("utf8", "bad_chars", ("bücher".encode(), b"example", b"com"), "b\\195\\188cher.example.com"),
        ("dot_in_label", "bad_chars", (b"mail.host", b"example", b"com"), "mail\\046host.example.com"),
        ("nul", "bad_chars", (b"a\x00b", b"example", b"com"), "a\\000b.example.com"),
        ("comma", "bad_chars", (b"a,b", b"example", b"com"), "a\\044b.example.com"),
        ("quote_newline_backslash", "bad_chars", (b'"\n\\', b"example", b"com"), "\\034\\010\\092.example.com"),
        ("slash", "bad_chars", (b"0/27", b"example", b"com"), "0/27.example.com")):
    case(f"ptr_{title}", "ptr_invalid", reason, ptr=shown)(lambda at, value=value: at.ptr(value))


@case("bad_name_equal_at_the_peer", "ptr_invalid", "bad_chars", ptr="equally\\032bad.example.com", differs=set())
def _(at):
    at.both(lambda zone: zone.ptr(at.ip, (b"equally bad", b"example", b"com")))


@case("two_bad_names", "ptr_invalid", "single_label", ptr="a-single-label,with\\032blank.example.com",
      flags={"multiple_ptr"})
def _(at):
    at.ptr((b"with blank", b"example", b"com"), "a-single-label")


@case("ipv6_ptr_itself", "ptr_invalid", "reverse_name", ip="2a01:4f8::5",
      ptr="5." + "0." * 23 + "8.f.4.0.1.0.a.2.ip6.arpa")
def _(at):
    at.ptr(at.reverse)


# --- no_ptr ------------------------------------------------------------------


def absent(at):
    at.zone.remove(at.ip)


case("ptr_nxdomain", "no_ptr", "nxdomain")(absent)
case("ptr_nxdomain_bare", "no_ptr", "nxdomain_bare")(ptr_meets(nxdomain(soa=False)))
case("ptr_nodata_without_soa", "no_ptr", "nodata")(ptr_meets(nodata(soa=False)))
case("stale_nxdomain", "no_ptr", "nxdomain", flags={"stale"})(ptr_meets(ede(19, then=nxdomain())))
case("nxdomain_truncated_then_tcp", "no_ptr", "nxdomain")(ptr_meets(truncated(nxdomain())))
case("nxdomain_from_a_server_without_edns", "no_ptr", "nxdomain")(ptr_meets(no_edns(then=nxdomain())))
case("ipv6_no_ptr", "no_ptr", "nxdomain", ip="2a01:4f8:1:2:3:4:5:6")(absent)


@case("ptr_nodata", "no_ptr", "nodata")
def _(at):
    absent(at)
    at.zone.add(at.reverse, "TXT", '"no PTR here"')


@case("nxdomain_here_nodata_there", "no_ptr", "nxdomain", differs=set())
def _(at):
    absent(at)
    at.peer.on_ip(at.ip, nodata())


@case("nodata_here_bare_nxdomain_there", "no_ptr", "nodata", differs=set())
def _(at):
    at.on_ptr(nodata())
    at.peer.on_ip(at.ip, nxdomain(soa=False))


@case("rfc2317_dangling", "no_ptr", "nxdomain", flags={"reverse_alias"})
def _(at):
    absent(at)
    at.zone.cname(at.reverse, f"{at.number}.0/25.100.45.5.in-addr.arpa")


@case("rfc2317_dangling_nodata", "no_ptr", "nodata", flags={"reverse_alias"})
def _(at):
    absent(at)
    at.zone.cname(at.reverse, f"{at.number}.128/25.100.45.5.in-addr.arpa")
    at.zone.add(f"{at.number}.128/25.100.45.5.in-addr.arpa", "TXT", '"no PTR here"')


@case("rfc2317_dangling_not_chased", "no_ptr", "nxdomain", flags={"reverse_alias"})
def _(at):
    at.on_ptr(answer((at.reverse, 300, "CNAME", f"{at.number}.64/26.100.45.5.in-addr.arpa")))


# --- not for DNS to say ------------------------------------------------------

case("special_use", "special_use", ip="203.0.113.10")(None)
