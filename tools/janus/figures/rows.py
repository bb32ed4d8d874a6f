# SPDX-License-Identifier: BSD-2-Clause
"""The rows of the benchmark: one folder each in bench/rows, described by its row.toml; bench/unix/rows has those
for Linux's system-call interface, bench/sizes those that are counted in files.

A personality has a row when the row's folder holds its program's source: `P.c`, or
`common.c` for all of them (`program.c` where the row is a program of its own, without
the harness). What a personality of the matrix lacks is said, with the reason, under
[lacks].
"""

from __future__ import annotations

import difflib
import functools
import tomllib
from dataclasses import dataclass, field, fields
from pathlib import Path

from janus.errors import JanusError, UsageError
from janus.paths import ROOT, shown

FOLDER = ROOT / "bench" / "rows"
SIZE_FOLDER = ROOT / "bench" / "sizes"  # what is no operation: how large a thing is
UNIX_FOLDER = ROOT / "bench" / "unix" / "rows"  # of programs for Linux's system-call interface

MATRIX = ("probe", "l4", "exo")  # `null` refuses every call, so there is nothing to measure

DIRECTIONS = ("one-way", "round-trip")
SEMANTICS = ("full", "restricted")
SOURCES = ("guest", "boot", "tree")
OF_OPERATIONS = {"direction", "semantics", "payload", "fpu", "trust"}  # keys that a size has no use for


@dataclass(frozen=True)
class Row:
    folder: Path
    title: str
    operation: str  # what one operation is
    paper: str  # that the row repeats
    expectation: str  # what one expects and why
    unit: str
    direction: str = ""  # of DIRECTIONS
    semantics: str = ""  # of SEMANTICS
    payload: str = ""
    fpu: str = ""  # policy on floating-point state
    trust: str = ""  # between the parties
    options: str = ""  # command line of the kernel, for personalities that have them
    source: str = "guest"  # who counts: the program with the harness, the plugin from the kernel's entry, or nobody in a run
    between: list[str] = field(default_factory=list)  # two labels of the kernel: counted is what the operation executes from the one to the other
    lacks: dict[str, str] = field(default_factory=dict)  # personality: reason
    image: str = ""  # the file whose own instructions are left out of the figures: a whole program
    library: str = ""  # with which a Unix row is linked: "ipc", the C library whose calls are IPC of its own; nothing: Debian's
    files: list[str] = field(default_factory=list)  # NAME=SOURCE, that a Unix row's guest has besides

    @property
    def name(self) -> str:
        return self.folder.name

    @functools.cached_property
    def personalities(self) -> list[str]:
        for_all = any((self.folder / file).is_file() for file in ("common.c", "program.c"))
        return [p for p in MATRIX if for_all or (self.folder / f"{p}.c").is_file()]


def names() -> list[str]:
    return list(_names(FOLDER))


def unix_names() -> list[str]:
    return list(_names(UNIX_FOLDER))


def size_names() -> list[str]:
    return list(_names(SIZE_FOLDER))


@functools.cache
def _names(folder: Path) -> tuple[str, ...]:
    return tuple(sorted(path.parent.name for path in folder.glob("*/row.toml")))


@functools.cache
def find(name: str) -> Row:
    check_name(name, names())
    return load(FOLDER / name)


def check_name(name: str, known: list[str]) -> None:
    if name not in known:
        close = difflib.get_close_matches(name, known, n=3, cutoff=0.5)
        hint = f"did you mean {' or '.join(close)}?" if close else f"the rows are {', '.join(known)}"
        raise UsageError(f'there is no row "{name}": {hint}')


@functools.cache
def find_size(name: str) -> Row:
    return _read(SIZE_FOLDER / name)


@functools.cache
def find_unix(name: str) -> Row:
    """One of the Unix rows, which every system that serves the interface has."""
    return _read(UNIX_FOLDER / name)


def load(folder: Path) -> Row:
    row, path = _read(folder), folder / "row.toml"
    for personality in MATRIX:
        if (personality in row.personalities) == (personality in row.lacks):
            raise JanusError(f"{shown(path)}: {personality} needs a program in this folder or a reason under [lacks]")
    return row


def _read(folder: Path) -> Row:
    path = folder / "row.toml"
    try:
        data = tomllib.loads(path.read_text())
    except tomllib.TOMLDecodeError as error:
        raise JanusError(f"{shown(path)}: {error}") from None
    _check(shown(path), data)
    return Row(folder, **data)


def _check(path: str, data: dict[str, object]) -> None:
    known = {part.name for part in fields(Row)} - {"folder"}
    needed = known - {"source", "options", "between", "lacks", "files", "image", "library"}
    if data.get("source") == "tree":
        needed -= OF_OPERATIONS
    problems = [f'"{key}" is missing' for key in sorted(needed - data.keys())]
    problems += [f'"{key}" is not a key of a row' for key in sorted(data.keys() - known)]
    for key, values in (("direction", DIRECTIONS), ("semantics", SEMANTICS), ("source", SOURCES)):
        if key in data and data[key] not in values:
            problems.append(f'"{key}" is one of {", ".join(values)}')
    between = data.get("between", [])
    if not isinstance(between, list) or len(between) not in (0, 2):
        problems.append('"between" is a list of two labels')
    if problems:
        raise JanusError(f"{path}: {problems[0]}")
