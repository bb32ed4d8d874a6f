# SPDX-License-Identifier: BSD-2-Clause
"""./janus show"""

from __future__ import annotations

import argparse
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from janus import archive, errors, options, output, packages
from janus.errors import JanusError
from janus.guest import Ending, Terminal
from janus.machine import Boot
from janus.paths import shown
from janus.qemu import Qemu
from janus.qmp import Gone
from janus.show import draw, draw_exo
from janus.show.exo import Exo
from janus.show.l4 import Kernel
from janus.show.memory import Memory

DESCRIPTION = """\
Boots as `run` does, lets the system come to rest, and prints what its kernel
holds then. Of l4: the spaces and the tree of mappings between them, the
capabilities and how they derive from each other, or the threads and what they
wait for. Of exo: who holds which frames, whose turn each slice is, or what is
bound and shared with whom.

It is read from the machine's memory while it stands still; the kernel has no
part in it. Names of spaces and services are the root task's, or init's.

A system that does not come to rest is looked at when the time is over."""

Snapshot = TypeVar("Snapshot")

# How a personality's kernel is read, and its views as text and as graphs.
SHOWN: dict[str, tuple[Callable[..., Any], dict[str, Any], dict[str, Any]]] = {
    "l4": (Kernel, draw.TEXT, draw.GRAPH),
    "exo": (Exo, draw_exo.TEXT, draw_exo.GRAPH),
}
POLL = 0.1  # seconds between two looks whether the processor sleeps
QUIET = 5  # so many looks in a row


def add_parser(subparsers: Any) -> None:
    usage = "./janus show [options] {l4 {spaces,caps,threads} | exo {frames,slices,bindings}}"
    parser = options.command(subparsers, "show", "draw what a running kernel holds", DESCRIPTION, usage=usage)
    options.add_what(parser)
    parser.add_argument("view", choices=[*draw.TEXT, *draw_exo.TEXT], metavar="VIEW", help="what to draw")
    options.add_machine(parser)
    parser.add_argument("--svg", type=Path, metavar="FILE", help="write a picture as well")
    parser.add_argument("--timeout", type=options.seconds, default=10.0, metavar="S", help="look after so many seconds at the latest (10)")
    parser.set_defaults(takes_rest=True)


def run(args: argparse.Namespace) -> int:
    packages.require("run", *(["show"] if args.svg else []))
    name = args.personality or next(p for p, (_, text, _) in SHOWN.items() if args.view in text)
    if name not in SHOWN:
        raise errors.UsageError(f"{name} cannot be shown: {' and '.join(SHOWN)} can")
    kind, text, graph = SHOWN[name]
    if args.view not in text:
        raise errors.UsageError(f"of {name}, {', '.join(text)} can be shown, not {args.view}")
    with options.boot(args) as what, tempfile.TemporaryDirectory(prefix="janus-") as folder:
        kernel = snapshot(kept_running(what, Path(folder)), args.timeout, kind)
    print(text[args.view](kernel), end="")
    if args.svg:
        subprocess.run(["dot", "-Tsvg", "-o", args.svg], input=graph[args.view](kernel).encode(), check=True)
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


def snapshot(what: Boot, timeout: float, kind: Callable[[Memory, int, Path, dict[str, Path]], Snapshot]) -> Snapshot:
    """Boot, wait until the system rests, and read its memory."""
    with tempfile.TemporaryDirectory(prefix="janus-") as name, Qemu(what, Terminal(), Path(name)) as guest:
        if not _rests(guest, time.monotonic() + timeout):
            said = guest.output.decode(errors="replace").strip()
            raise JanusError(f"the guest ended before there was anything to show:\n{said}")
        guest.stop()
        programs = archive.extract_programs(what.archive, Path(name)) if what.archive else {}
        named = {path.name: program for path, program in ((Path(key), value) for key, value in programs.items())}
        return kind(Memory(guest.physical_memory()), guest.page_table(), what.kernel, named)


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
