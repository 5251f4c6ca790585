"""The promtool of Debian's newest suite, unpacked beside the system: a Prometheus 3 to try the rules on."""

import pathlib
import subprocess

MOST_SECONDS = 120


def run(*command, cwd):
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=MOST_SECONDS, check=True).stdout


def fetch(folder):
    """From wherever the system has its packages. The path, or why there is none."""
    binary = folder / "root/usr/bin/promtool"
    if binary.exists():
        return binary, None
    folder.mkdir(parents=True, exist_ok=True)
    try:
        site = run("apt-get", "indextargets", "--format", "$(SITE)", "Created-By: Packages", cwd=folder).split()[0]
        (folder / "sources.list").write_text(f"deb {site} sid main\n")
        (folder / "lists/partial").mkdir(parents=True, exist_ok=True)
        options = [word for option in ("Dir::Etc::sourcelist=sources.list", "Dir::Etc::sourceparts=-", "Dir::State::lists=lists",
                                       "Dir::Cache=cache", "APT::Sandbox::User=root", "Acquire::http::Timeout=15")
                   for word in ("-o", option.replace("=sources", f"={folder}/sources").replace("=lists", f"={folder}/lists")
                                .replace("=cache", f"={folder}/cache"))]
        run("apt-get", *options, "-q", "update", "--error-on=any", cwd=folder)
        run("apt-get", *options, "-q", "download", "promtool", cwd=folder)
        run("dpkg", "-x", str(next(folder.glob("promtool_*.deb"))), str(folder / "root"), cwd=folder)
    except (OSError, IndexError, StopIteration, subprocess.SubprocessError) as error:
        said = getattr(error, "stderr", None) or str(error)
        return None, pathlib.PurePath(said.strip().splitlines()[-1] if said.strip() else "no reason given").name
    return binary, None
