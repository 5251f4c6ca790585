"""What a scripted server does with a query: the good, the broken and the hostile.

A behaviour is a function from a Query (scripted_dns.py) to what happens next:
a Send, a Close, raw bytes, a list of these, or nothing for silence. Most take
`then=`, the behaviour they spoil, which is the zone's answer unless told
otherwise, so they nest: delayed(0.3, then=wrong_id()).
"""

import dataclasses
import random
import struct
import threading

import dns.edns
import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdata
import dns.rdatatype
import dns.rrset

from dns_zone import rrset, to_name

UDP_WITHOUT_EDNS = 512


@dataclasses.dataclass(frozen=True)
class Send:
    """One reply. `message` is packed as late as possible, so that modifiers can edit it."""

    message: dns.message.Message = None
    wire: bytes = None
    delay: float = 0.0
    source: str = "own"  # or "other_port", "other_address": UDP only
    drip: float = 0.0  # TCP only: seconds between single bytes

    def packed(self, query):
        """The bytes, cut down to TC as RFC 2181 5.2.1 wants where UDP has no room."""
        if self.wire is not None:
            return self.wire
        if query.proto == "tcp":
            return self.message.to_wire(max_size=65535)
        try:
            return self.message.to_wire(max_size=max(UDP_WITHOUT_EDNS, query.payload))
        except dns.exception.TooBig:
            return empty_reply(query, truncated=True).to_wire()


@dataclasses.dataclass(frozen=True)
class Close:
    """Close the TCP connection without a reply; nothing over UDP."""

    delay: float = 0.0


def actions(result):
    """Whatever a behaviour returned -> a list of actions."""
    if result is None:
        return []
    if isinstance(result, (bytes, bytearray)):
        return [Send(wire=bytes(result))]
    if isinstance(result, dns.message.Message):
        return [Send(message=result)]
    if isinstance(result, (Send, Close)):
        return [result]
    return [action for part in result for action in actions(part)]


def empty_reply(query, rcode=dns.rcode.NOERROR, truncated=False):
    reply = dns.message.make_response(query.message, recursion_available=True, our_payload=1232)
    reply.set_rcode(rcode)
    if truncated:
        reply.flags |= dns.flags.TC
    return reply


# --- answers -----------------------------------------------------------------


def from_zone():
    """What the server's zone says; the default."""
    return lambda query: query.server.zone.answer(query.message)


def zone_of(zone):
    """What another zone says: for one question that one server answers differently."""
    return lambda query: zone.answer(query.message)


def answer(*records, authority=(), rcode="NOERROR", recursion_available=True, authoritative=False):
    """A reply with exactly these records, in this order: each is (owner, ttl, type, value...)."""
    sections = [rrset(*record) for record in records], [rrset(*record) for record in authority]

    def behaviour(query):
        reply = empty_reply(query, dns.rcode.from_text(rcode))
        reply.answer, reply.authority = list(sections[0]), list(sections[1])
        if not recursion_available:
            reply.flags &= ~dns.flags.RA
        if authoritative:
            reply.flags |= dns.flags.AA
        return reply

    return behaviour


def rcode(name, soa=False):
    """Nothing but a response code: SERVFAIL, REFUSED, NOTIMP, YXDOMAIN, BADVERS, ..."""

    def behaviour(query):
        reply = empty_reply(query, dns.rcode.from_text(name))
        if soa:
            reply.authority = [query.server.zone.soa(query.message.question[0].name)]
        return reply

    return behaviour


def nxdomain(soa=True):
    return rcode("NXDOMAIN", soa=soa)


def nodata(soa=True):
    return rcode("NOERROR", soa=soa)


def referral(cut, *servers):
    """NS without SOA in the authority section: the server does not recurse."""
    return answer(authority=[(cut, 300, "NS", *servers)], recursion_available=False)


