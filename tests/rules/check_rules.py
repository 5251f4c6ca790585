#!/usr/bin/python3
"""The shipped rules and configurations against promtool and amtool: one line per test, `ok NAME` or `FAILED NAME`.

All of it with the promtool in the path, and the rule tests again with a Prometheus 3, if it can be had: if not, a line
says why. `check_rules.py BUILD` keeps that in BUILD.
"""
import pathlib
import re
import subprocess
import sys
import tempfile

import yaml

import newer_promtool
import rule_cases as cases

ROOT = pathlib.Path(__file__).resolve().parents[2]
SHIPPED = ROOT / "deploy/prometheus"
# Two scrapes and more, as the shipped configuration makes them.
LEAST_WAIT = 60
SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
# What of the page no rule and no panel is about, and why.
UNUSED = {}

failures = 0


def report(name, complaint=""):
    global failures
    failures += bool(complaint)
    print(f"FAILED {name}\n    " + complaint.strip().replace("\n", "\n    ") if complaint else f"ok {name}", flush=True)


def run(name, *command, expected=None):
    done = subprocess.run([str(word) for word in command], cwd=SHIPPED, capture_output=True, text=True)
    output = done.stdout + done.stderr
    # amtool warns behind what it was asked.
    wrong = done.returncode != 0 if expected is None else output.split("\n")[0] != expected
    report(name, f"exit status {done.returncode}\n{output}" if wrong else "")


RULES = {rule["alert"] + "".join(value for key, value in rule["labels"].items() if key != "severity"): rule
         for group in yaml.safe_load((SHIPPED / "alerts.yml").read_text())["groups"] for rule in group["rules"]}


# --- rule tests ---


def expected_alert(name, labels, description):
    own = {key: value for key, value in labels.items() if key in ("aspect", "bound", "resolvers")}
    rule = next(rule for rule in RULES.values() if rule["alert"] == name and
                {key: value for key, value in rule["labels"].items() if key != "severity"} == own)
    return {"exp_labels": {**labels, **rule["labels"]},
            "exp_annotations": {**rule["annotations"], "description": description}}


def alert_tests():
    for name, (alert, series, moments) in cases.CASES.items():
        tests = [{"eval_time": f"{minutes}m", "alertname": alert,
                  "exp_alerts": [expected_alert(alert, *each) for each in what if each is not cases.QUIET]} for minutes, *what in moments]
        yield f"{alert} {name}", series, tests
    for name, (series, alerts, moments) in cases.SILENT_CASES.items():
        yield f"silence {name}", series, [{"eval_time": f"{minutes}m", "alertname": alert, "exp_alerts": []}
                                          for alert in alerts for minutes in moments]


def kept_tests():
    for name, (series, moments) in cases.KEPT.items():
        yield f"kept {name}", series, [
            {"expr": 'count(ALERTS{alertname="FcrdnsNoPtr",alertstate="firing"}) or vector(0)', "eval_time": f"{minutes}m",
             "exp_samples": [{"labels": "{}", "value": int(there)}]} for minutes, there in moments]


def check_rules(promtool, version):
    run(f"promtool check rules ({version})", promtool, "check", "rules", "--lint=all", "--lint-fatal", "alerts.yml", "recording.yml")
    for name in "prometheus.yml", "probe.yml":
        run(f"promtool check config {name} ({version})", promtool, "check", "config", name)


def test_rules(promtool, version):
    tested = {alert for alert, _, moments in cases.CASES.values() if any(what[0] is not cases.QUIET for _, *what in moments)}
    report(f"every alert has a test in which it fires ({version})", " ".join({rule["alert"] for rule in RULES.values()} - tested))
    everything = [*((*each, "alert_rule_test") for each in alert_tests()), *((*each, "promql_expr_test") for each in kept_tests())]
    with tempfile.TemporaryDirectory() as directory:
        for number, (name, series, tests, kind) in enumerate(everything):
            file = pathlib.Path(directory) / f"{number}.yml"
            text = {"rule_files": [str(SHIPPED / "alerts.yml")], "evaluation_interval": "1m",
                    "tests": [{"interval": "1m", "input_series": series, kind: tests}]}
            file.write_text(yaml.safe_dump(text, sort_keys=False))
            run(f"{name} ({version})", promtool, "test", "rules", file)


