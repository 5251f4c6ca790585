"""--web.config.file: the same verdict as promtool's, over TLS and without, with users, headers and a rate."""

import base64
import concurrent.futures
import shutil
import subprocess
import time

import pytest

from exporter import Exporter, resolver, run, settings, target, tool, wait_for
from keys import Keys
from prometheus_server import Prometheus
from scripted_dns import *  # noqa: F403
from web_config_cases import CASES, HASH, LATER_CASES, STRICTER_CASES

CONFIG = settings(resolver("one", "127.0.0.1:5399"))
# Of "pw", "secret" and "old"; the cost is the least, as bcrypt is slow by intent.
ALICE = "$2b$04$rgodo.NMsbnE98KPB.VoTO4HTfTXOZYN3ofuu0Nkd/Umze/3z04/e"


@pytest.fixture(scope="module")
def keys(tmp_path_factory):
    keys = Keys(tmp_path_factory.mktemp("keys"))
    keys.sign("server")
    keys.sign("client", "DNS:scraper.example.com,email:ops@example.com,IP:192.0.2.7,URI:spiffe://x/y", "clientAuth")
    keys.sign("other_client", "DNS:other.example.com", "clientAuth")
    keys.sign("server_only", "DNS:scraper.example.com", "serverAuth")
    keys.self_signed("impostor", "/CN=client", "subjectAltName=DNS:scraper.example.com")
    return keys


# --- the file ---


@pytest.fixture(scope="module")
def case_directory(keys, tmp_path_factory):
    directory = tmp_path_factory.mktemp("cases")
    for name, source in {"CERT": "server.pem", "KEY": "server.key", "OTHER_KEY": "client.key"}.items():
        shutil.copy(keys.path(source), directory / name)
    (directory / "GARBAGE").write_text("no PEM at all\n")
    return directory


def ours(file):
    done = run("--config.check", f"--web.config.file={file}", f"--targets.dir={file.parent}", timeout=30)
    assert done.returncode in (0, 2), done.stderr
    return done


def verdicts(directory, name, text):
    file = directory / f"{name}.web"
    file.write_text(text)
    theirs = subprocess.run([tool("promtool", "prometheus"), "check", "web-config", str(file)], capture_output=True, timeout=30)
    return ours(file), theirs.returncode == 0


def test_verdicts_are_those_of_promtool(case_directory):
    assert len(CASES) >= 40
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        outcomes = pool.map(lambda case: (case, *verdicts(case_directory, case, CASES[case][0])), CASES)
    for name, done, theirs in outcomes:
        assert (done.returncode == 0) == theirs == CASES[name][1], f"{name}: {done.stderr} promtool: {theirs}"
        if not theirs:
            sentence = done.stderr.strip().splitlines()[-1]
            assert sentence.startswith("fcrdns_exporter: ") and str(case_directory) in sentence, f"{name}: {sentence}"


@pytest.mark.parametrize("cases", [LATER_CASES, STRICTER_CASES], ids=["later", "stricter"])
def test_verdicts_where_promtool_is_no_judge(case_directory, cases):
    for name, (text, good) in cases.items():
        file = case_directory / f"{name}.web"
        file.write_text(text)
        assert (ours(file).returncode == 0) == good, name


def test_no_secret_is_in_a_sentence(case_directory):
    for number, text in enumerate((f"basic_auth_users: {{a: {HASH[:50]}}}", f"basic_auth_users: {{a: [{HASH}]}}",
                                   f"basic_auth_users: {HASH}", "tls_server_config: {cert: x, key: hunter2}",
                                   "basic_auth_users: {a: hunter2}")):
        file = case_directory / f"secret{number}.web"
        file.write_text(text)
        done = ours(file)
        assert done.returncode == 2 and HASH[7:30] not in done.stderr and "hunter2" not in done.stderr


# --- a running exporter ---


