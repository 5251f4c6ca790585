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
import ipaddress
import socket
import struct
import threading
import time

import dns.flags
import dns.message
import dns.rdatatype

from dns_behaviours import *  # noqa: F401,F403 - tests import everything from here
from dns_behaviours import Close, Send, actions, from_zone
from dns_zone import Zone, reverse_name, rrset, to_name  # noqa: F401

RECEIVE_BUFFER = 4 << 20  # a whole round may arrive at once
BIND_TRIES = 20


@dataclasses.dataclass(frozen=True)
class Query:
    """One query as it came in."""

    server: object
    time: float  # time.monotonic()
    proto: str  # "udp", "tcp"
    client: tuple  # (address, port)
    connection: int  # TCP connections are numbered from 1; 0 for UDP
    wire: bytes
    message: dns.message.Message

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

    @property
    def question_wire(self):
        return self.wire[12:12 + len(self.message.question[0].name.to_wire()) + 4]

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
        self._connections = 0
        self._lock = threading.Lock()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._udp = self._tcp = self._other_port = self._other_address = None
        self._tasks = set()
        self._opened = threading.Event()

    # --- script ---

    def on(self, name, rdtype, behaviour):
        """Answer (name, type) so; None for either means any. The more exact rule wins."""
        key = (None if name is None else to_name(name), rdtype)
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
        name = query.message.question[0].name
        keys = ("everything", (name, query.type), (name, None), (None, query.type), (None, None))
        with self._lock:
            for key in keys:
                if key in self._behaviours:
                    return self._behaviours[key]
        return from_zone()

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
        self._thread.start()
        assert self._opened.wait(5), f"scripted server {self.endpoint} did not start: {self.errors}"
        return self

    def stop(self):
        """Close everything and raise what went wrong inside. Queries get ICMP errors from now on."""
        if self._thread.is_alive():
            asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(5)
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(5)
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

    def _run(self):
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._open())
        self._loop.run_forever()

    async def _open(self):
        self._udp, _ = await self._loop.create_datagram_endpoint(
            lambda: _Datagrams(self), sock=self._udp_socket)
        if self._with_tcp:
            self._tcp = await asyncio.start_server(self._serve_connection, sock=self._tcp_socket)
        else:
            self._tcp_socket.close()
        self._opened.set()

    async def _close(self):
        self._udp.close()
        if self._tcp is not None:
            self._tcp.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.sleep(0)

    def _close_sockets(self):
        for sock in (self._udp_socket, self._tcp_socket, self._other_port, self._other_address):
            if sock is not None:
                sock.close()

    # --- traffic ---

    def _receive(self, proto, client, wire, connection=0):
        """Record a query and decide. A packet that is no query is a bug of the client: an error."""
        now = time.monotonic()
        try:
            message = dns.message.from_wire(wire)
            query = Query(self, now, proto, tuple(client[:2]), connection, wire, message)
            assert len(message.question) == 1, "a query has one question"
            with self._lock:
                self._received.append(query)
            return query, actions(self._behaviour(query)(query))
        except Exception as error:  # noqa: BLE001 - shown when the server stops
            self.errors.append(f"{proto} {wire.hex()}: {error!r}")
            return None, []

    def _on_datagram(self, wire, client):
        query, todo = self._receive("udp", client, wire)
        for action in todo:
            if isinstance(action, Send):
                self._later(action.delay, self._send_datagram, action, query)

    def _later(self, delay, function, *arguments):
        if delay > 0:
            self._loop.call_later(delay, self._guard, function, *arguments)
        else:
            self._guard(function, *arguments)

    def _guard(self, function, *arguments):
        try:
            function(*arguments)
        except Exception as error:  # noqa: BLE001 - shown when the server stops
            self.errors.append(f"{function.__name__}: {error!r}")

    def _send_datagram(self, action, query):
        wire = action.packed(query)
        if action.source == "own":
            if not self._udp.is_closing():
                self._udp.sendto(wire, query.client)
            return
        sock = self._other_port if action.source == "other_port" else self._other_address
        try:
            sock.sendto(wire, query.client)
        except (BlockingIOError, ConnectionRefusedError):
            pass  # the client has given up; the kernel remembers an ICMP error

    async def _serve_connection(self, reader, writer):
        self._connections += 1
        number, client = self._connections, writer.get_extra_info("peername")
        self._remember(asyncio.current_task())
        try:
            while True:
                size = struct.unpack("!H", await reader.readexactly(2))[0]
                query, todo = self._receive("tcp", client, await reader.readexactly(size), number)
                for action in todo:  # a slow reply must not hold up the next query
                    self._remember(self._loop.create_task(self._act_on_stream(writer, action, query)))
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass  # the client went away, or the test is over
        finally:
            writer.close()

    def _remember(self, task):
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _act_on_stream(self, writer, action, query):
        try:
            await asyncio.sleep(action.delay)
            if isinstance(action, Close):
                return writer.close()
            wire = action.packed(query)
            await self._write(writer, struct.pack("!H", len(wire)) + wire, action.drip)
        except (ConnectionError, asyncio.CancelledError):
            pass
        except Exception as error:  # noqa: BLE001 - shown when the server stops
            self.errors.append(f"tcp reply: {error!r}")

    @staticmethod
    async def _write(writer, data, drip):
        step = len(data) if drip == 0 else 1
        for start in range(0, len(data), step):
            writer.write(data[start:start + step])
            await writer.drain()
            await asyncio.sleep(drip)


class _Datagrams(asyncio.DatagramProtocol):
    def __init__(self, server):
        self._server = server

    def datagram_received(self, data, addr):
        self._server._on_datagram(data, addr)

    def error_received(self, exc):
        """ICMP errors of clients that have gone are no news."""
