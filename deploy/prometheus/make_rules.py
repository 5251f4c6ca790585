#!/usr/bin/python3
"""Write alerts.yml, recording.yml and prometheus-rule.yaml beside this file, from the tables below.

Alerts on a target are about its combined status, so that they work with `per_resolver: none`. The left side of each
expression carries the user's labels, whatever they are called, for routing; hence no aggregation there. They keep
firing for 15 minutes, so that a restart, or a scrape that fails, sends no false all-clear.
"""
import pathlib
import sys

import yaml

HERE = pathlib.Path(__file__).resolve().parent
RUNBOOKS = "https://github.com/fcrdns/fcrdns_exporter/blob/main/deploy/runbooks"
ON = "on (job, instance, ip, hostname)"
# The name whose job is scraped at /metrics, in prometheus.yml.
JOB = 'job="fcrdns"'

REFUSE = ("Gmail (421 4.7.0, 451 4.7.23, 550 5.7.25), GMX, WEB.DE and mail.com (554 Bad DNS PTR resource record) refuse or defer "
          "this mail; Microsoft, Yahoo and Apple ask for a valid record, too; Postfix servers that check defer it (450 4.7.25).")
REFUSE_FORWARD = ("Gmail (421 4.7.0, 451 4.7.23, 550 5.7.25) refuses or defers this mail; Microsoft, Yahoo and Apple ask for a valid "
                  "record, too; Postfix servers that check defer it (450 4.7.25).")
ADDRESS = '{{ $labels.ip }}{{ if $labels.hostname }} ({{ $labels.hostname }}){{ end }}'
EXPECTED = 'Expected: {{ or $labels.hostname "any name that leads back" }}.'
# What each resolver says; nothing where these series are turned off.
ACTUAL = ('{{ with printf "fcrdns_answer_info{job=%q,instance=%q,ip=%q,hostname=%q,resolver!=\\"authoritative\\"}" $labels.job '
          '$labels.instance $labels.ip $labels.hostname | query | sortByLabel "resolver" }} Actual:{{ range . }} {{ .Labels.resolver }} '
          '{{ or .Labels.ptr "no name" }} ({{ .Labels.status }});{{ end }}{{ end }}')


def target_rule(name, expression, severity, wait, summary, text, **labels):
    return {
        "alert": name,
        "expr": expression,
        "for": wait,
        "keep_firing_for": "15m",
        "labels": {"severity": severity, **labels},
        "annotations": {"summary": summary, "description": f"{ADDRESS}: {text}"},
    }


def status_alert(name, status, severity, wait, summary, what, who):
    return target_rule(name, f'fcrdns_target_status{{status="{status}"}} == 1', severity, wait, summary,
                       f"{what} {EXPECTED}{ACTUAL} {who}")


def target_alert(name, condition, severity, wait, summary, what, **labels):
    return target_rule(name, "fcrdns_target_info\n" + condition, severity, wait, summary, f"{what} {EXPECTED}{ACTUAL}", **labels)


def process_alert(name, expression, severity, wait, summary, description):
    return {"alert": name, "expr": expression, "for": wait, "labels": {"severity": severity},
            "annotations": {"summary": summary, "description": description}}


UPPER_AHEAD = f'unless {ON} (fcrdns_propagation_eta_timestamp_seconds{{bound="upper"}} > time())'

