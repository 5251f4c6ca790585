"""Replies for the oracle: the fixtures, more of realistic kinds, and what a bad network makes of them.

Everything follows from one seed, so that a difference found once is found again.
"""
import pathlib
import random
import struct
import sys

import dns.edns
import dns.message
import dns.reversename

from records import Walk

FIXTURES = pathlib.Path(__file__).resolve().parent.parent / "fixtures"
sys.path.insert(0, str(FIXTURES))
from make_replies import MAIL, NEGATIVE, REVERSE, SOA, address, ptr, reply  # noqa: E402

V6_REVERSE = dns.reversename.from_address("2a01:4f8::1").to_text()
HEADER_SIZE = 12
CLASSLESS = "7.0/27.100.45.5.in-addr.arpa."


def fixtures():
    """(type, name, message) of every fixture."""
    for path in sorted((FIXTURES / "replies").glob("*.hex")):
        first, *lines = path.read_text().splitlines()
        name, kind = first.split(":")[0].split()[1:]
        yield kind, name, bytes.fromhex("".join(lines))


def chain(length, last, kind, rotate=0):
    """A chain of CNAMEs from MAIL to the record `last`, the records rotated."""
    names = [MAIL] + [f"hop{n}.Example.NET." for n in range(length)]
    records = [(name, 60 * (n + 1), "CNAME", names[n + 1]) for n, name in enumerate(names[:-1])]
    records.append((names[-1], 3000, kind, last))
    return reply(MAIL, kind, answer=records[rotate:] + records[:rotate])


def with_error_text(message, code, text):
    """EDE with a text, as resolvers send it (RFC 8914)."""
    decoded = dns.message.from_wire(message)
    decoded.use_edns(0, 0, 1232, options=[
        dns.edns.GenericOption(10, bytes(8)), dns.edns.EDEOption(code, text),
        dns.edns.ECSOption("203.0.113.0", 24)])
    return decoded.to_wire()


def built():
    """More of what resolvers send."""
    for length in 1, 2, 5, 15, 16, 17:
        for rotate in 0, 1, length // 2:
            yield "A", MAIL, chain(length, "5.45.100.7", "A", rotate)
            yield "AAAA", MAIL, chain(length, "2a01:4f8::1", "AAAA", rotate)
    dname = [("100.45.5.in-addr.arpa.", 3600, "DNAME", "rev.example.net."),
             (REVERSE, 0, "CNAME", "7.rev.example.net."), ("7.rev.example.net.", 300, "PTR", MAIL)]
    yield "PTR", REVERSE, reply(REVERSE, "PTR", answer=dname)
    yield "PTR", REVERSE, reply(REVERSE, "PTR", answer=dname[::-1])
    yield "PTR", REVERSE, reply(REVERSE, "PTR", 6, answer=dname[:1])
    yield "PTR", REVERSE, reply(REVERSE, "PTR", 3, answer=dname[:2], authority=[("example.net.", 60, "SOA", SOA)])
    yield "PTR", REVERSE, reply(REVERSE, "PTR", answer=[(REVERSE, 60, "CNAME", CLASSLESS)], authority=NEGATIVE)
    yield "PTR", V6_REVERSE, reply(V6_REVERSE, "PTR", answer=[(V6_REVERSE, 300, "PTR", MAIL)])
    yield "PTR", V6_REVERSE, reply(V6_REVERSE, "PTR", 3, authority=[("8.f.4.0.1.0.a.2.ip6.arpa.", 60, "SOA", SOA)])
    for count in 3, 30, 100:
        yield "PTR", REVERSE, ptr(*(f"host{n}.mail.example.com." for n in range(count)))
    yield "A", MAIL, address(*(f"5.45.{n}.7" for n in range(60)))
    yield "AAAA", MAIL, address(*(f"2a01:4f8::{n:x}" for n in range(40)), kind="AAAA")
    yield "NS", "45.5.in-addr.arpa.", reply("45.5.in-addr.arpa.", "NS", answer=[
        ("45.5.in-addr.arpa.", 900, "NS", "ns1.example.net.", "NS2.example.net.", "ns1.example.net.")])
    # With what stands beside the answer: name servers and signatures.
    crowd = [("example.com.", 7200, "NS", "ns1.example.com.", "ns2.example.com."),
             ("example.com.", 7200, "DS", "1 8 2 " + "ab" * 32)]
    signature = "A 8 3 600 20300101000000 20200101000000 1 example.com. " + "q" * 40
    yield "A", MAIL, reply(MAIL, "A", edns=[], authority=crowd, answer=[
        (MAIL, 600, "A", "5.45.100.7"), (MAIL, 600, "RRSIG", signature)])
    # Answers of one question with records of others, and a RRset with different TTLs.
    yield "PTR", REVERSE, reply(REVERSE, "PTR", answer=[
        (REVERSE, 600, "PTR", MAIL), ("8.100.45.5.in-addr.arpa.", 5, "PTR", "other.example."),
        (REVERSE, 60, "TXT", '"what"'), (REVERSE, 300, "PTR", "Mail2.example.com.")])
    yield "PTR", REVERSE, reply(REVERSE, "PTR", answer=[  # more than one CNAME, and data beside it
        (REVERSE, 60, "CNAME", CLASSLESS), (REVERSE, 30, "CNAME", CLASSLESS), (REVERSE, 9, "CNAME", "b.example."),
        (REVERSE, 60, "PTR", MAIL), (CLASSLESS, 300, "PTR", "classless.example.com.")])
    yield "PTR", REVERSE, reply(REVERSE, "PTR", 3, authority=NEGATIVE + [("5.in-addr.arpa.", 30, "SOA", SOA)])
    negative = reply(REVERSE, "PTR", 3, authority=NEGATIVE)
    for code, text in ((15, "blocked"), (3, ""), (22, "nö"), (9, "no \0 DNSKEY")):
        yield "PTR", REVERSE, with_error_text(negative, code, text)
        yield "PTR", REVERSE, with_error_text(reply(REVERSE, "PTR", 2), code, text)
        yield "PTR", REVERSE, with_error_text(ptr(MAIL), code, text)


