"""What the demo shows: zones with everything that goes wrong in them, the targets in them, and a change.

All of it is served on loopback by real_servers (NSD, Knot and three Unbounds); the addresses are never asked
on the internet.
"""

from exporter import resolver, target
from real_authorities import KNOT, NOBODY, NSD, ZoneFile
from real_servers import FORWARD, FORWARD2, REVERSE4, REVERSE6, REVERSE_CUSTOMER, RealServers

DEAD = "101.45.5.in-addr.arpa"  # nobody serves it any more
SPLIT = "102.45.5.in-addr.arpa"  # its two servers do not agree

MOVING = "5.45.100.20"
MOVING_OLD, MOVING_NEW = "old-relay.example.com", "relay.example.com"
MOVING_TTL_SECONDS = 90
SPLIT_IP = "5.45.102.21"
ALIASED = "5.45.100.200"
BLOCKED_IP = "5.45.100.17"

# ip, PTR names, what the first PTR name's address is (None: it has none), expected name, team, what to see there.
ROWS = [
    ("5.45.100.10", ["mail.example.com"], "5.45.100.10", "mail.example.com", "mail", "all is well"),
    ("2a01:4f8::10", ["mail.example.com"], "2a01:4f8::10", "mail.example.com", "mail",
     "well, and so over IPv6; the name has a second IPv6 address that nobody watches"),
    ("5.45.100.11", ["server11.example.com"], "5.45.100.11", "mx2.example.com", "mail", "another name than expected"),
    ("5.45.100.12", ["web.example.com"], "5.45.100.99", "web.example.com", "web", "the name leads to another address"),
    ("5.45.100.13", ["gone.example.com"], None, "gone.example.com", "web", "the name has no address"),
    ("5.45.100.14", ["localhost"], None, "news.example.com", "news", "the PTR record is no host name"),
    ("5.45.100.15", [], None, "shop.example.com", "shop", "there is no PTR record"),
    ("5.45.101.16", [], None, "billing.example.com", "shop", "the zone's servers are dead"),
    (BLOCKED_IP, ["blocked.example.com"], "5.45.100.17", "blocked.example.com", "web", "the resolvers block it by policy"),
    ("192.168.1.10", [], None, "intern.example.com", "web", "a private address: nothing to look up"),
    ("5.45.100.18", ["dsl-5-45-100-18.example.net"], "5.45.100.18", None, "branch", "leads back, but looks like a customer's line"),
    ("5.45.100.19", ["a.example.com", "b.example.com"], "5.45.100.19", "a.example.com", "news", "two PTR records: receivers take one at random"),
    (ALIASED, ["rfc2317.example.com"], "5.45.100.200", "rfc2317.example.com", "branch", "by a CNAME, as smaller blocks are delegated"),
    (MOVING, [MOVING_OLD], MOVING, MOVING_NEW, "mail", "its PTR record changes while you watch"),
    (SPLIT_IP, ["split.example.com"], SPLIT_IP, "split.example.com", "shop", "its zone's two servers say different things"),
]

# How long each keeps what it has at most, so that a change shows at one after the other.
CACHES = {"one": 60, "two": 86400, "three": 15}


def targets(ips=None):
    """All of the table, or these."""
    return [target(ip, expected, team=team) for ip, _, _, expected, team, _ in ROWS if ips is None or ip in ips]


def settings(servers):
    return {"resolvers": [resolver(name, server) for name, server in servers.resolvers.items()],
            "interval": "5s", "changing_interval": "1s", "timeout": "500ms",
            "authoritative": {"enabled": True, "port": servers.port, "allow_special_use": True}}


def policy_zone(directory):
    """A response policy as blocking resolvers have it: NXDOMAIN, said to be one by leaving RA clear."""
    path = directory / "policy.zone"
    last = BLOCKED_IP.rsplit(".", 1)[1]
    path.write_text("$TTL 60\n@ SOA localhost. root.localhost. 1 3600 600 86400 60\n  NS localhost.\n"
                    f"{last}.{REVERSE4} CNAME .\n")
    return ['module-config: "respip iterator"', "rpz:", 'name: "policy.demo"', f'zonefile: "{path}"',
            "rpz-signal-nxdomain-ra: yes"]


def zones():
    usual = [ZoneFile(origin, ttl=60) for origin in (REVERSE4, REVERSE_CUSTOMER, REVERSE6, FORWARD, FORWARD2)]
    return [*usual, ZoneFile(DEAD, named=(NOBODY,), served=()), ZoneFile(SPLIT, ttl=60)]


def build(directory, ttl=MOVING_TTL_SECONDS, caches=None):
    """The servers, with every record of the table; a context manager, not yet started. `ttl` is of the record that moves."""
    policy = policy_zone(directory)
    nobody = {DEAD: (NOBODY,)}
    servers = RealServers(directory, zones(), {
        name: {"stubs": nobody, "options": [f"cache-max-ttl: {seconds}", *policy]} for name, seconds in (caches or CACHES).items()})
    servers.moving_ttl = ttl
    for ip, names, address, *_ in ROWS:
        if names and ip != ALIASED:
            servers.set_ptr(ip, *names, ttl=ttl if ip == MOVING else None)
        for name in names if address else []:
            servers.set_address(name, address)
    servers.set_address("mail.example.com", "5.45.100.10", "2a01:4f8::10", "2a01:4f8::11")
    servers.set_address(MOVING_NEW, MOVING)
    servers.zones[REVERSE4].set(f"200.{REVERSE4}", "CNAME", f"200.{REVERSE_CUSTOMER}.")
    servers.zones[REVERSE4].set(REVERSE_CUSTOMER, "NS", "ns1.example.net.", "ns2.example.net.")
    servers.zones[REVERSE_CUSTOMER].set(f"200.{REVERSE_CUSTOMER}", "PTR", "rfc2317.example.com.")
    return servers


def publish(servers):
    servers.publish(REVERSE4, REVERSE_CUSTOMER, REVERSE6, FORWARD, FORWARD2, SPLIT)
    servers.set_ptr(SPLIT_IP, "new-split.example.com")
    servers.set_address("new-split.example.com", SPLIT_IP)
    servers.publish(FORWARD, SPLIT, at=(NSD,))
    servers.catch_up(FORWARD, at=(KNOT,))


def move(servers, name):
    """The change that is watched: the PTR record of MOVING, at both authorities."""
    servers.set_ptr(MOVING, name, ttl=servers.moving_ttl)
    servers.publish(REVERSE4)
