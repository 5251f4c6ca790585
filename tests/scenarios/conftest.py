"""Fixtures: scripted servers, exporters and real name servers, always ended by who started them."""

import contextlib
import itertools
import signal

import pytest

from exporter import Exporter, binary
from real_servers import RealServers
from scripted_dns import ScriptedServer

TEST_SECONDS = 90  # no test may hang, whatever it waits for
_addresses = itertools.count(1)


@pytest.fixture(autouse=True)
def time_limit():
    """SIGALRM in the middle of whatever hangs."""

    def expired(_signum, _frame):
        raise TimeoutError(f"the test took longer than {TEST_SECONDS} s")

    before = signal.signal(signal.SIGALRM, expired)
    signal.alarm(TEST_SECONDS)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


def _dns_factory(stack):
    def start(address=None, **options):
        number = next(_addresses)
        address = address or f"127.53.{100 + number // 250}.{1 + number % 250}"
        return stack.enter_context(ScriptedServer(address, **options))

    return start


def _exporter_factory(stack, tmp_path_factory):
    def start(config, targets=(), args=(), wait="ready", **options):
        exporter = Exporter(tmp_path_factory.mktemp("exporter"), config, targets, args, **options)
        exporter.start(wait)
        stack.callback(exporter.stop)
        return exporter

    return start


@pytest.fixture
def start_dns():
    """start_dns() -> a scripted server with an address of its own."""
    with contextlib.ExitStack() as stack:
        yield _dns_factory(stack)


@pytest.fixture
def start_exporter(start_dns, tmp_path_factory):
    """start_exporter(config, targets) -> a running exporter; stopped before its servers are."""
    binary()
    with contextlib.ExitStack() as stack:
        yield _exporter_factory(stack, tmp_path_factory)


@pytest.fixture(scope="module")
def start_shared_dns():
    with contextlib.ExitStack() as stack:
        yield _dns_factory(stack)


@pytest.fixture(scope="module")
def start_shared_exporter(start_shared_dns, tmp_path_factory):
    """The same for a whole file: many targets, many assertions, one process."""
    binary()
    with contextlib.ExitStack() as stack:
        yield _exporter_factory(stack, tmp_path_factory)


@pytest.fixture(scope="module")
def real_servers(tmp_path_factory):
    """NSD and Knot, three Unbounds with their own caches."""
    with RealServers(tmp_path_factory.mktemp("servers")) as servers:
        yield servers
