"""Flags, mistakes of the operator, log lines: one clear sentence and exit status 2."""

import json
import os
import re
import socket
import sys

import pytest

from exporter import Exporter, free_port, resolver, run, settings, target, to_yaml, tool

LOG_FIELD = re.compile(r'([a-z_]+)=("(?:[^"\\]|\\.)*"|[^\s"=]+)(?: |\Z)')
NOT_FATAL = ("level=INFO", "level=WARN", "level=DEBUG")


def sentence(done):
    """The one line that says what is wrong; lines of the log below ERROR may precede it."""
    assert done.returncode == 2, f"exit {done.returncode}: {done.stdout}{done.stderr}"
    lines = [line for line in done.stderr.splitlines() if not any(mark in line for mark in NOT_FATAL)]
    assert len(lines) == 1 and len(lines[0]) > 20, done.stderr
    return lines[0]


@pytest.fixture
def files(tmp_path):
    """files(config=..., **target_files) -> the flags that name them. Text or data."""

    def write(config=None, **target_files):
        directory = tmp_path / "targets.d"
        directory.mkdir(exist_ok=True)
        for name, content in target_files.items():
            (directory / f"{name}.yml").write_text(content if isinstance(content, str) else to_yaml(content))
        flags = [f"--targets.dir={directory}"]
        if config is not None:
            path = tmp_path / "config.yml"
            path.write_text(config if isinstance(config, str) else to_yaml(config))
            flags.append(f"--config.file={path}")
        return flags

    return write


# --- telling about itself ----------------------------------------------------


def test_version_in_the_style_of_prometheus():
    done = run("--version")
    assert done.returncode == 0 and done.stderr == ""
    assert re.match(r"fcrdns_exporter, version \d+\.\d+\.\d+ \(branch: .*, revision: .*\)\n", done.stdout)


@pytest.mark.parametrize("flag", ["--help", "-h"])
def test_help_names_every_flag(flag):
    done = run(flag)
    text = done.stdout + done.stderr
    assert done.returncode == 0
    for name in ("--config.file", "--config.check", "--no-config.enable-auto-reload", "--targets.dir", "--resolver",
                 "--shard", "--web.listen-address", "--web.telemetry-path", "--web.enable-lifecycle", "--log.level", "--log.format", "--version", "--help"):
        assert name in text, name
    assert "10312" in text, "the default port"


# --- --config.check ----------------------------------------------------------


def test_config_check_good(files):
    flags = files(settings(resolver("one", "127.0.0.1:5300")),
                  good=[target(["5.45.100.1", "2a01:4f8::1"], "mail.example.com", team="mail"),
                        target("5.45.100.64/28", team="mail")])
    done = run("--config.check", *flags)
    assert done.returncode == 0, done.stderr
    assert "level=ERROR" not in done.stderr


def test_config_check_takes_json(files, tmp_path):
    flags = files()
    (tmp_path / "targets.d" / "t.json").write_text(json.dumps([target("5.45.100.1", ["a.example.com"], team="x")]))
    done = run("--config.check", *flags)
    assert done.returncode == 0, done.stderr


def test_config_check_takes_empty_files_and_ignores_others(files, tmp_path):
    flags = files(config="", empty="")
    (tmp_path / "targets.d" / ".hidden.yml").write_text("not: [yaml")
    (tmp_path / "targets.d" / "notes.txt").write_text("not: [yaml")
    done = run("--config.check", *flags)
    assert done.returncode == 0, done.stderr