def cname_loop(other="loop.example.net"):
    """The name is an alias of another, which is an alias of the name: loops inside the answer."""

    def behaviour(query):
        reply = empty_reply(query)
        name = query.message.question[0].name
        reply.answer = [rrset(name, 300, "CNAME", other), rrset(other, 300, "CNAME", name)]
        return reply

    return behaviour


def ede(code, text="", then=None):
    """Add an Extended DNS Error (RFC 8914); only a query with EDNS can be told."""

    def change(reply, query):
        if query.edns:
            option = dns.edns.GenericOption(15, struct.pack("!H", code) + text.encode())
            reply.use_edns(edns=0, payload=1232, options=[option])

    return edited(change, then)


def ra_clear(then=None):
    """Recursion not available: on NXDOMAIN, how Quad9 marks a blocked name."""

    def change(reply, _query):
        reply.flags &= ~dns.flags.RA

    return edited(change, then)


def edited(change, then=None):
    """Apply change(message, query) to every composed reply."""
    base = then or from_zone()

    def behaviour(query):
        done = actions(base(query))
        for action in done:
            if isinstance(action, Send) and action.message is not None:
                change(action.message, query)
        return done

    return behaviour


# --- when and whether --------------------------------------------------------


def silence():
    """No answer: over UDP a lost packet, over TCP a connection that hangs."""
    return lambda query: []


class _Counter:
    """Counts per question, so that one behaviour can serve many names."""

    def __init__(self):
        self._counts = {}
        self._lock = threading.Lock()

    def next(self, query):
        key = (query.key, query.type)
        with self._lock:
            self._counts[key] = self._counts.get(key, 0) + 1
            return self._counts[key] - 1


def sequence(*steps):
    """The first query of a question meets the first step, and so on; the last one stays."""
    counter = _Counter()
    return lambda query: steps[min(counter.next(query), len(steps) - 1)](query)


def alternating(*steps):
    """The steps in turn, for ever: a fleet of caches behind one address."""
    counter = _Counter()
    return lambda query: steps[counter.next(query) % len(steps)](query)


def lost(count, then=None):
    """The first `count` queries of every question are lost."""
    return sequence(*[silence()] * count, then or from_zone())


def every(count, odd_one, then=None):
    """Every `count`-th query of a question meets `odd_one`; never two in a row if count > 1."""
    return alternating(*[then or from_zone()] * (count - 1), odd_one)


def lose_percent(percent, seed=1, then=None):
    """Random loss, the same in every run."""
    dice, base = random.Random(seed), then or from_zone()
    return lambda query: [] if dice.random() * 100 < percent else base(query)


def delayed(seconds, then=None):
    return resent(lambda send: dataclasses.replace(send, delay=send.delay + seconds), then)


def resent(change, then=None):
    """Apply change(send) to every reply: how it is sent, not what it says."""
    base = then or from_zone()

    def behaviour(query):
        return [change(a) if isinstance(a, Send) else a for a in actions(base(query))]

    return behaviour


def by_proto(udp=None, tcp=None):
    """One behaviour per transport; the zone answers where none is given."""
    steps = {"udp": udp or from_zone(), "tcp": tcp or from_zone()}
    return lambda query: steps[query.proto](query)


# --- truncation and TCP ------------------------------------------------------


def truncated(tcp=None):
    """TC over UDP, and `tcp` (the zone) over TCP. TCP refused: server.close_tcp()."""
    return by_proto(udp=lambda query: empty_reply(query, truncated=True), tcp=tcp)


def always_truncated():
    return truncated(tcp=lambda query: empty_reply(query, truncated=True))


def tcp_closed():
    """Takes the connection and the query, then closes."""
    return lambda query: Close()


def tcp_breaks_off(pause=0.02, seconds=0.1):
    """Closes in the middle of the reply."""
    return lambda query: [*actions(dripping(pause)(query)), Close(delay=seconds)]


def tcp_one_answer():
    """Answers, and closes the connection behind every answer."""
    return lambda query: [*actions(from_zone()(query)), Close()]


