# SPDX-License-Identifier: BSD-2-Clause
"""What is measured: the rows of the matrix, and for each system the row of the benchmark behind it.

bench/matrix.toml puts rows of different names side by side: what l4 does by IPC, exo does by a
transfer, and Linux by a pipe. A row of the benchmark that it does not mention is a row of the
matrix by itself, so that none is left out.
"""

from __future__ import annotations

import fnmatch
import functools
import tomllib
from dataclasses import dataclass, field
from typing import Any

from janus.errors import JanusError
from janus.figures import rows
from janus.matrix import systems
from janus.matrix.systems import System, load
from janus.paths import ROOT

FILE = ROOT / "bench" / "matrix.toml"
BESIDE = ("unix-boot",)  # no program that could run elsewhere
UNIX = ("l4", "exo", "linux")  # families that serve Unix programs, or will


@dataclass(frozen=True)
class Line:
    """One row of the matrix."""

    name: str
    title: str
    group: str
    on: dict[str, str]  # family or system: row of the benchmark
    lacks: dict[str, str] = field(default_factory=dict)  # family: why it has none
    peers: dict[str, str] = field(default_factory=dict)  # of bench/peers.json, system: its row
    reported: tuple[str, ...] = ()  # what papers say
    differs: str = ""  # what keeps its figures from being the same thing

    def source(self, system: System) -> str | None:
        """The benchmark's row for it: its own, else its family's, or that one's twin."""
        found = self._source(system)
        return found if found and self._reason(system, found) is None else None

    def _source(self, system: System) -> str | None:
        own, family = self.on.get(system.name), self.on.get(system.family)
        twin = f"{family}{system.suffix}"
        return own or (twin if family and system.suffix and twin in rows.names() else family)

    def reason(self, system: System) -> str:
        """Why the system has no figure."""
        found = self._source(system)
        reason = self._reason(system, found) if found else None
        return reason or self.lacks.get(system.family) or self._own_reason(system.family) or _GENERAL[system.family]

    def _reason(self, system: System, source: str) -> str | None:
        """Why it is not measured by this row of the benchmark, if it is not."""
        if source in _without(system):
            return str(_file()["without"][system.name]["reason"])
        if not system.native and source in (*rows.names(), "kernel-bytes", "kernel-lines"):
            return f"its kernel is that of the column {system.family}, which has this figure"
        if systems.has(system, source):
            return None
        if not system.boot:
            return f"programs for Linux are measured in the column {system.family} alone"
        return f"programs for Linux do not run here yet: they will when what personalities/{system.personality}/{system.boot} names is built"

    def _own_reason(self, family: str) -> str | None:
        """As the benchmark's own row says it."""
        sources = [systems.row_of(name) for name in self.on.values()]
        return next((row.lacks[family] for row in sources if family in row.lacks), None)


_GENERAL = {
    "probe": "the core alone has no such mechanism: a structure adds it",
    "l4": "no such mechanism in the kernel: a server does this",
    "exo": "no such mechanism in the kernel: a library does this",
    "linux": "nothing that user level can call is like it",
}


@functools.cache
def _file() -> dict[str, Any]:
    return tomllib.loads(FILE.read_text())


def _without(system: System) -> list[str]:
    """Rows that its family has and the system cannot have."""
    return list(_file().get("without", {}).get(system.name, {}).get("rows", ()))


def groups() -> list[str]:
    return list(_file()["group"])


def lines() -> list[Line]:
    """All rows, in the order of their groups, those side by side first.

    A Unix row stands alone also where Linux's figure is beside others: it is of the same program on every system.
    """
    together = [_together(data) for data in _file()["row"]]
    used = {source for line in together for source in line.on.values()}
    native = [name for name in rows.names() if name not in used and not _is_twin(name)]
    alone = [_alone(name) for name in (*native, *(name for name in rows.unix_names() if name not in BESIDE))]
    order = groups()
    return sorted((*together, *alone), key=lambda line: order.index(line.group))


def _is_twin(name: str) -> bool:
    """Whether it is shown where another row is, on a system of its own."""
    suffixes = {system.suffix for system in load().values() if system.suffix}
    return any(name.endswith(suffix) and name.removesuffix(suffix) in rows.names() for suffix in suffixes)


def _together(data: dict[str, Any]) -> Line:
    line = Line(**{**data, "reported": tuple(data.get("reported", ()))})
    for column, source in line.on.items():
        family = load()[column].family if column in load() else column
        known = [*rows.unix_names(), *rows.size_names(), *([] if family == "linux" else rows.names())]
        if source not in known:
            raise JanusError(f"bench/matrix.toml: {line.name}: {column} has no row {source}")
        if source in rows.names() and family not in rows.find(source).personalities:
            raise JanusError(f"bench/matrix.toml: {line.name}: the row {source} is not there on {column}")
    if line.group not in groups():
        raise JanusError(f'bench/matrix.toml: {line.name}: there is no group "{line.group}"')
    return line


def _alone(name: str) -> Line:
    if name in rows.unix_names():
        row = rows.find_unix(name)
        prefix = "Unix: " if name.startswith("unix-") else ""  # several have a twin that is no Unix program's
        return Line(name, prefix + row.title, _group(name), {family: name for family in UNIX if family not in row.lacks})
    row = rows.find(name)
    return Line(name, row.title, _group(name), dict.fromkeys(row.personalities, name))


def _group(name: str) -> str:
    for group, patterns in _file()["group"].items():
        if any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns):
            return str(group)
    raise JanusError(f"bench/matrix.toml: no group has a pattern for the row {name}")


WHOLE = "Whole programs"  # a group that takes minutes


def choose(names: list[str] | None, quick: bool = False) -> list[Line]:
    """The rows named, or all; `quick` leaves whole programs out unless they are named."""
    known = {line.name: line for line in lines()}
    for name in names or []:
        rows.check_name(name, list(known))
    if names:
        return [known[name] for name in known if name in names]
    return [line for line in known.values() if not (quick and line.group == WHOLE)]


@dataclass(frozen=True, order=True)
class Cell:
    """One figure: a row of the benchmark on a system."""

    system: str
    source: str


def cells(chosen: list[Line], systems: dict[str, System]) -> list[Cell]:
    """Each once, whichever rows of the matrix show it."""
    found = {Cell(system.name, source) for line in chosen for system in systems.values() if (source := line.source(system))}
    return sorted(found)


def described_sweeps() -> list[dict[str, Any]]:
    return list(_file().get("sweep", []))
