#!/usr/bin/python3
"""Speed and memory of the exporter, beside dnsperf on the same machine in the same run.

Everything is on loopback: answering_server is the resolver, three times. Numbers never make
this fail, only what does not work does. Absolute numbers of two runs cannot be compared; the
ratios can, if the machine had nothing else to do: a window in which the exporter often had to
wait for its core is marked DISTURBED. Goals are the project's; the rest is for information.
"""
import argparse
import collections
import http.client
import os
import pathlib
import random
import re
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
EXPORTER = ROOT / "build/fcrdns_exporter"
SERVER = ROOT / "build/tests/bench/answering_server"
RESOLVERS = {"one": "127.0.0.11", "two": "127.0.0.12", "three": "127.0.0.13"}
FIRST_ADDRESS = 5 << 24  # 5.0.0.0: only ever named in questions to our own server
QUERIES_PER_CHECK = 2  # PTR, then A
QUERIES_PER_NAME = 2  # A and AAAA of every expected name, at one resolver
CORES = sorted(os.sched_getaffinity(0))

rows = []


class Failure(Exception):
    pass


def report(figure, value, goal=""):
    rows.append((figure, value, goal))
    print(f"   {figure}: {value}", flush=True)


def address_of(number):
    return socket.inet_ntoa((FIRST_ADDRESS + number).to_bytes(4, "big"))


def host_name_of(number):
    return f"h{FIRST_ADDRESS + number:08x}.hosts.bench.net"


# ---- processes


def on_core(core):
    """Core 0 is for the program under test alone; servers and we share the others."""
    chosen = CORES[:1] if core == 0 else CORES[1:] or CORES
    return lambda: os.sched_setaffinity(0, chosen)


def free_port():
    """A port nobody has, for UDP and TCP; below those the system itself hands out to others."""
    while True:
        port = random.randrange(20000, 32000)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp, socket.socket() as tcp:
            try:
                udp.bind(("", port))
                tcp.bind(("", port))
                return port
            except OSError:
                pass


def stop(process, patience_s=20):
    """SIGTERM; how long it took to end."""
    begin = time.monotonic()
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(patience_s)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        raise Failure(f"{process.args[0]} did not end within {patience_s} s of SIGTERM")
    return time.monotonic() - begin


class Server:
    def __enter__(self):
        self.port = free_port()
        command = [SERVER, str(self.port), *RESOLVERS.values()]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, preexec_fn=on_core(1))
        if self.process.stdout.readline() != "ready\n":
            raise Failure("the answering server did not start")
        return self

    def __exit__(self, *_):
        stop(self.process)


