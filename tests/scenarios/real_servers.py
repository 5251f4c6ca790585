"""Real name servers on loopback: NSD as the authority, three Unbounds as resolvers.

Nothing here ever leaves this machine: the Unbounds know NSD as the server of
every zone, the root included. Each has its own cache, which is what makes
resolvers disagree after a change.
"""

import os
import signal
import subprocess

import dns.exception
import dns.message
import dns.query

from dns_zone import reverse_name, to_name
from exporter import free_port, tool, wait_for

AUTHORITY = "127.53.200.1"
RESOLVERS = {"one": "127.53.200.11", "two": "127.53.200.12", "three": "127.53.200.13"}

REVERSE4 = "100.45.5.in-addr.arpa"
REVERSE_CUSTOMER = "192/27.100.45.5.in-addr.arpa"  # RFC 2317: the customer's part of REVERSE4
REVERSE6 = "8.f.4.0.1.0.a.2.ip6.arpa"
FORWARD = "example.com"
FORWARD2 = "example.net"
ROOT = "."
START_SECONDS = 10


class ZoneFile:
    """One zone of the authority: records in, text out. Every write has a higher serial."""

    def __init__(self, origin, ttl=2):
        self.origin, self.ttl, self.serial = origin, ttl, 0
        self.records = {}

    @property
    def absolute(self):
        return to_name(self.origin).to_text()

    def set(self, owner, rdtype, *values, ttl=None):
        """Replace an RRset; no value removes it."""
        key = (to_name(owner).to_text(), rdtype)
        self.records.pop(key, None)
        if values:
            self.records[key] = (self.ttl if ttl is None else ttl, values)

    def text(self):
        self.serial += 1
        lines = [f"{self.absolute} {self.ttl} IN SOA ns1.example.net. hostmaster.example.net. "
                 f"{self.serial} 3600 600 86400 {self.ttl}", f"{self.absolute} {self.ttl} IN NS ns1.example.net."]
        for (owner, rdtype), (ttl, values) in self.records.items():
            lines += [f"{owner} {ttl} IN {rdtype} {value}" for value in values]
        return "\n".join(lines) + "\n"


class Daemon:
    """A name server in the foreground; only ever signalled by its own pid."""

    def __init__(self, name, command, directory, address, port):
        self.name, self.address, self.port = name, address, port
        self._command = command
        self._log = directory / "output.log"
        self._process = None

    @property
    def endpoint(self):
        return f"{self.address}:{self.port}"

    def start(self):
        with open(self._log, "ab") as log:
            self._process = subprocess.Popen(self._command, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                             start_new_session=True)
        try:
            wait_for(self._answers, START_SECONDS, f"{self.name} answers")
        except BaseException:
            print(self.output())
            self.stop()
            raise

    def _answers(self):
        assert self._process.poll() is None, f"{self.name} ended:\n{self.output()}"
        try:
            return self.ask(ROOT, "SOA", timeout=0.5)
        except dns.exception.DNSException:
            return None

    def ask(self, name, rdtype, timeout=2.0):
        query = dns.message.make_query(to_name(name), rdtype)
        return dns.query.udp(query, self.address, port=self.port, timeout=timeout)

    def values(self, name, rdtype):
        """What it answers, as sorted text."""
        reply = self.ask(name, rdtype)
        return sorted(record.to_text() for part in reply.answer for record in part)

    def output(self):
        return self._log.read_text(errors="replace")[-4000:] if self._log.exists() else ""

    def stop(self):
        """The process, and the children it forked into the session we made for it."""
        if self._process is None or self._process.poll() is not None:
            return
        self._process.terminate()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait(5)


def control(command):
    done = subprocess.run(command, capture_output=True, text=True, timeout=10)
    assert done.returncode == 0, f"{' '.join(command[-2:])}: {done.stdout}{done.stderr}"
    return done.stdout


