# SPDX-License-Identifier: BSD-2-Clause
"""One row on one personality: boots, what the guest said, what the plugin counted, and whether they agree."""

from __future__ import annotations

import functools
import json
import multiprocessing
import os
import signal
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from janus import archive, manifest, qemu
from janus.errors import JanusError
from janus.figures import counts
from janus.figures.counts import Counts, Split
from janus.figures.explain import Images, Number, Part, number, parts
from janus.figures.release import Release
from janus.figures.rows import Row
from janus.machine import Boot
from janus.result import Result
from janus.symbols import Symbols

TIME_LIMIT = 120.0  # seconds a boot

@dataclass(frozen=True)
class Figures:
    """Of one operation, in the row's unit."""

    first: Number
    min: Number
    median: Number
    max: Number
    user: Number
    kernel: Number
    idle: Number  # ticks of the clock in which no instruction was executed, less instructions begun twice
    repetitions: int
    batch: int
    counter: int  # overheads as measured, in ticks: reading the clock, and a batch of the empty loop
    loop: int
    irqoff: Stretch | None = None  # the longest of the whole run with interrupts off
    parts: tuple[Part, ...] = ()  # where the instructions of an operation are, on demand
    wall_seconds: float | None = None  # of the host, from QEMU's start to its end; no figure


@dataclass(frozen=True)
class Stretch:
    """Consecutive kernel instructions that no interrupt can break, and where in the kernel they begin and end."""

    length: int
    begin: str
    end: str


def measure_all(pairs: list[tuple[Row, str]], release: Release, *, boots: int, explain: bool) -> Iterator[Figures]:
    """Each row on its personality, in order, as many at a time as there are processors: counts do not mind."""
    one = functools.partial(_measure_pair, release=release, boots=boots, explain=explain)
    with multiprocessing.Pool(min(os.cpu_count() or 1, len(pairs)), _leave_interrupts) as pool:
        yield from pool.imap(one, pairs)


def _measure_pair(pair: tuple[Row, str], release: Release, boots: int, explain: bool) -> Figures:
    return measure(*pair, release, boots=boots, explain=explain)


def _leave_interrupts() -> None:
    """Ctrl-C is for the command itself, which then ends its workers."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def measure(row: Row, personality: str, release: Release, *, boots: int = 1, explain: bool = False) -> Figures:
    """Boot `boots` times plain and once with the plugin; all of them must say the same."""
    with tempfile.TemporaryDirectory(prefix="janus-") as folder:
        what = _boot(row, personality, release, Path(folder))
        plain = [_run(row, what) for _ in range(boots)]
        counted, result = _run_counted(row, what, release, Path(folder), explain)
    for other in (*plain[1:], result):
        _same(row, plain[0].console, other.console)
    if row.source == "boot":
        found = _boot_figures(row, counted, plain[0])
    else:
        line = said(row, plain[0].console)
        images = Images(Symbols(what.kernel), Symbols(release.program(row.name, personality)))
        found = replace(figures(row, line, counted), parts=tuple(parts(line, counted, images)))
    return replace(found, irqoff=_stretch(counted, Symbols(what.kernel)))


def _stretch(counted: Counts, kernel: Symbols) -> Stretch | None:
    if counted.irqoff is None:
        return None
    begin, end = (kernel.function(at) or f"{at:#x}" for at in (counted.irqoff.begin, counted.irqoff.end))
    return Stretch(counted.irqoff.length, begin, end)


def _boot(row: Row, personality: str, release: Release, folder: Path) -> Boot:
    """The kernel and an archive whose first program is the row's."""
    program = archive.host_file(release.program(row.name, personality), row.name)
    programs = (manifest.Program(row.name, row.name),)
    packed = folder / "archive"
    packed.write_bytes(archive.Archive((program,), programs).pack())
    return Boot(release.kernel(personality), packed)


def _run(row: Row, what: Boot) -> Result:
    result = qemu.run(what, qemu.Terminal(), TIME_LIMIT)
    if result.code != 0:
        reason = _error(row, result.console) or result
        raise JanusError(f"{row.name}: the run gave no figure: {reason}")
    return result


def _run_counted(row: Row, what: Boot, release: Release, folder: Path, trace: bool) -> tuple[Counts, Result]:
    out = folder / "counts"
    plugin = ("-plugin", counts.option(release.plugin, out, what.kernel, irqoff=True, trace=trace))
    counted = Boot(what.kernel, what.archive, options=plugin)
    result = _run(row, counted)
    return counts.read(out), result


def _same(row: Row, one: str, other: str) -> None:
    if one != other:
        pairs = zip(one.splitlines(), other.splitlines(), strict=False)
        difference = next((f'"{a}" and "{b}"' for a, b in pairs if a != b), "one of them says more")
        raise JanusError(f"{row.name}: two runs of one build differ, which they must not: {difference}")


def _lines(row: Row, console: str) -> list[dict[str, Any]]:
    """What the harness said, among what else is on the console."""
    start = f'{{"row":"{row.name}",'
    return [json.loads(line) for line in console.splitlines() if line.startswith(start)]


def _error(row: Row, console: str) -> str | None:
    return next((line["error"] for line in _lines(row, console) if "error" in line), None)


def said(row: Row, console: str) -> dict[str, Any]:
    found = _lines(row, console)
    if len(found) != 1:
        raise JanusError(f"{row.name}: the guest said {len(found)} lines of figures instead of one:\n{console}")
    return found[0]


def figures(row: Row, line: dict[str, Any], counted: Counts) -> Figures:
    operations = line["batch"] * line["units"]
    split, idle = _split(row, line, counted)

    def each(ticks: int) -> Number:
        return number(Fraction(ticks, operations))

    return Figures(
        first=number(Fraction(line["first"], line["units"])),
        min=each(line["min"]),
        median=each(line["median"]),
        max=each(line["max"]),
        user=each(split.user),
        kernel=each(split.kernel),
        idle=each(idle),
        repetitions=line["repetitions"],
        batch=line["batch"],
        counter=line["counter"],
        loop=line["loop"],
    )


def _split(row: Row, line: dict[str, Any], counted: Counts) -> tuple[Split, int]:
    """Instructions in user code and in the kernel of the marked batch, and ticks that were neither."""
    expected = [1] if line["kind"] == "sample" else [1, 2]
    if sorted(counted.phases) != expected:
        raise JanusError(f"{row.name}: the plugin saw the phases {sorted(counted.phases)} instead of {expected}")
    marked = line["marked"]
    if line["kind"] == "sample":
        kernel = counted.phases[1].kernel
        return Split(marked - kernel, kernel), 0
    batch = counted.phases[2] - counted.phases[1]
    return Split(batch.user - line["loop"], batch.kernel), marked - batch.total


def _boot_figures(row: Row, counted: Counts, plain: Result) -> Figures:
    if counted.boot is None:
        raise JanusError(f"{row.name}: no instruction in user code was executed")
    n = counted.boot
    return Figures(n, n, n, n, 0, n, 0, 1, 1, 0, 0, wall_seconds=round(plain.seconds, 3))