BAD_CONFIGS = [
    ("unknown_key", "interval: 1m\ninterval_s: 1m\n", "2:1", ["interval_s"]),
    ("duplicate_key", "interval: 1m\ntimeout: 2s\ninterval: 2m\n", "3:1", ["interval"]),
    ("alias", "resolvers:\n  - &x {name: a, address: 127.0.0.1}\n  - *x\n", r"[23]:\d+", []),
    ("wrong_type", "interval: [1m]\n", "1:11", ["interval"]),
    ("wrong_type_of_document", "- interval\n", "1:1", []),
    ("not_yaml", "interval: 'open\n", r"\d+:\d+", []),
    ("tab", "resolvers:\n\t- name: a\n", r"2:\d+", []),
    ("bad_duration", "interval: soon\n", "1:11", ["soon"]),
    ("interval_below_a_second", "interval: 10ms\n", "1:11", ["10ms"]),
    ("tries_out_of_range", "tries: 6\n", "1:8", ["6", "5"]),
    ("bad_bool", "authoritative: {enabled: perhaps}\n", r"1:26", ["perhaps"]),
    ("bad_choice", "metrics: {per_resolver: some}\n", r"1:25", ["some", "failing"]),
    ("bad_resolver_name", "resolvers:\n  - name: Google DNS\n    address: 8.8.8.8\n", "2:11", ["Google DNS"]),
    ("reserved_resolver_name", "resolvers:\n  - {name: authoritative, address: 8.8.8.8}\n", r"2:\d+", ["authoritative"]),
    ("resolver_is_a_host_name", "resolvers:\n  - {name: a, address: dns.google}\n", r"2:\d+", ["dns.google"]),
    ("resolver_without_address", "resolvers:\n  - name: a\n", r"2:\d+", ["address"]),
    ("resolver_twice", "resolvers:\n  - {name: a, address: 127.0.0.1}\n  - {name: a, address: 127.0.0.2}\n", r"3:\d+", ["a"]),
    ("no_resolver", "resolvers: []\n", r"1:\d+", ["resolver"]),
    ("bad_port", "resolvers:\n  - {name: a, address: \"127.0.0.1:99999\"}\n", r"2:\d+", ["127.0.0.1:99999"]),
    ("bad_transport", "resolvers:\n  - {name: a, address: 127.0.0.1, transport: doh}\n", r"2:\d+", ["doh"]),
    ("quorum_too_large", "resolvers:\n  - {name: a, address: 127.0.0.1}\nquorum: 2\n", "3:9", ["quorum"]),
    ("max_qps_zero", "resolvers:\n  - {name: a, address: 127.0.0.1, max_qps: 0}\n", r"2:\d+", ["max_qps"]),
]

BAD_TARGETS = [
    ("host_name_as_target", "- targets: [mail.example.com]\n", "1:13", ["mail.example.com", "hostname"]),
    ("no_address", "- targets: [5.45.100.256]\n", "1:13", ["5.45.100.256"]),
    ("unknown_key", "- targets: [5.45.100.1]\n  label: {a: b}\n", "2:3", ["label"]),
    ("no_targets", "- hostname: a.example.com\n", r"1:\d+", ["targets"]),
    ("not_a_list", "targets: [5.45.100.1]\n", "1:1", []),
    ("same_address_in_one_file", "- targets: [\"2a01:4f8::1\"]\n- targets: [\"2A01:4f8:0::0001\"]\n", "2:13",
     ["2a01:4f8::1", "bad.yml:1:13"]),
    ("mapped_address_twice", "- targets: [5.45.100.1, \"::ffff:5.45.100.1\"]\n", "1:25", ["5.45.100.1", "bad.yml:1:13"]),
    ("host_bits_set", "- targets: [5.45.100.1/24]\n", "1:13", ["5.45.100.1/24"]),
    ("block_too_large", "- targets: [5.0.0.0/8]\n", "1:13", ["65536"]),
    ("ipv6_block_too_large", "- targets: [\"2a01:4f8::/32\"]\n", "1:13", ["65536"]),
    ("overlapping_blocks", "- targets: [5.45.100.0/24]\n- targets: [5.45.100.64/28]\n", "2:13", ["bad.yml:1:13"]),
    ("label_name", "- targets: [5.45.100.1]\n  labels: {bad-name: x}\n", r"2:12", ["bad-name"]),
    ("own_label_name", "- targets: [5.45.100.1]\n  labels: {resolver: x}\n", r"2:12", ["resolver"]),
    ("reserved_label_name", "- targets: [5.45.100.1]\n  labels: {instance: x}\n", r"2:12", ["instance"]),
    ("label_is_a_list", "- targets: [5.45.100.1]\n  labels: {team: [x]}\n", r"2:\d+", ["team"]),
    ("bad_hostname", "- targets: [5.45.100.1]\n  hostname: \"two words.example.com\"\n", "2:13", ["two words.example.com"]),
]


@pytest.mark.parametrize("text, place, words", [entry[1:] for entry in BAD_CONFIGS],
                         ids=[entry[0] for entry in BAD_CONFIGS])
def test_config_check_bad_config(files, text, place, words):
    line = sentence(run("--config.check", *files(config=text)))
    assert re.search(rf"config\.yml:{place}: ", line), line
    assert all(word in line for word in words), line


