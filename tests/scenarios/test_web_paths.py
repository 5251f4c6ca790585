"""Where the pages lie, what the landing page and /config say, and on which sockets they are served."""

import base64
import hashlib
import os
import re
import socket
import subprocess

import pytest
import yaml

from exporter import ROOT, free_port, resolver, run, settings, target, tool, wait_for
from scripted_dns import *  # noqa: F403

IP = "5.45.100.1"
CONFIG = settings(resolver("one", "127.0.0.1:5399"))


@pytest.fixture
def start(start_exporter):
    return lambda *args, **more: start_exporter(CONFIG, [target("203.0.113.1", "mail.example.com")], args=args, **more)


# --- the landing page ---


def test_style_is_the_one_the_policy_allows(start):
    status, headers, body = start().get("/")
    style = re.search(rb"<style>(.*?)</style>", body, re.DOTALL).group(1)
    digest = base64.b64encode(hashlib.sha256(style).digest()).decode()
    policy = headers["Content-Security-Policy"]
    assert status == 200 and f"style-src 'sha256-{digest}'" in policy
    assert "default-src 'none'" in policy and "unsafe" not in policy and "frame-ancestors 'none'" in policy
    assert headers["X-Content-Type-Options"] == "nosniff" and "form" not in body.decode()


@pytest.mark.parametrize("args, base, links", [
    ([], "", ["/metrics", "/config", "/-/healthy", "/-/ready"]),
    (["--web.telemetry-path=/m&m"], "", ["/m&m", "/config"]),
    (["--web.route-prefix=a/b/"], "/a/b", ["/metrics", "/-/ready"]),
    (["--web.external-url=https://x.example/fcrdns/"], "/fcrdns", ["/metrics", "/config"]),
    (["--web.external-url=https://x.example/fcrdns/", "--web.route-prefix=/"], "", ["/metrics"]),
])
def test_links_lead_to_pages(start, args, base, links):
    """They are relative, so they do behind any proxy that hands on what is below the prefix."""
    exporter = start(*args, base=base, metrics=links[0] if links[0] != "/config" else "/metrics")
    body = exporter.get(base + "/")[2].decode()
    for link in links:
        assert f'href=".{link.replace("&", "&amp;")}"' in body
        assert exporter.get(base + link)[0] == 200


def test_what_leads_home(start):
    exporter = start("--web.route-prefix=/fcrdns", base="/fcrdns")
    for path in "/", "/fcrdns":
        status, headers, _ = exporter.get(path)
        assert (status, headers["Location"]) == (302, "/fcrdns/")
    for path in "/metrics", "/-/healthy", "/fcrdnsx", "/fcrdns//metrics", "/config":
        assert exporter.get(path)[0] == 404
    exporter = start("--web.route-prefix=/in", "--web.external-url=https://x.example/out", base="/in")
    assert exporter.get("/")[1]["Location"] == "https://x.example/out/"


@pytest.mark.parametrize("flag", ["--web.route-prefix=/a b", "--web.external-url=x.example", "--web.external-url=https://x/?q"])
def test_bad_paths_are_refused(flag):
    done = run(flag)
    assert done.returncode == 2 and flag.split("=")[0] in done.stderr and len(done.stderr.splitlines()) == 1


# --- /config ---


def test_config_says_what_is_in_force_and_can_be_fed_back(start, start_exporter):
    exporter = start("--resolver=two=127.0.0.2:5398")
    status, headers, body = exporter.get("/config")
    page = yaml.safe_load(body)
    assert status == 200 and headers["Content-Type"] == "text/plain; charset=utf-8"
    assert [resolver["name"] for resolver in page["resolvers"]] == ["two"]
    assert page["interval"] == "1s" and page["tries"] == 2 and page["authoritative"]["enabled"] is False
    assert b"# targets: 1\n" in body and b"# last reload: successful\n" in body
    again = start_exporter(body.decode(), [target("203.0.113.1")])
    assert yaml.safe_load(again.get("/config")[2]) == page


def test_config_says_that_the_last_reload_failed(start):
    exporter = start()
    exporter.write_config("nonsense: 1\n")
    exporter.reload()
    wait_for(lambda: b"# last reload: failed" in exporter.get("/config")[2], 5, "it is said")
    assert yaml.safe_load(exporter.get("/config")[2])["interval"] == "1s"


# --- sockets ---


def test_several_addresses_of_both_families(start):
    ports = free_port(), free_port("::1")
    exporter = start(f"--web.listen-address=127.0.0.2:{ports[0]}", f"--web.listen-address=[::1]:{ports[1]}")
    for address in ("127.0.0.1", exporter.port), ("127.0.0.2", ports[0]), ("::1", ports[1]):
        with socket.create_connection(address, timeout=5) as sock:
            sock.sendall(b"GET /-/healthy HTTP/1.0\r\n\r\n")
            assert sock.recv(100).startswith(b"HTTP/1.1 200")


def test_a_port_without_a_host_is_of_both_families(start):
    port = free_port("::1")
    start(f"--web.listen-address=:{port}")
    for address in ("127.0.0.1", port), ("::1", port):
        socket.create_connection(address, timeout=5).close()


@pytest.mark.parametrize("address", ["127.0.0.1", "127.0.0.1:99999", "[::1:80", "192.0.2.1:80", "nobody.invalid:80"])
def test_what_cannot_be_listened_on(address, tmp_path):
    done = run(f"--web.listen-address={address}", f"--targets.dir={tmp_path}")
    assert done.returncode == 2 and address in done.stderr.splitlines()[-1]


