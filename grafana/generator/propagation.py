"""A change on its way: who has the new answer, who the old one, how far, until when."""

from parts import (AGREE_OR_NOT, OF_TARGET, WITH_AUTHORITY, Dashboard, annotation, chosen, query, steps, values, variables)

ETA = chosen(f"fcrdns_propagation_eta_timestamp_seconds{{{OF_TARGET}}} - time()")
SAMPLED = f'fcrdns_propagation_eta_timestamp_seconds{{{OF_TARGET},bound="sampled"}}'
UPPER = f'fcrdns_propagation_eta_timestamp_seconds{{{OF_TARGET},bound="upper"}}'


def build():
    board = Dashboard(
        "fcrdns-propagation", "Reverse DNS / Propagation",
        "A change on its way: old and new at each resolver and at the authority, the share that has it, and when the rest will.",
        variables(), time="now-3h",
        annotations=[annotation("Changes", f"fcrdns_target_last_change_timestamp_seconds{{{OF_TARGET}}} * 1000 > (time() - 120) * 1000", "{{ip}}",
                                "{{hostname}} changed at a resolver")])
    board.row("Now")
    board.stat("Addresses in disagreement", "On names or on the status.",
               f"count(max by (job, instance, ip, hostname) ({chosen(f'fcrdns_disagreement{{{OF_TARGET}}}')}) == 1) or vector(0)",
               thresholds=steps(("green", None), ("orange", 1)), width=6)
    board.stat("Share propagated", "The smallest, over the addresses chosen, of the share of resolvers that say what the authority says. No "
               "data while that is not known.", f"min({chosen(f'fcrdns_propagation_ratio{{{OF_TARGET}}}')})", unit="percentunit",
               thresholds=steps(("red", None), ("orange", 0.01), ("green", 1)), width=6)
    board.stat("Old answers seen end", "When the last old answer that was seen ends. Moves when another cache is seen. No data: nothing "
               "propagates, or nothing can be promised.", f"max({chosen(SAMPLED)}) * 1000",
               unit="dateTimeFromNow", width=6)
    board.stat("All old answers end", "When the last copy anybody may have fetched ends. Never moves later.",
               f"max({chosen(UPPER)}) * 1000", unit="dateTimeFromNow", width=6)
    board.row("Who says what")
    board.timeline("PTR names at each resolver and at the authority", "A row per answer: the old one ends where the new one begins. Needs "
                   "answer_info. Choose an address: of many at once the first thirty rows are shown per page.",
                   [query(f"max by (ip, resolver, ptr) ({chosen(f'fcrdns_answer_info{{{WITH_AUTHORITY}}}')})", "{{ip}} {{resolver}}: {{ptr}}")],
                   values((1, "", "#5794F2")), height=10)
    board.timeline("Do the resolvers agree?", "Latched: until no older answer that differs can come any more.",
                   [query(f"topk(30, {chosen(f'fcrdns_disagreement{{{OF_TARGET}}}')})", "{{ip}} {{aspect}}")], AGREE_OR_NOT, height=8)
    board.row("How far, until when")
    board.series("Share propagated", "Share of the resolvers that say what the authority says.",
                 [query(f"bottomk(20, {chosen(f'fcrdns_propagation_ratio{{{OF_TARGET}}}')})", "{{ip}} {{hostname}}")], unit="percentunit", low=0, high=1,
                 line="stepAfter")
    board.series("Time left", "Until the sampled and the upper end; below zero it is over.",
                 [query(f"topk(20, {ETA})", "{{ip}} {{bound}}")], unit="s")
    board.series("TTL left at each resolver", "As given with the last answer. Falls while it answers from its cache.",
                 [query(f"topk(30, {chosen(f'fcrdns_ptr_ttl_seconds{{{WITH_AUTHORITY}}}')})", "{{ip}} {{resolver}}")], unit="s", low=0, line="stepAfter")
    board.series("Different answers", "Sets of PTR names among the answers that count, as they are now.",
                 [query(f"topk(20, {chosen(f'fcrdns_distinct_answers{{{OF_TARGET}}}')})", "{{ip}} {{hostname}}")], low=0, line="stepAfter")
    board.series("Addresses by state of their authorities", "Inconsistent: give no end, since what is true is not one thing.",
                 [query(f"sum by (state) ({chosen(f'fcrdns_authority_state{{{OF_TARGET}}}')}) > 0", "{{state}}")], width=24, stack=True, low=0)
    return board.json()
