#!/usr/bin/python3
"""The decoder against dnspython: both say the same of 10,000 mutated replies, or both refuse.

    against_dnspython.py build/.../decode_reply [COUNT [SEED]]

What both may see differently by design is a *class*, named in CLASSES with its reason. Most
classes are handled by changing the bytes that dnspython gets, and those only, so that all else in
the reply is still compared. Any other difference is printed and fails.
"""
import collections
import ipaddress
import struct
import subprocess
import sys

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rdata
import dns.rdatatype

from records import Walk
from replies import all_replies, patch

CLASSES = {
    "trailing bytes": "harmless behind records (middle boxes add them), no proof of absence; dnspython refuses all",
    "data not read": "we read the data of the records that count only, dnspython of all types it knows",
    "several CNAMEs": "RFC 2181 10.1 forbids them; we take the least target, dnspython the last on the wire",
    "data beside a CNAME": "RFC 1034 3.6.2 forbids it; we follow the CNAME, dnspython takes the data",
    "several SOAs": "we take the least TTL of all that fit, dnspython the deepest owner's",
    "SOA minimum with the top bit": "RFC 2181 8: zero; dnspython takes the number as it is",
    "over 32 CNAMEs": "none is followed, as which are left out would depend on their order",
    "stray OPT": "outside the additional section it means nothing; dnspython refuses",
    "TSIG": "we have no key, and asked for none; dnspython refuses without a key",
    "contents of an option": "of an option we read the code, of EDE the info-code; dnspython all, UTF-8 too",
    "no question": "only FORMERR and NOTIMP may come without; dnspython grants it to SERVFAIL and REFUSED",
    "misplaced": "behind a name that points to a label which reaches beyond the pointer dnspython loses its place",
    "name in a header": "a name points to where a record has its type, which we changed for another class",
}

OPAQUE_TYPE = struct.pack("!H", 65280)  # private use: dnspython takes its data as bytes
OPAQUE_OPTION = struct.pack("!H", 65001)
A, NS, CNAME, SOA, PTR, AAAA, OPT, TSIG = 1, 2, 5, 6, 12, 28, 41, 250
IN = 1
EDE = 15
TTL_MAX = 604800  # DNS_TTL_MAX_S
FAILURES = {1: "formerr", 2: "servfail", 4: "notimp", 5: "refused"}

# The same bounds on both sides, where dnspython has one.
dns.message.MAX_CHAIN = 17  # it counts to one before: DNS_CNAME_HOPS_MAX is 16
dns.name.MAX_COMPRESSION_POINTER_CHAIN = 32

Answer = collections.namedtuple("Answer", "outcome rcode final aliased ttl errors soa values", defaults=([],))
NO_SOA = ("-", "-")


class Refused(Exception):
    """No answer to our question can be read from these bytes."""


def print_name(name):
    """As dns_name_print() does."""
    def print_byte(byte):
        return chr(byte) if chr(byte).isascii() and (chr(byte).isalnum() or byte in b"-_/") else f"\\{byte:03d}"
    labels = [label for label in name.canonicalize().labels if label]
    return ".".join("".join(map(print_byte, label)) for label in labels) or "."


def clean_ttl(ttl):
    return 0 if ttl > 0x7FFFFFFF else min(ttl, TTL_MAX)


