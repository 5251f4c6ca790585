"""The scripted server does what its behaviours promise: other tests stand on it."""

import socket
import struct
import time

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.query
import dns.rcode
import dns.rdatatype
import pytest

from scripted_dns import *  # noqa: F403
from scripted_dns import ScriptedServer, reverse_name

IP = "5.45.100.7"
NAME = reverse_name(IP)


@pytest.fixture
def server():
    with ScriptedServer("127.53.1.1") as running:
        running.zone.good(IP, "mail.example.com")
        yield running


def ask(server, name=NAME, rdtype="PTR", tcp=False, timeout=1.0, edns=0, **options):
    query = dns.message.make_query(name, rdtype, use_edns=edns, payload=1232)
    send = dns.query.tcp if tcp else dns.query.udp
    return send(query, server.address, port=server.port, timeout=timeout, **options)


def exchange(server, name=NAME, rdtype="PTR", timeout=1.0, edns=False):
    """The raw reply to a raw query, or None: for what dnspython itself would refuse."""
    query = dns.message.make_query(name, rdtype, use_edns=edns).to_wire()
    family = socket.AF_INET6 if ":" in server.address else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as sock:
        sock.settimeout(timeout)
        sock.sendto(query, (server.address, server.port))
        try:
            return query, *sock.recvfrom(65535)
        except socket.timeout:
            return query, None, None


def values(reply):
    return sorted(record.to_text() for part in reply.answer for record in part)


@pytest.mark.parametrize("tcp", [False, True], ids=["udp", "tcp"])
def test_zone_answers_over_both_transports(server, tcp):
    assert values(ask(server, tcp=tcp)) == ["mail.example.com."]
    assert values(ask(server, "MAIL.example.com", "A", tcp=tcp)) == [IP]
    assert [(q.name, q.key, q.type) for q in server.queries(proto="tcp" if tcp else "udp")] == [
        (NAME, NAME, "PTR"), ("MAIL.example.com", "mail.example.com", "A")]


def test_ipv6_server_and_ipv6_target():
    with ScriptedServer("::1") as server:
        server.zone.good("2a01:4f8::1", "mail.example.com")
        assert values(ask(server, reverse_name("2a01:4f8::1"))) == ["mail.example.com."]
        assert values(ask(server, "mail.example.com", "AAAA", tcp=True)) == ["2a01:4f8::1"]


def test_unknown_name_is_nxdomain_with_soa_and_ra(server):
    reply = ask(server, "9.100.45.5.in-addr.arpa")
    assert reply.rcode() == dns.rcode.NXDOMAIN and reply.flags & dns.flags.RA
    assert reply.authority[0].rdtype == dns.rdatatype.SOA
    assert ask(server, "mail.example.com", "AAAA").rcode() == dns.rcode.NOERROR


def test_root_ns_answers(server):
    assert len(values(ask(server, ".", "NS"))) == 2


def test_cname_is_chased_and_a_loop_is_servfail(server):
    server.zone.cname("8.100.45.5.in-addr.arpa", "8.0/27.100.45.5.in-addr.arpa")
    server.zone.ptr("8.0/27.100.45.5.in-addr.arpa", "mail.example.com")
    server.zone.cname("a.example.com", "b.example.com")
    server.zone.cname("b.example.com", "a.example.com")
    assert values(ask(server, "8.100.45.5.in-addr.arpa")) == [
        "8.0/27.100.45.5.in-addr.arpa.", "mail.example.com."]
    assert ask(server, "a.example.com", "A").rcode() == dns.rcode.SERVFAIL


@pytest.mark.parametrize("code", ["NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED",
                                  "YXDOMAIN", "NOTAUTH", "BADVERS"])
def test_any_rcode(server, code):
    server.on_ip(IP, rcode(code))
    reply = ask(server)
    assert dns.rcode.to_text(reply.rcode()) == code and not reply.answer and not reply.authority