class Served:
    """An exporter with a web configuration; asked by curl, as others would."""

    def __init__(self, directory, keys, text, config=CONFIG, args=()):
        self.keys, self.file = keys, directory / "web.yml"
        for name in "server.pem", "server.key", "ca.pem":
            shutil.copy(keys.path(name), directory / name)
        self.write(text)
        self.exporter = Exporter(directory, config, [target("203.0.113.1")], [f"--web.config.file={self.file}", *args])
        self.scheme = "https" if "cert_file" in text else "http"

    def write(self, text):
        fresh = self.file.with_suffix(".new")
        fresh.write_text(text)
        fresh.rename(self.file)

    def curl(self, *words, path="/metrics"):
        """(status or None, headers and body)."""
        done = subprocess.run(
            [tool("curl"), "-si", "-m", "5", "--cacert", str(self.keys.path("ca.pem")), *words,
             f"{self.scheme}://127.0.0.1:{self.exporter.port}{path}"], capture_output=True, text=True, timeout=15)
        return (int(done.stdout.split()[1]) if done.returncode == 0 else None), done.stdout

    def status(self, *words, **more):
        return self.curl(*words, **more)[0]

    def client(self, name):
        return ["--cert", str(self.keys.path(f"{name}.pem")), "--key", str(self.keys.path(f"{name}.key"))]


@pytest.fixture
def serve(keys, tmp_path):
    started = []

    def start(text, **more):
        served = Served(tmp_path, keys, text, **more)
        # Its pages may need a password: that it runs is seen by its port.
        served.exporter.start(wait="listening")
        started.append(served)
        return served

    yield start
    for served in started:
        code, _ = served.exporter.terminate()
        served.exporter.end()
        print(served.exporter.stderr())
        assert code == 0


TLS = "tls_server_config:\n  cert_file: server.pem\n  key_file: server.key\n"
VERIFIED = TLS + "  client_ca_file: ca.pem\n  client_auth_type: RequireAndVerifyClientCert\n"


def test_tls_versions(serve):
    served = serve(TLS)
    assert served.status("--tls-max", "1.1") is None
    assert served.status("--tls-max", "1.2") == served.status("--tlsv1.3") == 200


def test_only_the_newest_tls(serve):
    served = serve(TLS + "  min_version: TLS13\n")
    assert served.status("--tls-max", "1.2") is None and served.status() == 200


def test_ciphers_and_curves(serve):
    served = serve(TLS + "  cipher_suites: [TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384]\n  curve_preferences: [CurveP384]\n")
    old = ["--tls-max", "1.2", "--ciphers"]
    assert served.status(*old, "ECDHE-ECDSA-AES256-GCM-SHA384") == 200
    assert served.status(*old, "ECDHE-ECDSA-AES256-SHA") is None
    assert served.status("--curves", "P-384") == 200 and served.status("--curves", "P-256") is None


def test_client_certificates_are_really_required(serve):
    served = serve(VERIFIED)
    assert served.status() is None
    assert served.status(*served.client("client")) == served.status(*served.client("other_client")) == 200
    assert served.status(*served.client("impostor")) is None
    assert served.status(*served.client("server_only")) is None
    assert served.status("--tls-max", "1.2") is None and served.status("--tls-max", "1.2", *served.client("client")) == 200


@pytest.mark.parametrize("san", ["scraper.example.com", "ops@example.com", "192.0.2.7", "spiffe://x/y"])
def test_allowed_names_of_clients(serve, san):
    """The chain first: a certificate that names an allowed client and that nobody signed must not pass."""
    served = serve(VERIFIED + f"  client_allowed_sans: [nobody.example.com, {san}]\n")
    assert served.status(*served.client("client")) == 200
    assert served.status(*served.client("other_client")) is None
    assert served.status(*served.client("impostor")) is None
    assert served.status() is None


@pytest.mark.parametrize("policy, without, good, impostor", [
    ("NoClientCert", 200, 200, 200), ("RequestClientCert", 200, 200, 200), ("RequireAnyClientCert", None, 200, 200),
    ("VerifyClientCertIfGiven", 200, 200, None)])