class Authority(Daemon):
    """NSD with all zones."""

    def __init__(self, directory):
        self.directory = directory
        directory.mkdir()
        self.zones = {origin: ZoneFile(origin) for origin in
                      (ROOT, REVERSE4, REVERSE_CUSTOMER, REVERSE6, FORWARD, FORWARD2)}
        self.zones[ROOT].set("ns1.example.net.", "A", AUTHORITY)
        port = free_port(AUTHORITY)
        self._config = directory / "nsd.conf"
        self._config.write_text(self._configuration(port))
        for zone in self.zones.values():
            self._write(zone)
        super().__init__("nsd", [tool("nsd"), "-d", "-c", str(self._config)], directory, AUTHORITY, port)

    def _configuration(self, port):
        base = self.directory
        text = f"""server:
    ip-address: {AUTHORITY}@{port}
    username: ""
    chroot: ""
    zonesdir: "{base}"
    pidfile: "{base}/nsd.pid"
    zonelistfile: "{base}/zone.list"
    xfrdfile: "{base}/xfrd.state"
    xfrdir: "{base}"
    logfile: "{base}/nsd.log"
    database: ""
    server-count: 1
    verbosity: 1
remote-control:
    control-enable: yes
    control-interface: "{base}/nsd.ctl"
"""
        for origin in self.zones:
            text += f'zone:\n    name: "{origin}"\n    zonefile: "{self._file(origin).name}"\n'
        return text

    def _file(self, origin):
        return self.directory / ("root.zone" if origin == ROOT else origin.replace("/", "_") + ".zone")

    def _write(self, zone):
        self._file(zone.origin).write_text(zone.text())

    def publish(self, *origins):
        """Write the zones anew, tell NSD, and return when it serves the new serials."""
        for origin in origins:
            zone = self.zones[origin]
            self._write(zone)
            control([tool("nsd-control", "nsd"), "-c", str(self._config), "reload", origin])
            wait_for(lambda zone=zone: self._serial(zone.origin) == zone.serial, 5, f"{origin} reloaded")

    def _serial(self, origin):
        reply = self.ask(origin, "SOA")
        return reply.answer[0][0].serial if reply.answer else None


class Resolver(Daemon):
    """An Unbound that asks the authority for everything."""

    def __init__(self, name, address, authority, directory):
        directory.mkdir()
        port = free_port(address)
        self._config = directory / "unbound.conf"
        self._config.write_text(self._configuration(directory, address, port, authority))
        super().__init__(f"unbound {name}", [tool("unbound"), "-d", "-c", str(self._config)], directory, address, port)

    @staticmethod
    def _configuration(directory, address, port, authority):
        text = f"""server:
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
        for origin in authority.zones:
            if origin != ROOT:
                text += f'server:\n    local-zone: "{origin}" nodefault\n'
            text += f'stub-zone:\n    name: "{origin}"\n    stub-addr: {authority.address}@{authority.port}\n'
        return text

    def flush(self, *names):
        """Forget what the cache knows of these names, all types."""
        for name in names:
            control([tool("unbound-control", "unbound"), "-c", str(self._config), "flush", name])

    def flush_all(self):
        control([tool("unbound-control", "unbound"), "-c", str(self._config), "flush_zone", "."])


class RealServers:
    """The authority and its three resolvers; a context manager."""

    def __init__(self, directory):
        self.authority = Authority(directory / "authority")
        self.resolvers = {name: Resolver(name, address, self.authority, directory / name)
                          for name, address in RESOLVERS.items()}

    def __enter__(self):
        try:
            self.authority.start()
            for daemon in self.resolvers.values():
                daemon.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for daemon in (*self.resolvers.values(), self.authority):
            daemon.stop()

    def set_ptr(self, ip, *names, ttl=None):
        """Write the PTR RRset of an address into its reverse zone; publish() makes it so."""
        origin = REVERSE6 if ":" in ip else REVERSE4
        self.authority.zones[origin].set(reverse_name(ip), "PTR", *[to_name(n).to_text() for n in names], ttl=ttl)

    def set_address(self, name, *ips, ttl=None):
        zone = self.authority.zones[FORWARD2 if name.endswith(FORWARD2) else FORWARD]
        zone.set(name, "A", *[ip for ip in ips if ":" not in ip], ttl=ttl)
        zone.set(name, "AAAA", *[ip for ip in ips if ":" in ip], ttl=ttl)

    def publish(self, *origins):
        """All zones, or those named."""
        self.authority.publish(*(origins or self.authority.zones))
