"""Start the real exporter, look at its pages, and end it again, whatever happens."""

import http.client
import os
import re
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

from page import OpenMetricsPage, Page

ROOT = Path(__file__).resolve().parents[2]
STOP_SECONDS = 1.0  # the contract
STOP_SECONDS_SANITIZED = 10.0  # the leak check at exit takes its own time
SANITIZER_REPORT = re.compile(r"(Address|Leak|Thread|Memory|UndefinedBehavior)Sanitizer|: runtime error: ")
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
OPENMETRICS_TYPE = "application/openmetrics-text; version=1.0.0; charset=utf-8"


def binary():
    """The program under test, or a failure that says what to do."""
    path = Path(os.environ.get("FCRDNS_EXPORTER", "build/fcrdns_exporter"))
    path = path if path.is_absolute() else ROOT / path
    assert path.is_file(), f"{path.name} is missing: run make first, or set FCRDNS_EXPORTER"
    return str(path)


def is_sanitized():
    return b"__asan_init" in Path(binary()).read_bytes()


def tool(name, package=None):
    """A program the tests stand on. A missing one fails the test: nothing is skipped in silence."""
    path = shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
    assert path, f"{name} is missing: install the Debian package {package or name}"
    return path


def free_port(address="127.0.0.1"):
    with socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET) as sock:
        sock.bind((address, 0))
        return sock.getsockname()[1]


def wait_for(probe, timeout=10.0, what="", pause=0.05):
    """Call probe() until it returns something true, and return that. AssertionErrors count as not yet."""
    deadline = time.monotonic() + timeout
    while True:
        complaint = ""
        try:
            result = probe()
            if result:
                return result
        except (AssertionError, OSError, http.client.HTTPException) as error:
            complaint = f": {error}"
        assert time.monotonic() < deadline, f"not within {timeout} s: {what or 'condition'}{complaint}"
        time.sleep(pause)


def end_process(process, seconds=10):
    """Ask a server of ours to end, by its pid, and see that it does."""
    process.terminate()
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(5)


# --- configuration text ------------------------------------------------------


def scalar(value):
    """Plain where YAML allows it, as people write it; quoted otherwise."""
    if isinstance(value, bool):
        return "true" if value else "false"
    text = str(value)
    if isinstance(value, (int, float)) or re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._/:-]*[A-Za-z0-9]|[A-Za-z0-9]", text):
        return text
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def yaml_lines(value, indent=""):
    """Block-style YAML of dicts, lists and scalars."""
    if isinstance(value, dict) and value:
        for key, inner in value.items():
            yield from _yaml_item(f"{indent}{key}:", inner, indent + "  ")
    elif isinstance(value, list) and value:
        for inner in value:
            lines = list(yaml_lines(inner, indent + "  "))
            yield f"{indent}- " + lines[0].lstrip()
            yield from lines[1:]
    else:
        yield indent + ({(): "[]"}.get(tuple(value), "{}") if isinstance(value, (dict, list)) else scalar(value))


def _yaml_item(head, inner, indent):
    if isinstance(inner, (dict, list)) and inner:
        yield head
        yield from yaml_lines(inner, indent)
    else:
        yield head + " " + next(iter(yaml_lines(inner)))


def to_yaml(value):
    return "\n".join(yaml_lines(value)) + "\n"


def resolver(name, server, **more):
    """One entry of `resolvers`; `server` is anything with an endpoint, or the endpoint itself."""
    return {"name": name, "address": getattr(server, "endpoint", server), **more}


def settings(*resolvers, **more):
    """A configuration with short times. Never without resolvers: the defaults are on the internet."""
    assert resolvers
    return {"resolvers": list(resolvers), "interval": "1s", "timeout": "200ms", "tries": 2,
            "authoritative": {"enabled": False}, **more}


def target(ips, hostname=None, **labels):
    """One entry of a target file."""
    entry = {"targets": [ips] if isinstance(ips, str) else list(ips)}
    if hostname is not None:
        entry["hostname"] = hostname
    if labels:
        entry["labels"] = labels
    return entry


# --- the process -------------------------------------------------------------