class Exporter:
    """The program with `count` targets; its own directory, port and log."""

    def __init__(self, server, count, interval, per_resolver="all", wait_s=60):
        self.count, self.wait_s = count, wait_s
        self.directory = tempfile.TemporaryDirectory(prefix="fcrdns-bench-")
        self.path = pathlib.Path(self.directory.name)
        self.port = free_port()
        (self.path / "targets").mkdir()
        self.write_settings(server, interval, per_resolver)
        self.write_targets()
        self.command = [EXPORTER, f"--config.file={self.path}/settings.yml", f"--targets.dir={self.path}/targets"]

    def write_settings(self, server, interval, per_resolver):
        lines = ["resolvers:"]
        for name, address in RESOLVERS.items():
            lines.append(f"  - {{name: {name}, address: '{address}:{server.port}', "
                         "max_qps: 1000000, max_in_flight: 333}")
        lines += [f"interval: {interval}", "authoritative: {enabled: false}", f"metrics: {{per_resolver: {per_resolver}}}"]
        (self.path / "settings.yml").write_text("\n".join(lines) + "\n")

    def write_targets(self):
        """Every target with its own expected name, 10,000 a file."""
        for first in range(0, self.count, 10000):
            with open(self.path / f"targets/{first:08}.yml", "w") as file:
                for number in range(first, min(first + 10000, self.count)):
                    file.write(f"- targets: [{address_of(number)}]\n  hostname: {host_name_of(number)}\n")

    def __enter__(self):
        self.log = open(self.path / "log", "w+")
        self.begin = time.monotonic()
        listen = f"--web.listen-address=127.0.0.1:{self.port}"
        self.process = subprocess.Popen([*self.command, listen, "--log.level=warn"], stderr=self.log,
                                        preexec_fn=on_core(0))
        try:
            self.healthy_s = self.wait_for("/-/healthy")
        except BaseException as failure:
            self.__exit__(type(failure))
            raise
        return self

    def __exit__(self, kind, *_):
        try:
            if self.process.poll() is None:
                self.stop_s = stop(self.process)
            if self.process.returncode != 0 and kind is None:
                raise Failure(f"the exporter ended with status {self.process.returncode}")
        finally:
            if kind is not None:
                self.log.seek(0)
                sys.stderr.write(self.log.read()[-4000:])
            self.log.close()
            self.directory.cleanup()

    def get(self, path, **headers):
        """Status, headers and body."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=self.wait_s)
        try:
            connection.request("GET", path, headers=headers)
            response = connection.getresponse()
            return response.status, response.headers, response.read()
        finally:
            connection.close()

    def wait_for(self, path):
        """Seconds from the start until `path` says 200."""
        while time.monotonic() - self.begin < self.wait_s:
            if self.process.poll() is not None:
                raise Failure(f"the exporter ended with status {self.process.returncode}")
            try:
                if self.get(path)[0] == 200:
                    return time.monotonic() - self.begin
            except (ConnectionError, TimeoutError):
                pass
            time.sleep(0.01)
        raise Failure(f"{path} did not say 200 within {self.wait_s} s")

    def metrics(self, **headers):
        status, _, body = self.get("/metrics", **headers)
        if status != 200:
            raise Failure(f"/metrics says {status}")
        return body

    def scheduled_s(self):
        """Seconds on a core, and seconds of waiting for one, of all threads."""
        tasks = pathlib.Path(f"/proc/{self.process.pid}/task").iterdir()
        counts = [(task / "schedstat").read_text().split() for task in tasks]
        return sum(int(count[0]) for count in counts) / 1e9, sum(int(count[1]) for count in counts) / 1e9

    def cpu_s(self):
        return self.scheduled_s()[0]

    def peak_bytes(self, since_now=False):
        """The most memory resident; with `since_now`, start counting anew."""
        if since_now:
            pathlib.Path(f"/proc/{self.process.pid}/clear_refs").write_text("5")
        return self.status_bytes("VmHWM")

    def resident_bytes(self):
        return self.status_bytes("VmRSS")

    def status_bytes(self, name):
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(name + r":\s+(\d+) kB", status).group(1)) * 1024


def values(body, family):
    """Of all samples of one family."""
    pattern = rb"^" + family.encode() + rb"(?:\{.*\})? (\S+)$"
    return [float(value) for value in re.findall(pattern, body, re.MULTILINE)]


def value(body, family):
    found = values(body, family)
    if len(found) != 1:
        raise Failure(f"/metrics has {len(found)} samples of {family}, expected one")
    return found[0]


def expect_all_pass(exporter, body):
    good = sum(values(body, "fcrdns_target_ok"))
    if good != exporter.count:
        raise Failure(f"{good:.0f} of {exporter.count} targets pass")


# ---- dnsperf


def run_dnsperf(server, seconds, rate=None):
    """CPU-seconds per million queries, and queries per second."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as questions:
        for number in range(10000):
            reverse = ".".join(reversed(address_of(number).split(".")))
            questions.write(f"{reverse}.in-addr.arpa PTR\n{host_name_of(number)} A\n")
        questions.flush()
        command = ["dnsperf", "-s", RESOLVERS["one"], "-p", str(server.port), "-d", questions.name,
                   "-l", str(seconds), "-c", "1", "-T", "1", "-q", "1000", "-e"]
        if rate:
            command += ["-Q", str(max(1, int(rate)))]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
                                   preexec_fn=on_core(0))
        output = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    completed = re.search(r"Queries completed:\s+(\d+)", output)
    if process.returncode != 0 or not completed or int(completed.group(1)) == 0:
        raise Failure(f"dnsperf failed:\n{output}")
    queries = int(completed.group(1))
    rate = float(re.search(r"Queries per second:\s+([\d.]+)", output).group(1))
    return (usage.ru_utime + usage.ru_stime) / queries * 1e6, rate