def dripping(pause=0.05, then=None):
    """Over TCP one byte at a time: every byte restarts a naive timeout."""
    return resent(lambda send: dataclasses.replace(send, drip=pause), then)


# --- not the reply that was asked for ----------------------------------------


def rewired(change, then=None):
    """Apply change(bytes) to every packed reply."""
    base = then or from_zone()

    def behaviour(query):
        return [dataclasses.replace(a, wire=change(a.packed(query)), message=None)
                if isinstance(a, Send) else a for a in actions(base(query))]

    return behaviour


def wrong_id(then=None):
    return rewired(lambda wire: bytes([wire[0] ^ 0xFF, wire[1] ^ 0xFF]) + wire[2:], then)


def wrong_question(name="other.example.net", then=None):
    """Everything right but the question section."""

    def change(reply, _query):
        question = reply.question[0]
        reply.question = [dns.rrset.RRset(to_name(name), question.rdclass, question.rdtype)]

    return edited(change, then)


def wrong_source(kind="port", then=None):
    """The reply comes from another port or another address of this machine (UDP)."""
    return resent(lambda send: dataclasses.replace(send, source="other_" + kind), then)


def not_a_reply(then=None):
    """QR is 0: the packet is a query."""
    return rewired(lambda wire: wire[:2] + bytes([wire[2] & 0x7F]) + wire[3:], then)


def other_opcode(then=None):
    """A reply to a NOTIFY."""
    return rewired(lambda wire: wire[:2] + bytes([wire[2] | 4 << 3]) + wire[3:], then)


# --- malformed ---------------------------------------------------------------


def trailing(junk=b"\x00junk", then=None):
    return rewired(lambda wire: wire + junk, then)


def cut(size, then=None):
    """Only the first `size` bytes; negative: so many bytes short."""
    return rewired(lambda wire: wire[:size], then)


def garbage(size=64, seed=1):
    """The right id and the QR bit, so that it gets as far as possible; then noise."""
    noise = random.Random(seed).randbytes(size)
    return lambda query: query.wire[:2] + b"\x81\x80" + noise


def noise(size=64, seed=1):
    """Random bytes from the first to the last."""
    junk = random.Random(seed).randbytes(size)
    return lambda query: junk


def _header(query, questions=1, answers=1, flags=0x8180):
    return query.wire[:2] + struct.pack("!5H", flags, questions, answers, 0, 0)


def compression_loop():
    """The owner of the answer is a pointer to itself (RFC 1035 4.1.4)."""

    def behaviour(query):
        start = 12 + len(query.question_wire)
        loop = struct.pack("!H", 0xC000 | start)
        return _header(query) + query.question_wire + loop + struct.pack("!HHIH", 12, 1, 300, 2) + loop

    return behaviour


def raw_record(data, size=None):
    """One record of the type asked for, of any bytes at all, or a function of the place where they
    begin; `size` is the length it claims to have."""
    made = data if callable(data) else lambda _at: data

    def behaviour(query):
        data = made(12 + len(query.question_wire) + 12)
        claimed = len(data) if size is None else size
        head = struct.pack("!HHHIH", 0xC00C, query.message.question[0].rdtype, 1, 300, claimed)
        return _header(query) + query.question_wire + head + data

    return behaviour


def lying_counts(count=500, section="answer", then=None):
    """The header promises more records, or fewer, than the packet has."""
    at = {"question": 4, "answer": 6, "authority": 8, "additional": 10}[section]
    return rewired(lambda wire: wire[:at] + struct.pack("!H", count) + wire[at + 2:], then)


def no_question(code="NOERROR"):
    """QDCOUNT 0: the header alone, with a response code."""
    flags = 0x8180 | dns.rcode.from_text(code)
    return lambda query: _header(query, questions=0, answers=0, flags=flags)


