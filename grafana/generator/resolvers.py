"""The resolvers, and the exporter itself."""

from parts import OF_RESOLVER, OK_OR_NOT, SCOPE, UP_OR_DOWN, Dashboard, query, variables


def rate(name, labels, by, selector=OF_RESOLVER):
    return query(f"sum by ({by}) (rate({name}{{{selector}}}[$__rate_interval])) > 0", labels)


def build():
    board = Dashboard("fcrdns-resolvers", "Reverse DNS / Resolvers and exporter",
                      "How fast and how well the resolvers answer, and whether the exporter keeps up.", variables())
    board.row("Resolvers")
    board.timeline("Resolvers", "Down: the last five queries and then a question for the root servers went unanswered or were refused.",
                   [query(f"fcrdns_resolver_up{{{OF_RESOLVER}}}", "{{instance}} {{resolver}}")], UP_OR_DOWN)
    board.heatmap("Query duration", "Every query, at all resolvers chosen.",
                  f"sum by (le) (rate(fcrdns_dns_query_duration_seconds_bucket{{{OF_RESOLVER}}}[$__rate_interval]))")
    board.series("Query duration, median and 95 %", "By resolver.", [
        query("histogram_quantile(0.5, sum by (le, resolver) (rate(fcrdns_dns_query_duration_seconds_bucket"
              f"{{{OF_RESOLVER}}}[$__rate_interval])))", "{{resolver}} median"),
        query("histogram_quantile(0.95, sum by (le, resolver) (rate(fcrdns_dns_query_duration_seconds_bucket"
              f"{{{OF_RESOLVER}}}[$__rate_interval])))", "{{resolver}} 95 %", ref="B")], unit="s", low=0)
    board.series("Queries", "By resolver and type, every try counted.",
                 [rate("fcrdns_dns_queries_total", "{{resolver}} {{record_type}}", "resolver, record_type")], unit="reqps", stack=True,
                 low=0)
    board.series("Responses", "By response code.", [rate("fcrdns_dns_responses_total", "{{resolver}} {{rcode}}", "resolver, rcode")],
                 unit="reqps", stack=True, low=0)
    board.series("Failures", "Queries without an answer to judge by. Rising timeouts: the way out, or max_qps; servfail: a zone.",
                 [rate("fcrdns_dns_query_failures_total", "{{resolver}} {{reason}}", "resolver, reason")], unit="reqps", low=0)
    board.series("Confirmations", "News are asked again over TCP. `other` that does not stay at 0: somebody answers in the resolver's place, or "
                 "its caches disagree.", [rate("fcrdns_dns_confirmations_total", "{{resolver}} {{result}}", "resolver, result")],
                 unit="reqps", low=0)
    board.series("Dropped packets", "mismatch: answered no waiting query, so late, broken or forged; buffer: the socket had no room.",
                 [rate("fcrdns_dns_dropped_packets_total", "{{resolver}} {{reason}}", "resolver, reason")], unit="pps", low=0)
    board.series("Lookups that succeed", "Share of the addresses whose last check was conclusive.",
                 [query(f'avg by (resolver) (fcrdns_lookup_success{{{OF_RESOLVER},resolver!="authoritative"}})', "{{resolver}}")],
                 unit="percentunit", low=0, high=1)
    board.row("Exporter")
    board.stat("Targets", "Addresses that are watched.", f"sum(fcrdns_exporter_targets{{{SCOPE}}})", width=4)
    board.stat("Configuration", "Whether the last reload succeeded.",
               f"min(fcrdns_exporter_config_last_reload_successful{{{SCOPE}}})", mappings=OK_OR_NOT, width=4)
    board.stat("Loaded", "When the configuration in force was loaded.",
               f"max(fcrdns_exporter_config_last_reload_success_timestamp_seconds{{{SCOPE}}}) * 1000", unit="dateTimeFromNow", width=4)
    board.stat("Running since", "Of the exporter started last.", f"max(process_start_time_seconds{{{SCOPE}}}) * 1000",
               unit="dateTimeFromNow", width=4)
    board.table("Version", "Of each exporter.", [query(f"fcrdns_exporter_build_info{{{SCOPE}}}", instant=True, table=True)],
                [{"id": "organize", "options": {"excludeByName": {"Time": True, "__name__": True, "Value": True, "job": True}}}], [],
                width=8, height=4)
    board.series("Lag", "check: how far checks are behind their schedule, max_qps is too low if it lasts; loop: how late its last heartbeat was.",
                 [query(f"fcrdns_exporter_check_lag_seconds{{{SCOPE}}}", "{{instance}} check"),
                  query(f"fcrdns_exporter_event_loop_lag_seconds{{{SCOPE}}}", "{{instance}} loop", ref="B")], unit="s", low=0)
    board.series("CPU", "Share of one core.",
                 [query(f"rate(process_cpu_seconds_total{{{SCOPE}}}[$__rate_interval])", "{{instance}}")], unit="percentunit", low=0)
    board.series("Memory", "Resident and virtual; some 370 bytes per address and resolver.",
                 [query(f"process_resident_memory_bytes{{{SCOPE}}}", "{{instance}} resident"),
                  query(f"process_virtual_memory_bytes{{{SCOPE}}}", "{{instance}} virtual", ref="B"),
                  query(f"process_virtual_memory_max_bytes{{{SCOPE}}} < 1e15", "{{instance}} limit", ref="C")], unit="bytes", low=0)
    board.series("Descriptors and threads", "Sockets, files, connections; the limit is drawn while it is near.",
                 [query(f"process_open_fds{{{SCOPE}}}", "{{instance}} descriptors"),
                  query(f"process_max_fds{{{SCOPE}}} < 20 * process_open_fds{{{SCOPE}}}", "{{instance}} limit", ref="B"),
                  query(f"process_threads{{{SCOPE}}}", "{{instance}} threads", ref="C")], low=0)
    return board.json()