def run_dnsperf_rounds(server, seconds, rounds=3):
    found = [run_dnsperf(server, seconds) for _ in range(rounds)]
    return statistics.median(cpu for cpu, _ in found), statistics.median(rate for _, rate in found)


# ---- what is measured


# Queries per second, CPU-seconds per million of them, shares of one core: used, and waited for.
Window = collections.namedtuple("Window", "rate cpu share waited body")


def measure_window(exporter, seconds):
    """Scrapes count for nothing but their queries."""
    first, begin = exporter.metrics(), time.monotonic()
    before, cpu_begin = exporter.scheduled_s(), time.monotonic()
    time.sleep(seconds)
    after, elapsed = exporter.scheduled_s(), time.monotonic() - cpu_begin
    body, end = exporter.metrics(), time.monotonic()
    queries = sum(values(body, "fcrdns_dns_queries_total")) - sum(values(first, "fcrdns_dns_queries_total"))
    if queries <= 0:
        raise Failure("not one query was asked")
    # Both ends of the count lie one scrape late, so they are as far apart as `begin` and `end`.
    rate = queries / (end - begin)
    share, waited = ((now - then) / elapsed for now, then in zip(after, before))
    return Window(rate, share / rate * 1e6, share, waited, body)


def disturbed(waited):
    return f"; waited {waited * 100:.0f} % of the time for its core" + (" DISTURBED" if waited > 0.1 else "")


def watch_for_missed_intervals(exporter, interval_s, rounds):
    """Worst age of any target's last check and worst lag, seen at odd moments of some rounds."""
    age_s = lag_s = 0
    for _ in range(3 * rounds):
        time.sleep(interval_s * 0.31)
        body, now = exporter.metrics(), time.time()
        checks = values(body, "fcrdns_target_last_check_timestamp_seconds")
        if len(checks) != exporter.count:
            raise Failure(f"{len(checks)} of {exporter.count} targets have a finished check")
        age_s = max(age_s, now - min(checks))
        lag_s = max(lag_s, value(body, "fcrdns_exporter_check_lag_seconds"))
    return age_s, lag_s, body


def bench_steady(server, options, dnsperf_cpu):
    """The daily life of 10,000 targets at three resolvers."""
    count, interval_s, rounds = options.targets, options.interval, options.rounds
    print(f"== {count} targets x {len(RESOLVERS)} resolvers, interval {interval_s} s, {rounds} rounds")
    with Exporter(server, count, f"{interval_s}s") as exporter:
        report("first check of all targets", f"{exporter.wait_for('/-/ready'):.2f} s")
        time.sleep(interval_s)
        window = measure_window(exporter, interval_s * rounds)
        expect_all_pass(exporter, window.body)
        age_s, lag_s, body = watch_for_missed_intervals(exporter, interval_s, 2)
        expect_all_pass(exporter, body)
        failures = sum(values(body, "fcrdns_dns_query_failures_total"))
        held_up = value(body, "fcrdns_exporter_event_loop_lag_seconds")
    rate, cpu = window.rate, window.cpu
    paced, _ = run_dnsperf(server, 5, rate)
    wanted = count * (len(RESOLVERS) * QUERIES_PER_CHECK + QUERIES_PER_NAME) / interval_s
    report("queries/s asked / planned", f"{rate:.0f} / {wanted:.0f} ({rate / wanted:.3f})", "1.000")
    report("oldest check ever seen", f"{age_s:.2f} s at an interval of {interval_s} s", f"about {interval_s} s")
    report("worst check_lag_seconds, missed", f"{lag_s:.3f} s, {'some' if lag_s >= interval_s else 'none'}", "none")
    report("failed queries, loop lag", f"{failures:.0f}, {held_up * 1000:.1f} ms", "0")
    report(f"CPU at {rate:.0f} queries/s", f"{window.share * 100:.1f} % of one core" + disturbed(window.waited))
    report("CPU per 1M queries at that rate", f"{cpu:.2f} s; dnsperf at the same rate {paced:.2f} s: "
           f"ratio {cpu / paced:.2f}")
    report("  beside dnsperf flat out", f"ratio {cpu / dnsperf_cpu:.2f}")


