"""Forged replies change nothing, real changes do: random ids, ports and letter case, and the confirmation over TCP."""

import dataclasses
import signal
import threading
import time

import pytest

from exporter import resolver, settings, target, wait_for
from scripted_dns import *  # noqa: F403
from scripted_dns import reverse_name

IPS = [f"5.45.100.{n}" for n in range(1, 9)]
DROPPED = "fcrdns_dns_dropped_packets_total"
CONFIRMED = "fcrdns_dns_confirmations_total"


@pytest.fixture
def server(start_dns):
    server = start_dns()
    for number, ip in enumerate(IPS):
        server.zone.good(ip, f"mail{number}.example.com")
    return server


def confirmations(page):
    return {s.labels["result"]: s.value for s in page.samples(CONFIRMED)}


def rounds(exporter, server, count):
    """A page after each of so many further rounds."""
    for _ in range(count):
        seen = len(server.ptr_queries(IPS[0]))
        exporter.wait_page(lambda page: len(server.ptr_queries(IPS[0])) > seen, 5, "another round")
        time.sleep(0.2)
        yield exporter.page()


def all_at(page, status):
    assert {ip: page.status(ip) for ip in IPS} == dict.fromkeys(IPS, status)


def udp_ports_towards(server):
    """The local ports of every socket connected to the server (the exporter's; nobody else asks it)."""
    host, port = server.address.split("."), server.port
    remote = "".join(f"{int(part):02X}" for part in reversed(host)) + f":{port:04X}"
    with open("/proc/net/udp", encoding="ascii") as table:
        rows = [line.split() for line in table][1:]
    return [int(row[1].split(":")[1], 16) for row in rows if row[2] == remote]


class Flood(threading.Thread):
    """Forged replies for every target, with ids in turn, from the server's own address to all ports of the exporter."""

    def __init__(self, server, names, seconds):
        super().__init__(daemon=True)
        self._server, self._names, self._until = server, names, time.monotonic() + seconds
        self.sent = 0
        self.ports = set()

    def run(self):
        query = b"\0\0" + b"\1\0\0\1\0\0\0\0\0\0"
        forgeries = [bytearray(forged(query + to_name(name).to_wire() + b"\0\x0c\0\1")) for name in self._names]
        while time.monotonic() < self._until:
            ports = udp_ports_towards(self._server)
            self.ports.update(ports)
            for port in ports:
                self._send(forgeries, port)

    def _send(self, forgeries, port):
        for forgery in forgeries:
            self.sent += 1
            forgery[0:2] = (self.sent * 40503 & 0xFFFF).to_bytes(2, "big")
            try:
                self._server._udp_socket.sendto(bytes(forgery), ("127.0.0.1", port))
            except OSError:
                pass  # a full buffer, or a port that has just been given up


# --- ids, ports, letter case -------------------------------------------------


@pytest.mark.release
def test_flood_of_guesses_changes_nothing(server, start_exporter):
    """A flood at all ports while answers are slow: every packet is dropped and counted, no status moves."""
    server.everything(delayed(0.05))
    exporter = start_exporter(settings(resolver("one", server), timeout="1s"), [target(IPS)])
    all_at(exporter.page(), "pass")
    flood = Flood(server, [reverse_name(ip) for ip in IPS], seconds=4)
    flood.start()
    for page in rounds(exporter, server, 3):
        all_at(page, "pass")
        assert all(page.value("fcrdns_lookup_success", ip=ip, resolver="one") == 1 for ip in IPS)
    flood.join()
    page = exporter.page()
    all_at(page, "pass")
    assert flood.sent > 2000 and len(flood.ports) > 1
    dropped = page.value(DROPPED, resolver="one", reason="mismatch") + page.value(DROPPED, resolver="one", reason="buffer")
    assert dropped > flood.sent / 4, f"{dropped} of {flood.sent}"
    assert sum(confirmations(page).values()) == 0


def test_guessed_ids_before_every_reply(server, start_exporter):
    server.everything(guessed_ids(50))
    exporter = start_exporter(settings(resolver("one", server), timeout="1s"), [target(IPS)])
    for page in rounds(exporter, server, 4):
        all_at(page, "pass")
    assert page.value(DROPPED, resolver="one", reason="mismatch") > 50 * len(IPS)
    assert sum(confirmations(page).values()) == 0


