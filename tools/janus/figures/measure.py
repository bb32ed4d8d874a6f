# SPDX-License-Identifier: BSD-2-Clause
"""One row on one personality: boots, what the guest said, what the plugin counted, and whether they agree."""

from __future__ import annotations

import functools
import json
import multiprocessing
import os
import signal
import statistics
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
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

TIME_LIMIT = 240.0  # seconds a boot; half a minute is the most that one takes where nothing else runs
SLACK = 60.0  # seconds for what is done beside boots
COUNTS = "counts"  # the plugin's file

@dataclass(frozen=True)
class Figures:
    """Of one operation, in the row's unit."""

    first: Number
    min: Number
    median: Number
    max: Number
    user: Number
    kernel: Number
    idle: Number  # ticks of the clock in which no instruction was executed, less accesses that faulted
    repetitions: int
    batch: int
    counter: int  # overheads as measured, in ticks: reading the clock, and a batch of the empty loop
    loop: int
    own: Number = 0  # the program's own instructions, where the row leaves them out of all of these
    variants: tuple[Number, ...] = ()  # the medians of boots whose command lines and archives differ, this one's first
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
    with multiprocessing.Pool(min(os.cpu_count() or 1, len(pairs)), _signals_of_a_worker) as pool:
        found = pool.imap(one, pairs)
        for pair in pairs:
            yield _next(found, pair, (boots + 1) * TIME_LIMIT + SLACK)
        pool.close()
        pool.join()


def _next(found: Any, pair: tuple[Row, str], limit: float) -> Figures:
    """A worker that was killed says nothing: each has so many seconds."""
    try:
        return found.next(limit)  # type: ignore[no-any-return]
    except multiprocessing.TimeoutError:
        row, personality = pair
        raise JanusError(f"{row.name} on {personality}: waited {limit:g} seconds in vain for the process that measures it") from None


def _measure_pair(pair: tuple[Row, str], release: Release, boots: int, explain: bool) -> Figures:
    return measure(*pair, release, boots=boots, explain=explain)


def _signals_of_a_worker() -> None:
    """Ctrl-C is for the command itself, which then ends its workers. They end at once: the command's own way, an exception, can be lost in one."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)


def measure(row: Row, personality: str, release: Release, *, boots: int = 1, explain: bool = False) -> Figures:
    """Boot `boots` times plain and once with the plugin; all of them must say the same."""
    return of_subject(own(row, personality, release), release.plugin, boots=boots, explain=explain)


@dataclass(frozen=True)
class Subject:
    """A row's program on a system: how it is booted, and the symbols of what then runs."""

    row: Row
    boot: Callable[[Path, int], Boot]  # with its archive in a folder; the number makes a variant
    images: Images | None  # None: a system whose kernel has no symbols here
    image: Path | None = None  # the program whose own instructions are left out


def own(row: Row, personality: str, release: Release, *, kernel: Path | None = None, append: str = "") -> Subject:
    """A row on the personality's kernel, or on another of it; `append` is its command line."""
    program = release.program(row.name, personality)
    image = kernel or release.kernel(personality)

    def boot(folder: Path, variant: int) -> Boot:
        files = (archive.host_file(program, row.name), *padding(variant))
        packed = folder / f"archive{variant}"
        packed.write_bytes(archive.Archive(files, (manifest.Program(row.name, row.name),)).pack())
        options = dict.fromkeys(f"{row.options} {append}".split())  # the same word may come from both
        return Boot(image, packed, padded(" ".join(options), variant))

    return Subject(row, boot, Images(Symbols(image), Symbols(program)))


def padding(variant: int) -> tuple[archive.Entry, ...]:
    """What makes the archive of a variant differ: a file that nobody reads."""
    return (archive.Entry("padding", b"\0" * 1000 * variant),) if variant else ()


def padded(append: str, variant: int) -> str:
    """What makes the command line of a variant differ: spaces, of which the processor's caches and allocators alone know."""
    return append + " " * 24 * variant


def of_subject(subject: Subject, plugin: Path, *, boots: int = 1, variants: int = 1, explain: bool = False) -> Figures:
    """Of variant 0 the boots are compared, and the plugin counts; the others widen the spread. Without plain boots, what is counted says its figures too."""
    row = subject.row
    with tempfile.TemporaryDirectory(prefix="janus-") as name:
        folder = Path(name)
        what = subject.boot(folder, 0)
        plain = [_run(row, what) for _ in range(boots)]
        counted, result = _run_counted(subject, what, plugin, folder, explain or bool(row.between))
        path = counts.read_path(folder / COUNTS, 2) if row.between else []
        others = [_run(row, subject.boot(folder, variant)) for variant in range(1, variants)]
    said_by = plain or [result]
    for other in (*plain[1:], result):
        _same(row, said_by[0].console, other.console)
    if row.source == "boot":
        return replace(_boot_figures(row, counted, said_by[0]), irqoff=_stretch(counted, subject))
    line, *lines = (_without_program(row, said(row, one.console), counted) for one in (said_by[0], *others))
    if row.between and subject.images:
        between = between_figures(row, line, spans(row, path, subject.images.kernel), subject.images if explain else None)
        return replace(between, irqoff=_stretch(counted, subject))
    found = _widened(figures(row, line, counted), lines)
    explained = tuple(parts(line, counted, subject.images)) if subject.images else ()
    return replace(found, parts=explained, irqoff=_stretch(counted, subject))