def bench_flat_out(server, options):
    """More targets than can be checked in their interval: as fast as it goes. By turns with
    dnsperf, because what else the machine does changes from one second to the next."""
    print(f"== flat out: {options.flat_out_targets} targets, interval 1 s, at most 1,000 in flight")
    peers, windows = [], []
    for _ in range(3):
        peers.append(run_dnsperf(server, 3))
        with Exporter(server, options.flat_out_targets, "1s", per_resolver="none") as exporter:
            exporter.wait_for("/-/ready")
            windows.append(measure_window(exporter, 4))
        failures = sum(values(windows[-1].body, "fcrdns_dns_query_failures_total"))
        report("  one round", f"{windows[-1].rate:.0f} queries/s on {windows[-1].share * 100:.0f} % of a core, {failures:.0f} failed; "
               f"dnsperf {peers[-1][1]:.0f}" + disturbed(windows[-1].waited))
    rates = [window.rate / peer[1] for window, peer in zip(windows, peers)]
    cpus = [window.cpu / peer[0] for window, peer in zip(windows, peers)]
    mark = " DISTURBED" if max(window.waited for window in windows) > 0.1 else ""
    for figure, ratios, goal in ("queries/s", rates, ">= 1.20"), ("CPU per query", cpus, "<= 0.80"):
        report(f"{figure} flat out / dnsperf",
               f"median {statistics.median(ratios):.2f}, {min(ratios):.2f} to {max(ratios):.2f}{mark}", goal)


def scrape_cost(exporter, count, **headers):
    cpu, begin = exporter.cpu_s(), time.monotonic()
    for _ in range(count):
        body = exporter.metrics(**headers)
    return (exporter.cpu_s() - cpu) / count, (time.monotonic() - begin) / count, body


def resident_goal(count):
    """In MiB."""
    return 20 + 400 * count * len(RESOLVERS) / 2**20


def bench_scrape(server, options, per_resolver):
    """/metrics of an exporter that has nothing else to do."""
    count = options.targets
    print(f"== scrapes: {count} targets x {len(RESOLVERS)} resolvers, per_resolver: {per_resolver}")
    with Exporter(server, count, "24h", per_resolver) as exporter:
        exporter.wait_for("/-/ready")
        time.sleep(1)
        resident = exporter.resident_bytes()
        idle = exporter.cpu_s()
        time.sleep(3)
        idle = (exporter.cpu_s() - idle) / 3
        expect_all_pass(exporter, exporter.metrics())
        base = exporter.resident_bytes()
        exporter.peak_bytes(since_now=True)
        exporter.metrics()
        peak, after_one = exporter.peak_bytes(), exporter.resident_bytes()
        exporter.peak_bytes(since_now=True)
        exporter.metrics(**{"Accept-Encoding": "gzip"})
        packed_peak, after_packed = exporter.peak_bytes(), exporter.resident_bytes()
        cpu, elapsed, body = scrape_cost(exporter, 10)
        packed_cpu, _, packed = scrape_cost(exporter, 5, **{"Accept-Encoding": "gzip"})
    lines = sum(1 for line in body.splitlines() if not line.startswith(b"#"))
    megabytes = len(body) / 1e6
    report("page", f"{megabytes:.1f} MB, {lines} samples, {lines / count:.1f} a target", "about 64 a target"
           if per_resolver == "all" else "")
    report("CPU of a scrape", f"{cpu * 1000:.1f} ms ({cpu / len(body) * 1e9:.2f} ns a byte); took {elapsed * 1000:.0f} ms")
    is_packed = packed.startswith(b"\x1f\x8b")
    report("CPU of a scrape with gzip", f"{packed_cpu * 1000:.1f} ms, {len(packed) / 1e6:.1f} MB"
           if is_packed else "not offered")
    report("resident before any scrape", f"{resident / 2**20:.1f} MiB", f"<= {resident_goal(count):.1f} MiB")
    report("peak of a scrape", f"{peak / 2**20:.1f} MiB, {(peak - base) / len(body):.2f} x the page more; "
           f"{after_one / 2**20:.1f} MiB after it", "<= 1 x the page")
    report("peak of a scrape with gzip", f"{packed_peak / 2**20:.1f} MiB, {(packed_peak - base) / len(body):.2f} x the page "
           f"more; {after_packed / 2**20:.1f} MiB after it", "<= 1 x the page")
    report("CPU while idle", f"{idle * 100:.2f} % of one core", "none")