@pytest.mark.parametrize("with_tcp", [True, False])
def test_right_port_and_id_but_wrong_case(server, start_exporter, with_tcp):
    """Whoever guessed all but the letter case is not believed, and does not keep the right reply away."""
    server.everything(guessed_all_but_case())
    if not with_tcp:
        server.close_tcp()
    exporter = start_exporter(settings(resolver("one", server), timeout="1s"), [target(IPS)])
    for page in rounds(exporter, server, 4):
        all_at(page, "pass")
        assert all(page.value("fcrdns_lookup_success", ip=ip, resolver="one") == 1 for ip in IPS)
    assert page.value(DROPPED, resolver="one", reason="mismatch") >= 4 * len(IPS)
    assert any(query.name != query.key for query in server.queries()[-len(IPS):]), "it still asks in mixed case"


def test_wrong_case_and_nothing_else_is_asked_over_tcp(server, start_exporter):
    """The right reply never comes by UDP: TCP is asked, and since it keeps the case, UDP is not believed."""
    server.everything(by_proto(udp=lambda query: forged(query.wire)))
    exporter = start_exporter(settings(resolver("one", server), timeout="1s"), [target(IPS)])
    for page in rounds(exporter, server, 2):
        all_at(page, "pass")
    assert server.queries(proto="tcp")


def test_packets_without_room_are_counted(server, start_exporter):
    """While the program stands still, more replies come than its sockets have room for."""
    exporter = start_exporter(settings(resolver("one", server), timeout="1s"), [target(IPS)])
    ports = udp_ports_towards(server)
    exporter.process.send_signal(signal.SIGSTOP)
    try:
        for _ in range(4000):
            try:
                server._udp_socket.sendto(bytes(1200), ("127.0.0.1", ports[0]))
            except BlockingIOError:
                time.sleep(0.001)
    finally:
        exporter.process.send_signal(signal.SIGCONT)

    def both_counted(page):
        return page.value(DROPPED, resolver="one", reason="buffer") > 100 and \
            page.value(DROPPED, resolver="one", reason="mismatch") > 100

    exporter.wait_page(both_counted, 10, "lost and useless packets counted")
    all_at(exporter.page(), "pass")


def test_letter_case_is_random(server, start_exporter):
    exporter = start_exporter(settings(resolver("one", server)), [target(IPS)])
    exporter.wait_page(lambda page: len(server.ptr_queries(IPS[0])) >= 6, 10, "six rounds")
    spellings = [query.name for query in server.ptr_queries(IPS[0])]
    assert len(set(spellings)) >= len(spellings) - 1
    assert {name.lower() for name in spellings} == {reverse_name(IPS[0])}
    ids = [query.message.id for query in server.queries()]
    assert len(set(ids)) > 0.9 * len(ids)
    assert len({query.port for query in server.queries(proto="udp")}) > 5


@pytest.mark.parametrize("with_tcp", [True, False])
@pytest.mark.parametrize("change", [bytes.lower, bytes.upper, bytes.swapcase])
def test_resolver_that_changes_the_case(server, start_exporter, change, with_tcp):
    """It proves that it cannot keep the case, at once and with a single target too, and is asked in lower case then."""
    server.everything(case_changed(change))
    if not with_tcp:
        server.close_tcp()
    exporter = start_exporter(settings(resolver("one", server), timeout="1s"), [target(IPS[0])])
    assert exporter.page().status(IPS[0]) == "pass"
    time.sleep(1.2)
    latest = server.ptr_queries(IPS[0])[-1]
    assert latest.name == latest.key and latest.proto == "udp"
    assert len(exporter.log_lines("changes the letter case")) == 1
    page = exporter.page()
    assert page.value("fcrdns_lookup_success", ip=IPS[0], resolver="one") == 1


# --- confirmation ------------------------------------------------------------


@pytest.mark.release
def test_perfect_forgery_is_overruled_by_tcp(server, start_exporter):
    exporter = start_exporter(settings(resolver("one", server)), [target(IPS)])
    server.everything(guessed_all())
    for page in rounds(exporter, server, 4):
        all_at(page, "pass")
        assert page.disagreement(IPS[0]) == set()
        assert all(page.value("fcrdns_lookup_success", ip=ip, resolver="one") == 1 for ip in IPS)
    assert confirmations(page)["other"] >= 3 * len(IPS)
    assert confirmations(page)["same"] == confirmations(page)["failed"] == 0


