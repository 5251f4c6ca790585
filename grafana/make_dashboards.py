#!/usr/bin/python3
"""Write dashboards/*.json from generator/, so that colours, variables and links are the same in all of them.

With --check, say whether they are what would be written.
"""
import json
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / "generator"))
sys.dont_write_bytecode = True

import overview  # noqa: E402
import propagation  # noqa: E402
import resolvers  # noqa: E402
import target  # noqa: E402

BOARDS = {"overview": overview, "target": target, "propagation": propagation, "resolvers": resolvers}


def main():
    texts = {HERE / "dashboards" / f"{name}.json": json.dumps(module.build(), indent=2) + "\n" for name, module in BOARDS.items()}
    if sys.argv[1:] == ["--check"]:
        stale = [path.name for path, text in texts.items() if path.read_text() != text]
        sys.exit(f"not what make_dashboards.py writes: {', '.join(stale)}" if stale else 0)
    for path, text in texts.items():
        path.write_text(text)


main()
