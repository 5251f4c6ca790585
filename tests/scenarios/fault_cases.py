"""One table of faults and of what must come of them: what a case is, and how it is written.

Every row of the decision table and every fault a resolver is known for is a case: one
address, watched at a resolver that shows the fault (`faulty`, and the same server again by
`transport: tcp`: `faulty_tcp`) and at one that answers as it should (`peer`). Before its
script runs, both servers know address and name of the case as they should be; the script
spoils what the faulty one says.

cases_of_answers.py and cases_of_failures.py fill the table, test_faults.py runs it.
"""

import dataclasses

from dns_zone import reverse_name

CONCLUSIVE = ("pass", "name_mismatch", "forward_mismatch", "forward_missing", "ptr_invalid", "no_ptr")
BOTH = {"ptr", "verdict"}

# What a status alone says about its disagreement with a peer that passes.
DIFFERS = {"name_mismatch": BOTH, "forward_mismatch": {"verdict"}, "forward_missing": {"verdict"},
           "ptr_invalid": BOTH, "no_ptr": BOTH}

IPREV = {"pass": 1, "name_mismatch": 1, "forward_mismatch": 0, "forward_missing": 0, "ptr_invalid": 0, "no_ptr": 0}


@dataclasses.dataclass(frozen=True)
class View:
    """What a page shows of one address at one resolver. None: the series is not there."""

    status: str
    reason: str
    ptr: str = ""
    iprev: object = None  # fcrdns_forward_match
    success: object = None  # fcrdns_lookup_success


@dataclasses.dataclass
class Case:
    name: str
    status: str
    reason: str = "none"
    ptr: str = None  # None: the name of the case if there is a counted answer
    flags: frozenset = frozenset()
    hostname: object = None  # expected in the target file
    differs: object = None  # aspects of disagreement with the peer; None: as DIFFERS says
    over_tcp: tuple = None  # (status, reason) at faulty_tcp; None: the same there
    script: object = None  # script(at: Place)
    ip: str = None
    written: str = None  # the address as the target file has it

    @property
    def host(self):
        """The name that belongs to the address."""
        return self.name.replace("_", "-") + ".example.com"

    def _view(self, status, reason):
        if status == "special_use":
            return View(status, reason)
        if status not in CONCLUSIVE:
            return View(status, reason, success=0)
        shown = "" if status == "no_ptr" else self.host if self.ptr is None else self.ptr
        return View(status, reason, shown, IPREV[status], 1)

    @property
    def by_udp(self):
        return self._view(self.status, self.reason)

    @property
    def by_tcp(self):
        return self._view(*(self.over_tcp or (self.status, {"timeout": "tcp_timeout"}.get(self.reason, self.reason))))

    @property
    def disagreement(self):
        return DIFFERS.get(self.status, set()) if self.differs is None else self.differs

    @property
    def combined(self):
        """Of three views two decide, and the peer's passes: where one more passes, that is it."""
        return "pass" if self.by_tcp.status == "pass" else self.status


@dataclasses.dataclass
class Place:
    """Where the script of a case works."""

    faulty: object  # the servers
    peer: object
    ip: str
    host: str
    number: int  # makes names unlike those of other cases

    @property
    def zone(self):
        return self.faulty.zone

    @property
    def reverse(self):
        return reverse_name(self.ip)

    def both(self, change):
        """change(zone): at the peer too."""
        change(self.faulty.zone)
        change(self.peer.zone)

    def ptr(self, *names):
        """These PTR records at the faulty server; the address of the name is gone there."""
        self.zone.ptr(self.ip, *names)
        self.zone.remove(self.host)

    def on_ptr(self, behaviour):
        self.faulty.on_ip(self.ip, behaviour)

    def on_forward(self, behaviour, name=None):
        self.faulty.on(name or self.host, None, behaviour)


CASES = []


def case(name, status, reason="none", **more):
    """Decorator: the function spoils the faulty server for one address."""

    def add(script):
        number = len(CASES) + 1
        CASES.append(Case(name, status, reason, script=script, **{"ip": f"5.45.100.{number}", **more}))
        return script

    return add


def ptr_meets(behaviour):
    """The PTR question meets this behaviour."""
    return lambda at: at.on_ptr(behaviour)


def forward_meets(behaviour):
    """The PTR is good, but the question for its address meets this behaviour."""
    return lambda at: at.on_forward(behaviour)


def set_up(faulty, peer, cases=CASES):
    for number, entry in enumerate(cases, start=1):
        for server in (faulty, peer):
            server.zone.good(entry.ip, entry.host)
        if entry.script is not None:
            entry.script(Place(faulty, peer, entry.ip, entry.host, number))


def find(name):
    """The case of this name."""
    return next(entry for entry in CASES if entry.name == name)
