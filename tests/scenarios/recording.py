"""One run of the exporter, its page kept every second: what happens in time is looked at afterwards.

Several scenarios share a run, each with an address of its own, because TTLs take their time.
"""

import dataclasses
import functools
import time

from page import Page

# TTLs are whole seconds, rounded by every cache, and an answer may come until SETTLE_S after its end.
ROUND_S = 3
SETTLE_S = 3
POLL_S = 3  # the exporter's, its confirmation and ours, on a busy machine


@dataclasses.dataclass(frozen=True)
class Row:
    """What one page says of one address; None: it has no such series."""

    time: float  # Unix
    disagreement: frozenset
    ratio: float
    sampled: float
    upper: float
    state: str  # of the authority
    flags: frozenset


def one(page, name, **labels):
    return page.value(name, **labels) if page.has(name, **labels) else None


def row_of(moment, page, ip):
    eta = "fcrdns_propagation_eta_timestamp_seconds"
    states = [s.labels["state"] for s in page.samples("fcrdns_authority_state", ip=ip) if s.value == 1]
    return Row(moment, frozenset(page.disagreement(ip)), one(page, "fcrdns_propagation_ratio", ip=ip),
               one(page, eta, ip=ip, bound="sampled"), one(page, eta, ip=ip, bound="upper"), states[0],
               frozenset(page.flags(ip)))


class Recording:
    def __init__(self, exporter):
        self.exporter = exporter
        self.start = time.time()
        self.pages = []

    def run(self, seconds, events=()):
        """A page a second; `events` are (second, function) in their order."""
        waiting, raw, second = list(events), [], 0
        while second < seconds:
            while waiting and waiting[0][0] <= second:
                waiting.pop(0)[1]()
            status, _, body = self.exporter.get("/metrics")
            assert status == 200, status
            raw.append((time.time(), body))
            second += 1
            time.sleep(max(0.0, self.start + second - time.time()))
        self.pages = [(moment, Page(body, twice=False)) for moment, body in raw]
        return self

    @functools.cache  # noqa: B019 - as many recordings as runs
    def _all_rows(self, ip):
        return [row_of(moment, page, ip) for moment, page in self.pages]

    def rows(self, ip, since=0.0, until=float("inf")):
        return [row for row in self._all_rows(ip) if since <= row.time <= until]

    def values(self, name, **labels):
        """[(time, value)] of the pages that have the series."""
        return [(moment, page.value(name, **labels)) for moment, page in self.pages if page.has(name, **labels)]

    def table(self, ip):
        """For failures: what an admin would have seen, the times as seconds from the start."""
        lines = ["second  disagreement  ratio  sampled-now  upper-now  state  flags"]
        for row in self.rows(ip):
            sampled, upper = (f"{eta - row.time:.1f}" if eta is not None else "-" for eta in (row.sampled, row.upper))
            lines.append(f"{row.time - self.start:6.1f}  {','.join(sorted(row.disagreement)) or '-':12}  {row.ratio}  "
                         f"{sampled:>6}  {upper:>6}  {row.state}  {','.join(sorted(row.flags))}")
        return "\n".join(lines)

    # --- what several scenarios promise ---

    def check_counts_down(self, ip, end, aspects, first_by, late=0.0, least=5):
        """From soon after the start the end is told, it stays put, and is kept; returns it.

        `late`: the resolver may say so much more than it keeps.
        """
        told = [row for row in self.rows(ip) if row.sampled is not None]
        table = self.table(ip)
        assert len(told) >= least, f"the end is told\n{table}"
        assert told[0].time - self.start <= first_by, table
        times = [row.sampled for row in told]
        assert max(times) - min(times) <= ROUND_S, f"the end stays put: {max(times) - min(times)}\n{table}"
        assert -ROUND_S <= times[-1] - end <= ROUND_S + late, f"off by {times[-1] - end}\n{table}"
        seconds = {round(row.time) for row in told}
        assert len(seconds) >= (told[-1].time - told[0].time) * 0.8, f"told without a gap\n{table}"
        assert all(row.disagreement == aspects and row.ratio < 1 or row.time > end - ROUND_S for row in told), table
        return times[-1]

    def check_ends(self, ip, end, aspects, begin=POLL_S):
        """From `begin` on resolvers disagree until then; a poll later nobody does, and no end is told any more."""
        table = self.table(ip)
        before = self.rows(ip, since=self.start + begin, until=end - ROUND_S)
        assert before and all(row.disagreement == aspects for row in before), table
        after = self.rows(ip, since=end + SETTLE_S + POLL_S)
        assert after and all(not row.disagreement and row.sampled is None and row.upper is None for row in after), table

    def check_promises_nothing(self, ip, since=0.0):
        rows = self.rows(ip, since=self.start + since)
        assert rows and all(row.sampled is None and row.upper is None for row in rows), self.table(ip)
