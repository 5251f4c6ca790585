#!/usr/bin/python3
"""The seeds of the fuzzers, made from tests/fixtures: `make_seeds.py FOLDER` fills FOLDER/NAME for fuzz_NAME.c.

What the bytes in front of a message mean is said in fuzz_replies.c and fuzz_name.c.
"""
import pathlib
import shutil
import sys

FIXTURES = pathlib.Path(__file__).resolve().parent.parent / "fixtures"
TYPES = {"PTR": 0, "A": 1, "AAAA": 2, "NS": 3, "SOA": 4}
IS_V6 = 16
HEADER_SIZE = 12


def read_reply(path):
    """The type that was asked, and the message."""
    first, *lines = path.read_text().splitlines()
    kind = first.split(":")[0].split()[2]
    return kind, bytes.fromhex("".join(lines))


def reply_seed(kind, first, second, choices=0):
    return bytes([choices, TYPES[kind]]) + len(first).to_bytes(2, "big") + first + second


def reply_seeds(replies):
    """Every reply by itself, and in the other place of a check that is otherwise good."""
    good_ptr, good_address = replies["ptr_one"][1], replies["a_target"][1]
    for name, (kind, message) in replies.items():
        yield name, reply_seed(kind, message, good_address, choices=2)
        if kind in ("A", "AAAA"):
            yield f"{name}_behind", reply_seed("PTR", good_ptr, message, IS_V6 if kind == "AAAA" else 4)


def name_seeds(replies):
    for name, (_, message) in replies.items():
        yield name, bytes([HEADER_SIZE]) + message
    for number, text in enumerate((b".", b"mail.example.com.", b"m\\195\\164il.example", b"mail\\.host.example")):
        yield f"text_{number}", b"\0" + text


def configuration_seeds(*kinds):
    """Fixtures as they are; of two with one name, one good and one bad, both."""
    for kind in kinds:
        for path in sorted(FIXTURES.glob(f"config/*/{kind}/*")):
            if path.suffix != ".expected":
                yield f"{path.parent.parent.name}_{kind}_{path.name}", path.read_bytes()


QUERIES = (b"target=203.0.113.9&hostname=mail.example.com&debug=true", b"target=2a01%3A4f8%3A%3A7", b"a+b=c%2Bd&&e&=f&g=h=i",
           b"target=%31%00&x=%zz%", b"hostname=m%C3%A4il.example,b.example")


def query_seeds(before=b""):
    for number, query in enumerate(QUERIES):
        yield str(number), before + query


def web_config_seeds():
    sys.path.append(str(FIXTURES.parent / "scenarios"))
    import web_config_cases as cases
    for name, (text, _) in {**cases.CASES, **cases.LATER_CASES, **cases.STRICTER_CASES}.items():
        yield name, text.encode()


def main():
    folder = pathlib.Path(sys.argv[1])
    replies = {path.stem: read_reply(path) for path in sorted((FIXTURES / "replies").glob("*.hex"))}
    seeds = {
        "replies": reply_seeds(replies),
        "name": name_seeds(replies),
        "packets": ((name, bytes([number % 8]) + message) for number, (name, (_, message)) in enumerate(replies.items())),
        "accept": ((path.stem, path.read_bytes()) for path in sorted((FIXTURES / "accept").iterdir())),
        "query_string": query_seeds(),
        "web_config": web_config_seeds(),
        "url": query_seeds(b"/probe?"),
        "settings": configuration_seeds("settings"),
        "targets": configuration_seeds("targets"),
        "yaml": configuration_seeds("settings", "targets"),
    }
    shutil.rmtree(folder, ignore_errors=True)
    for subject, pairs in seeds.items():
        (folder / subject).mkdir(parents=True)
        for name, content in pairs:
            (folder / subject / name).write_bytes(content)


main()