def test_a_port_that_is_taken(start, tmp_path):
    exporter = start()
    done = run(f"--web.listen-address=127.0.0.1:{exporter.port}", f"--targets.dir={tmp_path}")
    assert done.returncode == 2 and "Address already in use" in done.stderr


# --- systemd ---

PASS_ON = """
import os, sys
fd, count = int(sys.argv[1]), int(sys.argv[2])
for number in range(count):
    os.dup2(fd + number, 3 + number)
os.environ.update(LISTEN_FDS=str(count), LISTEN_PID=str(os.getpid()))
os.execv(sys.argv[3], sys.argv[3:])
"""


def passing(first_fd, count):
    """A prefix that starts the program as systemd would, with sockets from descriptor 3 on."""
    return ["/usr/bin/python3", "-c", PASS_ON, str(first_fd), str(count)]


def listening(*addresses):
    """Sockets at descriptors in a row, far from those in the way."""
    sockets = [socket.create_server(address, family=socket.AF_INET6 if ":" in address[0] else socket.AF_INET)
               for address in addresses]
    for number, sock in enumerate(sockets):
        os.dup2(sock.fileno(), 200 + number, inheritable=True)
    return sockets


def close_passed(sockets):
    for number, sock in enumerate(sockets):
        os.close(200 + number)
        sock.close()


def test_sockets_of_systemd_are_served_and_no_other(start_exporter):
    port, other = free_port(), free_port("::1")
    sockets = listening(("127.0.0.1", port), ("::1", other))
    try:
        exporter = start_exporter(CONFIG, [target("203.0.113.1")], port=port, prefix=passing(200, 2), pass_fds=(200, 201),
                                  args=["--web.systemd-socket", f"--web.listen-address=127.0.0.1:{free_port()}"])
    finally:
        close_passed(sockets)
    assert exporter.get("/-/healthy")[0] == 200
    with socket.create_connection(("::1", other), timeout=5) as sock:
        sock.sendall(b"GET /-/healthy HTTP/1.0\r\n\r\n")
        assert sock.recv(100).startswith(b"HTTP/1.1 200")
    assert len(exporter.log_lines("msg=Listening")) == 2
    assert len(exporter.log_lines("so --web.listen-address is not used")) == 1


def test_no_sockets_of_systemd(tmp_path):
    done = run("--web.systemd-socket", f"--targets.dir={tmp_path}")
    assert done.returncode == 2 and "no socket activation file descriptors found" in done.stderr


def test_something_else_from_systemd(tmp_path):
    with open(tmp_path / "file", "w", encoding="utf-8") as file:
        os.dup2(file.fileno(), 200, inheritable=True)
        done = run("--web.systemd-socket", f"--targets.dir={tmp_path}", prefix=passing(200, 1), pass_fds=(200,))
        os.close(200)
    assert done.returncode == 2 and "no listening TCP socket" in done.stderr


@pytest.fixture
def notified(tmp_path):
    """Where a service manager would listen; -> (address, the next message, all so far)."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
        sock.bind(str(tmp_path / "notify"))
        sock.settimeout(5)
        yield str(tmp_path / "notify"), lambda: dict(
            line.split("=", 1) for line in sock.recv(4096).decode().splitlines())


def next_but_alive(receive):
    while (message := receive()) == {"WATCHDOG": "1"}:
        pass
    return message


def test_the_service_manager_is_told(start_exporter, notified):
    address, receive = notified
    exporter = start_exporter(CONFIG, [target(["203.0.113.1", "203.0.113.2"])], prefix=["env", f"NOTIFY_SOCKET={address}"])
    assert next_but_alive(receive) == {"READY": "1", "STATUS": "Watching 2 targets at 1 resolvers"}
    exporter.write_targets([target("203.0.113.1")])
    exporter.reload_and_wait()
    assert next_but_alive(receive).keys() == {"RELOADING", "MONOTONIC_USEC"}
    assert next_but_alive(receive) == {"READY": "1", "STATUS": "Watching 1 targets at 1 resolvers"}
    exporter.write_targets("nonsense")
    exporter.reload()
    assert next_but_alive(receive)["RELOADING"] == "1"
    assert next_but_alive(receive)["STATUS"].endswith("the last reload failed, see the log")
    exporter.stop()
    assert next_but_alive(receive) == {"STOPPING": "1"}


def test_the_watchdog_hears_of_us(start_exporter, notified):
    address, receive = notified
    start_exporter(CONFIG, prefix=["env", f"NOTIFY_SOCKET={address}", "WATCHDOG_USEC=400000"])
    beats = [receive() for _ in range(6)]
    assert beats.count({"WATCHDOG": "1"}) >= 5


# --- the unit ---


def test_unit_files_are_good():
    units = [str(ROOT / f"deploy/fcrdns_exporter.{kind}") for kind in ("service", "socket")]
    done = subprocess.run([tool("systemd-analyze", "systemd"), "verify", *units], capture_output=True, text=True, timeout=60)
    complaints = [line for line in done.stderr.splitlines() if "is not executable" not in line]
    assert not complaints, complaints
    done = subprocess.run([tool("systemd-analyze", "systemd"), "security", "--offline=true", "--threshold=20", units[0]],
                          capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout[-2000:]
