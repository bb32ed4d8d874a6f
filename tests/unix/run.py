#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Differential tests: small Linux programs and scripts, run on this machine's Linux and here, with the same result.

    tests/unix/run.py                         all of them, on l4, compared with Linux; one line each
    tests/unix/run.py 'file_*' pipe_ring      those
    tests/unix/run.py --linux file_open       what Linux says
    tests/unix/run.py --system exo ...        on another system

A test is a file programs/AREA_NAME.c, linked statically with musl (with glibc where the name ends with _glibc), or scripts/AREA_NAME.sh, which is executed as it stands,
with busybox's tools in its PATH.  It runs in an empty folder; what it prints, how it ends and what it leaves there is compared.  So it must not print what differs
between two runs on Linux: numbers of processes and nodes, times, absolute paths.
"""

from __future__ import annotations

import argparse
import difflib
import fnmatch
import functools
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(ROOT / "tools"))

from janus import build  # noqa: E402
from janus.figures import musl  # noqa: E402

SECONDS_HERE = 4  # a test's, in the guest: a second is 10^9 instructions
SECONDS_LINUX = 20
BOOT_LIMIT = 280  # seconds of a boot

COMPILERS = {"musl": "musl-gcc", "glibc": "gcc"}
DIED = "\nunix: the server died"
# What serves Linux's programs, and how it is booted.
SYSTEMS = {
    "l4": ("l4",),
    "l4-lazy": ("l4", "--boot=unix-lazy"),
    "l4-direct": ("l4",),
    "exo": ("exo",),
    "exo-rewritten": ("exo", "--boot=unix-rewritten"),
    "exo-protected": ("exo", "--boot=unix-protected"),
}
DIRECT = ("l4-direct",)  # where musl's calls are IPC of its own (bench/unix/library)
FLAGS = ["-static", "-O1", "-Wall", "-Wextra", "-Wno-unused-parameter", "-pthread", "-D_GNU_SOURCE"]

BLOCK = re.compile(r"^@begin (\S+)\n(.*?)^@end \1\n", re.MULTILINE | re.DOTALL)


def sources() -> dict[str, Path]:
    """The tests by name, in the order in which they run."""
    found = [*HERE.glob("programs/*.c"), *HERE.glob("scripts/*.sh")]
    return {path.stem: path for path in sorted(found, key=lambda path: path.stem)}


def areas() -> list[str]:
    return sorted({name.partition("_")[0] for name in sources()})


@functools.cache
def library_of_ipc() -> Path:
    return musl.library(build.build("debug", including="l4"))


def compile_program(source: Path, output: Path, direct: bool = False) -> None:
    library = "glibc" if source.stem.endswith("_glibc") else "musl"
    sources = [source, library_of_ipc()] if direct and library == "musl" else [source]
    subprocess.run([COMPILERS[library], *FLAGS, *sources, "-o", output], check=True)


@functools.cache
def built(names: tuple[str, ...], direct: bool = False) -> tempfile.TemporaryDirectory[str]:
    """A folder with these tests, as drive.c wants it; it lives as long as this program."""
    folder = tempfile.TemporaryDirectory(prefix="janus-unix-")
    path = Path(folder.name)
    path.chmod(0o755)
    compile_program(HERE / "drive.c", path / "drive", direct)
    for name in names:
        source = sources()[name]
        if source.suffix == ".c":
            compile_program(source, path / name, direct)
        else:
            shutil.copy(source, path / name)
            (path / name).chmod(0o755)
    applets = subprocess.run(["/bin/busybox", "--list"], check=True, capture_output=True, text=True).stdout
    (path / "applets").write_text(applets)
    (path / "list").write_text("".join(f"{name}\n" for name in names))
    return folder


def results(text: str) -> dict[str, str]:
    """What a driver said, by test: its own lines alone, for a kernel may say something in between."""
    return {name: "".join(re.findall(r"^@.*\n", block, re.MULTILINE)) for name, block in BLOCK.findall(text)}


@functools.cache
def on_linux(names: tuple[str, ...], attempt: int = 0, direct: bool = False) -> dict[str, str]:
    """What Linux says, each attempt anew."""
    folder = built(names, direct).name
    with tempfile.TemporaryDirectory(prefix="janus-linux-") as place:
        words = [f"{folder}/drive", f"{place}/top", folder, str(SECONDS_LINUX)]
        done = subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
        subprocess.run(["chmod", "-R", "u+rwx", place], check=False)
    return results(done.stdout.replace(f"{place}/top", "/tmp/top").replace(folder, "/tests"))


@functools.cache
def booted(system: str, names: tuple[str, ...]) -> tuple[dict[str, str], str]:
    """Results of one boot, and its console."""
    words = [ROOT / "janus", "run", *SYSTEMS[system], f"--timeout={BOOT_LIMIT}", "--memory=256", "--with", f"{built(names, system in DIRECT).name}:tests"]
    words += ["--with", "/bin/busybox:bin/busybox"]
    words += ["--with", "/bin/bash-static:bin/bash-static"] if os.path.exists("/bin/bash-static") else []
    words += ["--", "/tests/drive", "/tmp/top", "/tests", str(SECONDS_HERE), "counted"]
    done = subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace", check=False)
    console = done.stdout + done.stderr
    if (died := console.find(DIED)) >= 0:  # it begins anew, and so do the tests
        console = console[: console.index("\n", died + 1)]
    return results(console), console


def difference(system: str, names: tuple[str, ...], name: str) -> str:
    """How the result here differs from Linux's; empty: it does not."""
    linux, (here, console) = on_linux(names, direct=system in DIRECT)[name], booted(system, names)
    if name not in here:
        return f"{name} did not come to its end; the console's last lines:\n" + "\n".join(console.splitlines()[-30:])
    lines = difflib.unified_diff(linux.splitlines(), here[name].splitlines(), "Linux", system, lineterm="", n=2)
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name", nargs="*", default=["*"], help="names of tests, or patterns")
    parser.add_argument("--linux", action="store_true", help="only print what Linux says")
    parser.add_argument("--system", default="l4", choices=SYSTEMS)
    parser.add_argument("--console", action="store_true", help="print the console, too")
    options = parser.parse_args()
    names = tuple(name for name in sources() if any(fnmatch.fnmatch(name, pattern) for pattern in options.name))
    if options.linux:
        for name, text in on_linux(names).items():
            print(f"{name}\n{text}")
        return 0
    failed = 0
    for name in names:
        found = difference(options.system, names, name)
        failed += bool(found)
        print(f"{'not ok' if found else 'ok'} - {name}" + f"\n{found}" * bool(found), flush=True)
    if options.console:
        print(booted(options.system, names)[1])
    print(f"{len(names) - failed} as on Linux, {failed} not")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
