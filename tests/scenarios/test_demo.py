"""`make demo` in the hands of somebody who looks and then presses Ctrl-C."""

import os
import re
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import pytest

from exporter import ROOT, binary, wait_for


def processes_of(directory):
    """Who has a path of the demo's on its command line."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and directory in (entry / "cmdline").read_text(errors="replace"):
                found.append(entry.name)
        except OSError:
            continue
    return found


@pytest.fixture
def short_path():
    """Sockets lie in it, whose paths must be short."""
    with tempfile.TemporaryDirectory(prefix="d") as directory:
        yield Path(directory)


def test_it_pages_and_ends_whole(tmp_path, short_path):
    output = tmp_path / "output"
    with open(output, "wb") as stream:
        demo = subprocess.Popen(["/usr/bin/python3", "-B", str(ROOT / "deploy/demo/demo.py"), "--free-ports"], stdout=stream, stderr=stream,
                                stdin=subprocess.DEVNULL, env={**os.environ, "FCRDNS_EXPORTER": binary(), "TMPDIR": str(short_path)})
    try:
        wait_for(lambda: demo.poll() is not None or "PAGE      FcrdnsNoPtr 5.45.100.15 (critical, to shop)" in output.read_text(), 60,
                 "the first page", pause=0.5)
        assert demo.poll() is None, output.read_text()
        directory = re.search(r"\S*fcrdns-demo-\w+", " ".join(os.listdir(short_path))).group()
        assert len(processes_of(directory)) >= 7
        demo.send_signal(signal.SIGINT)
        assert demo.wait(30) == 0, output.read_text()
        time.sleep(0.2)
        assert not processes_of(directory) and not (short_path / directory).exists()
    finally:
        if demo.poll() is None:
            demo.terminate()
            demo.wait(30)
    text = output.read_text()
    assert "5.45.100.20: one old, two old, three old" in text and "Ended." in text and "Traceback" not in text
