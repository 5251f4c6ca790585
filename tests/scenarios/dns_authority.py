"""Zones with servers of their own, on loopback addresses that share one port, and a resolver that knows them.

    world = World(start_dns)
    zone = world.zone("100.45.5.in-addr.arpa", servers=2)
    zone.ptr("5.45.100.7", "mail.example.com")   # what its servers say
    world.resolver                               # the configured one: answers SOA and NS of all zones
    zone.servers[0].everything(not_authoritative(zone))

A server of a zone answers as one without recursion does: AA, no RA, no CNAME followed.
"""

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype

from dns_behaviours import edited, empty_reply
from dns_zone import Zone, rrset, to_name

CHASE_LIMIT = 16


class AuthorityZone(Zone):
    """The records of one zone, as its servers have them."""

    def __init__(self, name, serial=1):
        super().__init__()
        self.name, self.serial = to_name(name), serial
        self.servers = []

    def own_soa(self, serial=None):
        return rrset(self.name, 300, "SOA",
                     f"ns0.example.net. hostmaster.example.net. {serial or self.serial} 3600 600 86400 300")

    def answer_alone(self, query, serial=None):
        """What a server says who knows this zone and nothing else."""
        reply = dns.message.make_response(query.message, our_payload=1232)
        name, kind = query.message.question[0].name.canonicalize(), query.message.question[0].rdtype
        exists, records, alias = self._find(name, kind)
        if name == self.name and kind == dns.rdatatype.SOA:
            reply.answer = [self.own_soa(serial)]
        elif not name.is_subdomain(self.name):
            reply.set_rcode(dns.rcode.REFUSED)
            return reply
        elif records is not None or alias is not None:
            reply.answer = [records if records is not None else alias]
        else:
            reply.set_rcode(dns.rcode.NOERROR if exists or name == self.name else dns.rcode.NXDOMAIN)
            reply.authority = [self.own_soa(serial)]
        reply.flags |= dns.flags.AA
        return reply


def authoritative(zone, serial=None):
    return lambda query: zone.answer_alone(query, serial)


def not_authoritative(zone):
    """The same records from a server that does not speak for the zone."""

    def change(reply, _query):
        reply.flags &= ~dns.flags.AA

    return edited(change, authoritative(zone))


def refused(zone=None):
    """As a server that has never heard of the zone: neither AA nor RA."""

    def behaviour(query):
        reply = empty_reply(query, dns.rcode.REFUSED)
        reply.flags &= ~dns.flags.RA
        return reply

    return behaviour


def intercepting(zone):
    """A resolver that answers in the server's place: RA and no AA."""

    def change(reply, _query):
        reply.flags = (reply.flags & ~dns.flags.AA) | dns.flags.RA

    return edited(change, authoritative(zone))


class World:
    def __init__(self, start_dns):
        self._start_dns = start_dns
        self.zones = []
        self.resolver = start_dns()
        self.port = self.resolver.port
        self.resolver.on(None, "SOA", self._answer_soa)
        self._hosts = 0

    def server(self):
        """One more address where something may listen."""
        return self._start_dns(port=self.port)

    def name_of(self, addresses):
        """A host name that the resolver knows with these addresses."""
        self._hosts += 1
        name = f"ns{self._hosts}.servers.example"
        self.resolver.zone.a(name, *addresses)
        return name

    def zone(self, name, servers=1, serial=1):
        """A zone with so many servers."""
        zone = AuthorityZone(name, serial)
        zone.servers = [self.server() for _ in range(servers)]
        for server in zone.servers:
            server.everything(authoritative(zone))
        self.delegate(zone, [self.name_of([server.address]) for server in zone.servers])
        self.zones.append(zone)
        return zone

    def delegate(self, zone, names):
        self.resolver.zone.add(zone.name, "NS", *names)

    def _zone_of(self, name):
        around = [zone for zone in self.zones if name.is_subdomain(zone.name)]
        return max(around, key=lambda zone: len(zone.name.labels), default=None)

    def _answer_soa(self, query):
        """As a resolver does: along the CNAMEs, then the zone the name lies in."""
        reply = empty_reply(query)
        name = query.message.question[0].name.canonicalize()
        for _ in range(CHASE_LIMIT):
            zone = self._zone_of(name)
            exists, _, alias = zone._find(name, dns.rdatatype.SOA) if zone else (False, None, None)
            if alias is None:
                break
            reply.answer.append(alias)
            name = alias[0].target
        if zone is None:
            reply.set_rcode(dns.rcode.SERVFAIL)
        elif name == zone.name:
            reply.answer.append(zone.own_soa())
        else:
            reply.set_rcode(dns.rcode.NOERROR if exists else dns.rcode.NXDOMAIN)
            reply.authority = [zone.own_soa()]
        return reply

    def good(self, reverse, forward, ip, name):
        """Reverse and forward as they should be, for the authorities and for the resolver."""
        reverse.ptr(ip, name)
        forward.address(name, ip)
        self.resolver.zone.good(ip, name)
