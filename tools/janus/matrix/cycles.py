# SPDX-License-Identifier: BSD-2-Clause
"""Cycles, which real hardware alone has: tables of their own, with the processor's name, never beside instructions.

They come from KVM on a machine that virtualises in hardware, or from the console of a machine that booted
images written by `--isos`, read back.
"""

from __future__ import annotations

import json
import re
import tempfile
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from janus import iso, output, qemu
from janus.errors import JanusError, SetupError, UsageError
from janus.figures import measure, rows
from janus.figures.explain import number
from janus.figures.measure import Subject, said
from janus.figures.release import Release
from janus.matrix import systems
from janus.matrix.plan import Cell
from janus.matrix.systems import System

TURN = 20  # cycles that a turn of the empty loop may take: a decrement and a branch
TIME_LIMIT = 60.0  # seconds a boot
CALIBRATION_LIMIT = 15.0  # and for one that real hardware does in less than one

Table = dict[str, Any]  # "processor", "how", "figures"


def kvm(cells: list[Cell], chosen: dict[str, System], release: Release) -> Table:
    """One after the other: neighbours would disturb."""
    _calibrate(release)
    figures = []
    with output.progress("cycles") as advance:
        for done, cell in enumerate(cells, 1):
            if systems.row_of(cell.source).source == "guest":
                figures.append({"system": cell.system, "row": cell.source, **_under_kvm(systems.subject(chosen[cell.system], cell.source, release))})
            advance(done, len(cells), cell.source)
    return {"processor": _this_processor(), "how": "KVM", "figures": figures}


def _calibrate(release: Release) -> None:
    """Many machines have a KVM device that something else emulates: a figure of it would be nonsense."""
    subject = measure.own(rows.find("null-call-fast"), "probe", release)
    try:
        line = _boot(subject, CALIBRATION_LIMIT)
    except JanusError as error:
        raise SetupError(f"no cycle figures here: {str(error).splitlines()[0]}") from None
    turn = line["loop"] / line["batch"]
    if turn > TURN:
        raise SetupError(f"no cycle figures here: a decrement and a branch take {turn:,.0f} cycles, so that nothing virtualises in hardware")


def _under_kvm(subject: Subject) -> Table:
    try:
        return of_line(_boot(subject))
    except JanusError as error:
        return {"error": str(error).splitlines()[0]}


def _boot(subject: Subject, limit: float = TIME_LIMIT) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="janus-") as folder:
        what = replace(subject.boot(Path(folder), 0), kvm=True)
        result = qemu.run(what, qemu.Terminal(), limit)
    if result.code != 0:
        raise JanusError(f"{subject.row.name}: {result.ending}")
    return said(subject.row, result.console)


def of_line(line: dict[str, Any]) -> Table:
    """Of one operation, of what the harness said."""
    operations = line["batch"] * line["units"]
    each = {key: number(Fraction(line[key], operations)) for key in ("min", "median", "max")}
    return {"first": number(Fraction(line["first"], line["units"])), **each}


def _this_processor() -> str:
    found = re.search(r"^model name\s*: (.*)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    return found[1] if found else "unknown"


def read_back(request: str) -> Table:
    """PROCESSOR=FILE: the console of a machine that booted images of `--isos`, one after the other; which system a line is of, only the reader knows."""
    processor, equals, name = request.partition("=")
    if not (processor and equals and name):
        raise UsageError(f'--cycles "{request}": name the processor and a file with its console, as in "Some CPU 9000=console.txt"')
    try:
        text = Path(name).read_text(errors="replace")
    except OSError as error:
        raise UsageError(f"--cycles: {name}: {error.strerror}") from None
    figures = [_read_line(found[1], name) for found in re.finditer(r'^(\{"row":.*\})\s*$', text, re.MULTILINE)]
    if not figures:
        raise UsageError(f"--cycles: {name} has no line with figures of a row")
    return {"processor": processor, "how": "console", "figures": figures}


def _read_line(text: str, name: str) -> Table:
    try:
        line = json.loads(text)
        if "error" in line:
            return {"row": line["row"], "error": line["error"]}
        return {"row": line["row"], **of_line(line)}
    except (ValueError, KeyError, TypeError, ZeroDivisionError):
        raise UsageError(f"--cycles: {name} has a damaged line: {text[:60]}") from None


def write_isos(folder: Path, cells: list[Cell], chosen: dict[str, System], release: Release) -> list[Path]:
    """An image for each figure of a kernel of this tree, that a machine boots and says on its first serial port."""
    written = []
    for cell in cells:
        if chosen[cell.system].linux or systems.row_of(cell.source).source != "guest":
            continue
        with tempfile.TemporaryDirectory(prefix="janus-") as temporary:
            what = systems.subject(chosen[cell.system], cell.source, release).boot(Path(temporary), 0)
            written.append(folder / f"{cell.system}-{cell.source}.iso")
            iso.write(written[-1], what.kernel, what.archive, what.append)
    return written