def no_edns(with_question=True, then=None):
    """FORMERR to every query with EDNS, as servers older than RFC 6891 do."""
    base = then or from_zone()

    def behaviour(query):
        if not query.edns:
            return base(query)
        if not with_question:
            return no_question("FORMERR")(query)
        return _header(query, answers=0, flags=0x8181) + query.question_wire

    return behaviour


# --- what must never make a difference ---------------------------------------


def rotating(then=None):
    """The records of the answer move on by one place at every query."""
    counter = _Counter()

    def change(reply, query):
        singles = [dns.rrset.from_rdata(part.name, part.ttl, record)
                   for part in reply.answer for record in sorted(part)]
        turn = counter.next(query) % max(1, len(singles))
        reply.answer = singles[turn:] + singles[:turn]

    return edited(change, then)


def _random_case(name, dice):
    return dns.name.Name([bytes(dice.choice((byte, byte ^ 0x20))
                                if chr(byte).isalpha() and byte < 128 else byte
                                for byte in label) for label in name.labels])


def _record_in_case(record, dice):
    if not hasattr(record, "target"):
        return record
    return record.replace(target=_random_case(record.target, dice))


def mixed_case(seed=1, question=False, then=None):
    """Every name of the answer in random case, differently each time; `question`: that one too."""
    dice = random.Random(seed)

    def change(reply, _query):
        reply.answer = [
            dns.rrset.from_rdata_list(_random_case(part.name, dice), part.ttl,
                                      [_record_in_case(record, dice) for record in part])
            for part in reply.answer]
        if question:
            old = reply.question[0]
            reply.question = [dns.rrset.RRset(_random_case(old.name, dice), old.rdclass, old.rdtype)]

    return edited(change, then)


def random_ttl(seed=1, then=None):
    """Another TTL at every query, as a cache that counts down and refetches."""
    dice = random.Random(seed)

    def change(reply, _query):
        copies = [part.copy() for part in reply.answer]
        for part in copies:
            part.ttl = dice.randrange(1, 86400)
        reply.answer = copies

    return edited(change, then)


# --- forged ------------------------------------------------------------------


def forged(wire, change_id=0, lower=True):
    """A reply as somebody would make it who sees nothing of the query but its name: no such name, no end."""
    name_end = wire.index(b"\0", 12) + 1
    name = wire[12:name_end].lower() if lower else wire[12:name_end]
    number = struct.pack("!H", (struct.unpack("!H", wire[:2])[0] + change_id) & 0xFFFF)
    soa = b"\0\0\6\0\1\0\1\x51\x80" + struct.pack("!H", 22) + b"\0\0" + struct.pack("!5I", 1, 3600, 600, 86400, 86400)
    return number + struct.pack("!5H", 0x8183, 1, 0, 1, 0) + name + wire[name_end:name_end + 4] + soa


def guessed_ids(count, delay=0.1, seed=1, then=None):
    """`count` forged replies with other ids come first, then the right reply."""
    dice, late = random.Random(seed), delayed(delay, then)
    return lambda query: [*(forged(query.wire, dice.randrange(1, 65536), lower=False) for _ in range(count)),
                          *late(query)] if query.proto == "udp" else actions((then or from_zone())(query))


def guessed_all_but_case(delay=0.05, then=None):
    """A forged reply with the right port, id and name, in lower case; then the right reply."""
    late = delayed(delay, then)
    return lambda query: [forged(query.wire), *late(query)] if query.proto == "udp" else late(query)


def guessed_all(then=None):
    """A forged reply that is right in everything over UDP: only TCP can tell."""
    return by_proto(udp=lambda query: forged(query.wire, lower=False), tcp=then)


def case_changed(change=bytes.lower, then=None):
    """The question comes back in a letter case of the server's own."""

    def rewrite(wire):
        end = wire.index(b"\0", 12)
        return wire[:12] + change(wire[12:end]) + wire[end:]

    return rewired(rewrite, then)
