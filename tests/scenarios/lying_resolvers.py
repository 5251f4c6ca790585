"""Resolvers that are wrong as a whole, each watched beside one that is right (test_faults.py)."""

import dataclasses

import dns.rcode
import dns.rdatatype

from dns_behaviours import edited, from_zone, no_edns, ra_clear, rcode, silence, truncated
from dns_zone import rrset
from exporter import free_port, resolver, settings, target


def rewriting(address="5.45.111.1"):
    """No NXDOMAIN ever: the name has the address of a page with advertisements."""

    def change(reply, query):
        if reply.rcode() == dns.rcode.NXDOMAIN:
            reply.set_rcode(dns.rcode.NOERROR)
            reply.answer = [rrset(query.message.question[0].name, 60, "A", address)]
            reply.authority = []

    return edited(change)


def dns64(prefix="64:ff9b::"):
    """A name without AAAA gets one made of its A (RFC 6147)."""

    def behaviour(query):
        reply = query.server.zone.answer(query.message)
        name = query.message.question[0].name
        if query.type == "AAAA" and not reply.answer:
            _, found, _ = query.server.zone.lookup(name, dns.rdatatype.A)
            if found:
                reply.answer = [rrset(name, 60, "AAAA", *[prefix + record.to_text() for record in found[-1]])]
                reply.authority = []
        return reply

    return behaviour


def captive_portal(name="login.portal.example.net", address="5.45.111.2"):
    """Before you have paid, everything on the internet is the portal."""
    values = {"PTR": name, "A": address}

    def behaviour(query):
        reply = query.server.zone.answer(query.message)
        if query.type in values:
            reply.set_rcode(dns.rcode.NOERROR)
            reply.answer = [rrset(query.message.question[0].name, 0, query.type, values[query.type])]
            reply.authority = []
        return reply

    return behaviour


def broken_type(kind, behaviour):
    """One query type meets this behaviour; the zone answers the others."""
    good = from_zone()
    return lambda query: (behaviour if query.type == kind else good)(query)


# --- who they are, and what comes of it ---------------------------------------

GOOD, ABSENT, HOMELESS = "5.45.100.1", "5.45.100.2", "5.45.100.3"
GOOD6, HOMELESS6 = "2a01:4f8::1", "2a01:4f8::2"
RIGHT = {GOOD: "pass", ABSENT: "no_ptr", HOMELESS: "forward_missing", GOOD6: "pass", HOMELESS6: "forward_missing"}
BOTH = {"ptr", "verdict"}
ALL = tuple(RIGHT)


@dataclasses.dataclass
class Liar:
    name: str
    behaviour: object = None
    options: dict = dataclasses.field(default_factory=dict)  # of its resolver
    wrong: dict = dataclasses.field(default_factory=dict)  # address: (status, reason, disagreement)
    tcp: bool = True
    closed: bool = False  # nobody listens


def failing(reason, ips=ALL):
    return {ip: ("temp_error", reason, set()) for ip in ips}


LIARS = [
    Liar("rewriting", rewriting(), wrong={HOMELESS: ("forward_mismatch", "none", {"verdict"})}),
    Liar("dns64", dns64(), wrong={HOMELESS6: ("forward_mismatch", "none", {"verdict"})}),
    Liar("portal", captive_portal(), wrong={
        **{ip: ("forward_mismatch", "none", BOTH) for ip in (GOOD, ABSENT)},
        HOMELESS: ("forward_mismatch", "none", BOTH),
        GOOD6: ("forward_missing", "nxdomain", BOTH),
        HOMELESS6: ("forward_missing", "nxdomain", {"ptr"})}),
    # Without RA in any reply, RA clear is no mark of a blocked name.
    Liar("never_ra", ra_clear()),
    Liar("without_edns", no_edns()),
    Liar("drops_edns", lambda query: [] if query.edns else from_zone()(query), wrong=failing("timeout")),
    Liar("edns_off", lambda query: [] if query.edns else from_zone()(query), options={"edns": False}),
    Liar("closed", closed=True, wrong=failing("network")),
    Liar("closed_tcp", closed=True, options={"transport": "tcp"}, wrong=failing("network")),
    Liar("tcp_refused", truncated(), tcp=False, wrong=failing("network")),
    Liar("ptr_broken", broken_type("PTR", rcode("SERVFAIL")), wrong=failing("servfail")),
    Liar("ptr_dropped", broken_type("PTR", silence()), wrong=failing("timeout")),
    Liar("a_broken", broken_type("A", rcode("SERVFAIL")), wrong=failing("servfail", (GOOD, HOMELESS))),
    Liar("aaaa_dropped", broken_type("AAAA", silence()), wrong=failing("timeout", (GOOD6, HOMELESS6))),
]
# Disagreement is that of a pair, so who disagrees has an exporter of its own; all others share one.
DISAGREE = [liar for liar in LIARS if any(found[2] for found in liar.wrong.values())]
GROUPS = [[liar] for liar in DISAGREE] + [[liar for liar in LIARS if liar not in DISAGREE]]


def zone_for(server):
    server.zone.good(GOOD, "good.example.com")
    server.zone.good(GOOD6, "good6.example.com")
    server.zone.ptr(HOMELESS, "homeless.example.com")
    server.zone.ptr(HOMELESS6, "homeless6.example.com")
    server.zone.a("homeless6.example.com", "5.45.100.9")


def start_liars(start_dns, start_exporter):
    """(servers by name, the exporter of each group)."""
    right = start_dns()
    zone_for(right)
    servers, entries = {}, {}
    for liar in LIARS:
        servers[liar.name] = server = start_dns(tcp=liar.tcp and not liar.closed)
        zone_for(server)
        server.everything(liar.behaviour)
        address = f"{server.address}:{free_port(server.address)}" if liar.closed else server
        entries[liar.name] = resolver(liar.name, address, **liar.options)

    def start(liars):
        chosen = [entries[liar.name] for liar in liars]
        return start_exporter(settings(*chosen, resolver("right", right), timeout="450ms", quorum=1),
                              [target(list(ALL))])

    return servers, [start(group) for group in GROUPS]