def bench_start(server, options):
    count = options.start_targets
    print(f"== start with {count} targets")
    with Exporter(server, count, "24h", per_resolver="failing", wait_s=120) as exporter:
        begin = time.monotonic()
        done = subprocess.run([*exporter.command, "--config.check"], stdout=subprocess.DEVNULL, preexec_fn=on_core(0))
        check_s = time.monotonic() - begin
        if done.returncode != 0:
            raise Failure(f"--config.check ended with status {done.returncode}")
        targets = value(exporter.metrics(), "fcrdns_exporter_targets")
        if targets != count:
            raise Failure(f"fcrdns_exporter_targets is {targets:.0f}, expected {count}")
        ready_s = exporter.wait_for("/-/ready")
        time.sleep(1)
        resident = exporter.resident_bytes()
    report("start until pages are served", f"{exporter.healthy_s:.2f} s", "<= 2 s")
    report("--config.check of the same", f"{check_s:.2f} s")
    report("start until all are checked", f"{ready_s:.2f} s ({count * len(RESOLVERS) * QUERIES_PER_CHECK} queries)")
    report("resident with them", f"{resident / 2**20:.1f} MiB", f"<= {resident_goal(count):.1f} MiB")
    report("SIGTERM until the end", f"{exporter.stop_s:.2f} s", "<= 1 s")


def print_table():
    width = max(len(figure) for figure, _, _ in rows)
    value_width = max(len(text) for _, text, _ in rows)
    print("\n== all figures of this run")
    for figure, text, goal in rows:
        print(f"{figure:<{width}}  {text:<{value_width}}  {'goal: ' + goal if goal else ''}".rstrip())


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--targets", type=int, default=10000)
    parser.add_argument("--interval", type=int, default=10, metavar="SECONDS")
    parser.add_argument("--rounds", type=int, default=3, help="measured ones of the steady part")
    parser.add_argument("--flat-out-targets", type=int, default=60000)
    parser.add_argument("--start-targets", type=int, default=100000)
    parser.add_argument("--only", choices=["dnsperf", "steady", "flat-out", "scrape", "start"], action="append")
    options = parser.parse_args()
    chosen = options.only or ["steady", "flat-out", "scrape", "start"]
    on_core(1)()
    try:
        with Server() as server:
            print("== dnsperf flat out, 1,000 in flight")
            dnsperf_cpu, dnsperf_rate = run_dnsperf_rounds(server, 4)
            report("dnsperf", f"{dnsperf_cpu:.2f} CPU-s per 1M queries, {dnsperf_rate:.0f} queries/s")
            if "steady" in chosen:
                bench_steady(server, options, dnsperf_cpu)
            if "flat-out" in chosen:
                bench_flat_out(server, options)
            if "scrape" in chosen:
                bench_scrape(server, options, "all")
                bench_scrape(server, options, "failing")
            if "start" in chosen:
                bench_start(server, options)
    except Failure as failure:
        sys.exit(f"FAILED: {failure}")
    print_table()


main()
