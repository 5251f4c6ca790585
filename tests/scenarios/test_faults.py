"""Every case of the table of faults, and every lying resolver, at every one of twenty polls.

fault_cases.py says how the table works, lying_resolvers.py has the other one.
"""

import dataclasses
import time

import pytest

import cases_of_answers  # noqa: F401 - fills the table
import cases_of_failures  # noqa: F401 - fills the table
from exporter import resolver, settings, target
from fault_cases import CASES, IPREV, View, find, set_up
from lying_resolvers import ALL, GOOD, GROUPS, LIARS, RIGHT, start_liars
from page import CONCLUSIVE, FAILURES, STATUSES, Page

POLLS = 20
# A machine with two busy cores must keep up with a server in Python: some 500 questions a round
# at each resolver. Over TCP, where every question is a connection, a round takes several seconds.
INTERVAL = 1.5  # seconds
TIMEOUT = "1500ms"
QPS, TCP_QPS = 500, 120
SETTLE = 40  # seconds at most, until the first round is through everywhere

# Whether a name looks like a provider's, or is another target's, has tests of its own.
OF_OTHER_TESTS = {"generic", "shared_ptr"}


class Poll:
    """One page, each series looked up once."""

    def __init__(self, page):
        self.statuses = {s.labels["ip"]: s.labels["status"] for s in page.samples("fcrdns_target_status") if s.value}
        self.flags = self._sets(page, "fcrdns_target_flag", "flag")
        self.disagreement = self._sets(page, "fcrdns_disagreement", "aspect")
        iprev = self._values(page, "fcrdns_forward_match")
        success = self._values(page, "fcrdns_lookup_success")
        self.views = {}
        for sample in page.samples("fcrdns_answer_info"):
            key = sample.labels["ip"], sample.labels["resolver"]
            self.views[key] = View(*(sample.labels[name] for name in ("status", "reason", "ptr")),
                                   iprev.get(key), success.get(key))

    @staticmethod
    def _sets(page, name, label):
        found = {}
        for sample in page.samples(name):
            found.setdefault(sample.labels["ip"], set()).update([sample.labels[label]] if sample.value else [])
        return found

    @staticmethod
    def _values(page, name):
        return {(s.labels["ip"], s.labels["resolver"]): s.value for s in page.samples(name)}

    def mistakes(self, entry):
        """What is not as the case wants it."""
        views = [(name, self.views[entry.ip, name], wanted)
                 for name, wanted in (("faulty", entry.by_udp), ("faulty_tcp", entry.by_tcp))]
        combined = [("status", self.statuses[entry.ip], entry.combined),
                    ("flags", self.flags[entry.ip] - OF_OTHER_TESTS, set(entry.flags)),
                    ("disagreement", self.disagreement[entry.ip], entry.disagreement)]
        return [f"{what}: {found}, not {wanted}" for what, found, wanted in views + combined if found != wanted]


@dataclasses.dataclass
class Polled:
    faulty: object  # the server of the cases
    liars: dict  # servers by name
    polls: list
    last: Page
    pages: dict  # of the exporter of each liar


@pytest.fixture(scope="module")
def polled(start_shared_dns, start_shared_exporter):
    """The scripted servers, and a page an interval of each exporter, once every case has settled."""
    faulty, peer = start_shared_dns(), start_shared_dns()
    set_up(faulty, peer)
    resolvers = [resolver("faulty", faulty, max_qps=QPS),
                 resolver("faulty_tcp", faulty, transport="tcp", max_qps=TCP_QPS),
                 resolver("peer", peer, max_qps=QPS)]
    targets = [target(entry.written or entry.ip, entry.hostname) for entry in CASES]
    exporter = start_shared_exporter(settings(*resolvers, interval=f"{INTERVAL * 1000:.0f}ms", timeout=TIMEOUT), targets,
                                     wait="healthy")
    exporter.wait_ready(SETTLE)
    liars, exporters = start_liars(start_shared_dns, start_shared_exporter)
    time.sleep(2 * INTERVAL)  # what was lost in the rush of the start is asked again
    started, raw = time.monotonic(), []
    for number in range(POLLS):
        time.sleep(max(0, started + number * INTERVAL - time.monotonic()))
        raw.append([one.get("/metrics")[2] for one in (exporter, *exporters)])
    pages = [[Page(body, twice=bodies is raw[-1]) for body in bodies] for bodies in raw]
    return Polled(faulty, liars, [Poll(row[0]) for row in pages], pages[-1][0],
                  {liar.name: [row[1 + number] for row in pages] for number, group in enumerate(GROUPS)
                   for liar in group})


@pytest.mark.parametrize("entry", CASES, ids=lambda entry: entry.name)
def test_fault(polled, entry):
    wrong = [found for found in (poll.mistakes(entry) for poll in polled.polls) if found]
    assert not wrong, f"at {len(wrong)} of {POLLS} polls: {wrong[0]}"


def test_cases_reach_every_status_and_every_failure():
    assert {entry.status for entry in CASES} == STATUSES - {"pending"}
    assert {view.reason for entry in CASES for view in (entry.by_udp, entry.by_tcp)} >= FAILURES


def test_names_and_addresses_of_cases_are_their_own():
    assert len({entry.name for entry in CASES}) == len({entry.ip for entry in CASES}) == len(CASES)


def test_failures_are_counted_by_reason(polled):
    for reason in FAILURES:
        assert polled.last.total("fcrdns_dns_query_failures_total", reason=reason) > 0, reason
    assert polled.last.value("fcrdns_dns_query_failures_total", resolver="peer", reason="servfail") == 0


def test_number_of_records_is_told_in_full(polled):
    for name in ("60_names", "300_names"):
        number = polled.last.value("fcrdns_ptr_records", ip=find(name).ip, resolver="faulty")
        assert number == int(name.split("_")[0])


@pytest.mark.parametrize("ip", ALL)
@pytest.mark.parametrize("liar", LIARS, ids=lambda liar: liar.name)
def test_lying_resolver(polled, liar, ip):
    """Never pass for what does not pass, and a failure disagrees with nobody."""
    status, reason, disagreement = liar.wrong.get(ip, (RIGHT[ip], None, set()))
    worst = max(status, RIGHT[ip], key=list(IPREV).index) if status in CONCLUSIVE else RIGHT[ip]
    for page in polled.pages[liar.name]:
        found = page.answer(ip, liar.name)
        assert found["status"] == status and reason in (None, found["reason"]), found
        assert page.answer(ip, "right")["status"] == RIGHT[ip]
        assert page.disagreement(ip) == disagreement
        assert page.status(ip) == worst, "quorum is 1"


def test_the_question_of_the_next_check_has_edns_again(polled):
    """FORMERR switches EDNS off for one question, not for ever."""
    asked = [query.edns for query in polled.liars["without_edns"].ptr_queries(GOOD, proto="udp")]
    assert asked.count(True) >= POLLS and asked[:6] == [True, False] * 3, asked[:20]
