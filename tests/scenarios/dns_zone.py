"""Records that a scripted server answers from, the way a recursive resolver would.

Knows nothing of sockets: a question goes in, a dnspython message comes out.
Names may be text (with the \\DDD escapes of zone files), dnspython names, or a
tuple of raw label bytes, because hostile names are bytes no text can hold.
"""

import ipaddress
import threading

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdata
import dns.rdataclass
import dns.rdatatype
import dns.reversename
import dns.rrset

IN = dns.rdataclass.IN
CHASE_LIMIT = 16


def to_name(value):
    """Any of the three spellings of a name -> an absolute dnspython name."""
    if isinstance(value, dns.name.Name):
        return value
    if isinstance(value, tuple):
        return dns.name.Name(tuple(value) + (b"",))
    return dns.name.from_text(value)


def reverse_name(ip):
    """The name whose PTR is asked for an address, without the final dot."""
    text = str(ipaddress.ip_address(ip))
    return dns.reversename.from_address(text).to_text(omit_final_dot=True)


def is_address(text):
    """Tests write zone.ptr("5.45.100.7", ...) as well as zone.ptr("7.100...arpa", ...)."""
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def rrset(owner, ttl, rdtype, *values):
    """One RRset; name-valued types take names in any spelling, the others zone-file text."""
    kind = dns.rdatatype.from_text(rdtype)
    records = []
    for value in values:
        if kind in (dns.rdatatype.PTR, dns.rdatatype.CNAME, dns.rdatatype.NS, dns.rdatatype.DNAME):
            value = to_name(value).to_text()
        records.append(dns.rdata.from_text(IN, kind, value))
    return dns.rrset.from_rdata_list(to_name(owner), ttl, records)


class Zone:
    """All a scripted resolver knows. Safe to change while servers answer from it."""

    def __init__(self, negative_ttl=300):
        self.negative_ttl = negative_ttl
        self._records = {}
        self.ready_made = {}  # replies the servers keep; a change starts a new one
        self._lock = threading.Lock()
        self.add(".", "NS", "a.root-servers.net.", "b.root-servers.net.", ttl=86400)

    def add(self, owner, rdtype, *values, ttl=300):
        """Replace the RRset (owner, rdtype)."""
        records = rrset(owner, ttl, rdtype, *values)
        with self._lock:
            self._records.setdefault(records.name, {})[records.rdtype] = records
            self.ready_made = {}

    def ptr(self, ip, *names, ttl=300):
        self.add(reverse_name(ip) if is_address(ip) else ip, "PTR", *names, ttl=ttl)

    def a(self, owner, *addresses, ttl=300):
        self.add(owner, "A", *addresses, ttl=ttl)

    def aaaa(self, owner, *addresses, ttl=300):
        self.add(owner, "AAAA", *addresses, ttl=ttl)

    def cname(self, owner, target, ttl=300):
        self.add(owner, "CNAME", target, ttl=ttl)

    def address(self, owner, ip, ttl=300):
        """A or AAAA, whichever family the address has."""
        self.add(owner, "A" if ipaddress.ip_address(ip).version == 4 else "AAAA", ip, ttl=ttl)

    def good(self, ip, *names, ttl=300):
        """Reverse and forward of `ip` as they should be."""
        self.ptr(ip, *names, ttl=ttl)
        for name in names:
            self.address(name, ip, ttl=ttl)

    def remove(self, owner, rdtype=None):
        """Forget one RRset, or everything a name has. A missing one is a mistake in the test."""
        name = to_name(reverse_name(owner) if isinstance(owner, str) and is_address(owner) else owner)
        with self._lock:
            self.ready_made = {}
            if rdtype is None:
                del self._records[name]
            else:
                del self._records[name][dns.rdatatype.from_text(rdtype)]
                if not self._records[name]:
                    del self._records[name]

    def soa(self, name):
        """The SOA that goes with a negative answer; its owner is the parent, as a zone cut would be."""
        name = to_name(name)
        owner = name.parent() if len(name.labels) > 2 else name
        return rrset(owner, self.negative_ttl, "SOA",
                     f"ns1.example.net. hostmaster.example.net. 1 3600 600 86400 {self.negative_ttl}")

    def _find(self, name, rdtype):
        """(exists, RRset or None, CNAME or None) of one name."""
        with self._lock:
            node = self._records.get(name)
            if node is None:
                return False, None, None
            return True, node.get(rdtype), node.get(dns.rdatatype.CNAME)

    def lookup(self, qname, rdtype):
        """(rcode, answer, authority), CNAMEs chased as a recursive resolver does."""
        answer, name = [], qname
        for _ in range(CHASE_LIMIT):
            exists, records, alias = self._find(name, rdtype)
            if records is not None:
                return dns.rcode.NOERROR, answer + [records], []
            if alias is None:
                rcode = dns.rcode.NOERROR if exists else dns.rcode.NXDOMAIN
                return rcode, answer, [self.soa(name)]
            answer.append(alias)
            name = alias[0].target
        return dns.rcode.SERVFAIL, [], []

    def answer(self, query):
        """A whole reply to a dnspython query message."""
        reply = dns.message.make_response(query, recursion_available=True, our_payload=1232)
        question = query.question[0]
        rcode, answer, authority = self.lookup(question.name, question.rdtype)
        reply.set_rcode(rcode)
        reply.answer, reply.authority = list(answer), list(authority)
        return reply
