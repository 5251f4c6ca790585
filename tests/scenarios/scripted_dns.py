"""A DNS server that does what a test tells it, over UDP and TCP on any loopback address.

    with ScriptedServer("127.53.0.1") as server:
        server.zone.good("5.45.100.7", "mail.example.com")
        server.on("8.100.45.5.in-addr.arpa", "PTR", silence())
        ...
        assert server.queries(name="8.100.45.5.in-addr.arpa")

Unknown names get NXDOMAIN with SOA and RA set. What it receives is recorded,
and a mistake in a behaviour is raised when the server stops, so that no test
passes because its server was broken.

The addresses tests look up (5.45.100.7, 2a01:4f8::1) are global ones because
others are `special_use`; they only ever stand in questions.
"""

import asyncio
import dataclasses
import errno
import functools
import ipaddress
import random
import socket
import struct
import threading
import time

import dns.flags
import dns.message
import dns.rdatatype

from dns_behaviours import *  # noqa: F401,F403 - tests import everything from here
from dns_behaviours import Close, Send, actions
from dns_zone import Zone, reverse_name, rrset, to_name  # noqa: F401

RECEIVE_BUFFER = 4 << 20  # a whole round may arrive at once
READ_BATCH = 64
BACKLOG = 1024
HEADER_SIZE = 12
BIND_TRIES = 20


@functools.cache
def _shared_loop():
    """One thread for all servers: several would spend their time waiting for each other."""
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, daemon=True).start()
    return loop


@dataclasses.dataclass(frozen=True)
class Query:
    """One query as it came in."""

    server: object
    time: float  # time.monotonic()
    proto: str  # "udp", "tcp"
    client: tuple  # (address, port)
    connection: int  # TCP connections are numbered from 1; 0 for UDP
    wire: bytes

    @functools.cached_property
    def message(self):
        return dns.message.from_wire(self.wire)

    @property
    def name(self):
        """As sent, letter case included; no final dot but for the root."""
        return self.message.question[0].name.to_text(omit_final_dot=True)

    @property
    def key(self):
        return self.message.question[0].name.canonicalize().to_text(omit_final_dot=True)

    @property
    def type(self):
        return dns.rdatatype.to_text(self.message.question[0].rdtype)

    @functools.cached_property
    def name_wire(self):
        """As sent; no query has a compressed name."""
        end = HEADER_SIZE
        while self.wire[end]:
            end += 1 + self.wire[end]
        return self.wire[HEADER_SIZE:end + 1]

    @property
    def question_wire(self):
        return self.wire[HEADER_SIZE:HEADER_SIZE + len(self.name_wire) + 4]

    @property
    def recursion_desired(self):
        return bool(self.message.flags & dns.flags.RD)

    @property
    def checking_disabled(self):
        return bool(self.message.flags & dns.flags.CD)

    @property
    def edns(self):
        return self.message.edns >= 0

    @property
    def payload(self):
        """Largest UDP reply the client takes."""
        return self.message.payload if self.edns else 512

    @property
    def port(self):
        return self.client[1]