def test_perfect_forgery_at_the_start(server, start_exporter):
    """The first answer is no pass: it is confirmed before it counts, and TCP knows better."""
    server.everything(guessed_all())
    exporter = start_exporter(settings(resolver("one", server)), [target(IPS)])
    all_at(exporter.page(), "pass")


def test_first_pass_needs_no_confirmation(server, start_exporter):
    exporter = start_exporter(settings(resolver("one", server)), [target(IPS)])
    for page in rounds(exporter, server, 2):
        all_at(page, "pass")
    assert server.queries(proto="tcp") == [] and sum(confirmations(page).values()) == 0


def test_real_change_is_confirmed_once(server, start_exporter):
    """A change that TCP confirms shows within one round; what stays is not confirmed again."""
    exporter = start_exporter(settings(resolver("one", server)), [target(IPS)])
    server.zone.remove(IPS[0])
    exporter.wait_status(IPS[0], "no_ptr", 3)
    server.zone.ptr(IPS[1], "mail1.example.com", "also.example.com")
    exporter.wait_page(lambda page: page.value("fcrdns_ptr_records", ip=IPS[1], resolver="one") == 2, 3, "two names")
    for page in rounds(exporter, server, 3):
        assert page.status(IPS[0]) == "no_ptr" and page.status(IPS[1]) == "pass"
    assert confirmations(page) == {"same": 2, "other": 0, "failed": 0}


def test_addresses_and_ttls_are_no_news(server, start_exporter):
    exporter = start_exporter(settings(resolver("one", server)), [target(IPS)])
    server.zone.a("mail0.example.com", IPS[0], "5.45.101.1", ttl=17)
    server.zone.ptr(IPS[0], "mail0.example.com", ttl=23)
    for page in rounds(exporter, server, 2):
        all_at(page, "pass")
    assert sum(confirmations(page).values()) == 0 and server.queries(proto="tcp") == []


def test_without_tcp_a_change_is_confirmed_from_other_ports(server, start_exporter):
    server.close_tcp()
    exporter = start_exporter(settings(resolver("one", server)), [target(IPS)])
    server.zone.remove(IPS[0])
    changed = time.monotonic()
    exporter.wait_status(IPS[0], "no_ptr", 4)
    assert confirmations(exporter.page()) == {"same": 1, "other": 0, "failed": 0}
    ports = [query.port for query in server.ptr_queries(IPS[0], since=changed)][:2]
    assert ports[0] != ports[1]


def test_without_tcp_a_single_forgery_does_not_count(server, start_exporter):
    """One perfect forgery over UDP, TCP refused: two more questions from other ports say otherwise."""
    server.close_tcp()
    exporter = start_exporter(settings(resolver("one", server)), [target(IPS)])
    server.on_ip(IPS[0], sequence(lambda query: forged(query.wire, lower=False), from_zone()))
    seen = len(server.ptr_queries(IPS[0]))
    wait_for(lambda: len(server.ptr_queries(IPS[0])) >= seen + 5, 8, "the forgery and what follows")
    page = exporter.page()
    all_at(page, "pass")
    assert confirmations(page) == {"same": 0, "other": 0, "failed": 1}


def test_unconfirmed_news_say_why(start_dns, start_exporter):
    """Nothing confirms the first answer: not pending for ever, but temp_error with the reason TCP failed for."""
    server, ip = start_dns(), IPS[0]
    names = [answer((reverse_name(ip), 300, "PTR", f"n{number}.example.com")) for number in range(3)]
    server.on_ip(ip, by_proto(udp=alternating(*names), tcp=silence()))
    exporter = start_exporter(settings(resolver("one", server)), [target(ip)])
    page = exporter.wait_status(ip, "temp_error", 5)
    assert page.answer(ip, "one") == {"status": "temp_error", "reason": "tcp_timeout", "ptr": ""}
    assert page.value("fcrdns_lookup_success", ip=ip, resolver="one") == 0
    assert confirmations(page)["failed"] >= 1 and confirmations(page)["same"] == 0


