# SPDX-License-Identifier: BSD-2-Clause
"""./janus matrix"""

from __future__ import annotations

import argparse
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

from janus import build, errors, machine, options, output, packages
from janus.errors import JanusError
from janus.figures.release import Release
from janus.matrix import cycles, engine, plan, report, results, systems, terminal_table
from janus.paths import shown

VARIANTS = 5  # boots of a row that differ in command line and archive
FOLDER = "build/matrix"
NEEDED = 200  # MiB of disk, for guests' archives and for the report

DESCRIPTION = """\
Measures every row of the benchmark on every system, side by side, and writes
results.json, results.csv and report.html into the folder of the matrix. Figures
are counts of guest instructions on the standard machine; two runs give equal
ones. What was measured before is measured again only if it has changed, so that
an interrupted run goes on where it was. docs/benchmarks.md says how to read the
result and how to add a row."""


def add_parser(subparsers: Any) -> None:
    parser = options.command(subparsers, "matrix", "measure every row on every system, and report", DESCRIPTION)
    parser.add_argument("--quick", action="store_true", help="one boot of each row, not one that is checked by another and five that differ in command line and archive; no whole programs")
    parser.add_argument("--row", action="append", metavar="ROW", help="only this row of the matrix; repeatable")
    parser.add_argument("--system", action="append", metavar="SYSTEM", help="only this system; repeatable (default: all but the optional ones)")
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help=f"change a system: {', '.join(systems.SETTINGS)}")
    parser.add_argument("--repetitions", type=options.number, metavar="N", help=f"boots of each row that differ (default {VARIANTS})")
    parser.add_argument("--jobs", type=options.number, default=os.cpu_count() or 1, metavar="N", help="how many at a time (default: the processors)")
    parser.add_argument("--profile", metavar="NAME", help="run the jobs elsewhere: slurm, or a folder with a Snakemake profile")
    parser.add_argument("--kvm", action="store_true", help="measure cycles too, in a table of their own; where this machine's processor virtualises")
    parser.add_argument("--cycles", action="append", default=[], metavar="CPU=FILE", help="take cycles from the console of a machine that booted images of --isos")
    parser.add_argument("--isos", type=Path, metavar="DIR", help="write an image of each row for a machine to boot, and measure nothing")
    parser.add_argument("--folder", type=Path, default=Path(FOLDER), metavar="DIR", help=f"where figures and report go (default {FOLDER})")
    parser.add_argument("--list", action="store_true", help="list rows and systems, and measure nothing")


def run(args: argparse.Namespace) -> int:
    chosen = systems.choose(args.system, args.set)
    lines = plan.choose(args.row, args.quick)
    if args.list:
        return _list(lines)
    profile = engine.profile(args.profile) if args.profile else None
    tables = [cycles.read_back(request) for request in args.cycles]
    folder = _folder(args.folder, "--folder")
    isos = _folder(args.isos, "--isos") if args.isos else None
    packages.require("build", "run", "matrix", *(["linux"] if any(system.linux for system in chosen.values()) else []))
    described = machine.describe()
    release = Release(build.configure("release"))
    build.make(release.folder, [release.folder / "build.ninja"])  # what can be booted depends on what the tree builds now
    variants = args.repetitions or (1 if args.quick else VARIANTS)
    versions = systems.prepare(chosen)
    cells = plan.cells(lines, chosen)
    if not cells:
        raise errors.UsageError("none of these rows is there on the systems asked for")
    systems.make((file for cell in cells for file in systems.files(chosen[cell.system], cell.source, release)), release)
    if isos:
        return _isos(isos, cells, chosen, release)
    graph = {"release": str(release.folder), "settings": args.set, "plain": 0 if args.quick else 1, "variants": variants, "machine": described}
    with output.progress("measuring") as advance:
        found = engine.run(folder, graph, cells, jobs=args.jobs, profile=profile, tell=_Teller(len(cells), advance))
    whole = results.gather(lines, chosen, found, {**graph, **release.describe(), "versions": versions})
    whole["cycles"] = [*tables, *([cycles.kvm(cells, chosen, release)] if args.kvm else [])]
    for path in report.write(folder, whole):
        output.note(f"written: {shown(path)}")
    terminal_table.show(whole)
    return errors.FAILED if results.failed(whole) else errors.OK


def _isos(folder: Path, cells: list[plan.Cell], chosen: dict[str, systems.System], release: Release) -> int:
    packages.require("iso")
    for path in cycles.write_isos(folder, cells, chosen, release):
        output.note(f"written: {shown(path)}")
    return errors.OK


def _list(lines: list[plan.Line]) -> int:
    for line in lines:
        print(f"{line.name:26} {line.title}")
    print()
    for system in systems.load().values():
        print(f"{system.name:26} {system.about}{' (when asked for)' if system.optional else ''}")
    return errors.OK


def _folder(path: Path, option: str) -> Path:
    try:
        path.mkdir(parents=True, exist_ok=True)
        (path / "writable").touch()
        (path / "writable").unlink()
    except OSError as error:
        raise JanusError(f"cannot write into {path}: {error.strerror}: name another {option}") from None
    for place in (path, Path(tempfile.gettempdir())):
        if (free := shutil.disk_usage(place).free) < NEEDED << 20:
            raise JanusError(f"{shown(place.resolve())} has {free >> 20} MiB of disk free, and a run needs {NEEDED}")
    return path.resolve()


class _Teller:
    """A line for each figure as it comes."""

    def __init__(self, total: int, advance: Any) -> None:
        self._total, self._done, self._advance = total, 0, advance

    def __call__(self, cell: dict[str, Any]) -> None:
        self._done += 1
        if cell["status"] == "measured":
            said = f"{cell['figures']['median']:,}"
        else:
            said = f"failed: {cell['error']}"
        self._advance(self._done, self._total, cell["source"])
        output.note(f"{cell['system']:14} {cell['source']:28} {said}")
