"""The programs around the exporter in the demo: Prometheus, Alertmanager, a receiver of its pages, Grafana.

Each is started in the foreground on a loopback port and ended by its own pid.
"""

import http.server
import json
import os
import pathlib
import re
import shutil
import socket
import subprocess
import threading
import urllib.error
import urllib.request

import yaml

from exporter import end_process, free_port, tool, wait_for

ROOT = pathlib.Path(__file__).resolve().parents[2]
RULES = ROOT / "deploy/prometheus"
HOST = "127.0.0.1"
# What the shipped rules wait for, a demonstration cannot: durations of alerts are at most these. What is about
# whole days stays as it is: its text would not be true.
FOR_SECONDS, KEEP_FIRING_SECONDS, EVALUATION_SECONDS = 10, 15, 2


usual_ports = True


def port_or_another(wanted):
    """The usual port, if nobody has it."""
    if not usual_ports:
        return free_port(HOST)
    with socket.socket() as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            sock.bind((HOST, wanted))
            return wanted
        except OSError:
            return free_port(HOST)


class Program:
    """One process; a context manager that waits until `ready_path` answers."""

    def __init__(self, name, command, directory, port, ready_path, environment=None):
        self.name, self.command, self.port = name, command, port
        self.url = f"http://{HOST}:{port}"
        self._ready_path, self._environment = ready_path, environment
        self._directory, self._log = directory, directory / f"{name}.log"

    def __enter__(self):
        with open(self._log, "wb") as log:
            # A session of its own: Ctrl-C at the terminal is for the demo, which ends it in order.
            self._process = subprocess.Popen(self.command, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                             start_new_session=True, cwd=self._directory, env={**os.environ, **(self._environment or {})})
        try:
            wait_for(self._is_ready, 30, f"{self.name} is ready", pause=0.2)
        except BaseException:
            self.__exit__()
            print(self._log.read_text(errors="replace")[-2000:])
            raise
        return self

    def _is_ready(self):
        assert self._process.poll() is None, f"{self.name} ended with {self._process.returncode}"
        try:
            with urllib.request.urlopen(self.url + self._ready_path, timeout=2) as response:
                return response.status == 200
        except urllib.error.HTTPError:
            return False

    def page(self, *paths):
        """The URL of the first of these that there is: what a page is called differs between packages."""
        for path in paths:
            try:
                with urllib.request.urlopen(self.url + path, timeout=2):
                    return self.url + path
            except urllib.error.HTTPError:
                continue
        return self.url + paths[0]

    def __exit__(self, *_):
        if self._process.poll() is None:
            end_process(self._process)


# --- rules, shortened ---


SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def at_most(duration, most):
    number, unit = re.fullmatch(r"(\d+)([smhd])", duration).groups()
    seconds = int(number) * SECONDS[unit]
    if seconds >= SECONDS["d"]:
        return duration
    # What waits for half an hour still waits longer than what waits for ten minutes.
    return f"{min(seconds, most if seconds <= 10 * SECONDS['m'] else 3 * most)}s"


def shortened(path, wait=FOR_SECONDS):
    """The shipped rules with shorter waiting; expressions, labels and annotations as they are."""
    rules = yaml.safe_load(path.read_text())
    for group in rules["groups"]:
        group["interval"] = f"{EVALUATION_SECONDS}s"
        for rule in group["rules"]:
            if "for" in rule:
                rule["for"] = at_most(rule["for"], wait)
            if "keep_firing_for" in rule:
                rule["keep_firing_for"] = at_most(rule["keep_firing_for"], KEEP_FIRING_SECONDS)
    return yaml.safe_dump(rules, sort_keys=False)


# --- who is started ---


def prometheus(directory, exporter_port, alertmanager_port, wait=FOR_SECONDS):
    for name in "alerts.yml", "recording.yml":
        (directory / name).write_text(shortened(RULES / name, wait))
    (directory / "prometheus.yml").write_text(f"""global: {{scrape_interval: 2s, scrape_timeout: 2s, evaluation_interval: 2s}}
rule_files: [alerts.yml, recording.yml]
alerting:
  alertmanagers:
    - static_configs: [{{targets: ["{HOST}:{alertmanager_port}"]}}]
scrape_configs:
  - job_name: fcrdns
    static_configs: [{{targets: ["{HOST}:{exporter_port}"]}}]
""")
    port = port_or_another(9090)
    command = [tool("prometheus"), "--config.file=prometheus.yml",
               f"--storage.tsdb.path={directory / 'data'}", f"--web.listen-address={HOST}:{port}", "--log.level=warn"]
    return Program("prometheus", command, directory, port, "/-/ready")


def alertmanager(directory, receiver_port):
    """The shipped routes and inhibitions; every receiver is the demo's own."""
    config = yaml.safe_load((RULES / "alertmanager.yml").read_text())
    for receiver in config["receivers"]:
        name = receiver["name"]
        receiver.clear()
        receiver.update(name=name, webhook_configs=[{"url": f"http://{HOST}:{receiver_port}/{name}"}])
    for route in all_routes(config["route"]):
        route.update(group_wait="2s", group_interval="5s")
    (directory / "alertmanager.yml").write_text(yaml.safe_dump(config, sort_keys=False))
    port = port_or_another(9093)
    command = [tool("prometheus-alertmanager"), f"--config.file={directory / 'alertmanager.yml'}",
               f"--storage.path={directory / 'alertmanager'}", f"--web.listen-address={HOST}:{port}",
               "--cluster.listen-address=", "--log.level=warn"]
    return Program("alertmanager", command, directory, port, "/-/ready")


def all_routes(route):
    yield route
    for inner in route.get("routes", []):
        yield from all_routes(inner)


def grafana(directory, prometheus_url):
    """Only where a Grafana is installed; None otherwise."""
    path = os.environ.get("PATH", "") + ":/usr/sbin:/usr/share/grafana/bin"
    binary = shutil.which("grafana", path=path)
    command = [binary, "server"] if binary else [shutil.which("grafana-server", path=path)]
    if command[0] is None:
        return None
    provisioning = directory / "grafana/provisioning"
    shutil.copytree(ROOT / "grafana/provisioning", provisioning)
    for file in provisioning.rglob("*.yml"):
        text = file.read_text().replace("http://localhost:9090", prometheus_url)
        file.write_text(re.sub(r"(\bpath:\s*).*", rf"\g<1>{ROOT / 'grafana/dashboards'}", text))
    port = port_or_another(3000)
    settings = {"PATHS_DATA": directory / "grafana/data", "PATHS_LOGS": directory / "grafana/log",
                "PATHS_PROVISIONING": provisioning, "SERVER_HTTP_ADDR": HOST, "SERVER_HTTP_PORT": port,
                "AUTH_ANONYMOUS_ENABLED": "true", "ANALYTICS_REPORTING_ENABLED": "false",
                "ANALYTICS_CHECK_FOR_UPDATES": "false", "ANALYTICS_CHECK_FOR_PLUGIN_UPDATES": "false"}
    environment = {f"GF_{key}": str(value) for key, value in settings.items()}
    return Program("grafana", [*command, "--homepath=/usr/share/grafana"], directory, port, "/api/health", environment)


class Pager:
    """Where Alertmanager sends its pages: each goes to `on_alert(receiver, alert)`."""

    def __init__(self, on_alert):
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):  # noqa: N802 (the name is the library's)
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                for alert in body["alerts"]:
                    on_alert(self.path[1:], alert)
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_):
                pass

        self._server = http.server.ThreadingHTTPServer((HOST, 0), Handler)
        self.port = self._server.server_address[1]

    def __enter__(self):
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()
