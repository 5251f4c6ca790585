"""Authoritative servers on loopback: NSD and Knot, with zones that one of them may have before the other.

Both listen on one port, as authorities do; a zone's NS records name any of NAMES.
"""

import os
import signal
import socket
import subprocess

import dns.exception
import dns.message
import dns.query

from dns_zone import to_name
from exporter import tool, wait_for

NSD, KNOT, NOBODY = "127.53.200.1", "127.53.200.2", "127.53.200.3"
NAMES = {NSD: "ns1.example.net.", KNOT: "ns2.example.net.", NOBODY: "ns3.example.net."}
ROOT = "."
START_SECONDS = 10
PORT_TRIES = 20


class ZoneFile:
    """One zone: records in, text out. Every edition has a higher serial.

    `named` are the addresses its NS records lead to, `served` those of the servers that have it.
    """

    def __init__(self, origin, ttl=2, negative_ttl=None, named=(NSD, KNOT), served=(NSD, KNOT)):
        self.origin, self.ttl, self.serial = origin, ttl, 0
        self.negative_ttl = ttl if negative_ttl is None else negative_ttl
        self.named, self.served = named, served
        self.records = {}
        self.text = None

    @property
    def absolute(self):
        return to_name(self.origin).to_text()

    @property
    def file_name(self):
        return "root.zone" if self.origin == ROOT else self.origin.replace("/", "_") + ".zone"

    def set(self, owner, rdtype, *values, ttl=None):
        """Replace an RRset; no value removes it."""
        key = (to_name(owner).to_text(), rdtype)
        self.records.pop(key, None)
        if values:
            self.records[key] = (self.ttl if ttl is None else ttl, values)

    def edit(self):
        """Another edition, with all that was set until now."""
        self.serial += 1
        lines = [f"{self.absolute} {self.negative_ttl} IN SOA ns1.example.net. hostmaster.example.net. "
                 f"{self.serial} 3600 600 86400 {self.negative_ttl}"]
        lines += [f"{self.absolute} {self.ttl} IN NS {NAMES[address]}" for address in self.named]
        for (owner, rdtype), (ttl, values) in self.records.items():
            lines += [f"{owner} {ttl} IN {rdtype} {value}" for value in values]
        self.text = "\n".join(lines) + "\n"


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

    def wait_started(self):
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
    """What NSD and Knot have in common: a directory of zone files, reloaded one by one."""

    def __init__(self, name, command, directory, address, port, zones):
        directory.mkdir()
        self.directory, self.port = directory, port
        self.zones = {zone.origin: zone for zone in zones if address in zone.served}
        for zone in self.zones.values():
            self._write(zone)
        super().__init__(name, command, directory, address, port)

    def _write(self, zone):
        (self.directory / zone.file_name).write_text(zone.text)

    def take(self, zone):
        """Serve the zone's present edition; returns when it does."""
        self._write(zone)
        self.reload(zone)
        wait_for(lambda: self._serial(zone.origin) == zone.serial, 5, f"{zone.origin} reloaded", pause=0.01)

    def reload(self, zone):
        raise NotImplementedError

    def _serial(self, origin):
        reply = self.ask(origin, "SOA")
        return reply.answer[0][0].serial if reply.answer else None


class Nsd(Authority):
    def __init__(self, directory, port, zones):
        self._config = directory / "nsd.conf"
        super().__init__("nsd", [tool("nsd"), "-d", "-c", str(self._config)], directory, NSD, port, zones)
        self._config.write_text(self._configuration())

    def _configuration(self):
        base = self.directory
        text = f"""server:
    ip-address: {NSD}@{self.port}
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
        for zone in self.zones.values():
            text += f'zone:\n    name: "{zone.origin}"\n    zonefile: "{zone.file_name}"\n'
        return text

    def reload(self, zone):
        control([tool("nsd-control", "nsd"), "-c", str(self._config), "reload", zone.origin])


class Knot(Authority):
    def __init__(self, directory, port, zones):
        self._config = directory / "knot.conf"
        super().__init__("knot", [tool("knotd", "knot"), "-c", str(self._config)], directory, KNOT, port, zones)
        self._config.write_text(self._configuration())

    def _configuration(self):
        base = self.directory
        text = f"""server:
    rundir: "{base}"
    listen: {KNOT}@{self.port}
    udp-workers: 1
    tcp-workers: 1
    background-workers: 1
log:
  - target: stderr
    any: info
database:
    storage: "{base}/database"
template:
  - id: default
    storage: "{base}"
    zonefile-load: whole
    zonefile-sync: -1
    journal-content: none
zone:
"""
        for zone in self.zones.values():
            text += f'  - domain: "{zone.absolute}"\n    file: "{zone.file_name}"\n'
        return text

    def reload(self, zone):
        control([tool("knotc", "knot"), "-c", str(self._config), "zone-reload", zone.absolute])


def shared_port(*addresses):
    """One that is free on all of these, for UDP and TCP."""
    for _ in range(PORT_TRIES):
        port = 0
        sockets = [socket.socket(socket.AF_INET, kind) for _ in addresses for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM)]
        try:
            for sock, address in zip(sockets, [address for address in addresses for _ in range(2)], strict=True):
                sock.bind((address, port))
                port = sock.getsockname()[1]
            return port
        except OSError:
            continue
        finally:
            for sock in sockets:
                sock.close()
    raise OSError(f"no port is free on all of {addresses}")
