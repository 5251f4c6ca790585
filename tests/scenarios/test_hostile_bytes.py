"""PTR names of any bytes at all: the page stays what it must be, and each name is shown exactly."""

import pytest

from exporter import resolver, settings, target
from scripted_dns import *  # noqa: F403

LONGEST = 253 * 4  # a name of 253 bytes, each as \\DDD
PLAIN = b"abcdefghijklmnopqrstuvwxyz0123456789-_/"
BYTES = {f"5.45.100.{value}" if value else "5.45.101.0": value for value in range(256)}
BLOCKS = {f"5.45.102.{first}": bytes(range(first, first + 16)) for first in range(0, 256, 16)}
EXTREMES = {
    "5.45.103.1": [(b"\xff" * 63, b"\x00" * 63, b"\n" * 63, b'"' * 61)],
    "5.45.103.2": [(bytes([n]) * 63, b"\\" * 63, b"\n" * 63, b"," * 61) for n in range(128, 138)],
    "5.45.103.3": [(b"\x01",) * 127],
    "5.45.103.4": [(b"example.com",), (b"example", b"com,example"), (b"#", b"HELP"), (b" ", b"\t", b"\r\n", b"\x7f")],
}


def shown(labels):
    """A name as design.md 6 wants it, written without a look at the program."""
    return ".".join("".join(chr(byte) if byte in PLAIN else f"\\{byte:03}" for byte in label.lower())
                    for label in labels)


def names_of(ip):
    """The PTR names of a target, as tuples of labels."""
    if ip in EXTREMES:
        return EXTREMES[ip]
    return [(b"a" + (bytes([BYTES[ip]]) if ip in BYTES else BLOCKS[ip]) + b"z", b"example", b"com")]


@pytest.fixture(scope="module")
def page(start_shared_dns, start_shared_exporter):
    """Read by both parsers; promtool reads it when the exporter stops."""
    server = start_shared_dns()
    for ip in (*BYTES, *BLOCKS, *EXTREMES):
        server.zone.ptr(ip, *names_of(ip))
    exporter = start_shared_exporter(settings(resolver("one", server, max_qps=500), timeout="2s", interval="10s"),
                                     [target([*BYTES, *BLOCKS, *EXTREMES])])
    return exporter.wait_page(lambda page: all(page.answer(ip, "one")["ptr"] for ip in page.ips()), 20, "all names")


def test_every_byte_is_shown_exactly(page):
    for ip in (*BYTES, *BLOCKS):
        assert page.answer(ip, "one")["ptr"] == shown(names_of(ip)[0])


def test_only_host_names_are_usable(page):
    for ip, value in BYTES.items():
        usable = chr(value).isascii() and (chr(value).isalnum() or value in b"-_")
        wanted = ("forward_missing", "nxdomain") if usable else ("ptr_invalid", "bad_chars")
        answer = page.answer(ip, "one")
        assert (answer["status"], answer["reason"]) == wanted, value
    assert {page.status(ip) for ip in (*BLOCKS, *EXTREMES)} == {"ptr_invalid"}


def test_longest_names_are_shown_whole_and_bounded(page):
    for ip, names in EXTREMES.items():
        parts = page.answer(ip, "one")["ptr"].split(",")
        assert sorted(parts) == sorted(shown(name) for name in names)
        assert all(len(part) <= LONGEST for part in parts)
    assert len(page.answer("5.45.103.2", "one")["ptr"]) > 9 * 950, "ten of the longest"


def test_page_is_ascii(page):
    assert page.raw.isascii()
    assert not [byte for byte in set(page.raw) if byte < 32 and byte != 10]
