"""Cases that say nothing about the address: temp_error and filtered. They never disagree with anybody."""

import struct

from dns_behaviours import (always_truncated, answer, by_proto, cname_loop, compression_loop, cut, delayed, dripping,
                            ede, edited, from_zone, garbage, lying_counts, no_question, nodata, noise, not_a_reply,
                            nxdomain, other_opcode, ra_clear, raw_record, rcode, referral, silence, tcp_breaks_off,
                            tcp_closed, truncated, wrong_id, wrong_question, wrong_source)
from cases_of_answers import chain
from fault_cases import case, forward_meets, ptr_meets


def fails(title, reason, behaviour, **more):
    """The PTR question meets the behaviour."""
    case(title, "temp_error", reason, **more)(ptr_meets(behaviour))


def forward_fails(title, reason, behaviour, **more):
    case(f"forward_{title}", "temp_error", reason, **more)(forward_meets(behaviour))


PASSES = ("pass", "none")  # over TCP: the fault is one of UDP
MALFORMED = ("temp_error", "malformed")

# --- no answer ---------------------------------------------------------------

fails("silence", "timeout", silence())
fails("silence_over_udp", "timeout", by_proto(udp=silence()), over_tcp=PASSES)
fails("slower_than_the_deadline", "timeout", delayed(2.2))
forward_fails("silence", "timeout", silence())

# --- response codes ----------------------------------------------------------

for code, reason in (("SERVFAIL", "servfail"), ("REFUSED", "refused"), ("NOTIMP", "notimp"), ("FORMERR", "formerr"),
                     ("YXDOMAIN", "other_rcode"), ("NOTAUTH", "other_rcode"), ("BADVERS", "other_rcode"),
                     ("NOTZONE", "other_rcode"), ("BADCOOKIE", "other_rcode")):
    fails(code.lower(), reason, rcode(code))
for code, reason in (("SERVFAIL", "servfail"), ("REFUSED", "refused"), ("YXDOMAIN", "other_rcode")):
    forward_fails(code.lower(), reason, rcode(code))


def with_rcode(code):
    """The records are those of the zone; the response code says not to believe them."""
    return edited(lambda reply, _query: reply.set_rcode(code))


fails("servfail_with_records", "servfail", with_rcode(2))
fails("refused_with_records", "refused", with_rcode(5))
fails("formerr_without_question", "formerr", no_question("FORMERR"))
fails("notimp_without_question", "notimp", no_question("NOTIMP"))
fails("bogus", "bogus", ede(6, then=rcode("SERVFAIL")))
fails("signature_expired", "bogus", ede(7, then=rcode("SERVFAIL")))
fails("not_authoritative", "servfail", ede(20, then=rcode("SERVFAIL")))
fails("no_reachable_authority", "servfail", ede(22, then=rcode("SERVFAIL")))
fails("network_error_of_the_resolver", "servfail", ede(23, then=rcode("SERVFAIL")))
fails("cached_error", "servfail", ede(13, then=rcode("SERVFAIL")))
forward_fails("bogus", "bogus", ede(6, then=rcode("SERVFAIL")))
forward_fails("no_reachable_authority", "servfail", ede(22, then=rcode("SERVFAIL")))

# --- referrals ---------------------------------------------------------------

fails("referral", "lame", referral("45.5.in-addr.arpa", "ns1.example.net"))
fails("referral_upwards", "lame", referral(".", "a.root-servers.net"))
fails("referral_with_ra", "lame", answer(authority=[("45.5.in-addr.arpa", 300, "NS", "ns1.example.net")]))
forward_fails("referral", "lame", referral("example.com", "ns1.example.net"))

# --- truncation --------------------------------------------------------------