TARGETS = [
    status_alert("FcrdnsNoPtr", "no_ptr", "critical", "10m", "A mail address has no PTR record.",
                 "there is no PTR record.", REFUSE),
    status_alert("FcrdnsPtrInvalid", "ptr_invalid", "critical", "10m", "The PTR record of a mail address is no host name.",
                 "its PTR record holds no usable public host name.", REFUSE),
    status_alert("FcrdnsForwardMismatch", "forward_mismatch", "critical", "10m",
                 "The PTR name of a mail address leads to another address.",
                 "its PTR name has addresses, and none is this one.", REFUSE_FORWARD),
    status_alert("FcrdnsForwardMissing", "forward_missing", "critical", "10m",
                 "The PTR name of a mail address has no address.",
                 "its PTR name has no A or AAAA record.", REFUSE_FORWARD),
    status_alert("FcrdnsPtrMismatch", "name_mismatch", "warning", "10m",
                 "A mail address has another PTR name than expected.",
                 "forward-confirmed, but by another name.",
                 "Nobody is known to refuse mail for that alone; a name that does not fit the sender costs reputation."),
    # Where no majority of the resolvers is up, these alerts would say it once per target; FcrdnsResolverDown says it.
    {
        **status_alert("FcrdnsLookupFailing", "temp_error", "warning", "10m", "The reverse DNS of a mail address cannot be looked up.",
                       "the lookups fail.", "Receivers whose lookups fail as well defer the mail (Postfix 450, Exim defers)."),
        "expr": 'fcrdns_target_status{status="temp_error"} == 1\n'
                "unless on (job, instance) (avg by (job, instance) (fcrdns_resolver_up) <= 0.5)",
    },
    status_alert("FcrdnsFiltered", "filtered", "warning", "30m", "Resolvers block the reverse DNS of a mail address.",
                 "the resolvers answer by policy.", "Receivers behind such resolvers cannot verify the sender."),
    target_alert("FcrdnsDisagreement",
                 f'and {ON} (fcrdns_disagreement{{aspect="verdict"}} == 1)\n{UPPER_AHEAD}', "warning", "30m",
                 "Resolvers do not agree on the status of a mail address.",
                 "the resolvers come to different verdicts, and no change is known to be on its way.", aspect="verdict"),
    target_alert("FcrdnsDisagreement",
                 f'and {ON} (fcrdns_disagreement{{aspect="ptr"}} == 1)\n'
                 f'unless {ON} (fcrdns_disagreement{{aspect="verdict"}} == 1)', "info", "24h",
                 "Resolvers give different PTR names for a mail address.",
                 "the resolvers give different names for a day, each of them good.", aspect="ptr"),
    # The exporter withdraws an upper bound that an answer outlives, so the last one is looked up. It is an earlier
    # change's if the resolvers have agreed since.
    target_alert("FcrdnsPropagationOverdue",
                 f'and {ON} (max by (job, instance, ip, hostname) (fcrdns_disagreement) == 1)\n'
                 f'and {ON} (last_over_time(fcrdns_propagation_eta_timestamp_seconds{{bound="upper"}}[1d]) < time())\n'
                 f'unless {ON} (max_over_time(timestamp(max by (job, instance, ip, hostname) (fcrdns_disagreement) == 0)[1d:5m])\n'
                 f'  > {ON} last_over_time(fcrdns_propagation_eta_timestamp_seconds{{bound="upper"}}[1d]))',
                 "warning", "15m",
                 "A DNS change has not reached all resolvers in its time.",
                 "every cache should have let the old answer go by now, and resolvers still differ.", bound="upper"),
    target_alert("FcrdnsPropagationOverdue",
                 f'and {ON} (max by (job, instance, ip, hostname) (fcrdns_disagreement) == 1)\n'
                 f'unless {ON} fcrdns_propagation_eta_timestamp_seconds{{bound="upper"}}', "warning", "24h",
                 "Resolvers have not agreed on a mail address for a day.",
                 "the resolvers differ for a day, and no end can be told.", bound="none"),
    target_alert("FcrdnsAuthoritiesInconsistent",
                 f'and {ON} (fcrdns_authority_state{{state="inconsistent"}} == 1)', "warning", "1h",
                 "The name servers of a zone do not say the same.",
                 "the authoritative servers of its zones give different answers or serials, so resolvers will, too."),
    target_alert("FcrdnsGenericPtr",
                 f'and {ON} (fcrdns_target_flag{{flag="generic"}} == 1)', "warning", "1h",
                 "The PTR name of a mail address looks like its provider's default.",
                 "its PTR name looks generic. Yahoo and AOL ask for other names; filters score such ones."),
    target_alert("FcrdnsMultiplePtr",
                 f'and {ON} (fcrdns_target_flag{{flag="multiple_ptr"}} == 1)', "info", "1h",
                 "A mail address has several PTR records.",
                 "it has several PTR records; Postfix, sendmail and OpenSMTPD take one of them at random."),
]

EXPORTER = [
    process_alert("FcrdnsUnwatchedAddress", "fcrdns_unwatched_addresses > 0", "warning", "1h",
                  "An expected host name has addresses that nobody watches.",
                  "{{ $labels.name }} has {{ $value }} {{ $labels.family }} address(es) that are no targets. If mail can leave "
                  "from there, its reverse DNS matters as well."),
    process_alert("FcrdnsResolverDown", "fcrdns_resolver_up == 0", "warning", "5m", "A DNS resolver does not answer.",
                  "Resolver {{ $labels.resolver }} answers nothing, not even who the root servers are, as seen by "
                  "{{ $labels.instance }}. The verdicts rest on the others meanwhile."),
    # What the alerts on targets are silent for: nobody may take that for an all-clear.
    {**process_alert("FcrdnsResolverDown", "avg by (job, instance) (fcrdns_resolver_up) <= 0.5", "critical", "10m",
                     "Too few DNS resolvers answer for any verdict.",
                     "No majority of the resolvers answers {{ $labels.instance }}: whatever happens to the mail addresses now, nobody "
                     "is told. Is the way out blocked (UDP and TCP port 53)?"),
     "labels": {"severity": "critical", "resolvers": "most"}},
    # 15 minutes: three holds of the default interval. With a longer interval, or more targets than max_qps allows, raise it.
    process_alert("FcrdnsCheckStale",
                  "count by (job, instance) (\n  time() - fcrdns_target_last_check_timestamp_seconds > 900\n"
                  '  or fcrdns_target_status{status="pending"} == 1\n) > 0', "warning", "15m",
                  "Addresses have not been checked for a long time.",
                  "{{ $value }} address(es) at {{ $labels.instance }} have not been checked at every resolver for 15 minutes."),
    process_alert("FcrdnsCheckLag", "fcrdns_exporter_check_lag_seconds > 60", "warning", "15m", "Checks come late.",
                  "The checks of {{ $labels.instance }} are {{ $value | humanizeDuration }} behind: there are more targets than "
                  "max_qps allows per interval, or the machine has no time."),
    # A scrape that fails must not hide it.
    process_alert("FcrdnsConfigReloadFailed", "max_over_time(fcrdns_exporter_config_last_reload_successful[5m]) == 0", "warning",
                  "10m", "The configuration could not be reloaded.",
                  "{{ $labels.instance }} goes on with the configuration before; its log says what is wrong, and where."),
    process_alert("FcrdnsExporterDown", f"up{{{JOB}}} == 0 or absent(up{{{JOB}}}) == 1", "critical", "5m",
                  "Reverse DNS is not watched any more.",
                  'Prometheus cannot scrape {{ or $labels.instance "any exporter of this job" }}: whatever happens to the mail '
                  "addresses now, nobody is told."),
    process_alert("FcrdnsTargetsMissing",
                  "fcrdns_exporter_targets == 0\nor fcrdns_exporter_targets < 0.5 * max_over_time(fcrdns_exporter_targets[6h])",
                  "warning", "15m", "Far fewer addresses are watched than before.",
                  "{{ $labels.instance }} watches {{ $value }} address(es): none, or less than half of what it was within six hours."),
]