# ---- mutations: each takes and returns a message


def flip_bits(rng, message):
    changed = bytearray(message)
    for _ in range(rng.choice((1, 1, 1, 3))):
        changed[rng.randrange(len(changed))] ^= 1 << rng.randrange(8)
    return bytes(changed)


def cut(rng, message):
    return message[:rng.randrange(len(message))]


def insert(rng, message):
    at = rng.randrange(len(message) + 1)
    return message[:at] + rng.randbytes(rng.randrange(1, 9)) + message[at:]


def remove(rng, message):
    at = rng.randrange(len(message))
    return message[:at] + message[at + rng.randrange(1, 9):]


def append(rng, message):
    return message + rng.randbytes(rng.randrange(1, 30))


def patch(message, offset, replacement):
    return message[:offset] + replacement + message[offset + len(replacement):]


def change_count(rng, message):
    offset = rng.choice((4, 6, 8, 10))
    count = int.from_bytes(message[offset:offset + 2], "big")
    count = rng.choice((0, 1, max(count - 1, 0), count + 1, count + 1, rng.randrange(65536)))
    return patch(message, offset, struct.pack("!H", count))


def change_rcode(rng, message):
    return patch(message, 3, bytes([message[3] & 0xF0 | rng.randrange(16)]))


def change_flags(rng, message):
    return patch(message, 2, bytes([message[2] ^ 1 << rng.randrange(8), message[3] ^ rng.choice((0, 0x80, 0x10))]))


def change_pointer(rng, message):
    pointers = [at for at in range(HEADER_SIZE, len(message) - 1) if message[at] >= 0xC0]
    if not pointers:
        return message
    target = rng.choice((HEADER_SIZE, HEADER_SIZE, rng.randrange(len(message)), rng.randrange(0x4000)))
    return patch(message, rng.choice(pointers), struct.pack("!H", 0xC000 | target))


def pick(rng, message, section=None):
    """Some record of the message; None if there is none to be read."""
    records = [record for record in Walk(message).records if section in (None, record.section)]
    return rng.choice(records) if records else None


def change_ttl(rng, message):
    record = pick(rng, message)
    ttl = rng.choice((0, 1, 29, 604800, 604801, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, rng.randrange(1 << 32)))
    return patch(message, record.fixed + 4, struct.pack("!I", ttl)) if record else message


def change_minimum(rng, message):
    """Of an SOA: its last four bytes."""
    record = pick(rng, message, section=2)
    minimum = rng.choice((0, 5, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF))
    return patch(message, record.end - 4, struct.pack("!I", minimum)) if record else message


def change_type(rng, message):
    record = pick(rng, message)
    kind = rng.choice((1, 2, 5, 6, 12, 28, 39, 41, 46, 250, rng.randrange(300)))
    return patch(message, record.fixed, struct.pack("!H", kind)) if record else message


def change_class(rng, message):
    record = pick(rng, message)
    return patch(message, record.fixed + 2, struct.pack("!H", rng.choice((1, 3, 254, 255)))) if record else message


def change_size(rng, message):
    record = pick(rng, message)
    size = record.end - record.data if record else 0
    return patch(message, record.data - 2, struct.pack("!H", max(0, size + rng.choice((-1, 1, -2, 2, 4))))) \
        if record else message


def swap_records(rng, message):
    one, other = pick(rng, message), pick(rng, message)
    if one is None or one.start == other.start:
        return message
    first, second = sorted((one, other), key=lambda record: record.start)
    return message[:first.start] + message[second.start:second.end] + message[first.end:second.start] + \
        message[first.start:first.end] + message[second.end:]


def repeat_record(rng, message):
    """Behind itself, its section's count kept true, perhaps with another TTL or size."""
    record = pick(rng, message)
    if record is None:
        return message
    copy = message[record.start:record.end]
    offset = 4 + 2 * record.section
    count = int.from_bytes(message[offset:offset + 2], "big") + 1
    longer = message[:record.end] + copy + message[record.end:]
    longer = patch(longer, offset, struct.pack("!H", count & 0xFFFF))
    if rng.random() < 0.5:
        fixed = record.end + record.fixed - record.start
        longer = patch(longer, fixed + 4, struct.pack("!I", rng.randrange(100)))
    return longer


def change_case(rng, message):
    """As a resolver with 0x20 does, and bytes that look like letters with it."""
    return bytes(byte ^ 0x20 if chr(byte).isascii() and chr(byte).isalpha() and rng.random() < 0.3 else byte
                 for byte in message)


MUTATIONS = (flip_bits, flip_bits, flip_bits, cut, insert, remove, append, change_count, change_rcode, change_flags,
             change_pointer, change_pointer, change_ttl, change_ttl, change_minimum, change_type, change_class,
             change_size, swap_records, swap_records, repeat_record, change_case)


def mutated(rng, message):
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        if len(message) > HEADER_SIZE:
            message = rng.choice(MUTATIONS)(rng, message)
    return message[:65535]


def all_replies(count, seed=1):
    """`count` of them: each as it is, then mutated in turn."""
    originals = [*fixtures(), *built()]
    rng = random.Random(seed)
    yield from originals
    for number in range(count - len(originals)):
        kind, name, message = originals[number % len(originals)]
        yield kind, name, mutated(rng, message)