@pytest.mark.parametrize("text, place, words", [entry[1:] for entry in BAD_TARGETS],
                         ids=[entry[0] for entry in BAD_TARGETS])
def test_config_check_bad_targets(files, text, place, words):
    line = sentence(run("--config.check", *files(bad=text)))
    assert re.search(rf"bad\.yml:{place}: ", line), line
    assert all(word in line for word in words), line


def test_same_address_in_two_files_names_both(files):
    line = sentence(run("--config.check", *files(a=[target("5.45.100.1")], b=[target("5.45.100.1")])))
    assert "a.yml:2:7" in line and "b.yml:2:7" in line


def test_meta_labels_are_ignored_with_one_warning(files):
    done = run("--config.check", *files(t='- targets: [5.45.100.1]\n  labels: {__meta_a: x, __meta_b: y, team: z}\n'))
    assert done.returncode == 0
    assert len([line for line in done.stderr.splitlines() if "level=WARN" in line and "__" in line]) == 1


# --- mistakes on the command line --------------------------------------------


@pytest.mark.parametrize("flags, words", [
    (["--no-such-flag"], ["--no-such-flag"]),
    (["--log.level=loud"], ["loud"]),
    (["--log.format=xml"], ["xml"]),
    (["--resolver=8.8.8.8"], ["8.8.8.8", "NAME=ADDRESS"]),
    (["--resolver=one=dns.google"], ["dns.google"]),
    (["--resolver=One=127.0.0.1"], ["One"]),
    (["--resolver=one=127.0.0.1:x"], ["127.0.0.1:x"]),
    (["--resolver=one=127.0.0.1", "--resolver=one=127.0.0.2"], ["one"]),
    (["--web.listen-address=nowhere"], ["nowhere"]),
    (["--web.listen-address=127.0.0.1:99999"], ["99999"]),
    (["--config.file=/nonexistent/file.yml"], ["/nonexistent/file.yml"]),
    (["--targets.dir=/nonexistent"], ["/nonexistent"]),
    (["--targets.dir=/dev/null"], ["/dev/null"]),
    (["--shard=3/3"], ["--shard", "3/3", "0 to 2"]),
    (["--shard=0/0"], ["--shard", "0/0", "1000"]),
    (["--shard=1"], ["--shard", "I/N"]),
    (["--shard=-1/2"], ["--shard", "-1/2", "I/N"]),
    (["--config.file"], ["--config.file"]),
    (["--version=yes"], ["version"]),
    (["stray"], ["stray"]),
])
def test_bad_flags(tmp_path, flags, words):
    (tmp_path / "targets.d").mkdir()
    line = sentence(run(*flags, cwd=tmp_path))
    assert all(word in line for word in words), line


def test_flag_and_value_may_be_two_words(files):
    config = files(settings(resolver("one", "127.0.0.1")), t=[target("5.45.100.1")])
    words = [word for flag in config for word in flag.split("=", 1)]
    assert run("--config.check", *words).returncode == 0
    assert run("--no-config.check", "--config.check", *words).returncode == 0


def test_taken_port(files):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = run(*files(settings(resolver("one", "127.0.0.1:9")), t=[target("203.0.113.1")]),
                   f"--web.listen-address=127.0.0.1:{port}")
    assert str(port) in sentence(done)


def test_unreadable_directory(files, tmp_path):
    flags = files(settings(resolver("one", "127.0.0.1:9")))
    (tmp_path / "targets.d").chmod(0)
    try:
        done = run("--config.check", *flags, prefix=without_privilege())
    finally:
        (tmp_path / "targets.d").chmod(0o755)
    assert "targets.d" in sentence(done)


def test_unreadable_target_file(files, tmp_path):
    flags = files(settings(resolver("one", "127.0.0.1:9")), secret=[target("5.45.100.1")])
    (tmp_path / "targets.d" / "secret.yml").chmod(0)
    assert "secret.yml" in sentence(run("--config.check", *flags, prefix=without_privilege()))


def without_privilege():
    """Root reads everything, unless it lets go of the capabilities to."""
    if os.geteuid() != 0:
        return []
    return [tool("setpriv", "util-linux"), "--bounding-set=-dac_override,-dac_read_search",
            "--inh-caps=-dac_override,-dac_read_search"]


def test_missing_default_directory_is_a_warning(tmp_path):
    done = run("--config.check", cwd=tmp_path)
    assert done.returncode == 0
    warned = [line for line in done.stderr.splitlines() if "level=WARN" in line and "targets.d" in line]
    assert len(warned) == 1, done.stderr