NO_AUTHORITY = 'resolver!="authoritative"'
RECORDS = [
    # How many addresses at which status.
    ("job_status:fcrdns_target_status:sum", "sum by (job, status) (fcrdns_target_status)"),
    # The share that passes, of a fleet; and over 30 days, what an SLO is about.
    ("job:fcrdns_target_ok:avg", "avg by (job) (fcrdns_target_ok)"),
    ("job:fcrdns_target_ok:avg_30d", "avg_over_time(job:fcrdns_target_ok:avg[30d])"),
    # Of several regions: does every vantage point see it pass, does any see a disagreement?
    ("job_ip_hostname:fcrdns_target_ok:min", "min by (job, ip, hostname) (fcrdns_target_ok)"),
    ("job_ip_hostname:fcrdns_disagreement:max", "max by (job, ip, hostname) (fcrdns_disagreement)"),
    # Resolvers.
    ("job_resolver:fcrdns_lookup_success:avg", f"avg by (job, resolver) (fcrdns_lookup_success{{{NO_AUTHORITY}}})"),
    ("job_resolver:fcrdns_dns_query_duration_seconds:p95_5m",
     "histogram_quantile(0.95, sum by (job, resolver, le) (rate(fcrdns_dns_query_duration_seconds_bucket[5m])))"),
    ("job_resolver:fcrdns_dns_query_failures:rate_5m", "sum by (job, resolver) (rate(fcrdns_dns_query_failures_total[5m]))"),
]


def with_runbook(alert):
    alert["annotations"]["runbook_url"] = f"{RUNBOOKS}/{alert['alert']}.md"
    return alert


def alerts():
    def is_slow(alert):
        """Looks a day back, for every address."""
        return "[1d:5m]" in alert["expr"]

    return {"groups": [{"name": "fcrdns_targets", "rules": [with_runbook(alert) for alert in TARGETS if not is_slow(alert)]},
                       {"name": "fcrdns_targets_slow", "interval": "5m",
                        "rules": [with_runbook(alert) for alert in TARGETS if is_slow(alert)]},
                       {"name": "fcrdns_exporter", "rules": [with_runbook(alert) for alert in EXPORTER]}]}


def recording():
    return {"groups": [{"name": "fcrdns_recording", "interval": "1m",
                        "rules": [{"record": name, "expr": expression} for name, expression in RECORDS]}]}


def prometheus_rule():
    return {"apiVersion": "monitoring.coreos.com/v1", "kind": "PrometheusRule",
            "metadata": {"name": "fcrdns", "labels": {"app.kubernetes.io/name": "fcrdns-exporter"}},
            "spec": {"groups": alerts()["groups"] + recording()["groups"]}}


class Dumper(yaml.SafeDumper):
    """Expressions of several lines as blocks, lists indented below their keys, and every value written out."""

    def increase_indent(self, flow=False, indentless=False):
        return super().increase_indent(flow, False)

    def ignore_aliases(self, _):
        return True


Dumper.add_representer(str, lambda dumper, text: dumper.represent_scalar(
    "tag:yaml.org,2002:str", text, style="|" if "\n" in text else None))

HEAD = "# Made by make_rules.py; change that, and run it.\n"
FILES = {"alerts.yml": alerts, "recording.yml": recording, "prometheus-rule.yaml": prometheus_rule}


def contents():
    return {name: HEAD + yaml.dump(make(), Dumper=Dumper, sort_keys=False, width=100) for name, make in FILES.items()}


def main():
    if sys.argv[1:] == ["--check"]:
        stale = [name for name, text in contents().items() if (HERE / name).read_text() != text]
        sys.exit(f"not what make_rules.py writes: {', '.join(stale)}" if stale else 0)
    for name, text in contents().items():
        (HERE / name).write_text(text)


if __name__ == "__main__":
    main()
