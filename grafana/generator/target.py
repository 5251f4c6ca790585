"""One address: its chain at every resolver, over time."""

from parts import (OF_TARGET, OF_VIEW, OK_OR_NOT, STATUS_COLOURS, WITH_AUTHORITY, Dashboard, mapping, override, query,
                   steps, values, variables)


def text_timeline(board, title, description, label, mappings, height=7):
    """Text over time, one row per resolver: each answer is a series that is 1 while it lasts; its label is shown in place
    of the 1."""
    board.timeline(title, description,
                   [query(f"max by (resolver, {label}) (fcrdns_answer_info{{{WITH_AUTHORITY}}})", f"{{{{resolver}}}}: {{{{{label}}}}}")],
                   mappings, height=height)


def build():
    board = Dashboard("fcrdns-target", "Reverse DNS / Target",
                      "One address: what each resolver and the authoritative servers say of it, since when, and how long it lasts.",
                      variables(one_target=True))
    board.row("$ip $hostname")
    board.stat("Verdict", "1 if the combined status is pass.", f"min(fcrdns_target_ok{{{OF_TARGET}}})",
               mappings=values((1, "pass", "green"), (0, "not pass", "red")), width=4)
    board.stat("Last change", "Last change between two conclusive statuses, or of the PTR names at a resolver; none since the start if "
               "there is no data.", f"max(fcrdns_target_last_change_timestamp_seconds{{{OF_TARGET}}}) * 1000", unit="dateTimeFromNow",
               width=5)
    board.stat("Last check", "The oldest, over the resolvers, of their last checks.",
               f"min(fcrdns_target_last_check_timestamp_seconds{{{OF_TARGET}}}) * 1000", unit="dateTimeFromNow", width=5)
    board.stat("Different answers", "Sets of PTR names among the resolvers' answers; none at all is one of them.",
               f"max(fcrdns_distinct_answers{{{OF_TARGET}}})", thresholds=steps(("green", None), ("orange", 2)), width=5)
    board.stat("PTR records", "The most that a resolver gives. One is right.", f"max(fcrdns_ptr_records{{{OF_VIEW}}})",
               thresholds=steps(("red", None), ("green", 1), ("orange", 2)), width=5)
    board.row("The chain")
    board.timeline("Status", "Combined over all resolvers.",
                   [query(f"fcrdns_target_status{{{OF_TARGET}}} == 1", "{{status}}")], values((1, "", "text")), height=5)
    text_timeline(board, "Status at each resolver", "The status of the answer that counts. Needs answer_info.", "status",
                  values((1, "", "#5794F2")))
    text_timeline(board, "PTR names at each resolver", "What the reverse name leads to, at each resolver and at the zone's own servers. A "
                  "row per answer: where it ends and another begins, the answer changed.", "ptr", values((1, "", "#5794F2")))
    text_timeline(board, "Reason", "Why a status is what it is: nxdomain, timeout, servfail, ...", "reason", values((1, "", "#8AB8FF")),
                  height=6)
    board.timeline("Authoritative servers", "How the zone's own servers answered when they were last asked.",
                   [query(f"fcrdns_authority_state{{{OF_TARGET}}} == 1", "{{state}}")], values((1, "", "text")), height=5)
    board.table("Flags now", "What is poor practice, or explains the status.",
                [query(f"fcrdns_target_flag{{{OF_TARGET}}} == 1", instant=True, table=True)],
                [{"id": "organize", "options": {"excludeByName": {"Time": True, "__name__": True, "Value": True, "job": True}}}], [],
                width=8, height=7)
    board.table("Answers now", "Of each resolver and of the authority.",
                [query(f"fcrdns_answer_info{{{WITH_AUTHORITY}}}", instant=True, table=True)],
                [{"id": "organize", "options": {
                    "excludeByName": {"Time": True, "__name__": True, "Value": True, "job": True, "instance": True},
                    "indexByName": {"resolver": 0, "status": 1, "reason": 2, "ptr": 3, "ip": 4, "hostname": 5}}}],
                [override("status", ("mappings", mapping(STATUS_COLOURS)), ("custom.cellOptions", {"type": "color-text"}))], width=16,
                height=7)
    board.row("How long it lasts, how long it takes")
    board.series("TTL of the PTR answer", "As each resolver gave it with its last answer: falls while it answers from its cache, jumps up when "
                 "it has asked anew. For a missing record, how long its absence may be cached.",
                 [query(f"fcrdns_ptr_ttl_seconds{{{WITH_AUTHORITY}}}", "{{resolver}}")], unit="s", low=0, line="stepAfter")
    board.series("TTL of the forward answer", "The smallest over the PTR names.",
                 [query(f"fcrdns_forward_ttl_seconds{{{WITH_AUTHORITY}}}", "{{resolver}}")], unit="s", low=0, line="stepAfter")
    board.series("Lookup duration", "Of the last check, retries included; after a timeout the time waited.",
                 [query(f"fcrdns_lookup_duration_seconds{{{WITH_AUTHORITY}}}", "{{resolver}} {{record_type}}")], unit="s", low=0)
    board.timeline("Lookups", "Whether the last check got a conclusive answer.",
                   [query(f"fcrdns_lookup_success{{{WITH_AUTHORITY}}}", "{{resolver}}")], OK_OR_NOT, width=12, height=8)
    board.timeline("Leads back", "Whether some PTR name leads back to the address (iprev pass, RFC 8601).",
                   [query(f"fcrdns_forward_match{{{WITH_AUTHORITY}}}", "{{resolver}}")], OK_OR_NOT, width=12)
    board.timeline("Expected name", "Is an expected name among the PTR names? No data where none is expected.",
                   [query(f"fcrdns_ptr_match{{{WITH_AUTHORITY}}}", "{{resolver}}")], OK_OR_NOT, width=12)
    return board.json()