def test_other_policies(serve, policy, without, good, impostor):
    ca = "  client_ca_file: ca.pem\n" if policy == "VerifyClientCertIfGiven" else ""
    served = serve(TLS + ca + f"  client_auth_type: {policy}\n")
    assert served.status() == without
    assert served.status(*served.client("client")) == good
    assert served.status(*served.client("impostor")) == impostor


def serial(served):
    """Of the certificate a client is shown."""
    done = subprocess.run([tool("openssl"), "s_client", "-connect", f"127.0.0.1:{served.exporter.port}"], input="",
                          capture_output=True, text=True, timeout=10)
    return subprocess.run([tool("openssl"), "x509", "-noout", "-serial"], input=done.stdout, capture_output=True,
                          text=True, timeout=10).stdout


def test_certificates_change_without_a_restart(serve, keys, tmp_path_factory):
    """Certificate, key and CA together; a half-written one leaves all as it was."""
    served = serve(VERIFIED)
    directory, before = served.file.parent, serial(served)
    (directory / "server.pem").write_text(keys.path("server.pem").read_text()[:300])
    wait_for(lambda: served.exporter.log_lines("The web configuration before stays in force"), 6, "it is told")
    assert serial(served) == before and served.status(*served.client("client")) == 200
    others = Keys(tmp_path_factory.mktemp("others"))
    others.sign("server")
    others.sign("client", usage="clientAuth")
    for name in "server.key", "server.pem", "ca.pem":
        shutil.copy(others.path(name), directory / name)
    wait_for(lambda: serial(served) != before, 6, "the new certificate")
    assert served.status("-k", *served.client("client")) is None
    served.keys = others
    assert served.status(*served.client("client")) == 200
    assert len(served.exporter.log_lines("level=ERROR")) <= 2


def test_headers_stand_on_every_page_and_replace_ours(serve):
    served = serve("http_server_config:\n  http2: true\n  headers:\n    X-Frame-Options: deny\n"
                   "    Content-Security-Policy: \"default-src 'self'\\nX: y\"\n")
    for path in "/", "/metrics", "/nowhere":
        head = served.curl(path=path)[1].split("\n\n")[0]
        assert "X-Frame-Options: deny\n" in head and head.count("Content-Security-Policy") == 1
        assert "Content-Security-Policy: default-src 'self' X: y\n" in head and "nosniff" in head
    assert len(served.exporter.log_lines("http2 is not offered")) == 1


def test_rate(serve):
    served = serve("rate_limit: {interval: 1h, burst: 3}\n")
    assert [served.status() for _ in range(5)] == [200, 200, 200, 429, 429]


# --- users ---

USERS = f"basic_auth_users:\n  alice: {ALICE}\n  bob: {ALICE.replace('$2b$', '$2y$')}\n"


def test_users(serve):
    served = serve(USERS)
    status, head = served.curl()
    assert status == 401 and "WWW-Authenticate: Basic\n" in head
    for path in "/", "/-/healthy", "/nowhere", "/config":
        assert served.status(path=path) == 401
    for word, expected in {"alice:pw": 200, "bob:pw": 200, "alice:": 401, "alice:pW": 401, "eve:pw": 401, ":pw": 401,
                           "alice:pw:": 401}.items():
        assert [served.status("-u", word) for _ in range(2)] == [expected] * 2, word
    for value in ("Basic", "Basic !!!", "Bearer x", "Basic " + base64.b64encode(b"alice").decode(),
                  "Basic " + base64.b64encode(b"alice\0:pw").decode(), "Basic " + "A" * 5000):
        assert served.status("-H", f"Authorization: {value}") == 401, value[:20]
    assert served.status("-H", "Authorization: basic " + base64.b64encode(b"alice:pw").decode()) == 200
    assert "pw" not in served.exporter.stderr() and ALICE[10:] not in served.exporter.stderr()
    assert ALICE[10:] not in served.curl("-u", "alice:pw", path="/config")[1]


