"""How many addresses at which status, what fails now, what nobody watches."""

from parts import (AGREE_OR_NOT, OF_TARGET, ON, OF_RESOLVER, WITH_LABELS, SCOPE, STATUS_COLOURS, UP_OR_DOWN, Dashboard, chosen, mapping, override, query,
                   steps, variables)

TARGET_LINK = {"title": "This address", "targetBlank": False,
               "url": "/d/fcrdns-target?${datasource:queryparam}&${job:queryparam}&${instance:queryparam}&var-ip=${__data.fields.ip}"
                      "&var-hostname=$__all&${__url_time_range}"}
REFUSED = "no_ptr|ptr_invalid|forward_missing|forward_mismatch"


def count(statuses):
    """Each address once, however many exporters look at it."""
    return f'sum(max by (ip, hostname) (fcrdns_target_status{{{WITH_LABELS},status=~"{statuses}"}}))'


def failing():
    """Status, then what the resolvers say, and since when; joined by address. Without answer_info the names stay empty."""
    at = f'fcrdns_target_status{{{WITH_LABELS},status!~"pass|special_use|pending"}} == 1'
    says = (f'count by (ip, hostname, ptr, reason) (fcrdns_answer_info{{{OF_TARGET},resolver!="authoritative"}}\n'
            f'and {ON} ({at}))')
    since = f'max by (ip, hostname) (fcrdns_target_last_change_timestamp_seconds{{{OF_TARGET}}}\nand {ON} ({at})) * 1000'
    return [query(at, instant=True, table=True, ref="A"), query(says, instant=True, table=True, ref="B"),
            query(since, instant=True, table=True, ref="C")]


def build():
    board = Dashboard("fcrdns-overview", "Reverse DNS / Overview",
                      "How many mail addresses have forward-confirmed reverse DNS, which fail now, and what nobody watches.",
                      variables())
    board.row("Now")
    board.stat("Addresses", "Addresses that are watched.", f"count(max by (ip, hostname) (fcrdns_target_ok{{{WITH_LABELS}}}))", width=3)
    board.stat("Pass", "Forward-confirmed, by an expected name if one is expected.", count("pass"), thresholds=steps(("green", None)),
               width=3)
    board.stat("Mail is refused", "No PTR record, one that is no host name, or one that does not lead back. See the table below, and the "
               "runbooks.", count(REFUSED), thresholds=steps(("green", None), ("red", 1)), width=4)
    board.stat("Another name", "Forward-confirmed, by another name than expected. Nobody refuses mail for that alone.",
               count("name_mismatch"), thresholds=steps(("green", None), ("#F2CC0C", 1)), width=3)
    board.stat("Unknown", "Lookups fail, are filtered, or have not been made yet.", count("temp_error|filtered|pending"),
               thresholds=steps(("green", None), ("orange", 1)), width=3)
    board.stat("Disagreement", "Addresses on which resolvers do not agree. See the Propagation dashboard.",
               f"count(max by (ip, hostname) ({chosen(f'fcrdns_disagreement{{{OF_TARGET}}}')}) == 1) or vector(0)",
               thresholds=steps(("green", None), ("orange", 1)), width=4)
    board.stat("Resolvers down", "Resolvers that answer nothing.", f"count(fcrdns_resolver_up{{{OF_RESOLVER}}} == 0) or vector(0)",
               thresholds=steps(("green", None), ("red", 1)), width=4)
    board.row("What fails")
    board.table(
        "Failing now", "Addresses whose status is not pass: expected and actual name, why, since when. Click an address for its chain. "
        "Names and reasons need answer_info.", failing(),
        [{"id": "joinByField", "options": {"byField": "ip", "mode": "outerTabular"}},
         {"id": "organize", "options": {
             "excludeByName": {"Time": True, "Time 1": True, "Time 2": True, "Time 3": True, "__name__": True, "Value #A": True,
                               "hostname 2": True, "hostname 3": True, "job": True, "instance": True},
             "indexByName": {"ip": 0, "hostname": 1, "hostname 1": 1, "status": 2, "ptr": 3, "reason": 4, "Value #B": 5, "Value #C": 6},
             "renameByName": {"hostname": "expected", "hostname 1": "expected", "ptr": "actual", "Value #B": "resolvers",
                              "Value #C": "since"}}}],
        [override("status", ("mappings", mapping(STATUS_COLOURS)), ("custom.cellOptions", {"type": "color-text"})),
         override("since", ("unit", "dateTimeAsLocal")), override("ip", ("links", [TARGET_LINK]))],
        sort="status")
    board.row("Over time")
    board.series("Addresses by status", "The combined status of every address.",
                 [query(f"sum by (status) (fcrdns_target_status{{{WITH_LABELS}}}) > 0", "{{status}}")], stack=True, width=16, low=0,
                 overrides=[override(name, ("color", {"mode": "fixed", "fixedColor": colour}))
                            for name, colour in STATUS_COLOURS.items()])
    board.series("Share that passes", "Of all addresses that are watched.", [query(f"avg(fcrdns_target_ok{{{WITH_LABELS}}})", "pass")],
                 unit="percentunit", width=8, low=0, high=1)
    board.row("Around it")
    board.table("Addresses nobody watches", "Addresses of expected host names that are no targets: the forgotten IPv6 or NAT address.",
                [query(f"fcrdns_unwatched_addresses{{{SCOPE}}} > 0", instant=True, table=True)],
                [{"id": "organize", "options": {"excludeByName": {"Time": True, "__name__": True, "job": True, "instance": True},
                                                "renameByName": {"Value": "addresses"}}}],
                [], width=8, height=8)
    board.table("Flags", "What is poor practice and no error: how many addresses have it.",
                [query(f"sum by (flag) ({chosen(f'fcrdns_target_flag{{{OF_TARGET}}}')}) > 0", instant=True, table=True)],
                [{"id": "organize", "options": {"excludeByName": {"Time": True}, "renameByName": {"Value": "addresses"}}}], [], width=8,
                height=8)
    board.table("Resolvers", "Who is asked, and whether it answers.",
                [query(f"fcrdns_resolver_up{{{OF_RESOLVER}}}\n* on (job, instance, resolver) group_left (address, transport) "
                       f"fcrdns_resolver_info{{{OF_RESOLVER}}}", instant=True, table=True)],
                [{"id": "organize", "options": {"excludeByName": {"Time": True, "__name__": True, "job": True},
                                                "renameByName": {"Value": "state"}}}],
                [override("state", ("mappings", UP_OR_DOWN), ("custom.cellOptions", {"type": "color-text"}))], width=8, height=8)
    board.timeline("Do the resolvers agree?", "The twenty addresses that disagree most often now: ptr on names, verdict on the status.",
                   [query(f"topk(20, {chosen(f'fcrdns_disagreement{{{OF_TARGET}}} == 1')})", "{{ip}} {{hostname}} {{aspect}}")], AGREE_OR_NOT)
    return board.json()