class ScriptedServer:
    """One address and port. Start and stop it, or use it as a context manager."""

    def __init__(self, address="127.53.0.1", port=0, zone=None, tcp=True):
        self.address, self.port, self.zone = address, port, zone or Zone()
        self.errors = []
        self._with_tcp = tcp
        self._behaviours = {}
        self._received = []
        self.connections = 0
        self._lock = threading.Lock()
        self._loop = None
        self._tcp = self._other_port = self._other_address = None
        self._closing = False
        self._loss = 0, None
        self.open_connections = set()

    # --- script ---

    def on(self, name, rdtype, behaviour):
        """Answer (name, type) so; None for either means any. The more exact rule wins."""
        key = (None if name is None else to_name(name).to_wire().lower(), rdtype)
        with self._lock:
            if behaviour is None:
                self._behaviours.pop(key, None)
            else:
                self._behaviours[key] = behaviour

    def on_ip(self, ip, behaviour):
        """Answer the PTR question of an address so."""
        self.on(reverse_name(ip), "PTR", behaviour)

    def everything(self, behaviour):
        """Overrides all rules and the zone; None gives them back."""
        with self._lock:
            self._behaviours.pop("everything", None)
            if behaviour is not None:
                self._behaviours["everything"] = behaviour

    def _behaviour(self, query):
        """None: nobody said anything, so the zone answers."""
        name = query.name_wire.lower()
        kind = dns.rdatatype.to_text(struct.unpack("!H", query.question_wire[-4:-2])[0])
        keys = ("everything", (name, kind), (name, None), (None, kind), (None, None))
        with self._lock:
            return next((self._behaviours[key] for key in keys if key in self._behaviours), None)

    def _decide(self, query):
        behaviour = self._behaviour(query)
        if behaviour is None:
            return [Send(wire=self._ready_made(query))]
        assert len(query.message.question) == 1, "a query has one question"
        return actions(behaviour(query))

    def _ready_made(self, query):
        """Most questions come again and again: only id and letter case of the question are new."""
        key, ready_made = (query.proto, query.wire[2:].lower()), self.zone.ready_made
        made = ready_made.get(key)
        if made is None:
            assert len(query.message.question) == 1, "a query has one question"
            made = Send(message=self.zone.answer(query.message)).packed(query)
            ready_made[key] = made
        question = query.question_wire
        return query.wire[:2] + made[2:HEADER_SIZE] + question + made[HEADER_SIZE + len(question):]

    def lose(self, percent, seed=1):
        """So many of the packets that come never came; no connection does."""
        self._loss = percent, random.Random(seed)

    # --- record ---

    def queries(self, name=None, rdtype=None, proto=None, since=0.0):
        """What was received, oldest first."""
        key = None if name is None else to_name(name).canonicalize().to_text(omit_final_dot=True)
        with self._lock:
            received = list(self._received)
        return [q for q in received
                if (key is None or q.key == key) and (rdtype is None or q.type == rdtype)
                and (proto is None or q.proto == proto) and q.time >= since]

    def ptr_queries(self, ip, **filters):
        return self.queries(name=reverse_name(ip), rdtype="PTR", **filters)

    def clear(self):
        with self._lock:
            self._received.clear()

    def most_within(self, seconds, since=0.0):
        """The largest number of queries received in any window of so many seconds."""
        times = [query.time for query in self.queries(since=since)]
        first = most = 0
        for last, now in enumerate(times):
            while now - times[first] >= seconds:
                first += 1
            most = max(most, last - first + 1)
        return most

    # --- life ---

    @property
    def endpoint(self):
        """As the configuration wants it."""
        host = f"[{self.address}]" if ":" in self.address else self.address
        return f"{host}:{self.port}"

    def start(self):
        self._bind()
        self._loop = _shared_loop()
        asyncio.run_coroutine_threadsafe(self._open(), self._loop).result(5)
        return self

    def stop(self):
        """Close everything and raise what went wrong inside. Queries get ICMP errors from now on."""
        if not self._closing:
            asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(5)
        self._close_sockets()
        assert not self.errors, f"scripted server {self.endpoint}: {self.errors[:3]}"

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.stop()

    def close_tcp(self):
        """From now on TCP is refused, UDP goes on."""

        async def close():
            self._tcp.close()
            await self._tcp.wait_closed()
            self._tcp = None

        asyncio.run_coroutine_threadsafe(close(), self._loop).result(5)

    def _bind(self):
        """One port free for both transports; the kernel chooses it unless the test did."""
        for _ in range(BIND_TRIES if self.port == 0 else 1):
            udp = self._socket(socket.SOCK_DGRAM, self.address, self.port)
            port = udp.getsockname()[1]
            try:
                self._tcp_socket = self._socket(socket.SOCK_STREAM, self.address, port)
            except OSError as error:
                udp.close()
                if error.errno != errno.EADDRINUSE or self.port != 0:
                    raise
                continue
            self._udp_socket, self.port = udp, port
            self._other_port = self._socket(socket.SOCK_DGRAM, self.address, 0)
            if ":" not in self.address:
                neighbour = str(ipaddress.ip_address(self.address) + 0x10000)
                self._other_address = self._socket(socket.SOCK_DGRAM, neighbour, port)
            return
        raise OSError(errno.EADDRINUSE, f"no port of {self.address} is free for UDP and TCP")

    @staticmethod
    def _socket(kind, address, port):
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        assert ipaddress.ip_address(address).is_loopback, "tests stay on this machine"
        sock = socket.socket(family, kind)
        sock.setblocking(False)
        if kind == socket.SOCK_STREAM:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        else:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER)
        try:
            sock.bind((address, port))
        except OSError:
            sock.close()
            raise
        return sock

    async def _open(self):
        self._loop.add_reader(self._udp_socket, self._on_readable)
        if self._with_tcp:
            self._tcp = await self._loop.create_server(lambda: _Connection(self), sock=self._tcp_socket, backlog=BACKLOG)
        else:
            self._tcp_socket.close()

    async def _close(self):
        self._closing = True
        self._loop.remove_reader(self._udp_socket)
        if self._tcp is not None:
            self._tcp.close()
        for transport in list(self.open_connections):
            transport.abort()

    def _close_sockets(self):
        for sock in (self._udp_socket, self._tcp_socket, self._other_port, self._other_address):
            if sock is not None:
                sock.close()

    # --- traffic ---

    def receive(self, proto, client, wire, connection=0):
        """Record a query and decide. A packet that is no query is a bug of the client: an error."""
        now = time.monotonic()
        try:
            query = Query(self, now, proto, tuple(client[:2]), connection, wire)
            with self._lock:
                self._received.append(query)
            return query, self._decide(query)
        except Exception as error:  # noqa: BLE001 - shown when the server stops
            self.errors.append(f"{proto} {wire.hex()}: {error!r}")
            return None, []

    def _on_readable(self):
        """Several at once: connections must not starve datagrams."""
        for _ in range(READ_BATCH):
            try:
                wire, client = self._udp_socket.recvfrom(65535)
            except BlockingIOError:
                return
            self._on_datagram(wire, client)

    def _on_datagram(self, wire, client):
        percent, dice = self._loss
        if percent > 0 and dice.random() * 100 < percent:
            return
        self.act(self._send_datagram, *self.receive("udp", client, wire))

    def act(self, function, query, todo):
        """function(action, query) for every action, when its time has come."""
        for action in todo:
            if action.delay > 0:
                self._loop.call_later(action.delay, self._guard, function, action, query)
            else:
                self._guard(function, action, query)

    def _guard(self, function, *arguments):
        try:
            function(*arguments)
        except Exception as error:  # noqa: BLE001 - shown when the server stops
            self.errors.append(f"{function.__name__}: {error!r}")

    def _send_datagram(self, action, query):
        if self._closing or isinstance(action, Close):
            return
        sockets = {"own": self._udp_socket, "other_port": self._other_port, "other_address": self._other_address}
        try:
            sockets[action.source].sendto(action.packed(query), query.client)
        except (BlockingIOError, ConnectionRefusedError):
            pass  # the client has given up; the kernel remembers an ICMP error


