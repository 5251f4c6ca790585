#!/usr/bin/python3
"""The dashboards against the rules of the mixins' dashboard linter, and ours: one line per test, `ok NAME` or `FAILED NAME`.

Rules that are about Loki have nothing to say here. PromQL is parsed by a real Prometheus, tests/scenarios/test_dashboards.py.
"""
import json
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
GRAFANA = ROOT / "grafana"
BOARDS = {path.stem: json.loads(path.read_text()) for path in sorted((GRAFANA / "dashboards").glob("*.json"))}
UIDS = {board["uid"] for board in BOARDS.values()}
DATASOURCE = "${datasource}"
DESCRIBED = {"stat", "timeseries", "table", "gauge", "state-timeline", "heatmap"}
UNITS = {"short", "percentunit", "s", "bytes", "reqps", "pps", "dateTimeFromNow", "dateTimeAsLocal"}

failures = 0


def report(name, complaints):
    global failures
    text = "\n    ".join(complaints)
    failures += bool(text)
    print(f"FAILED {name}\n    {text}" if text else f"ok {name}", flush=True)


def panels(board):
    return [panel for panel in board["panels"] if panel["type"] != "row"]


def expressions(board):
    return [(panel["title"], target["expr"]) for panel in panels(board) for target in panel["targets"]]


def selectors(expression):
    """(metric, what is in its braces)."""
    return re.findall(r"\b((?:fcrdns|process)_[a-z_]+)(\{[^}]*\})?", expression)


def catalogue():
    text = (ROOT / "exporter/report/metrics.c").read_text() + (ROOT / "exporter/report/histogram.c").read_text()
    return set(re.findall(r'"((?:fcrdns|process)_[a-z_]+)"', text))


# --- the rules; each yields complaints about one dashboard ---


def template_datasource_rule(board):
    found = [each for each in board["templating"]["list"] if each["type"] == "datasource"]
    if [(each["name"], each["label"]) for each in found] != [("datasource", "Data source")]:
        yield f"data source variables: {found}"


def _template_rule(board, name, label):
    for each in board["templating"]["list"]:
        if each["name"] == name:
            good = (each["type"] == "query" and each["datasource"]["uid"] == DATASOURCE and each["label"] == label and each["multi"]
                    and each["allValue"] == ".+")
            return [] if good else [f"variable {name}"]
    return [f"no variable {name}"]


def template_job_rule(board):
    return _template_rule(board, "job", "Job")


def template_instance_rule(board):
    return _template_rule(board, "instance", "Instance")


def template_on_time_change_reload_rule(board):
    for each in board["templating"]["list"]:
        if each["type"] == "query" and each["refresh"] != 2:
            yield each["name"]


def panel_datasource_rule(board):
    for panel in panels(board):
        used = [panel["datasource"], *(target["datasource"] for target in panel["targets"])]
        if any(each["uid"] != DATASOURCE for each in used):
            yield panel["title"]


def panel_title_description_rule(board):
    for panel in panels(board):
        if panel["type"] not in DESCRIBED or not panel["title"] or not panel["description"].endswith("."):
            yield panel["title"] or str(panel["id"])


def panel_units_rule(board):
    for panel in panels(board):
        defaults = panel["fieldConfig"]["defaults"]
        if defaults.get("unit") not in UNITS and not defaults.get("mappings"):
            yield panel["title"]


def panel_no_targets_rule(board):
    for panel in panels(board):
        if not panel["targets"] or not all(target["expr"] for target in panel["targets"]):
            yield panel["title"]


def target_rate_interval_rule(board):
    for title, expression in expressions(board):
        for function, interval in re.findall(r"(\w+)\([^()\[]*\[([^\]]+)\]", expression):
            if function in ("rate", "irate") and interval != "$__rate_interval":
                yield f"{title}: {function}[{interval}]"


def _selector_rule(board, matcher):
    for title, expression in expressions(board):
        for metric, braces in selectors(expression):
            if matcher not in braces:
                yield f"{title}: {metric}"


def target_job_rule(board):
    return _selector_rule(board, 'job=~"$job"')


def target_instance_rule(board):
    return _selector_rule(board, 'instance=~"$instance"')


def target_counter_agg_rule(board):
    for title, expression in expressions(board):
        for match in re.finditer(r"\b[a-z_]+_total\b", expression):
            if not re.search(r"\b(rate|irate|increase)\($", expression[:match.start()]):
                yield f"{title}: {match.group()}"


def uneditable_dashboard(board):
    return [] if board["editable"] is False else ["editable"]


def overlaps(board):
    places = [(panel["title"], panel["gridPos"]) for panel in board["panels"]]
    for number, (title, a) in enumerate(places):
        if a["x"] + a["w"] > 24:
            yield f"{title} is wider than the screen"
        for other, b in places[number + 1:]:
            if a["x"] < b["x"] + b["w"] and b["x"] < a["x"] + a["w"] and a["y"] < b["y"] + b["h"] and b["y"] < a["y"] + a["h"]:
                yield f"{title} and {other}"


def unique_ids(board):
    ids = [panel["id"] for panel in board["panels"]]
    if len(set(ids)) != len(ids):
        yield "panel ids"
    for panel in panels(board):
        refs = [target["refId"] for target in panel["targets"]]
        if len(set(refs)) != len(refs):
            yield f"{panel['title']}: refIds"


def known_series(board):
    known = catalogue()
    annotations = [("annotation", each["expr"]) for each in board["annotations"]["list"] if "expr" in each]
    for title, expression in expressions(board) + annotations:
        for metric, _ in selectors(expression):
            if re.sub(r"_(bucket|sum|count)$", "", metric) not in known and metric not in known:
                yield f"{title}: {metric}"


def links_lead_somewhere(board):
    if not any(link["type"] == "dashboards" and link["tags"] == board["tags"] for link in board["links"]):
        yield "not linked to the others by their tags"
    for uid in re.findall(r'"/d/([a-z-]+)', json.dumps(board)):
        if uid not in UIDS:
            yield f"/d/{uid}"


def for_provisioning(board):
    if board["id"] is not None or "__inputs" in board or board["schemaVersion"] != 42 or not board["uid"].startswith("fcrdns-"):
        yield "id, __inputs, schemaVersion or uid"


def filters(board):
    missing = {"ip", "hostname", "resolver", "labels"} - {each["name"] for each in board["templating"]["list"]}
    if missing:
        yield f"no variable {missing}"


RULES = [template_datasource_rule, template_job_rule, template_instance_rule, template_on_time_change_reload_rule, panel_datasource_rule,
         panel_title_description_rule, panel_units_rule, panel_no_targets_rule, target_rate_interval_rule, target_job_rule,
         target_instance_rule, target_counter_agg_rule, uneditable_dashboard, overlaps, unique_ids, known_series, links_lead_somewhere,
         for_provisioning, filters]


def main():
    done = subprocess.run(["/usr/bin/python3", "-B", str(GRAFANA / "make_dashboards.py"), "--check"], capture_output=True, text=True)
    report("dashboards are what make_dashboards.py writes", [done.stderr.strip()] if done.returncode != 0 else [])
    report("four dashboards, each with a uid of its own", [] if len(UIDS) == len(BOARDS) == 4 else [str(UIDS)])
    for name, board in BOARDS.items():
        for rule in RULES:
            report(f"{name}: {rule.__name__}", list(rule(board)))
    sys.exit(1 if failures else 0)


main()
