# SPDX-License-Identifier: BSD-2-Clause
"""./janus explain"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from janus import build, errors, options, output, packages
from janus.errors import JanusError, UsageError
from janus.figures import ladder, rows
from janus.figures.measure import path_of
from janus.figures.release import Release
from janus.matrix import plan, systems
from janus.matrix.systems import System

DESCRIPTION = """\
Prints the path of one operation of a row, from a trace of every instruction:
the functions entered, the instructions spent in each and with what it called,
user and kernel, and how often mode and address space change. What the compiler
inlined counts for the function that it is in."""


def add_parser(subparsers: Any) -> None:
    parser = options.command(subparsers, "explain", "print the path of one operation, function by function", DESCRIPTION)
    parser.add_argument("row", metavar="ROW", help="a row of the matrix or of the benchmark")
    parser.add_argument("--system", action="append", metavar="SYSTEM", help="only on this system (default: all kernels of this tree that have the row)")
    parser.add_argument("--svg", type=Path, metavar="FILE", help="draw it as a ladder too; with one system")


def run(args: argparse.Namespace) -> int:
    pairs = _pairs(args.row, args.system)
    if args.svg and len(pairs) > 1:
        raise UsageError(f"--svg draws one system: choose one of {', '.join(system.name for system, _ in pairs)} by --system")
    packages.require("build", "run")
    release = Release(build.configure("release"))
    systems.prepare({system.name: system for system, _ in pairs})
    systems.make((file for system, source in pairs for file in systems.files(system, source, release)), release)
    for system, source in pairs:
        _explain(system, source, release, args.svg)
    return errors.OK


def _pairs(name: str, only: list[str] | None) -> list[tuple[System, str]]:
    """The systems to explain it on, each with the benchmark's row."""
    line = _line(name)
    chosen = systems.choose(only, [])
    for system in chosen.values():
        if only and system.linux:
            raise UsageError(f"{system.name} cannot be explained: its kernel's functions have no names here")
        if only and line.source(system) is None:
            raise UsageError(f"{name} is not there on {system.name}: {line.reason(system)}")
    found = [(system, source) for system in chosen.values() if not system.linux and (source := line.source(system))]
    found = found if only else [(system, source) for system, source in found if system.name == system.personality]
    if not found:
        raise UsageError(f"{name} is there on no kernel of this tree")
    for _, source in found:
        _check_source(name, source)
    return found


def _check_source(name: str, source: str) -> None:
    """Only a program of our own, with the kernel below it alone, has symbols for all that is executed."""
    if systems.row_of(source).source == "tree":
        raise UsageError(f"{name} cannot be explained: it is a size, for which nothing is executed")
    if source in rows.unix_names():
        raise UsageError(f"{name} cannot be explained: functions of what serves programs for Linux have no names here")


def _line(name: str) -> plan.Line:
    """By its name in the matrix, else by that of a row of the benchmark in it."""
    lines = plan.lines()
    for line in lines:
        if line.name == name:
            return line
    for line in lines:
        on = {family: source for family, source in line.on.items() if source == name}
        if on:
            return plan.Line(name, line.title, line.group, on)
    return plan.choose([name])[0]


def _explain(system: System, source: str, release: Release, svg: Path | None) -> None:
    subject = systems.subject(system, source, release)
    assert subject.images
    addresses = path_of(subject, release.plugin)
    if not addresses:
        raise JanusError(f"{source} on {system.name} marks no operation that could be traced")
    found = list(ladder.runs(addresses, subject.images))
    print(f"{source} on {system.name}: {ladder.summary(found)}")
    print("  alone together  level   function")
    for line in ladder.lines(ladder.tree(found)):
        print(line)
    if svg:
        _write(svg, ladder.svg(f"{subject.row.title} on {system.title}", found))


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text)
    except OSError as error:
        raise JanusError(f"cannot write {path}: {error.strerror}") from None
    output.note(f"written: {path}")