# --- style: what pint would say ---


def seconds(duration):
    return int(duration[:-1]) * SECONDS[duration[-1]]


def faults_of(rule):
    expression, annotations = rule["expr"], rule["annotations"]
    if rule["labels"]["severity"] not in ("critical", "warning", "info"):
        yield "severity"
    if seconds(rule["for"]) < LEAST_WAIT:
        yield "for is shorter than two scrapes"
    if "$value" in str(rule["labels"]):
        yield "value in a label"
    if not re.search(r"[<>=]=|[<>]", expression):
        yield "no comparison"
    if "topk" in expression or re.search(r'=~"[A-Za-z0-9_]*"', expression):
        yield "fragile, or a regular expression without need"
    if not re.fullmatch(r"[A-Z].*\.", annotations["summary"]) or "{{" in annotations["summary"]:
        yield "summary is no sentence that stays the same"
    if "fcrdns_target" in expression and expression.startswith("fcrdns_target") and rule.get("keep_firing_for") != "15m":
        yield "an alert on a target must keep firing"
    runbook = annotations["runbook_url"].rsplit("/", 1)[1]
    if runbook != rule["alert"] + ".md" or not (ROOT / "deploy/runbooks" / runbook).is_file():
        yield f"no runbook {runbook}"


def check_style():
    for key, rule in RULES.items():
        report(f"style of {key}", ", ".join(faults_of(rule)))


# --- every series is of use ---


def catalogue():
    text = (ROOT / "exporter/report/metrics.c").read_text() + (ROOT / "exporter/report/histogram.c").read_text()
    return set(re.findall(r'"((?:fcrdns|process)_[a-z_]+)"', text))


def families(text):
    return {re.sub(r"_(bucket|sum|count)$", "", name) for name in re.findall(r"\b(?:fcrdns|process)_[a-z_]+", text)}


def check_series():
    known = catalogue()
    rules = "\n".join(rule["expr"] for rule in RULES.values()) + (SHIPPED / "recording.yml").read_text()
    rules = re.sub(r"\b\w+:(\w+):\w+", "", rules)  # what rules record
    report("no rule names a series there is not", " ".join(
        name for name in families(re.sub(r"name: \w+", "", rules)) if name not in known))
    dashboards = "".join(path.read_text() for path in sorted((ROOT / "grafana/dashboards").glob("*.json")))
    unused = known - families(rules + dashboards) - set(UNUSED)
    report("every series is used by a rule or a panel, or its absence is argued", " ".join(sorted(unused)) if dashboards else "no dashboards")


# --- Alertmanager ---


ROUTES = {
    ("alertname=FcrdnsNoPtr", "severity=critical", "team=mail"): "postmaster",
    ("alertname=FcrdnsNoPtr", "severity=critical", "team=shop"): "shop",
    ("alertname=FcrdnsNoPtr", "severity=critical"): "postmaster",
    ("alertname=FcrdnsMultiplePtr", "severity=info", "team=mail"): "tickets",
    ("alertname=FcrdnsExporterDown", "severity=critical"): "monitoring",
    ("alertname=FcrdnsResolverDown", "severity=warning", "resolver=quad9"): "monitoring",
}


def check_alertmanager():
    run("amtool check-config", "amtool", "check-config", "alertmanager.yml")
    for labels, receiver in ROUTES.items():
        run("route of " + " ".join(labels), "amtool", "config", "routes", "test", "--config.file=alertmanager.yml", *labels,
            expected=receiver)


def promtools():
    yield "promtool"
    newer, why = newer_promtool.fetch(pathlib.Path(sys.argv[1]).resolve())
    if newer is None:
        print(f"note: not tried with Prometheus 3, which cannot be had: {why}", flush=True)
    else:
        yield newer


def main():
    run("rules are what make_rules.py writes", "/usr/bin/python3", "-B", SHIPPED / "make_rules.py", "--check")
    for promtool in promtools():
        version = subprocess.run([str(promtool), "--version"], capture_output=True, text=True).stdout.split()[2]
        check_rules(promtool, version)
        test_rules(promtool, version)
    check_style()
    check_series()
    check_alertmanager()
    sys.exit(1 if failures else 0)


main()
