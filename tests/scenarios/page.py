"""One /metrics page, read as strictly as anybody could read it.

Whatever is not exactly text 0.0.4 or OpenMetrics 1.0, or breaks a promise the exporter makes about
every page (one-hot statuses, one answer per target and resolver, ...), raises
here, so every test that looks at a page checks all of them.
"""

import math
import re
import subprocess

from prometheus_client.openmetrics.parser import text_string_to_metric_families as openmetrics_to_metric_families
from prometheus_client.parser import text_string_to_metric_families

STATUSES = {"pass", "name_mismatch", "forward_mismatch", "forward_missing", "ptr_invalid", "no_ptr",
            "temp_error", "filtered", "special_use", "pending"}
CONCLUSIVE = {"pass", "name_mismatch", "forward_mismatch", "forward_missing", "ptr_invalid", "no_ptr"}
FAILURES = {"timeout", "tcp_timeout", "servfail", "refused", "formerr", "notimp", "other_rcode", "malformed",
            "network", "truncated", "cname_loop", "lame", "bogus", "blocked"}
REASONS = FAILURES | {"none", "nxdomain", "nodata", "nxdomain_bare", "root", "special_tld", "reverse_name",
                      "single_label", "ip_literal", "bad_chars"}
FLAGS = {"generic", "multiple_ptr", "ptr_overflow", "forward_alias", "reverse_alias", "underscore", "stale",
         "shared_ptr"}
AUTHORITY_STATES = {"consistent", "inconsistent", "lame", "unreachable", "intercepted", "unknown"}
AUTHORITY = "authoritative"
OWN_LABELS = {"ip", "hostname", "resolver", "record_type", "status", "family", "flag", "aspect", "reason", "ptr",
              "address", "transport", "rcode", "le", "version", "revision", "branch", "result", "state", "bound",
              "name"}
# What is told per target, per name, per target and resolver; in the order of design.md 6.
ORDER = ["fcrdns_target_ok", "fcrdns_target_status", "fcrdns_target_info", "fcrdns_target_flag",
         "fcrdns_disagreement", "fcrdns_distinct_answers", "fcrdns_propagation_ratio", "fcrdns_authority_state",
         "fcrdns_propagation_eta_timestamp_seconds", "fcrdns_target_last_check_timestamp_seconds",
         "fcrdns_target_last_change_timestamp_seconds", "fcrdns_unwatched_addresses", "fcrdns_lookup_success",
         "fcrdns_ptr_match", "fcrdns_forward_match", "fcrdns_ptr_records", "fcrdns_ptr_ttl_seconds",
         "fcrdns_forward_ttl_seconds", "fcrdns_lookup_duration_seconds", "fcrdns_answer_info"]
# Families whose closed sets are their own.
OTHER_SETS = {"fcrdns_dns_dropped_packets_total": {"reason": {"buffer", "mismatch"}},
              "fcrdns_dns_confirmations_total": {"result": {"same", "other", "failed"}}}
WITH_USER_LABELS = {"fcrdns_target_ok", "fcrdns_target_status", "fcrdns_target_info"}
TYPES = {"counter", "gauge", "histogram"}