# --- what flags do -----------------------------------------------------------


def test_resolver_flag_replaces_the_configured_ones(start_dns, start_exporter):
    configured, given = start_dns(), start_dns()
    given.zone.good("5.45.100.1", "mail.example.com")
    exporter = start_exporter(settings(resolver("configured", configured)), [target("5.45.100.1")],
                              [f"--resolver=given={given.endpoint}"])
    exporter.wait_status("5.45.100.1", "pass")
    assert {s.labels["resolver"] for s in exporter.page().samples("fcrdns_resolver_info")} == {"given"}
    assert not configured.queries()


def test_fqdn_is_this_hosts_name(start_dns, start_exporter):
    """In a UTS namespace of its own the host is called as the test likes."""
    name = "mx7.hosts.example.com"
    rename = "import os,socket,sys; socket.sethostname(sys.argv[1]); os.execv(sys.argv[2], sys.argv[2:])"
    prefix = [tool("unshare", "util-linux"), *([] if os.geteuid() == 0 else ["--map-root-user"]), "--uts",
              sys.executable, "-c", rename, name]
    server = start_dns()
    server.zone.good("5.45.100.1", name)
    exporter = start_exporter(settings(resolver("one", server)), [target("5.45.100.1", "@fqdn")], prefix=prefix)
    page = exporter.wait_status("5.45.100.1", "pass")
    assert page.has("fcrdns_target_ok", ip="5.45.100.1", hostname=name)


@pytest.fixture
def logged(start_dns, tmp_path):
    """logged(*flags) -> the lines of a whole life: start, good and bad reload, stop."""

    def live(*flags):
        server = start_dns()
        server.zone.good("5.45.100.1", "mail.example.com")
        exporter = Exporter(tmp_path, settings(resolver("one", server)), [target("5.45.100.1", "a.example.com")],
                            flags)
        exporter.start("ready")
        exporter.reload_and_wait()
        exporter.write_targets("- targets: [\"a\\\"b\"]\n")
        exporter.reload()
        exporter.wait_page(lambda p: p.value("fcrdns_exporter_config_last_reload_successful") == 0, 5, "refused")
        exporter.stop()
        return exporter.log_lines()

    return live


def test_log_lines_are_json(logged):
    lines = [json.loads(line) for line in logged("--log.format=json")]
    assert len(lines) >= 3
    for line in lines:
        assert {"time", "level", "msg"} <= set(line)
        assert line["level"] in ("INFO", "WARN", "ERROR")
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line["time"])
    assert any(line["level"] == "ERROR" and 'a\\"b' in line.get("err", "") for line in lines)


def test_log_lines_are_logfmt(logged):
    lines = logged()
    assert len(lines) >= 3
    for line in lines:
        fields = LOG_FIELD.findall(line)
        assert "".join(LOG_FIELD.sub("", line).split()) == "", line
        assert [key for key, _ in fields][:2] == ["time", "level"] and "msg" in dict(fields)
    assert any("level=INFO" in line and "version" in line for line in lines), "says what it is"


def test_log_says_what_is_watched_and_where(logged):
    text = "\n".join(logged())
    assert "one" in text and "127." in text and re.search(r"targets=1\b", text), text


def test_log_level_error_is_quiet(logged):
    lines = logged("--log.level=error")
    assert len(lines) == 1 and "level=ERROR" in lines[0], lines


def test_several_listen_addresses(start_dns, start_exporter):
    import http.client

    other = free_port()
    exporter = start_exporter(settings(resolver("one", start_dns())), [target("203.0.113.1")],
                              [f"--web.listen-address=[::1]:{other}"])
    connection = http.client.HTTPConnection("::1", other, timeout=5)
    connection.request("GET", "/-/healthy")
    assert connection.getresponse().status == 200
    connection.close()
    assert exporter.get("/-/healthy")[0] == 200


def test_telemetry_path(start_dns, start_exporter, tmp_path):
    exporter = Exporter(tmp_path, settings(resolver("one", start_dns())), [target("203.0.113.1")],
                        ["--web.telemetry-path=/fcrdns"])
    exporter.start("healthy")
    try:
        assert exporter.get("/fcrdns")[0] == 200 and exporter.get("/metrics")[0] == 404
        assert b"/fcrdns" in exporter.get("/")[2]
    finally:
        code, _ = exporter.terminate()
        exporter.end()
    assert code == 0