def test_more_exact_rule_wins_and_everything_overrides(server):
    server.on(None, None, rcode("REFUSED"))
    server.on(None, "PTR", rcode("SERVFAIL"))
    server.on_ip(IP, from_zone())
    assert ask(server).rcode() == dns.rcode.NOERROR
    assert ask(server, "9.100.45.5.in-addr.arpa").rcode() == dns.rcode.SERVFAIL
    assert ask(server, "x.example.com", "A").rcode() == dns.rcode.REFUSED
    server.everything(rcode("NOTIMP"))
    assert ask(server).rcode() == dns.rcode.NOTIMP
    server.everything(None)
    assert ask(server).rcode() == dns.rcode.NOERROR


@pytest.mark.parametrize("tcp", [False, True], ids=["udp", "tcp"])
def test_silence(server, tcp):
    server.everything(silence())
    with pytest.raises(dns.exception.Timeout):
        ask(server, tcp=tcp, timeout=0.2)
    assert len(server.queries()) == 1


def test_lost_packets_are_counted_per_question(server):
    server.everything(lost(2))
    for name in (NAME, "9.100.45.5.in-addr.arpa"):
        assert [exchange(server, name, timeout=0.1)[1] is None for _ in range(4)] == [
            True, True, False, False]


def test_every_third_and_random_loss(server):
    server.everything(every(3, silence()))
    assert [exchange(server, timeout=0.1)[1] is None for _ in range(6)] == [False, False, True] * 2
    server.everything(lose_percent(50))
    lost_count = sum(exchange(server, timeout=0.03)[1] is None for _ in range(60))
    assert 15 <= lost_count <= 45


@pytest.mark.parametrize("tcp", [False, True], ids=["udp", "tcp"])
def test_delay(server, tcp):
    server.everything(delayed(0.2))
    start = time.monotonic()
    assert values(ask(server, tcp=tcp)) == ["mail.example.com."]
    assert 0.2 <= time.monotonic() - start < 0.6


def test_truncated_then_tcp(server):
    server.on_ip(IP, truncated())
    reply = ask(server)
    assert reply.flags & dns.flags.TC and not reply.answer
    assert values(ask(server, tcp=True)) == ["mail.example.com."]
    server.on_ip(IP, always_truncated())
    assert ask(server, tcp=True).flags & dns.flags.TC


def test_tcp_closed_dripping_and_refused(server):
    server.on_ip(IP, truncated(tcp=tcp_closed()))
    with pytest.raises(EOFError):
        ask(server, tcp=True)
    server.on_ip(IP, dripping(0.005))
    start = time.monotonic()
    assert values(ask(server, tcp=True)) == ["mail.example.com."]
    assert time.monotonic() - start > 0.2
    server.close_tcp()
    with pytest.raises(ConnectionRefusedError):
        ask(server, tcp=True)
    assert values(ask(server)) == ["mail.example.com."]


def test_server_without_tcp():
    with ScriptedServer("127.53.1.2", tcp=False) as server:
        with pytest.raises(ConnectionRefusedError):
            ask(server, tcp=True)


def test_sixty_names_need_tcp(server):
    server.zone.ptr(IP, *[f"host-{n:02}.mail.example.com" for n in range(60)])
    assert ask(server).flags & dns.flags.TC
    assert len(values(ask(server, tcp=True))) == 60


def test_forged_replies(server):
    server.on_ip(IP, wrong_id())
    query, reply, _ = exchange(server)
    assert reply[:2] != query[:2] and reply[2:] != b""
    server.on_ip(IP, wrong_question())
    assert dns.message.from_wire(exchange(server)[1]).question[0].name.to_text() == "other.example.net."
    server.on_ip(IP, not_a_reply())
    assert not exchange(server)[1][2] & 0x80
    server.on_ip(IP, wrong_source("port"))
    assert exchange(server)[2][0] == server.address and exchange(server)[2][1] != server.port
    server.on_ip(IP, wrong_source("address"))
    assert exchange(server)[2][0] != server.address and exchange(server)[2][1] == server.port