def path_of(subject: Subject, plugin: Path) -> list[int]:
    """The addresses of a single operation's instructions, warm, in their order; what calls it included."""
    with tempfile.TemporaryDirectory(prefix="janus-") as name:
        folder = Path(name)
        _run_counted(subject, subject.boot(folder, 0), plugin, folder, True)
        return counts.read_path(folder / COUNTS, 1)


def _widened(found: Figures, others: list[dict[str, Any]]) -> Figures:
    """The figures with the spread of other variants: the median is that of the medians."""
    operations = found.batch * (others[0]["units"] if others else 1)

    def each(name: str) -> list[Number]:
        return [number(Fraction(line[name], operations)) for line in others]

    medians = [found.median, *each("median")]
    middle = sorted(medians)[len(medians) // 2]
    least, most = min([found.min, *each("min")]), max([found.max, *each("max")])
    return replace(found, min=least, median=middle, max=most, variants=tuple(medians))


def _stretch(counted: Counts, subject: Subject) -> Stretch | None:
    if counted.irqoff is None or subject.images is None:
        return None
    kernel = subject.images.kernel
    begin, end = (kernel.function(at) or f"{at:#x}" for at in (counted.irqoff.begin, counted.irqoff.end))
    return Stretch(counted.irqoff.length, begin, end)


def _run(row: Row, what: Boot) -> Result:
    result = qemu.run(what, qemu.Terminal(), TIME_LIMIT)
    if result.code != 0:
        reason = _error(row, result.console) or result.ending
        raise JanusError(f"{row.name}: the run gave no figure: {reason}\n{result}")
    return result


def _run_counted(subject: Subject, what: Boot, plugin: Path, folder: Path, trace: bool) -> tuple[Counts, Result]:
    """Where the kernel is ours, its first instruction is known and its stretches are worth a look."""
    out, known = folder / COUNTS, subject.images is not None
    entry = what.kernel if known else None
    option = ("-plugin", counts.option(plugin, out, entry, irqoff=known, trace=trace, image=subject.image))
    result = _run(subject.row, replace(what, options=option))
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


def _without_program(row: Row, line: dict[str, Any], counted: Counts) -> dict[str, Any]:
    """A whole program's own instructions are the same in every run: what is left is what the system does for it."""
    if not row.image:
        return line
    if line["kind"] != "sample" or 1 not in counted.phases:
        raise JanusError(f"{row.name}: `image` is for a row that is a sample, whose phase is marked")
    own = counted.phases[1].image
    return {**line, "own": own, **{key: line[key] - own for key in ("first", "min", "median", "max", "marked")}}


def figures(row: Row, line: dict[str, Any], counted: Counts) -> Figures:
    operations = line["batch"] * line["units"]
    split, idle = _split(row, line, counted) if row.unit == "instructions" else (Split(0, 0), 0)

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
        own=each(line.get("own", 0)),
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


def spans(row: Row, path: list[int], kernel: Symbols) -> list[list[int]]:
    """What a path executes from the row's first label to its second, each time that it comes there."""
    begin, end = (kernel.address(name) for name in row.between)
    found: list[list[int]] = []
    span: list[int] | None = None
    for address in path:
        if address == begin:
            span = []
        elif address == end and span:
            found.append(span)
            span = None
        if span is not None:
            span.append(address)
    return found


def between_figures(row: Row, line: dict[str, Any], found: list[list[int]], images: Images | None) -> Figures:
    """Each operation of the marked batch is a repetition, and no clock is read. With `images`, function by function."""
    if len(found) != line["batch"] + 1:
        raise JanusError(f"{row.name}: {len(found)} of {line['batch'] + 1} operations went from {' to '.join(row.between)}")
    lengths = sorted(len(span) for span in found)
    n = statistics.median_low(lengths)
    trace = {1: Counter[int](), 2: Counter(address for span in found for address in span)}
    whole = {"kind": "batch", "batch": len(found), "units": 1, "loop": 0}
    explained = tuple(parts(whole, Counts(trace=trace), images)) if images else ()
    return Figures(lengths[0], lengths[0], n, lengths[-1], 0, n, 0, len(found), 1, 0, 0, parts=explained)


def _boot_figures(row: Row, counted: Counts, plain: Result) -> Figures:
    if counted.boot is None:
        raise JanusError(f"{row.name}: no instruction in user code was executed")
    n = counted.boot
    return Figures(n, n, n, n, 0, n, 0, 1, 1, 0, 0, wall_seconds=round(plain.seconds, 3))