NAME = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*")
LABEL = re.compile(r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\\\|\\"|\\n)*)"')
VALUE = re.compile(r"(?:[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?|[+-]Inf)\Z")
# A DNS name as design.md 6 shows it; names are joined by commas, the root is "."
SHOWN_NAME = re.compile(r"(?:[a-z0-9_/-]|\\\d{3})+(?:\.(?:[a-z0-9_/-]|\\\d{3})+)*|\.")
COLLAPSED = "(varies)"


class Sample:
    def __init__(self, name, labels, value):
        self.name, self.labels, self.value = name, labels, value

    def __repr__(self):
        inner = ",".join(f"{k}={v!r}" for k, v in self.labels.items())
        return f"{self.name}{{{inner}}} {self.value}"


def unescape(text):
    return re.sub(r"\\(.)", lambda m: "\n" if m.group(1) == "n" else m.group(1), text)


def parse_labels(text, line):
    labels, rest = {}, text
    while rest:
        match = LABEL.match(rest)
        assert match, f"bad labels: {line!r}"
        assert match.group(1) not in labels, f"label twice: {line!r}"
        labels[match.group(1)] = unescape(match.group(2))
        rest = rest[match.end():]
        assert rest == "" or (rest[0] == "," and len(rest) > 1), f"bad labels: {line!r}"
        rest = rest[1:]
    return labels


def parse_sample(line):
    """`name{labels} value`, one blank, no timestamp."""
    match = NAME.match(line)
    assert match, f"not a sample: {line!r}"
    name, rest, labels = match.group(), line[match.end():], {}
    if rest.startswith("{"):
        inside, closed, rest = rest[1:].rpartition("}")
        assert closed, f"labels not closed: {line!r}"
        labels = parse_labels(inside, line)
    assert rest.startswith(" ") and VALUE.match(rest[1:]), f"bad value or a timestamp: {line!r}"
    return Sample(name, labels, float(rest[1:]))


class Page:
    """The parsed page; construction fails on anything that is not as it must be.

    `twice=False` leaves out the second parser, which takes longest, for pages in great number.
    """

    _second_parser = staticmethod(text_string_to_metric_families)

    def __init__(self, raw, twice=True):
        self.raw = raw
        self.text = raw.decode("utf-8")
        self.help, self.types, self.all = {}, {}, []
        self._by_name, self._seen = {}, set()
        self._read()
        if twice:
            self._check_second_parser()
        for check in (self._check_ascii, self._check_order, self._check_histograms, self._check_targets,
                      self._check_answers, self._check_authority, self._check_propagation, self._check_names,
                      self._check_closed_sets):
            check()

    # --- reading ---

    def _read(self):
        assert self.text.endswith("\n") and "\r" not in self.text, "line ends"
        family = None
        for line in self.text[:-1].split("\n"):
            if line.startswith("# HELP "):
                family = self._begin(line)
            elif line.startswith("# TYPE "):
                self._set_type(line, family)
            else:
                assert not line.startswith("#"), f"a comment no parser knows: {line!r}"
                self._add(parse_sample(line), family)

    def _begin(self, line):
        _, _, name, text = (line + " ").split(" ", 3)
        assert name not in self.help, f"family {name} is interleaved or twice"
        assert text.strip(), f"no help: {line!r}"
        self.help[name] = text.strip()
        return name

    def _set_type(self, line, family):
        _, _, name, kind = line.split(" ")
        assert name == family and name not in self.types, f"TYPE out of place: {line!r}"
        assert kind in TYPES, f"unknown type: {line!r}"
        self.types[name] = kind

    def _add(self, sample, family):
        base = sample.name
        if self.types.get(family) == "histogram":
            base = re.sub(r"_(bucket|sum|count)\Z", "", base)
        assert base == family and family in self.types, f"{sample} stands under {family}"
        key = (sample.name, frozenset(sample.labels.items()))
        assert key not in self._seen, f"duplicate series: {sample}"
        self._seen.add(key)
        self._by_name.setdefault(sample.name, []).append(sample)
        self.all.append(sample)

    def _check_second_parser(self):
        """Debian's prometheus_client must see the same samples."""
        families = list(self._second_parser(self.text))
        seen = [(s.name, frozenset(s.labels.items()), float(s.value)) for f in families for s in f.samples]
        ours = [(s.name, frozenset(s.labels.items()), s.value) for s in self.all]
        assert sorted(map(repr, seen)) == sorted(map(repr, ours)), "the two parsers disagree"
        assert all(f.documentation for f in families)

    # --- promises ---

    def _check_ascii(self):
        """ASCII but for what the operator wrote in label values."""
        for sample in self.all:
            for key, value in sample.labels.items():
                users = key not in OWN_LABELS and sample.name in WITH_USER_LABELS
                assert users or value.isascii(), f"not ASCII: {sample}"
        without_values = re.sub(r'"(?:[^"\\\n]|\\.)*"', '""', self.text)
        assert without_values.isascii()

    def _check_order(self):
        shown = [name for name in self.types if name in ORDER]
        assert shown == [name for name in ORDER if name in self.types], shown

    def _check_histograms(self):
        for family in (name for name, kind in self.types.items() if kind == "histogram"):
            rows = {}
            for sample in self._by_name.get(family + "_bucket", []):
                labels = dict(sample.labels)
                edge = float(labels.pop("le"))
                rows.setdefault(frozenset(labels.items()), []).append((edge, sample.value))
            for labels, buckets in rows.items():
                assert buckets == sorted(buckets) and buckets[-1][0] == math.inf, f"{family} buckets"
                assert [b[1] for b in buckets] == sorted(b[1] for b in buckets), f"{family} not cumulative"
                assert self.value(family + "_count", **dict(labels)) == buckets[-1][1]
                assert self.value(family + "_sum", **dict(labels)) >= 0

    def _check_targets(self):
        """One-hot status, all flags, one info, ok exactly when pass: for every target."""
        hot = {}
        for sample in self.samples("fcrdns_target_status"):
            assert sample.value in (0, 1), sample
            hot.setdefault(sample.labels["ip"], {})[sample.labels["status"]] = sample.value
        for ip, states in hot.items():
            assert set(states) == STATUSES and sum(states.values()) == 1, f"{ip}: {states}"
            assert self.value("fcrdns_target_ok", ip=ip) == states["pass"]
            assert self.value("fcrdns_target_info", ip=ip) == 1
            flags = {s.labels["flag"]: s.value for s in self.samples("fcrdns_target_flag", ip=ip)}
            assert set(flags) == FLAGS and set(flags.values()) <= {0, 1}, f"{ip}: {flags}"
        for name in ("fcrdns_target_ok", "fcrdns_target_info", "fcrdns_target_flag"):
            assert {s.labels["ip"] for s in self.samples(name)} == set(hot), name

    def _check_answers(self):
        """Exactly one for each resolver, the authority being the last of them, or none at all."""
        seen = set()
        for sample in self.samples("fcrdns_answer_info"):
            key = sample.labels["ip"], sample.labels["resolver"]
            assert sample.value == 1 and key not in seen, f"more than one answer: {sample}"
            seen.add(key)
            if sample.labels["status"] not in CONCLUSIVE:
                assert sample.labels["ptr"] == "", sample
        resolvers = [s.labels["resolver"] for s in self.samples("fcrdns_resolver_up")]
        resolvers += [AUTHORITY] if self.has("fcrdns_authority_state") else []
        for ip in {ip for ip, _ in seen} if resolvers else ():
            told = [s.labels["resolver"] for s in self.samples("fcrdns_answer_info", ip=ip)]
            assert told == resolvers, f"{ip}: {told}, expected {resolvers}"

    def _check_authority(self):
        """One-hot for every target, or for none."""
        states = {}
        for sample in self.samples("fcrdns_authority_state"):
            states.setdefault(sample.labels["ip"], {})[sample.labels["state"]] = sample.value
        for ip, of_ip in states.items():
            assert set(of_ip) == AUTHORITY_STATES and sorted(of_ip.values())[-2:] == [0, 1], f"{ip}: {of_ip}"
        assert not states or set(states) == self.ips()

    def _check_propagation(self):
        """No promise without the truth; no upper bound without one that was seen."""
        known = {s.labels["ip"]: s.value for s in self.samples("fcrdns_propagation_ratio")}
        assert all(0 <= ratio <= 1 for ratio in known.values())
        ends = {}
        for sample in self.samples("fcrdns_propagation_eta_timestamp_seconds"):
            ends.setdefault(sample.labels["ip"], {})[sample.labels["bound"]] = sample.value
        for ip, of_ip in ends.items():
            assert ip in known and "sampled" in of_ip, f"{ip}: {of_ip}"
            assert of_ip["sampled"] <= of_ip.get("upper", math.inf) + 3, f"{ip}: {of_ip}"
        for name in ("fcrdns_ptr_ttl_seconds", "fcrdns_forward_ttl_seconds"):
            assert all(0 <= s.value <= 604800 for s in self.samples(name)), name

    def _check_names(self):
        """DNS names are ASCII, lower case, escaped and unambiguous."""
        for sample in self.all:
            for key in ("ptr", "hostname", "name"):
                text = sample.labels.get(key, "")
                if text not in ("", COLLAPSED):
                    parts = text.split(",")
                    assert all(SHOWN_NAME.fullmatch(part) for part in parts), f"{key}: {sample}"
                    assert len(parts) == len(set(parts)) and (key != "ptr" or len(parts) <= 10), sample
                    assert key != "name" or len(parts) == 1, sample

    def _check_closed_sets(self):
        sets = {"flag": FLAGS, "reason": REASONS, "family": {"ipv4", "ipv6"}, "aspect": {"ptr", "verdict"},
                "record_type": {"PTR", "A", "AAAA", "NS", "SOA"}, "transport": {"udp", "tcp"},
                "state": AUTHORITY_STATES, "bound": {"sampled", "upper"}}
        for sample in self.all:
            if not sample.name.startswith("fcrdns_"):
                continue
            for key, allowed in (sets | OTHER_SETS.get(sample.name, {})).items():
                assert sample.labels.get(key) in allowed | {None}, sample
            if sample.name in ("fcrdns_answer_info", "fcrdns_target_status"):
                assert sample.labels["status"] in STATUSES, sample

    # --- asking ---

    def samples(self, name, /, **labels):
        return [s for s in self._by_name.get(name, [])
                if all(s.labels.get(key) == value for key, value in labels.items())]

    def value(self, name, /, **labels):
        """The value of the one sample that matches; none or several is an error."""
        found = self.samples(name, **labels)
        assert len(found) == 1, f"{name} {labels}: {len(found)} samples {found[:5]}"
        return found[0].value

    def has(self, name, /, **labels):
        return bool(self.samples(name, **labels))

    def total(self, name, /, **labels):
        return sum(s.value for s in self.samples(name, **labels))

    def ips(self):
        return {s.labels["ip"] for s in self.samples("fcrdns_target_ok")}

    def status(self, ip):
        """The combined status; None for an unknown target."""
        hot = [s.labels["status"] for s in self.samples("fcrdns_target_status", ip=ip) if s.value == 1]
        return hot[0] if hot else None

    def answer(self, ip, resolver):
        """The labels status, reason and ptr of one resolver's answer, or None."""
        found = self.samples("fcrdns_answer_info", ip=ip, resolver=resolver)
        return {key: found[0].labels[key] for key in ("status", "reason", "ptr")} if found else None

    def flags(self, ip):
        return {s.labels["flag"] for s in self.samples("fcrdns_target_flag", ip=ip) if s.value == 1}

    def disagreement(self, ip):
        """The aspects in disagreement."""
        return {s.labels["aspect"] for s in self.samples("fcrdns_disagreement", ip=ip) if s.value == 1}

    def check_with_promtool(self, promtool):
        done = subprocess.run([promtool, "check", "metrics"], input=self.raw, capture_output=True, timeout=20)
        output = (done.stdout + done.stderr).decode()
        assert done.returncode == 0 and not output.strip(), f"promtool check metrics: {output}"


class OpenMetricsPage(Page):
    """The same promises in the other format. `types` and `help` have the names the samples have."""

    SUFFIXES = {"counter": "_total", "info": "_info", "gauge": "", "histogram": ""}
    UNITS = {"seconds", "bytes", "ratio"}
    _second_parser = staticmethod(openmetrics_to_metric_families)

    def _read(self):
        end = "\n# EOF\n"
        assert self.text.endswith(end) and "\r" not in self.text, "line ends"
        self.families, name = {}, None  # family: what is said of it, in order
        for line in self.text[:-len(end)].split("\n"):
            if line.startswith("#"):
                name = self._describe(line, name)
            else:
                assert name and "HELP" in self.families[name], f"a sample before its HELP: {line!r}"
                self._add(parse_sample(line), name + self.SUFFIXES[self.families[name]["TYPE"]])

    def _describe(self, line, current):
        """TYPE begins a family, then UNIT if it has one, then HELP; nothing comes twice."""
        mark, word, name, text = line.split(" ", 3)
        assert mark == "#" and text.strip(), line
        if word == "TYPE":
            assert name not in self.families and text in self.SUFFIXES, f"family twice, or of unknown type: {line!r}"
            self.families[name] = {}
        said = self.families[name]
        assert word == "TYPE" or name == current and word in ("UNIT", "HELP") and "HELP" not in said, line
        assert word not in said, f"twice: {line!r}"
        said[word] = text
        if word == "HELP":
            self._finish_family(name, said)
        return name

    def _finish_family(self, name, said):
        kind, last = said["TYPE"], name.rsplit("_", 1)[-1]
        assert said.get("UNIT") == (last if last in self.UNITS and kind != "info" else None), f"{name}: {said}"
        assert not name.endswith(("_total", "_info", "_created")), name
        self.types[name + self.SUFFIXES[kind]], self.help[name + self.SUFFIXES[kind]] = kind, said["HELP"]