def test_malformed_replies(server):
    good = len(exchange(server)[1])
    for behaviour, size in ((trailing(b"abc"), good + 3), (cut(20), 20), (cut(-1), good - 1),
                            (garbage(30), 34), (noise(30), 30), (no_question(), 12)):
        server.on_ip(IP, behaviour)
        reply = exchange(server)[1]
        assert len(reply) == size
        if size != good + 3 and size != 12:
            with pytest.raises((dns.exception.DNSException, ValueError)):
                dns.message.from_wire(reply)
    server.on_ip(IP, lying_counts(500))
    assert struct.unpack("!H", exchange(server)[1][6:8]) == (500,)
    server.on_ip(IP, compression_loop())
    with pytest.raises(dns.exception.DNSException):
        dns.message.from_wire(exchange(server)[1])


def test_policy_marks(server):
    server.on_ip(IP, ede(15, "blocked", then=nxdomain()))
    option = ask(server).options[0]
    assert (int(option.otype), option.to_wire()[:2]) == (15, b"\x00\x0f")
    assert not ask(server, edns=False).options
    server.on_ip(IP, ra_clear(nxdomain(soa=False)))
    reply = ask(server)
    assert reply.rcode() == dns.rcode.NXDOMAIN and not reply.flags & dns.flags.RA
    assert not reply.authority


@pytest.mark.parametrize("with_question", [True, False])
def test_server_without_edns(server, with_question):
    server.on_ip(IP, no_edns(with_question))
    assert values(ask(server, edns=False)) == ["mail.example.com."]
    refusal = exchange(server, edns=0)[1]
    assert refusal[3] & 15 == dns.rcode.FORMERR
    assert struct.unpack("!H", refusal[4:6])[0] == int(with_question)


def test_order_rotates(server):
    names = ["a.example.com.", "b.example.com.", "c.example.com."]
    server.zone.ptr(IP, *names)
    server.on_ip(IP, rotating())
    firsts = [dns.message.from_wire(exchange(server)[1], one_rr_per_rrset=True).answer[0][0].to_text()
              for _ in range(4)]
    assert firsts == names + names[:1]


def test_case_changes_in_names_and_question(server):
    server.on_ip(IP, mixed_case(question=True))
    replies = [dns.message.from_wire(exchange(server)[1]) for _ in range(5)]
    targets = {reply.answer[0][0].target.to_text() for reply in replies}
    questions = {reply.question[0].name.to_text() for reply in replies}
    assert len(targets) == 5 and {t.lower() for t in targets} == {"mail.example.com."}
    assert len(questions) == 5 and {q.lower() for q in questions} == {NAME + "."}


def test_ttl_changes(server):
    server.on_ip(IP, random_ttl())
    assert len({ask(server).answer[0].ttl for _ in range(5)}) == 5


def test_explicit_records_referral_and_loop(server):
    server.on_ip(IP, answer((NAME, 60, "CNAME", "x.example.net"), ("x.example.net", 60, "PTR", "y.example.net")))
    assert values(ask(server)) == ["x.example.net.", "y.example.net."]
    server.on_ip(IP, referral("45.5.in-addr.arpa", "ns1.example.net"))
    reply = ask(server)
    assert not reply.answer and reply.authority[0].rdtype == dns.rdatatype.NS
    server.on_ip(IP, cname_loop())
    assert len(ask(server).answer) == 2


def test_arbitrary_bytes_in_labels(server):
    server.zone.ptr(IP, (b'q"\\\n\x00\xff.', b"example", b"com"))
    assert ask(server).answer[0][0].target.labels[0] == b'q"\\\n\x00\xff.'


def test_flags_and_ports_are_recorded(server):
    query = dns.message.make_query(NAME, "PTR", use_edns=0, payload=1400)
    query.flags &= ~dns.flags.RD
    dns.query.udp(query, server.address, port=server.port, timeout=1, source_port=0)
    seen = server.queries()[-1]
    assert not seen.recursion_desired and seen.edns and seen.payload == 1400 and seen.port > 0


def test_most_within_counts_a_window(server):
    for _ in range(5):
        ask(server)
    time.sleep(0.3)
    ask(server)
    assert server.most_within(0.2) == 5 and server.most_within(5) == 6


def test_a_broken_behaviour_is_not_silent():
    server = ScriptedServer("127.53.1.3").start()
    server.everything(lambda query: 1 / 0)
    with pytest.raises(dns.exception.Timeout):
        ask(server, timeout=0.1)
    with pytest.raises(AssertionError, match="ZeroDivisionError"):
        server.stop()