class Exporter:
    """One running exporter with its own directory of configuration."""

    def __init__(self, directory, config, targets=(), args=(), prefix=(), auto_reload=False,
                 port=None, base="", metrics="/metrics", pass_fds=()):
        self.directory = Path(directory)
        self.config_file = self.directory / "fcrdns_exporter.yml"
        self.targets_dir = self.directory / "targets.d"
        self.targets_dir.mkdir(parents=True, exist_ok=True)
        self.write_config(config)
        self.write_targets(targets)
        self.port = port or free_port()
        self.base, self.metrics = base, base + metrics
        self.command = [*prefix, binary(), f"--config.file={self.config_file}", f"--targets.dir={self.targets_dir}",
                        f"--web.listen-address=127.0.0.1:{self.port}",
                        *([] if auto_reload else ["--no-config.enable-auto-reload"]), *args]
        self._pass_fds = pass_fds
        self.last_page = None
        self.process = None

    # --- configuration ---

    def write_config(self, config):
        self.config_file.write_text(config if isinstance(config, str) else to_yaml(config), encoding="utf-8")

    def write_targets(self, targets, name="targets.yml"):
        text = targets if isinstance(targets, str) else to_yaml(list(targets))
        # Renamed into place: a reload must never read half a file.
        fresh = self.targets_dir / f".{name}.new"
        fresh.write_text(text, encoding="utf-8")
        fresh.rename(self.targets_dir / name)

    def reload(self):
        """SIGHUP; returns at once."""
        self.process.send_signal(signal.SIGHUP)

    def reload_and_wait(self):
        """SIGHUP, and wait until it was taken: the only trace of success is its time."""
        name = "fcrdns_exporter_config_last_reload_success_timestamp_seconds"
        before = self.page().value(name)
        self.reload()
        return self.wait_page(lambda page: page.value(name) > before, 5, "reload taken")

    # --- life ---

    def start(self, wait="healthy", timeout=10.0):
        self._stderr = open(self.directory / "stderr.log", "ab")
        self.process = subprocess.Popen(self.command, stdin=subprocess.DEVNULL, stdout=self._stderr,
                                        stderr=self._stderr, cwd=self.directory, pass_fds=self._pass_fds)
        try:
            wait_for(self._listens if wait == "listening" else self._is_healthy, timeout, wait)
            if wait == "ready":
                self.wait_ready()
        except BaseException:
            self.end()
            print(self.stderr())
            raise
        return self

    def _is_healthy(self):
        return self._alive() and self.get(self.base + "/-/healthy")[0] == 200

    def _listens(self):
        self._alive()
        socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
        return True

    def _alive(self):
        code = self.process.poll()
        if code is not None:
            raise RuntimeError(f"the exporter ended with {code}:\n{self.stderr()}")
        return True

    def wait_ready(self, timeout=15.0):
        wait_for(lambda: self._alive() and self.get(self.base + "/-/ready")[0] == 200, timeout, "ready")

    def stderr(self):
        return (self.directory / "stderr.log").read_text(encoding="utf-8", errors="replace")

    def log_lines(self, containing=""):
        return [line for line in self.stderr().splitlines() if containing in line]

    def end(self):
        """No process outlives its test, however it went."""
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait(5)
        if self.process is not None:
            self._stderr.close()

    def terminate(self, signum=signal.SIGTERM):
        """Ask it to stop; returns (exit code, seconds)."""
        start = time.monotonic()
        self.process.send_signal(signum)
        try:
            code = self.process.wait(max(STOP_SECONDS_SANITIZED, 5))
        except subprocess.TimeoutExpired:
            code = None
        return code, time.monotonic() - start

    def stop(self, signum=signal.SIGTERM):
        """The end of every test: the last page is checked by promtool and as OpenMetrics, then a clean stop
        within a second."""
        try:
            if self.process.poll() is None:
                self.page().check_with_promtool(tool("promtool", "prometheus"))
                self.openmetrics()
                code, seconds = self.terminate(signum)
                limit = STOP_SECONDS_SANITIZED if is_sanitized() else STOP_SECONDS
                assert code == 0, f"exit code {code} after {signal.Signals(signum).name}"
                assert seconds < limit, f"took {seconds:.2f} s to stop"
            else:
                assert self.process.returncode == 0, f"the exporter ended by itself: {self.process.returncode}"
            assert not SANITIZER_REPORT.search(self.stderr()), "a sanitizer complained"
        finally:
            self.end()
            print(f"--- {self.directory.name}: stderr of the exporter ---\n{self.stderr()[-8000:]}")

    # --- HTTP ---

    def request(self, method, path, headers=None, timeout=5.0):
        """(status, headers, body)."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            connection.request(method, path, headers=headers or {})
            response = connection.getresponse()
            return response.status, response.headers, response.read()
        finally:
            connection.close()

    def get(self, path):
        return self.request("GET", path)

    def page(self):
        """Scrape, and check all there is to check about a page."""
        status, headers, body = self.get(self.metrics)
        assert status == 200, f"/metrics answered {status}"
        assert headers["Content-Type"] == CONTENT_TYPE
        self.last_page = Page(body)
        return self.last_page

    def openmetrics(self):
        """The same page in the other format."""
        status, headers, body = self.request("GET", self.metrics, {"Accept": OPENMETRICS_TYPE})
        assert status == 200 and headers["Content-Type"] == OPENMETRICS_TYPE, (status, headers["Content-Type"])
        return OpenMetricsPage(body)

    def wait_page(self, condition, timeout=10.0, what=""):
        """Scrape until condition(page) is true; returns that page."""

        def probe():
            page = self.page()
            return page if condition(page) else None

        return wait_for(probe, timeout, what)

    def wait_status(self, ip, status, timeout=10.0):
        def condition(page):
            assert page.status(ip) == status, f"{ip} is at {page.status(ip)}"
            return True

        return self.wait_page(condition, timeout, f"{ip} at {status}")


def run(*args, timeout=10.0, prefix=(), **more):
    """The binary with these arguments, to its end."""
    return subprocess.run([*prefix, binary(), *map(str, args)], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          timeout=timeout, **more)