fails("tcp_closed", "network", truncated(tcp_closed()))
fails("tcp_breaks_off", "network", truncated(tcp_breaks_off()))
fails("tcp_hangs", "tcp_timeout", truncated(silence()))
fails("tcp_drips", "tcp_timeout", truncated(dripping(0.05)))
fails("truncated_again", "truncated", always_truncated())
fails("tcp_malformed", "malformed", truncated(cut(-3)))
fails("tcp_servfail", "servfail", truncated(rcode("SERVFAIL")))
forward_fails("tcp_closed", "network", truncated(tcp_closed()))
forward_fails("tcp_hangs", "tcp_timeout", truncated(silence()))
forward_fails("truncated_again", "truncated", always_truncated())

# --- not the reply that was asked for ----------------------------------------

fails("wrong_id", "timeout", wrong_id())
fails("wrong_question", "timeout", wrong_question())
fails("wrong_port", "timeout", wrong_source("port"), over_tcp=PASSES)
fails("wrong_address", "timeout", wrong_source("address"), over_tcp=PASSES)
# On the connection that was asked over, nobody else can have sent it.
fails("not_a_reply", "timeout", not_a_reply(), over_tcp=("temp_error", "malformed"))
forward_fails("wrong_id", "timeout", wrong_id())

# --- malformed ---------------------------------------------------------------

# A UDP packet in which the question cannot be read may be anybody's: it is ignored. Over TCP it is the server's.
for title, behaviour in (("noise", noise()), ("noise_behind_the_header", garbage()), ("cut_in_the_header", cut(7)),
                         ("cut_in_the_question", cut(20)), ("no_question", no_question()), ("no_bytes_at_all", cut(0))):
    fails(title, "timeout", behaviour, over_tcp=MALFORMED)
fails("cut_in_the_answer", "malformed", cut(-13))
fails("cut_in_the_last_byte", "malformed", cut(-1))
fails("compression_loop", "malformed", compression_loop())
fails("pointer_behind_the_end", "malformed", raw_record(b"\x04mail\xff\xff"))
fails("pointer_to_itself_in_the_data", "malformed",
      raw_record(lambda at: b"\x01a" + struct.pack("!H", 0xC000 | at + 2)))
fails("reserved_kind_of_label", "malformed", raw_record(b"\x41a\x00"))
fails("name_too_long", "malformed", raw_record((b"\x3f" + b"a" * 63) * 4 + b"\x00"))
fails("name_without_end", "malformed", raw_record(b"\x04mail"))
fails("data_of_no_bytes", "malformed", raw_record(b""))
fails("data_longer_than_its_name", "malformed", raw_record(b"\x04mail\x07example\x03com\x00junk"))
fails("data_longer_than_the_packet", "malformed", raw_record(b"\x04mail\x07example\x03com\x00", size=500))
fails("other_opcode", "malformed", other_opcode())
fails("lying_question_count", "malformed", lying_counts(500, "question"))
for part in "answer", "authority", "additional":
    fails(f"lying_{part}_count", "malformed", lying_counts(500, part))
# The records are there, but the header does not know of them: no proof that there are none.
fails("answer_count_of_none", "malformed", lying_counts(0, "answer"))
fails("authority_count_of_none", "malformed", lying_counts(0, "authority", then=nxdomain()))
forward_fails("answer_count_of_none", "malformed", lying_counts(0, "answer"))
forward_fails("address_of_five_bytes", "malformed", raw_record(b"\x05\x2d\x64\x01\x00"))
forward_fails("address_of_three_bytes", "malformed", raw_record(b"\x05\x2d\x64"))
forward_fails("lying_answer_count", "malformed", lying_counts(500))
forward_fails("compression_loop", "malformed", compression_loop())

# --- loops -------------------------------------------------------------------

fails("reverse_loop", "cname_loop", cname_loop())
forward_fails("loop", "cname_loop", cname_loop())


@case("reverse_alias_of_itself", "temp_error", "cname_loop")
def _(at):
    at.on_ptr(answer((at.reverse, 300, "CNAME", at.reverse)))


@case("chain_too_long", "temp_error", "cname_loop")
def _(at):
    at.on_ptr(answer(*chain(at, 17)))