def test_resolver_by_tcp_needs_no_confirmation(server, start_exporter):
    server.zone.remove(IPS[0])
    exporter = start_exporter(settings(resolver("one", server, transport="tcp")), [target(IPS)])
    page = exporter.page()
    assert page.status(IPS[0]) == "no_ptr" and sum(confirmations(page).values()) == 0
    assert len(server.ptr_queries(IPS[0])) <= 2 and server.queries(proto="udp") == []


def test_durations_leave_the_confirmation_out(server, start_exporter):
    server.everything(by_proto(tcp=delayed(0.6)))
    server.zone.remove(IPS[0])
    exporter = start_exporter(settings(resolver("one", server), timeout="2s", interval="30s"), [target(IPS)])
    page = exporter.page()
    assert page.status(IPS[0]) == "no_ptr"
    assert page.value("fcrdns_lookup_duration_seconds", ip=IPS[0], resolver="one", record_type="PTR") < 0.5


def test_forged_alias_to_a_truncated_answer_is_news_from_udp(server, start_exporter):
    """A CNAME forged over UDP leads to a name whose real answer comes by TCP: all the same only TCP may tell."""
    crowd = "evil.example.net"
    server.zone.ptr(crowd, *[f"x{number:02}" for number in range(60)])
    server.on(crowd, "PTR", truncated())
    exporter = start_exporter(settings(resolver("one", server)), [target(IPS)])
    server.on_ip(IPS[0], by_proto(udp=answer((reverse_name(IPS[0]), 300, "CNAME", crowd))))
    for page in rounds(exporter, server, 3):
        all_at(page, "pass")
    assert server.queries(crowd, proto="tcp")
    assert confirmations(page)["other"] >= 2


def test_wrong_case_for_ever_does_not_stop_the_clock(server, start_exporter):
    """A reply in the wrong case, again and again every few milliseconds: questions end all the same."""
    again = [dataclasses.replace(Send(), delay=number * 0.004) for number in range(500)]
    server.on_ip(IPS[0], by_proto(
        udp=lambda query: [dataclasses.replace(send, wire=forged(query.wire)) for send in again], tcp=silence()))
    server.on_ip(IPS[1], silence())
    exporter = start_exporter(settings(resolver("one", server)), [target(IPS)], wait="healthy")
    for ip in IPS[:2]:
        exporter.wait_page(lambda page, ip=ip: page.answer(ip, "one")["status"] == "temp_error", 8, f"{ip} has failed")
    assert exporter.page().status(IPS[2]) == "pass"


def test_one_packet_with_ra_does_not_make_absence_a_block(server, start_exporter):
    """A resolver that never sets RA: a forged bare refusal with RA, or one odd answer, changes nothing."""
    server.everything(ra_clear())
    server.zone.remove(IPS[0])
    exporter = start_exporter(settings(resolver("one", server), tries=3), [target(IPS)])
    assert exporter.page().status(IPS[0]) == "no_ptr"
    odd = sequence(no_question("NOTIMP"), from_zone(), ra_clear())
    server.on_ip(IPS[1], odd)
    for page in rounds(exporter, server, 4):
        assert page.status(IPS[0]) == "no_ptr" and page.value("fcrdns_lookup_success", ip=IPS[0], resolver="one") == 1


# --- log ---------------------------------------------------------------------


def test_failures_do_not_flood_the_log(start_dns, start_exporter):
    """A line per resolver and reason, not per failure."""
    servers = {"broken": start_dns(), "mixed": start_dns()}
    servers["broken"].everything(rcode("SERVFAIL"))
    servers["mixed"].everything(alternating(rcode("REFUSED"), rcode("NOTIMP"), cut(-5)))
    exporter = start_exporter(settings(*[resolver(*pair) for pair in servers.items()], tries=1),
                              [target([f"5.45.100.{n}" for n in range(1, 40)])])
    for name, reason in (("broken", "servfail"), ("mixed", "refused"), ("mixed", "notimp"), ("mixed", "malformed")):
        exporter.wait_page(lambda page, name=name, reason=reason: page.value(
            "fcrdns_dns_query_failures_total", resolver=name, reason=reason) >= 39, 20, f"failures of {name}")
        lines = [line for line in exporter.log_lines("Lookups fail") if f"resolver={name} reason={reason} " in line]
        assert len(lines) == 1, lines