class _Connection(asyncio.Protocol):
    """One TCP connection: whole queries in, actions out. A slow reply holds up no other."""

    def __init__(self, server):
        self._server, self._bytes = server, b""

    def connection_made(self, transport):
        self._server.connections += 1
        self._number, self._client = self._server.connections, transport.get_extra_info("peername")
        self._transport = transport
        self._server.open_connections.add(transport)

    def connection_lost(self, _error):
        self._server.open_connections.discard(self._transport)

    def data_received(self, data):
        self._bytes += data
        while len(self._bytes) >= 2:
            end = 2 + struct.unpack("!H", self._bytes[:2])[0]
            if len(self._bytes) < end:
                return
            wire, self._bytes = self._bytes[2:end], self._bytes[end:]
            self._server.act(self._act, *self._server.receive("tcp", self._client, wire, self._number))

    def _act(self, action, query):
        if self._transport.is_closing():
            return
        if isinstance(action, Close):
            self._transport.close()
            return
        wire = action.packed(query)
        self._write(struct.pack("!H", len(wire)) + wire, action.drip)

    def _write(self, data, drip):
        step = len(data) if drip == 0 else 1
        if data and not self._transport.is_closing():
            self._transport.write(data[:step])
            asyncio.get_running_loop().call_later(drip, self._write, data[step:], drip)
