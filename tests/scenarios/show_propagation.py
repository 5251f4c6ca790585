#!/usr/bin/python3
"""Watch a PTR change get from two authorities to three caches: `make show-propagation`. Not a test.

NSD and Knot serve the zones, three Unbounds ask them, the exporter watches all of them; everything on loopback, for
about a minute. The record changes in the sixth second. Resolver "one" keeps nothing for longer than 8 seconds, "two" and
"three" hold what they have for its whole TTL of 30 seconds; "three" fetched it 10 seconds later than "two".
"""

import pathlib
import sys
import tempfile
import time

from dns_zone import reverse_name
from exporter import Exporter, resolver, target, wait_for
from real_servers import FORWARD, REVERSE4, RealServers

IP, OLD, NEW = "5.45.100.20", "old.example.com", "mail.example.com"
TTL_SECONDS, APART_SECONDS, CHANGE_SECOND, MOST_SECONDS = 30, 10, 6, 70
RESOLVERS = {"one": {"options": ["cache-max-ttl: 8"]}, "two": {}, "three": {}}
HEAD = "second  one   two   three authority  ptr disagrees  ratio  eta sampled  eta upper  ttl at three"


def publish(servers, name):
    servers.set_address(name, IP, ttl=300)
    servers.set_ptr(IP, name, ttl=TTL_SECONDS)
    servers.publish(FORWARD, REVERSE4)


def prime(servers):
    """Two caches hold the old record from different moments on."""
    servers.resolvers["two"].ask(reverse_name(IP), "PTR")
    time.sleep(APART_SECONDS)
    servers.resolvers["three"].ask(reverse_name(IP), "PTR")


def one(page, name, **labels):
    found = page.samples(name, ip=IP, **labels)
    return found[0].value if found else None


def show(second, page, now):
    names = {OLD: "old", NEW: "new", "": "-"}
    said = [names[(page.answer(IP, who) or {"ptr": ""})["ptr"]] for who in (*RESOLVERS, "authoritative")]
    ends = [one(page, "fcrdns_propagation_eta_timestamp_seconds", bound=bound) for bound in ("sampled", "upper")]
    left = ["-" if end is None else f"{end - now:+.0f} s" for end in ends]
    ratio = one(page, "fcrdns_propagation_ratio")
    print(f"{second:6}  {said[0]:5} {said[1]:5} {said[2]:5} {said[3]:10} "
          f"{one(page, 'fcrdns_disagreement', aspect='ptr'):<14.0f} {'-' if ratio is None else f'{ratio:.2f}':6} "
          f"{left[0]:12} {left[1]:10} {one(page, 'fcrdns_ptr_ttl_seconds', resolver='three'):.0f}", flush=True)


def is_over(page):
    return (page.answer(IP, "authoritative") or {}).get("ptr") == NEW and \
        one(page, "fcrdns_propagation_ratio") == 1 and one(page, "fcrdns_disagreement", aspect="ptr") == 0


def watch(servers, exporter):
    wait_for(lambda: one(exporter.page(), "fcrdns_propagation_ratio") == 1, 15, "the authority has been asked")
    print(HEAD)
    start, after = time.monotonic(), 0
    for second in range(MOST_SECONDS):
        if second == CHANGE_SECOND:
            publish(servers, NEW)
            print("        -- the record is changed at both authorities")
        page = exporter.page()
        show(second, page, time.time())
        after = after + 1 if is_over(page) else 0
        if after == 3:
            return
        time.sleep(max(0.0, start + second + 1 - time.monotonic()))


def main():
    folder = pathlib.Path(tempfile.mkdtemp(prefix="fcrdns-propagation-"))
    (folder / "servers").mkdir()
    (folder / "exporter").mkdir()
    with RealServers(folder / "servers", resolvers=RESOLVERS) as servers:
        publish(servers, OLD)
        prime(servers)
        resolvers = [resolver(name, server) for name, server in servers.resolvers.items()]
        config = {"resolvers": resolvers, "interval": "5s", "changing_interval": "1s", "timeout": "1s",
                  "authoritative": {"enabled": True, "port": servers.port, "allow_special_use": True}}
        exporter = Exporter(folder / "exporter", config, [target(IP, [OLD, NEW])])
        exporter.start("ready")
        try:
            watch(servers, exporter)
            print("\nThe log:")
            print("\n".join(exporter.log_lines("Answer changed")))
        finally:
            exporter.terminate()
            exporter.end()


if __name__ == "__main__":
    sys.exit(main())