@case("reverse_loop_not_chased", "temp_error", "cname_loop")
def _(at):
    """Each question gets one hop: the loop is seen by nobody but the one who asks."""
    other = f"back-{at.number}.example.net"
    at.faulty.on(at.reverse, None, answer((at.reverse, 300, "CNAME", other)))
    at.faulty.on(other, None, answer((other, 300, "CNAME", at.reverse)))


@case("reverse_loop_found_by_the_resolver", "temp_error", "servfail")
def _(at):
    at.zone.remove(at.ip)
    at.zone.cname(at.reverse, f"loop-{at.number}.example.net")
    at.zone.cname(f"loop-{at.number}.example.net", at.reverse)


@case("hop_not_chased_fails", "temp_error", "servfail")
def _(at):
    other = f"{at.number}.broken.example.net"
    at.on_ptr(answer((at.reverse, 300, "CNAME", other)))
    at.faulty.on(other, None, rcode("SERVFAIL"))


# --- one of several names: the flag is that of the peer's answer ------------


@case("one_query_type_broken_ipv6", "temp_error", "timeout", ip="2a01:4f8::10")
def _(at):
    """A resolver that drops AAAA; the PTR of the same address is fine."""
    at.faulty.on(at.host, "AAAA", silence())


@case("expected_name_fails_other_confirms", "temp_error", "servfail", flags={"multiple_ptr"}, hostname="broken.needed.example.com")
def _(at):
    at.both(lambda zone: zone.good(at.ip, "broken.needed.example.com", "fine.needed.example.com"))
    at.on_forward(rcode("SERVFAIL"), "broken.needed.example.com")


@case("none_confirms_one_fails", "temp_error", "refused", flags={"multiple_ptr"})
def _(at):
    at.both(lambda zone: zone.good(at.ip, "a.unsure.example.com", "b.unsure.example.com"))
    at.zone.a("a.unsure.example.com", "5.45.101.30")
    at.on_forward(rcode("REFUSED"), "b.unsure.example.com")


@case("one_name_filtered_one_fails", "temp_error", "servfail", flags={"multiple_ptr"})
def _(at):
    at.both(lambda zone: zone.good(at.ip, "blocked.mixed.example.com", "broken.mixed.example.com"))
    at.on_forward(ede(15, then=nxdomain()), "blocked.mixed.example.com")
    at.on_forward(rcode("SERVFAIL"), "broken.mixed.example.com")


# --- filtered ----------------------------------------------------------------


def filtered(title, behaviour):
    case(f"ptr_{title}", "filtered", "blocked")(ptr_meets(behaviour))
    case(f"forward_{title}", "filtered", "blocked")(forward_meets(behaviour))


for number in (15, 16, 17):
    filtered(f"nxdomain_with_ede_{number}", ede(number, then=nxdomain()))
filtered("nodata_with_ede_15", ede(15, then=nodata()))
filtered("refused_with_ede_17", ede(17, then=rcode("REFUSED")))
filtered("servfail_with_ede_16", ede(16, then=rcode("SERVFAIL")))
filtered("nxdomain_bare_with_ra_clear", ra_clear(nxdomain(soa=False)))
filtered("nxdomain_with_ra_clear", ra_clear(nxdomain()))
filtered("block_over_tcp", truncated(ede(15, then=nxdomain())))


@case("forward_sinkhole_with_ede_17", "filtered", "blocked")
def _(at):
    """An address of the resolver's own, but it says so."""
    at.zone.a(at.host, "5.45.101.40")
    at.on_forward(ede(17))


@case("expected_name_filtered_other_confirms", "filtered", "blocked", flags={"multiple_ptr"}, hostname="blocked.wanted.example.com")
def _(at):
    at.both(lambda zone: zone.good(at.ip, "blocked.wanted.example.com", "fine.wanted.example.com"))
    at.on_forward(ede(15, then=nxdomain()), "blocked.wanted.example.com")


case("ptr_with_ede_of_no_policy", "no_ptr", "nxdomain")(ptr_meets(ede(18, then=nxdomain())))