class Reading:
    """What dnspython makes of one reply."""

    def __init__(self, kind, name, wire):
        self.query = dns.message.make_query(name, kind)
        self.type = dns.rdatatype.from_text(kind)
        self.wire = wire
        self.last_walk = None
        self.bad = []  # records made opaque as their data is none
        self.classes = set()

    # -- the bytes changed so that dnspython reads what we read

    def make_opaque(self, record, why):
        self.wire = patch(self.wire, record.fixed, OPAQUE_TYPE)
        self.classes.add(why)

    def walk(self):
        """Anew after every change."""
        if self.last_walk is None or self.last_walk.wire != self.wire:
            self.last_walk = Walk(self.wire)
        return self.last_walk

    def drop_trailing_bytes(self):
        walk = self.walk()
        end = walk.records[-1].end if walk.records else walk.questions_end
        if walk.whole and end < len(self.wire):
            self.wire = self.wire[:end]
            self.classes.add("trailing bytes")

    def drop_strangers(self):
        for record in self.walk().records:
            if record.type == OPT and record.section != 3:
                self.make_opaque(record, "stray OPT")
            if record.type == TSIG:
                self.make_opaque(record, "TSIG")

    def drop_crowd(self):
        """Not even the data of a CNAME behind the 32nd is read."""
        cnames = [record for record in self.walk().records
                  if (record.section, record.type, record.rdclass) == (1, CNAME, IN)]
        for record in cnames[32:]:
            self.make_opaque(record, "over 32 CNAMEs")

    def is_readable(self, record):
        try:
            dns.rdata.from_wire(record.rdclass, record.type, self.wire, record.data, record.end - record.data)
        except (dns.exception.DNSException, ValueError):
            return False
        return True

    def drop_unread_data(self):
        """All bad data but a CNAME's and an OPT's. Whether it would have been read after all is known
        only when the chain is: see refuse_bad_data()."""
        for record in self.walk().records:
            is_cname = record.type == CNAME and record.section == 1 and record.rdclass == IN
            if not is_cname and record.type != OPT and not self.is_readable(record):
                self.bad.append(record)
                self.make_opaque(record, "data not read")

    def drop_options(self):
        """Where dnspython does not like what is in one."""
        walk = self.walk()
        for record in walk.records:
            options = walk.options(record) if record.type == OPT else None
            if not options or self.is_readable(record):
                continue
            self.classes.add("contents of an option")
            for _, offset, _ in options:
                self.wire = patch(self.wire, offset, OPAQUE_OPTION)

    def drop_other_cnames(self):
        """Of several at one owner only the least counts; of what stands beside it nothing does."""
        cnames = collections.defaultdict(list)
        records = [record for record in self.walk().records if record.section == 1 and record.rdclass == IN]
        for record in records:
            if record.type == CNAME and self.is_readable(record):
                target = dns.name.from_wire(self.wire[:record.end], record.data)[0]
                cnames[record.owner].append((target, record))
        for several in cnames.values():
            least = min(target for target, _ in several)
            for target, record in several:
                if target != least:
                    self.make_opaque(record, "several CNAMEs")
        for record in records:
            if record.type == self.type and record.owner in cnames:
                self.make_opaque(record, "data beside a CNAME")

    def has_other_names(self, before):
        """A change that was to hide a record has changed a name."""
        return any(before.get(at) != name for at, name in self.walk().names.items())

    # -- what the message says

    def read(self):
        options = self.errors_on_the_wire()
        self.drop_trailing_bytes()
        self.drop_strangers()
        self.drop_crowd()
        self.drop_unread_data()
        self.drop_options()
        self.drop_other_cnames()
        message = self.parse()
        if self.is_truncated(message):
            return Answer("truncated", int(message.flags) & 15, None, None, None, None, NO_SOA)
        rcode = message.rcode()
        errors = self.errors_of(message, options)
        message.question = self.query.question  # FORMERR may have come without
        self.answer_of(message)  # refuses what is bad
        if rcode not in (0, 3):
            return Answer(FAILURES.get(rcode, "other"), rcode, None, None, None, errors, NO_SOA)
        return self.answer_of(message)._replace(errors=errors)

    def is_truncated(self, message):
        return message.flags & dns.flags.TC and message.flags & 15 in (0, 3)

    def parse(self):
        try:
            message = dns.message.from_wire(self.wire, raise_on_truncation=True)
        except dns.message.Truncated as truncated:
            message = truncated.message()
            if not self.is_truncated(message):
                message = dns.message.from_wire(self.wire)
        self.query.id = message.id  # matched before
        if not self.query.is_response(message):
            raise Refused("no response to the question")
        if int.from_bytes(self.wire[4:6], "big") > 1:
            raise Refused("more than one question")
        if not message.question and message.rcode() not in (1, 4):
            self.classes.add("no question")
            raise Refused("no question")
        return message

    def errors_on_the_wire(self):
        """Info-codes of EDE, from the bytes."""
        walk, codes = Walk(self.wire), []
        for record in walk.records:
            if record.type == OPT and record.section == 3:
                codes += [int.from_bytes(self.wire[at + 4:at + 6], "big")
                          for code, at, length in walk.options(record) or [] if code == EDE and length >= 2]
        return codes

    def errors_of(self, message, codes_on_the_wire):
        """As dnspython reads them, unless the options had to be hidden from it."""
        if "contents of an option" not in self.classes:
            codes_on_the_wire = [option.code for option in message.options if option.otype == EDE]
        return sum(1 << code for code in set(map(int, codes_on_the_wire)) if code < 64)

    def answer_of(self, message):
        """The answer section and the SOA, whatever the rcode is."""
        if "over 32 CNAMEs" in self.classes:
            return self.loop(message)
        rcode = message.flags & 15
        message.flags ^= rcode  # else AnswerForNXDOMAIN hides where the chain leads
        try:
            chain = message.resolve_chaining()
        except dns.message.ChainTooLong:
            chain = None
        message.flags |= rcode
        if chain is None:
            return self.loop(message)
        self.refuse_bad_data(chain)
        if chain.answer is None and "trailing bytes" in self.classes and message.rcode() in (0, 3):
            raise Refused("absence with bytes that no count knows of")
        final, aliased = print_name(chain.canonical_name), bool(chain.cnames)
        if rcode == 3:
            ttl = self.negative_ttl(message, chain) if chain.answer is None else None
            return Answer("nxdomain", 3, final, aliased, ttl, None, self.soa(chain) if ttl is not None else NO_SOA)
        if chain.answer is not None:
            soa = self.soa(chain) if self.type == SOA else NO_SOA
            return Answer("data", 0, final, aliased, min(chain.minimum_ttl, TTL_MAX), None, soa, values_of(chain.answer))
        ttl = self.negative_ttl(message, chain)
        soa = self.soa(chain) if ttl is not None else NO_SOA
        absence = self.absence(chain, ttl)
        if absence == "unchased":
            ttl = min([TTL_MAX] + [cname.ttl for cname in chain.cnames])
        return Answer(absence, 0, final, aliased, ttl, None, soa)

    def loop(self, message):
        return Answer("loop", message.rcode(), None, None, None, None, NO_SOA)

    def refuse_bad_data(self, chain):
        """Bad data where it counts: in a record of the answer, or in the SOA of a negative one."""
        for record in self.bad:
            in_answer = record.section == 1 and record.type == self.type and record.owner == chain.canonical_name
            in_soa = record.section == 2 and record.type == SOA and chain.answer is None
            if record.rdclass == IN and (in_answer or in_soa):
                raise Refused("bad data")

    def absence(self, chain, ttl):
        if ttl is not None:
            return "nodata"
        if chain.cnames:
            return "unchased"
        servers = [record for record in [*self.walk().records, *self.bad]
                   if (record.section, record.type, record.rdclass) == (2, NS, IN)]
        return "referral" if servers else "nodata"

    def negative_soas(self, chain):
        return [record for record in self.walk().records
                if (record.section, record.type, record.rdclass) == (2, SOA, IN) and
                chain.canonical_name.is_subdomain(record.owner)]

    def soa(self, chain):
        """Zone and serial, of the deepest owner; of several the least serial."""
        records = self.negative_soas(chain) if chain.answer is None else [
            record for record in self.walk().records if (record.section, record.type, record.rdclass, record.owner) ==
            (1, SOA, IN, chain.canonical_name)]
        _, serial, zone = min((-len(record.owner.to_wire()), int.from_bytes(self.wire[record.end - 20:record.end - 16], "big"),
                               record.owner) for record in records)
        return print_name(zone), str(serial)

    def negative_ttl(self, message, chain):
        """RFC 2308 5: dnspython's, where it has the same SOA in mind; None without."""
        fitting = self.negative_soas(chain)
        if not fitting:
            return None
        minimums = [int.from_bytes(self.wire[record.end - 4:record.end], "big") for record in fitting]
        if len(fitting) == 1 and minimums[0] <= 0x7FFFFFFF:
            return min(chain.minimum_ttl, TTL_MAX)
        self.classes.add("several SOAs" if len(fitting) > 1 else "SOA minimum with the top bit")
        ttls = minimums + [record.ttl for record in fitting]
        return min([clean_ttl(ttl) for ttl in ttls] + [cname.ttl for cname in chain.cnames])


