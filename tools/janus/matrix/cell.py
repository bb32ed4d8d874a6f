# SPDX-License-Identifier: BSD-2-Clause
"""One figure, measured by one job of the graph: `python3 -m janus.matrix.cell` with the job's words.

A row that fails or hangs is a result too: its file says so, with what the console said and the
command line that does it again, and the job ends well, so that the others stand.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import sys
from pathlib import Path
from typing import Any

from janus import errors, output
from janus.errors import JanusError
from janus.figures import rows
from janus.figures.measure import Figures, of_subject
from janus.figures.release import Release
from janus.matrix import sizes, systems
from janus.matrix.systems import System


def measure(system: System, source: str, release: Release, *, plain: int, variants: int) -> dict[str, Any]:
    """The figures, or why there are none."""
    cell: dict[str, Any] = {"system": system.name, "source": source}
    try:
        figures = _figures(system, source, release, plain, variants)
    except OSError as error:
        return {**cell, "status": "failed", "error": f"{error.filename or 'a file'}: {error.strerror}", "log": "", "replay": ""}
    except JanusError as error:
        first, _, log = str(error).partition("\n")
        return {**cell, "status": "failed", "error": first, "log": log, "replay": _replay(log)}
    return {**cell, "status": "measured", "figures": dataclasses.asdict(figures)}


def _figures(system: System, source: str, release: Release, plain: int, variants: int) -> Figures:
    if source in rows.size_names():
        return sizes.measure(system, source, release)
    return of_subject(systems.subject(system, source, release), release.plugin, boots=plain, variants=variants)


def _replay(log: str) -> str:
    """The command line with which a failed run's message ends."""
    return next((line.removeprefix("replay: ") for line in reversed(log.splitlines()) if line.startswith("replay: ")), "")


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="janus.matrix.cell")
    parser.add_argument("--release", type=Path, required=True, help="the release build")
    parser.add_argument("--system", required=True)
    parser.add_argument("--set", action="append", default=[], help="settings of the matrix")
    parser.add_argument("--row", required=True, help="the benchmark's row")
    parser.add_argument("--plain", type=int, default=1, help="boots without the plugin that must say the same")
    parser.add_argument("--variants", type=int, default=1, help="boots that differ in command line and archive")
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args(argv)
    system = systems.choose([args.system], [setting for setting in args.set if setting])[args.system]
    cell = measure(system, args.row, Release(args.release), plain=args.plain, variants=args.variants)
    partial = args.out.with_name(f"{args.out.name}.{os.getpid()}")
    try:
        partial.write_text(json.dumps(cell, indent=1) + "\n")
        partial.replace(args.out)
    except OSError as error:
        output.error(f"cannot write {args.out}: {error.strerror}")
        return errors.FAILED
    return errors.OK


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
