#!/usr/bin/python3
"""`make demo`: everything at work on this machine alone, without the internet.

NSD and Knot have the zones, three Unbounds ask them, the exporter watches fifteen addresses in every state,
Prometheus scrapes it and evaluates the shipped rules, Alertmanager sends its pages here. A PTR record changes again
and again while you watch. Ctrl-C ends all that was started, and nothing else.
"""

import argparse
import contextlib
import pathlib
import shutil
import signal
import sys
import tempfile
import threading
import time
import urllib.parse

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parents[1] / "tests/scenarios")]

import programs  # noqa: E402
import world  # noqa: E402
from exporter import Exporter  # noqa: E402

FIRST_CHANGE_SECONDS, CHANGE_EVERY_SECONDS = 40, 150
GRAPHS = [
    ("how many have the old name of the changing address, how many the new one",
     f'count by (ptr) (fcrdns_answer_info{{ip="{world.MOVING}"}})'),
    ("how far the change has got", f'fcrdns_propagation_ratio{{ip="{world.MOVING}"}}'),
    ("how many addresses at which status", "sum by (status) (fcrdns_target_status)"),
]


class Console:
    """Lines from several threads, with the second they came in."""

    def __init__(self):
        self._lock, self._start = threading.Lock(), time.monotonic()

    def say(self, text=""):
        with self._lock:
            print(text, flush=True)

    def event(self, text):
        self.say(f"{time.monotonic() - self._start:5.0f} s  {text}")

    def page(self, receiver, alert):
        """One alert as Alertmanager sent it."""
        labels = alert["labels"]
        about = " ".join(labels[name] for name in ("ip", "name", "resolver") if labels.get(name))
        what = f"{labels['alertname']} {about}".rstrip()
        if alert["status"] == "resolved":
            self.event(f"resolved  {what}")
        else:
            self.event(f"PAGE      {what} ({labels['severity']}, to {receiver})")
            self.say(f"            {alert['annotations']['description'].strip()}")


def show_world(console):
    console.say("\nWhat is watched:\n")
    for ip, _, _, expected, _, about in world.ROWS:
        console.say(f"  {ip:14} {expected or '-':24} {about}")


def show_addresses(console, exporter, prometheus, alertmanager, grafana):
    console.say("\nOpen:\n")
    console.say(f"  http://127.0.0.1:{exporter.port}/  the exporter; /metrics is what it tells Prometheus")
    console.say(f"  {prometheus.page('/alerts', '/classic/alerts')}  the alerts: what is wrong, who refuses the mail, what to do")
    graph = prometheus.page("/classic/graph", "/graph")
    for about, expression in GRAPHS:
        query = urllib.parse.urlencode({"g0.expr": expression, "g0.tab": 0, "g0.stacked": 1, "g0.range_input": "5m"})
        console.say(f"  {graph}?{query}\n      {about}")
    console.say(f"  {alertmanager.url}/api/v2/alerts  or: amtool --alertmanager.url={alertmanager.url} alert")
    if grafana is None:
        console.say("  Grafana is not installed here. With it, the dashboards in grafana/ would be served, too.")
    else:
        console.say(f"  {grafana.url}/dashboards  the dashboards")


def said_of_moving(page):
    names = {world.MOVING_OLD: "old", world.MOVING_NEW: "new"}
    said = [f"{who} {names.get((page.answer(world.MOVING, who) or {}).get('ptr'), '-')}"
            for who in (*world.CACHES, "authoritative")]
    apart = page.value("fcrdns_disagreement", ip=world.MOVING, aspect="ptr")
    return f"{world.MOVING}: {', '.join(said)}; {'they disagree' if apart else 'all agree'}"


def watch(console, servers, exporter, seconds):
    """Until the time is up: the record changes, and every step of it is a line."""
    now = time.monotonic()
    end = now + seconds if seconds else float("inf")
    next_change, name, last = now + FIRST_CHANGE_SECONDS, world.MOVING_NEW, None
    console.say(f"\nNow watch. In {FIRST_CHANGE_SECONDS} seconds the PTR record of {world.MOVING} changes, and then every "
                f"{CHANGE_EVERY_SECONDS} seconds. Ctrl-C ends it all.\n")
    while (now := time.monotonic()) < end:
        if now >= next_change:
            world.move(servers, name)
            console.event(f"-- both authorities now say {name} of {world.MOVING} (TTL {world.MOVING_TTL_SECONDS} s)")
            name = world.MOVING_OLD if name == world.MOVING_NEW else world.MOVING_NEW
            next_change = now + CHANGE_EVERY_SECONDS
        line = said_of_moving(exporter.page())
        if line != last:
            console.event(line)
            last = line
        time.sleep(1)


@contextlib.contextmanager
def running(exporter):
    exporter.start("healthy")
    try:
        yield exporter
    finally:
        exporter.terminate()
        exporter.end()


def run(directory, seconds, console):
    for name in "dns", "exporter":
        (directory / name).mkdir()
    with contextlib.ExitStack() as stack:
        console.say("Starting NSD, Knot, three Unbounds, the exporter, Prometheus and Alertmanager ...")
        servers = stack.enter_context(world.build(directory / "dns"))
        world.publish(servers)
        pager = stack.enter_context(programs.Pager(console.page))
        alertmanager = stack.enter_context(programs.alertmanager(directory, pager.port))
        exporter = Exporter(directory / "exporter", world.settings(servers), world.targets(),
                            port=programs.port_or_another(10312))
        stack.enter_context(running(exporter))
        prometheus = stack.enter_context(programs.prometheus(directory, exporter.port, alertmanager.port))
        grafana = programs.grafana(directory, prometheus.url)
        if grafana is not None:
            stack.enter_context(grafana)
        show_world(console)
        show_addresses(console, exporter, prometheus, alertmanager, grafana)
        watch(console, servers, exporter, seconds)


def stop_by_signal(*_):
    raise KeyboardInterrupt


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=int, default=0, help="end by itself after so long; 0: at Ctrl-C")
    parser.add_argument("--free-ports", action="store_true", help="take any free ports instead of 10312, 9090, 9093, 3000")
    arguments = parser.parse_args()
    programs.usual_ports = not arguments.free_ports
    signal.signal(signal.SIGTERM, stop_by_signal)
    console, directory = Console(), pathlib.Path(tempfile.mkdtemp(prefix="fcrdns-demo-"))
    try:
        run(directory, arguments.seconds, console)
    except KeyboardInterrupt:
        console.say("\nEnded.")
    finally:
        shutil.rmtree(directory, ignore_errors=True)


if __name__ == "__main__":
    main()