def values_of(rrset):
    """Sorted as we sort them, no two alike."""
    if rrset.rdtype == SOA:
        return []
    if rrset.rdtype in (PTR, NS):
        return [print_name(name) for name in sorted({rdata.target for rdata in rrset})]
    return [str(address) for address in sorted({ipaddress.ip_address(rdata.address) for rdata in rrset})]


# ---- both sides


def ours(binary, replies):
    """What the program under test prints for each reply."""
    lines = [f"{kind} {name} {wire.hex() or '-'}" for kind, name, wire in replies]
    done = subprocess.run([binary], input="\n".join(lines) + "\n", capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{binary} ended with {done.returncode}:\n{done.stderr}")
    for line in done.stdout.splitlines():
        outcome, rcode, final, aliased, ttl, errors, zone, serial, *values = line.split(" ")
        yield Answer(outcome, int(rcode), final, aliased == "1", None if ttl == "-" else int(ttl),
                     int(errors, 16), (zone, serial), values)


def theirs(reading):
    """None: refused."""
    try:
        return reading.read()
    except (Refused, dns.exception.DNSException, ValueError):
        return None


def differences(we, they):
    """What of it is not the same; nothing is compared that one side does not say."""
    if we.outcome == "malformed" or they is None:
        return [] if we.outcome == "malformed" and they is None else ["refused by one"]
    silent = {field for field in ("final", "aliased", "errors") if getattr(they, field) is None}
    return [field for field in Answer._fields if field not in silent and getattr(we, field) != getattr(they, field)]


def main():
    binary, count, seed = sys.argv[1], int([*sys.argv, 10000][2]), int(sys.argv[3]) if len(sys.argv) > 3 else 1
    replies = list(all_replies(count, seed))
    agreed, refused, classes, failures = 0, 0, collections.Counter(), 0
    for (kind, name, wire), we in zip(replies, ours(binary, replies), strict=True):
        walk, reading = Walk(wire), Reading(kind, name, wire)
        they = theirs(reading)
        if walk.misplaced or reading.has_other_names(walk.names):
            classes["misplaced" if walk.misplaced else "name in a header"] += 1
            continue
        classes.update(reading.classes)
        found = differences(we, they)
        if found:
            failures += 1
            if failures <= 20:
                print(f"{', '.join(found)}: {kind} {name} {wire.hex()}\n    we   {we}\n    they {they}")
        refused += not found and they is None
        agreed += not found and they is not None
    assert set(classes) <= set(CLASSES), classes
    for name, why in CLASSES.items():
        print(f"    {classes[name]:5} {name}: {why}")
    print(f"note: {len(replies):,} replies: {agreed:,} agreed, {refused:,} refused by both, "
          f"{classes['misplaced'] + classes['name in a header']:,} not compared, {failures:,} different")
    sys.exit(1 if failures or not agreed or not refused else 0)


main()
