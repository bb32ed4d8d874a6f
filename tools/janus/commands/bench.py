# SPDX-License-Identifier: BSD-2-Clause
"""./janus bench"""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

from janus import build, errors, machine, options, output, packages
from janus.errors import UsageError
from janus.figures import reference, rows
from janus.figures.measure import measure_all
from janus.figures.release import Release
from janus.figures.report import Conditions, Measured, as_json, conditions_lines, dearer, explanation, notes, table
from janus.figures.rows import Row

WIDTH = 120  # of the table where it does not go to a terminal

DESCRIPTION = """\
Measures rows of the benchmark (bench/rows) on the standard machine: boots the
release build of each personality plain and once more with the counting plugin,
and refuses figures that differ between the two. All are counts of instructions.
A row that became dearer than its reference by more than 2 % is named, and the
exit code is 1. Without a ROW, the rows are listed. docs/measuring.md says how
figures come about."""


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "bench", help="measure rows of the benchmark", description=DESCRIPTION, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("row", nargs="*", metavar="ROW", help="a row's name, or all")
    parser.add_argument("--json", action="store_true", help="figures and what they depend on, as one JSON object")
    parser.add_argument("--personality", action="append", metavar="P", help="only this personality; may be given again (default: all that have the row)")
    parser.add_argument("--repeat", type=options.number, default=1, metavar="N", help="boot N times plain; all must say the same (default 1)")
    parser.add_argument("--explain", action="store_true", help="say too where the instructions of an operation are, function by function")
    parser.add_argument("--update-reference", action="store_true", help="make these figures the reference of this compiler")


def run(args: argparse.Namespace) -> int:
    if not args.row:
        return _list()
    pairs = _pairs(_rows(args.row), args.personality)
    packages.require("build", "run")
    release = _release(args.personality)
    conditions = Conditions(machine=machine.describe(), **release.describe())
    built = [(row, personality) for row, personality in pairs if personality in release.personalities]
    if not built:
        wanted = " ".join(sorted({personality for _, personality in pairs}))
        raise UsageError(f"the release build has none of the personalities that have the row: run ./janus build --release {wanted}")
    files = (file for row, personality in built for file in (release.plugin, release.kernel(personality), release.program(row.name, personality)))
    build.make(release.folder, files)
    measured = _measure(built, release, args, reference.load(conditions.compiler))
    _print(measured, conditions, args)
    if args.update_reference:
        reference.update(conditions.compiler, _medians(measured))
        return errors.OK
    return errors.FAILED if dearer(measured) else errors.OK


def _list() -> int:
    for name in rows.names():
        print(f"{name:24} {rows.find(name).title}")
    return errors.OK


def _rows(names: list[str]) -> list[Row]:
    return [rows.find(name) for name in (rows.names() if names == ["all"] else names)]


def _pairs(wanted: list[Row], only: list[str] | None) -> list[tuple[Row, str]]:
    """The personalities to measure each row on; says why a row lacks one that was asked for."""
    build.check_names(only or [])
    pairs = []
    for row in wanted:
        for personality in only or row.personalities:
            if personality in row.personalities:
                pairs.append((row, personality))
            else:
                reason = row.lacks.get(personality, "the row has no program for it")
                output.note(f"{row.name} on {personality}: not measured: {reason}")
    if not pairs:
        raise UsageError("none of these rows is there for the personality asked for")
    return pairs


def _release(only: list[str] | None) -> Release:
    """The release build with the personalities that it has, and those asked for."""
    path = build.configure("release")
    for personality in only or []:
        path = build.configure("release", including=personality)
    return Release(path)


def _measure(
    pairs: list[tuple[Row, str]], release: Release, args: argparse.Namespace, medians: reference.Medians
) -> list[Measured]:
    measured = []
    with output.progress("measuring") as advance:
        found = measure_all(pairs, release, boots=args.repeat, explain=args.explain)
        for (row, personality), figures in zip(pairs, found, strict=True):
            known = medians.get(row.name, {}).get(personality)
            measured.append(Measured(row, personality, figures, known))
            advance(len(measured), len(pairs), f"{row.name} on {personality}")
    return measured


def _medians(measured: list[Measured]) -> reference.Medians:
    medians: reference.Medians = {}
    for one in measured:
        medians.setdefault(one.row.name, {})[one.personality] = one.figures.median
    return medians


def _print(measured: list[Measured], conditions: Conditions, args: argparse.Namespace) -> None:
    if args.json:
        print(json.dumps(as_json(measured, conditions), indent=2))
    else:
        from rich.console import Console

        console = Console(highlight=False, soft_wrap=True, width=None if sys.stdout.isatty() else WIDTH)
        console.print(table(measured), soft_wrap=False)
        explained = explanation(measured) if args.explain else []
        for line in (*explained, *notes(measured), *conditions_lines(conditions)):
            console.print(line, markup=False)
    for line in dearer(measured):
        output.note(line)
