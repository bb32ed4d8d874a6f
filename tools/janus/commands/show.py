# SPDX-License-Identifier: BSD-2-Clause
"""./janus show"""

from __future__ import annotations

import argparse
import subprocess
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from janus import archive, errors, options, output, packages
from janus.errors import JanusError
from janus.guest import Ending, Terminal
from janus.machine import Boot
from janus.paths import shown
from janus.qemu import Qemu
from janus.qmp import Gone
from janus.show.draw import GRAPH, TEXT
from janus.show.l4 import Kernel
from janus.show.memory import Memory

DESCRIPTION = """\
Boots as `run` does, lets the system come to rest, and prints what its kernel
holds then: the spaces and the tree of mappings between them, the capabilities
and how they derive from each other, or the threads and what they wait for.

It is read from the machine's memory while it stands still; the kernel has no
part in it. The names of spaces and services are the root task's.

A system that does not come to rest is looked at when the time is over."""

POLL = 0.1  # seconds between two looks whether the processor sleeps
QUIET = 3  # so many looks in a row


def add_parser(subparsers: Any) -> None:
    usage = "./janus show [options] l4 {spaces,caps,threads}"
    parser = options.command(subparsers, "show", "draw what a running kernel holds", DESCRIPTION, usage=usage)
    options.add_what(parser)
    parser.add_argument("view", choices=TEXT, help="what to draw")
    options.add_machine(parser)
    parser.add_argument("--svg", type=Path, metavar="FILE", help="write a picture as well")
    parser.add_argument("--timeout", type=float, default=10.0, metavar="S", help="look after so many seconds at the latest (10)")
    parser.set_defaults(takes_rest=True)


def run(args: argparse.Namespace) -> int:
    packages.require("run", *(["show"] if args.svg else []))
    if args.personality not in (None, "l4"):
        raise errors.UsageError(f"{args.personality} cannot be shown: only l4 can")
    with options.boot(args) as what, tempfile.TemporaryDirectory(prefix="janus-") as folder:
        kernel = snapshot(kept_running(what, Path(folder)), args.timeout)
    print(TEXT[args.view](kernel), end="")
    if args.svg:
        subprocess.run(["dot", "-Tsvg", "-o", args.svg], input=GRAPH[args.view](kernel).encode(), check=True)
        output.note(f"{shown(args.svg)}: written")
    return errors.OK


def kept_running(what: Boot, folder: Path) -> Boot:
    """The same, but the machine does not end with the manifest's main program."""
    if not what.archive:
        return what
    content = archive.from_file(what.archive)
    programs = (replace(p, settings={k: v for k, v in p.settings.items() if k != "main"}) for p in content.programs)
    path = folder / "archive.cpio"
    path.write_bytes(replace(content, programs=tuple(programs)).pack())
    return replace(what, archive=path)


def snapshot(what: Boot, timeout: float) -> Kernel:
    """Boot, wait until the system rests, and read its memory."""
    with tempfile.TemporaryDirectory(prefix="janus-") as name, Qemu(what, Terminal(), Path(name)) as guest:
        if not _rests(guest, time.monotonic() + timeout):
            said = guest.output.decode(errors="replace").strip()
            raise JanusError(f"the guest ended before there was anything to show:\n{said}")
        guest.stop()
        programs = archive.extract_programs(what.archive, Path(name)) if what.archive else {}
        named = {path.name: program for path, program in ((Path(key), value) for key, value in programs.items())}
        return Kernel(Memory(guest.physical_memory()), guest.page_table(), what.kernel, named)


def _rests(guest: Qemu, deadline: float) -> bool:
    """True when the processor sleeps for good, or the time is over; False when the guest ended."""
    quiet = 0
    while quiet < QUIET and time.monotonic() < deadline:
        if guest.wait(min(deadline, time.monotonic() + POLL), stop=False) is not Ending.TIME_LIMIT:
            return False
        try:
            quiet = quiet + 1 if guest.sleeps() else 0
        except Gone:
            return False
    return True
