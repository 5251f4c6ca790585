#!/usr/bin/python3
"""The dashboards against Grafana's own types (npm @grafana/schema), by the TypeScript compiler.

Every dashboard becomes a literal of the type Dashboard, every panel's options and field settings literals of its kind's
types, so that the compiler reports keys there are none of, and values of other types. `check_types.py BUILD` installs
into BUILD what package-lock.json names; one line per test, `ok NAME` or `FAILED NAME`.
"""
import json
import pathlib
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
BOARDS = sorted((HERE.parents[1] / "grafana/dashboards").glob("*.json"))
MODULES = {"stat": "Stat", "table": "Table", "timeseries": "TimeSeries", "heatmap": "Heatmap", "state-timeline": "StateTimeline"}
HAS_FIELDS = {"table", "timeseries", "heatmap", "state-timeline"}  # the stat panel has none of its own
# What a Prometheus data source has in its annotations; the type knows no data source.
PROMETHEUS_ANNOTATION = "expr", "step", "tagKeys", "textFormat", "titleFormat", "useValueForTime"
SCHEMA = "@grafana/schema/dist/esm/raw"

# Enums are written as their values in JSON.
HEAD = """type Loose<T> = T extends string ? `${T}` : T extends number ? (`${T}` extends `${infer N extends number}` ? N : never) :
  T extends (infer I)[] ? Loose<I>[] : T extends object ? { [K in keyof T]: Loose<T[K]> } : T;
"""


def imports():
    yield f'import type {{ Dashboard }} from "{SCHEMA}/dashboard/x/Dashboard_types.gen";\n'
    for kind, name in MODULES.items():
        folder = kind.replace("-", "")
        yield f'import type * as {name} from "{SCHEMA}/composable/{folder}/panelcfg/x/{name}PanelCfg_types.gen";\n'


def literals(board):
    """A panel's options and field settings apart from the rest, which calls them records of anything."""
    for panel in board["panels"]:
        if panel["type"] == "row":
            continue
        name = MODULES[panel["type"]]
        yield f"const options{panel['id']}: Loose<{name}.Options> = {json.dumps(panel['options'])};\n"
        if panel["type"] in HAS_FIELDS:
            custom = json.dumps(panel["fieldConfig"]["defaults"].get("custom", {}))
            yield f"const fields{panel['id']}: Loose<{name}.FieldConfig> = {custom};\n"
    for each in board["annotations"]["list"]:
        for key in PROMETHEUS_ANNOTATION:
            each.pop(key, None)
    yield f"const board: Loose<Dashboard> = {json.dumps(board)};\nexport {{ board }};\n"


def source_of(board):
    return HEAD + "".join(imports()) + "".join(literals(board))


def complain(name, text):
    print(f"FAILED {name}\n    " + text.strip()[-3000:].replace("\n", "\n    "), flush=True)


def install(build):
    """What cannot run has failed, and says why."""
    build.mkdir(parents=True, exist_ok=True)
    for name in "package.json", "package-lock.json":
        shutil.copy(HERE / name, build / name)
    if shutil.which("npm") is None:
        complain("npm packages", "npm is missing: install the Debian package npm")
        return False
    done = subprocess.run(["npm", "ci", "--no-audit", "--no-fund"], cwd=build, capture_output=True, text=True)
    if done.returncode != 0:
        complain("npm packages", "the packages of tests/dashboards/package-lock.json cannot be had:\n" + done.stdout + done.stderr)
    return done.returncode == 0


def compile_all(build, sources):
    for name, text in sources.items():
        (build / f"{name}.ts").write_text(text)
    (build / "tsconfig.json").write_text(json.dumps({
        "compilerOptions": {"strict": True, "noEmit": True, "skipLibCheck": True, "module": "nodenext", "moduleResolution": "nodenext",
                            "target": "es2022", "types": []},
        "files": [f"{name}.ts" for name in sources]}))
    done = subprocess.run(["node_modules/.bin/tsc", "-p", "tsconfig.json", "--pretty", "false"], cwd=build, capture_output=True, text=True)
    return (done.stdout + done.stderr).splitlines()


# One fault each, so that a compiler that sees nothing is seen.
FAULTS = {
    "an unknown key of a panel's options": lambda board: board["panels"][1]["options"].update(textModee="auto"),
    "another type": lambda board: board.update(graphTooltip="1"),
    "an unknown word": lambda board: board["panels"][1]["options"].update(textMode="sometimes"),
    "an unknown key of the dashboard": lambda board: board.update(editablee=False),
}


def with_faults(board):
    for number, (name, spoil) in enumerate(FAULTS.items()):
        spoiled = json.loads(json.dumps(board))
        spoil(spoiled)
        yield f"fault{number}", name, source_of(spoiled)


def main():
    build = pathlib.Path(sys.argv[1]).resolve()
    if not install(build):
        sys.exit(1)
    boards = {path.stem: json.loads(path.read_text()) for path in BOARDS}
    faults = list(with_faults(boards["overview"]))
    sources = {name: source_of(board) for name, board in boards.items()}
    sources.update({key: text for key, _, text in faults})
    complaints, failed = compile_all(build, sources), False
    for name in boards:
        own = [line for line in complaints if line.startswith(f"{name}.ts")]
        failed |= bool(own) or not boards
        complain(f"types of {name}", "\n".join(own)) if own else print(f"ok types of {name}")
    for key, name, _ in faults:
        seen = any(line.startswith(f"{key}.ts") for line in complaints)
        failed |= not seen
        print(f"ok {name} is seen") if seen else complain(f"{name} is seen", "the compiler says nothing")
    other = [line for line in complaints if not line.startswith(tuple(f"{name}.ts" for name in sources)) and not line.startswith(" ")]
    if other:
        complain("the compiler itself", "\n".join(other))
    sys.exit(1 if failed or other else 0)


main()
