"""Real name servers on loopback: NSD and Knot as the authorities, Unbounds as resolvers.

Nothing here ever leaves this machine: the Unbounds know who has which zone, the root
included. Each has its own cache, which is what makes resolvers disagree after a change.
"""

from dns_zone import reverse_name, to_name
from exporter import free_port, tool
from real_authorities import KNOT, NAMES, NOBODY, NSD, ROOT, Daemon, Knot, Nsd, ZoneFile, control, shared_port

RESOLVERS = {"one": "127.53.200.11", "two": "127.53.200.12", "three": "127.53.200.13"}

REVERSE4 = "100.45.5.in-addr.arpa"
REVERSE_CUSTOMER = "192/27.100.45.5.in-addr.arpa"  # RFC 2317: the customer's part of REVERSE4
REVERSE6 = "8.f.4.0.1.0.a.2.ip6.arpa"
FORWARD = "example.com"
FORWARD2 = "example.net"


def usual_zones():
    return [ZoneFile(origin) for origin in (REVERSE4, REVERSE_CUSTOMER, REVERSE6, FORWARD, FORWARD2)]


class Resolver(Daemon):
    """An Unbound that asks the authorities for everything.

    `stubs` maps origins to the addresses it asks instead of all that have the zone; `options` are
    lines of its server section.
    """

    def __init__(self, name, address, zones, port, directory, stubs=None, options=()):
        directory.mkdir()
        self._authority_port = port
        own_port = free_port(address)
        self._config = directory / "unbound.conf"
        text = self._configuration(directory, address, own_port) + "server:\n"
        text += "".join(f"    {option}\n" for option in options)
        for zone in zones:
            text += self._stub(zone, (stubs or {}).get(zone.origin, zone.served))
        self._config.write_text(text)
        super().__init__(f"unbound {name}", [tool("unbound"), "-d", "-c", str(self._config)], directory, address,
                         own_port)

    @staticmethod
    def _configuration(directory, address, port):
        return f"""server:
    directory: "{directory}"
    chroot: ""
    username: ""
    pidfile: "{directory}/unbound.pid"
    use-syslog: no
    logfile: ""
    verbosity: 1
    do-daemonize: no
    num-threads: 1
    interface: {address}
    port: {port}
    access-control: 127.0.0.0/8 allow
    do-not-query-localhost: no
    do-ip6: no
    module-config: "iterator"
    qname-minimisation: no
    outgoing-interface: 127.0.0.1
remote-control:
    control-enable: yes
    control-interface: "{directory}/unbound.ctl"
    control-use-cert: no
"""

    def _stub(self, zone, addresses):
        text = f'stub-zone:\n    name: "{zone.origin}"\n'
        text += "".join(f"    stub-addr: {address}@{self._authority_port}\n" for address in addresses)
        if zone.origin != ROOT:
            text += f'server:\n    local-zone: "{zone.origin}" nodefault\n'
        return text

    def _control(self, *words):
        control([tool("unbound-control", "unbound"), "-c", str(self._config), *words])

    def flush(self, *names):
        """Forget what the cache knows of these names, all types."""
        for name in names:
            self._control("flush", name)

    def flush_all(self):
        self._control("flush_zone", ".")

    def lose_authorities(self, origin):
        """From now on it finds nobody who has this zone; what is in its cache stays."""
        self._control("stub_add", origin, f"{NOBODY}@{self._authority_port}")


class RealServers:
    """The authorities and their resolvers; a context manager.

    `resolvers` maps names to further arguments of Resolver.
    """

    def __init__(self, directory, zones=None, resolvers=None):
        zones = [ZoneFile(ROOT, named=(NSD,), served=(NSD,)), *(zones or usual_zones())]
        self.zones = {zone.origin: zone for zone in zones}
        for address, name in NAMES.items():
            self.zones[ROOT].set(name, "A", address, ttl=300)
            self.zones[FORWARD2].set(name, "A", address, ttl=300)
        for zone in zones:
            zone.edit()
        self.port = shared_port(*NAMES)
        self.authorities = {NSD: Nsd(directory / "nsd", self.port, zones), KNOT: Knot(directory / "knot", self.port, zones)}
        self.resolvers = {
            name: Resolver(name, f"127.53.200.{11 + number}", zones, self.port, directory / name, **more)
            for number, (name, more) in enumerate((resolvers or dict.fromkeys(RESOLVERS, {})).items())}

    def __enter__(self):
        daemons = *self.authorities.values(), *self.resolvers.values()
        try:
            for daemon in daemons:
                daemon.start()
            for daemon in daemons:
                daemon.wait_started()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for daemon in (*self.resolvers.values(), *self.authorities.values()):
            daemon.stop()

    def _reverse_zone(self, ip):
        name = reverse_name(ip)
        return next(zone for zone in self.zones.values() if zone.origin != ROOT and name.endswith("." + zone.origin))

    def set_ptr(self, ip, *names, ttl=None):
        """Write the PTR RRset of an address into its reverse zone; publish() makes it so."""
        self._reverse_zone(ip).set(reverse_name(ip), "PTR", *[to_name(n).to_text() for n in names], ttl=ttl)

    def set_address(self, name, *ips, ttl=None):
        zone = self.zones[FORWARD2 if name.endswith(FORWARD2) else FORWARD]
        zone.set(name, "A", *[ip for ip in ips if ":" not in ip], ttl=ttl)
        zone.set(name, "AAAA", *[ip for ip in ips if ":" in ip], ttl=ttl)

    def publish(self, *origins, at=(NSD, KNOT)):
        """All zones, or those named: a new edition, served at once by all that have it, or by those at `at`."""
        for origin in origins or self.zones:
            self.zones[origin].edit()
            self.catch_up(origin, at=at)

    def catch_up(self, origin, at=(NSD, KNOT)):
        """These serve the present edition, too."""
        zone = self.zones[origin]
        for address in at:
            if address in zone.served:
                self.authorities[address].take(zone)
