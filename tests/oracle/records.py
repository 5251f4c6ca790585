"""Where the records of a message stand, as dnspython's reader of names sees them."""
import collections
import struct

import dns.exception
import dns.name
import dns.wire

# `section` is 1, 2 or 3; the name starts at `start`, type and class at `fixed`, the data at `data`.
Record = collections.namedtuple("Record", "section start owner fixed type rdclass ttl data end")


def end_of_name(wire, at):
    """Behind the name as it stands there, whatever it points to."""
    while True:
        length = wire[at]
        if length >= 0xC0:
            return at + 2
        at += 1 + length
        if length == 0:
            return at


class Walk:
    """The records up to the first that cannot be read; `whole` if that is all of them.

    `misplaced`: dnspython goes on at the furthest byte that a name made it read, which is not the
    end of the name if it points to a label that reaches beyond itself.
    """

    def __init__(self, wire):
        self.wire = wire
        self.records = []
        self.names = {}  # by where they start
        self.misplaced = False
        self.whole = False
        self.questions_end = None
        try:
            self._read(dns.wire.Parser(wire))
            self.whole = True
        except (dns.exception.DNSException, IndexError):
            pass

    def _name(self, parser):
        start = parser.current
        name = parser.get_name()
        if parser.current != end_of_name(self.wire, start):
            self.misplaced = True
        self.names[start] = name
        return name

    def _read(self, parser):
        counts = parser.get_struct("!HHHHHH")[2:]
        for _ in range(counts[0]):
            self._name(parser)
            parser.get_struct("!HH")
        self.questions_end = parser.current
        for section, count in enumerate(counts[1:], 1):
            for _ in range(count):
                self._record(parser, section)

    def _record(self, parser, section):
        start = parser.current
        owner = self._name(parser)
        fixed = parser.current
        kind, rdclass, ttl, size = parser.get_struct("!HHIH")
        data = parser.current
        parser.get_bytes(size)
        self.records.append(Record(section, start, owner, fixed, kind, rdclass, ttl, data, data + size))
        self._look_into(self.records[-1])

    def _look_into(self, record):
        """For misplaced names in the data of the types that the program reads."""
        names = {2: 1, 5: 1, 6: 2, 12: 1}.get(record.type, 0)
        parser = dns.wire.Parser(self.wire[:record.end], record.data)
        try:
            for _ in range(names):
                self._name(parser)
        except (dns.exception.DNSException, IndexError):
            pass

    def options(self, opt):
        """(code, offset, length) of each option in an OPT record; None if they do not fill it."""
        at, found = opt.data, []
        while at < opt.end:
            if at + 4 > opt.end:
                return None
            code, length = struct.unpack("!HH", self.wire[at:at + 4])
            found.append((code, at, length))
            at += 4 + length
        return found if at == opt.end else None
