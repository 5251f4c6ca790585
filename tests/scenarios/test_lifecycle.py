"""The end: within a second, with exit status 0, whatever is under way."""

import os
import signal
import socket
import subprocess
import time

import pytest

from exporter import (SANITIZER_REPORT, STOP_SECONDS, STOP_SECONDS_SANITIZED, Exporter, is_sanitized, resolver,
                      settings, target, wait_for)
from scripted_dns import *  # noqa: F403

pytestmark = pytest.mark.release  # the second the contract gives is that of the installed program
IPS = [f"5.45.100.{n}" for n in range(1, 31)]


def stopped(exporter, signum):
    """Signal it and check how it ends; the page cannot be looked at any more."""
    code, seconds = exporter.terminate(signum)
    exporter.end()
    print(exporter.stderr())
    assert code == 0
    assert seconds < (STOP_SECONDS_SANITIZED if is_sanitized() else STOP_SECONDS), f"{seconds:.2f} s"
    assert not SANITIZER_REPORT.search(exporter.stderr())


@pytest.mark.parametrize("signum", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "SIGINT"])
@pytest.mark.parametrize("name, behaviour", [
    ("silent", silence()), ("slow", delayed(3)), ("tcp_hangs", truncated(tcp=silence())),
    ("tcp_drips", truncated(tcp=dripping(0.2)))], ids=lambda value: value if isinstance(value, str) else "")
def test_stops_at_once_with_queries_in_flight(start_dns, tmp_path, signum, name, behaviour):
    server = start_dns()
    server.everything(behaviour)
    exporter = Exporter(tmp_path, settings(resolver("one", server), timeout="5s"), [target(IPS)]).start()
    proto = "tcp" if name.startswith("tcp") else "udp"
    wait_for(lambda: len(server.queries(proto=proto)) >= 20, 5, "queries in flight")
    stopped(exporter, signum)


def test_stops_at_once_with_clients_connected(start_dns, tmp_path):
    exporter = Exporter(tmp_path, settings(resolver("one", start_dns())), [target(IPS)]).start("ready")
    clients = [socket.create_connection(("127.0.0.1", exporter.port), timeout=5) for _ in range(5)]
    try:
        clients[0].sendall(b"GET /metrics HTTP/1.1\r\n")
        clients[1].sendall(b"GET /-/healthy HTTP/1.1\r\nHost: x\r\n\r\n")
        assert b"200" in clients[1].recv(4096), "kept alive"
        stopped(exporter, signal.SIGTERM)
    finally:
        for client in clients:
            client.close()


def test_second_signal_and_hangup_during_the_stop_do_no_harm(start_dns, tmp_path):
    server = start_dns()
    server.everything(silence())
    exporter = Exporter(tmp_path, settings(resolver("one", server), timeout="5s"), [target(IPS)]).start()
    for signum in (signal.SIGHUP, signal.SIGTERM, signal.SIGHUP, signal.SIGTERM):
        if exporter.process.poll() is None:
            exporter.process.send_signal(signum)
    stopped(exporter, signal.SIGTERM) if exporter.process.poll() is None else exporter.end()
    assert exporter.process.returncode == 0, exporter.stderr()


def test_port_is_free_again_after_the_stop(start_dns, tmp_path):
    server = start_dns()
    first = Exporter(tmp_path / "a", settings(resolver("one", server)), [target(IPS[0])]).start("ready")
    port = first.port
    first.page()
    stopped(first, signal.SIGTERM)
    second = Exporter(tmp_path / "b", settings(resolver("one", server)), [target(IPS[0])])
    second.command = [word.replace(str(second.port), str(port)) if "listen-address" in word else word
                      for word in second.command]
    second.port = port
    second.start("ready")
    second.stop()


def test_clients_that_reset_do_not_end_it(start_dns, tmp_path):
    """Neither SIGPIPE nor ECONNRESET may kill a daemon whose client goes away under a reply."""
    exporter = Exporter(tmp_path, settings(resolver("one", start_dns())), [target(IPS[0])]).start("ready")
    for _ in range(10):
        with socket.create_connection(("127.0.0.1", exporter.port), timeout=5) as sock:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
            sock.sendall(b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n" * 5)
    time.sleep(0.3)
    exporter.stop()


def test_log_reader_that_goes_away_does_not_end_it(start_dns, tmp_path):
    """The other end of its stderr is closed: a line is lost, not the daemon."""
    server = start_dns()
    server.zone.good(IPS[0], "mail.example.com")
    exporter = Exporter(tmp_path, settings(resolver("one", server)), [target(IPS[0])])
    reader, writer = os.pipe()
    exporter.process = subprocess.Popen(exporter.command, stdin=subprocess.DEVNULL, stderr=writer)
    try:
        os.close(writer)
        wait_for(lambda: exporter.get("/-/ready")[0] == 200, 10, "ready")
        os.close(reader)
        exporter.reload_and_wait()  # logs, to nobody
        exporter.wait_status(IPS[0], "pass")
        code, _ = exporter.terminate()
    finally:
        exporter.process.kill()
        exporter.process.wait(5)
    assert code == 0