def test_users_change_without_a_restart(serve):
    served = serve(USERS)
    assert served.status("-u", "alice:pw") == 200
    served.write(f"basic_auth_users:\n  carol: {ALICE}\n")
    wait_for(lambda: served.status("-u", "carol:pw") == 200, 6, "the new user")
    assert served.status("-u", "alice:pw") == 401
    served.write("basic_auth_users: {carol: nonsense}\n")
    wait_for(lambda: served.exporter.log_lines("before stays in force"), 6, "it is told")
    assert served.status("-u", "carol:pw") == 200 and served.status() == 401
    served.write(TLS)
    wait_for(lambda: served.exporter.log_lines("TLS cannot come or go"), 6, "it is told")
    assert served.status("-u", "carol:pw") == 200 and served.status() == 401


def test_a_flood_of_wrong_passwords_starves_nobody(serve):
    """Costs of 10, as they are in use: some 50 ms each, one at a time, off the loop."""
    served = serve(USERS.replace("carol", "x") + f"  dora: {HASH.replace('$04$', '$10$')}\n")
    assert served.status("-u", "alice:pw") == 200
    with concurrent.futures.ThreadPoolExecutor(40) as pool:
        flood = [pool.submit(served.status, "-u", f"dora:{number}") for number in range(80)]
        begin = time.monotonic()
        assert [served.status("-u", "alice:pw") for _ in range(5)] == [200] * 5
        assert time.monotonic() - begin < 5
        outcomes = {future.result() for future in flood}
    assert outcomes <= {401, 503, None} and 401 in outcomes


def test_a_request_that_waits_twice(serve, start_dns):
    """For its password, and then for its probe, while others that waited with it come and go."""
    server = start_dns()
    server.everything(silence())
    served = serve(USERS + f"  dora: {HASH.replace('$04$', '$10$')}\n", config=settings(resolver("one", server)),
                   args=["--web.enable-probe"])
    with concurrent.futures.ThreadPoolExecutor(12) as pool:
        first = pool.submit(served.status, "-u", "alice:pw", "-H", "X-Prometheus-Scrape-Timeout-Seconds: 1.5",
                            path="/probe?target=5.45.100.1")
        others = [pool.submit(served.status, "-u", f"dora:{number}") for number in range(6)]
        assert {other.result() for other in others} == {401} and first.result() == 200
    assert served.status("-u", "alice:pw") == 200


def test_a_password_that_is_revoked_while_it_waits(serve):
    slow = HASH.replace("$04$", "$13$")  # some 400 ms
    served = serve(USERS + f"  dora: {slow}\n")
    with concurrent.futures.ThreadPoolExecutor(12) as pool:
        waiting = [pool.submit(served.status, "-u", f"dora:{number}") for number in range(8)]
        time.sleep(0.2)
        bob = pool.submit(served.status, "-u", "bob:pw")
        served.write(f"basic_auth_users:\n  dora: {slow}\n")
        assert {other.result() for other in waiting} <= {401, None} and bob.result() in (401, None)


# --- a real Prometheus ---


def test_prometheus_scrapes_over_tls_with_certificate_and_password(serve, tmp_path_factory):
    served = serve(VERIFIED + USERS)
    client = served.keys.path("client.pem"), served.keys.path("client.key")
    job = (f"    scheme: https\n    basic_auth: {{username: alice, password: pw}}\n    tls_config:\n"
           f"      ca_file: {served.keys.path('ca.pem')}\n      cert_file: {client[0]}\n      key_file: {client[1]}\n")
    with Prometheus(tmp_path_factory.mktemp("prometheus"), served.exporter.port, job=job) as prometheus:
        wait_for(lambda: prometheus.value("up") == 1, 30, "up == 1", pause=0.3)
        assert prometheus.value("fcrdns_exporter_targets") == 1
        assert prometheus.get("/api/v1/targets")["activeTargets"][0]["lastError"] == ""
