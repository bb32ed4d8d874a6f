# SPDX-License-Identifier: BSD-2-Clause
"""Measured rows as a table for people and as JSON for programs."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

from janus.figures import reference
from janus.figures.explain import Number
from janus.figures.measure import Figures
from janus.figures.rows import Row

Cells = list[str]


@dataclass(frozen=True)
class Measured:
    row: Row
    personality: str
    figures: Figures
    reference: Number | None

    @property
    def change(self) -> float | None:
        return reference.change(self.reference, self.figures.median)

    @property
    def is_dearer(self) -> bool:
        return reference.is_dearer(self.reference, self.figures.median)


@dataclass(frozen=True)
class Conditions:
    """What figures depend on, printed with them."""

    machine: dict[str, Any]
    compiler: str
    flags: str
    commit: str


def as_json(measured: list[Measured], conditions: Conditions) -> dict[str, Any]:
    return {**dataclasses.asdict(conditions), "rows": [_object(one) for one in measured]}


def _object(one: Measured) -> dict[str, Any]:
    row = {part.name: getattr(one.row, part.name) for part in dataclasses.fields(Row) if part.name != "folder"}
    return {
        "row": one.row.name,
        "personality": one.personality,
        **row,
        **dataclasses.asdict(one.figures),
        "reference": one.reference,
        "change": one.change,
    }


def table(measured: list[Measured]) -> Any:
    from rich.table import Table

    cells = Table(caption="instructions an operation; first is cold, the others are over batches")
    for name, justify in _COLUMNS.items():
        cells.add_column(name, justify=justify, no_wrap=True)
    for one in measured:
        cells.add_row(*_cells(one), style="bold red" if one.is_dearer else None)
    return cells


_COLUMNS = {
    "row": "left",
    "personality": "left",
    "first": "right",
    "min": "right",
    "median": "right",
    "max": "right",
    "user": "right",
    "kernel": "right",
    "reference": "right",
}


def _cells(one: Measured) -> Cells:
    f = one.figures
    figures = [f"{value:,}" for value in (f.first, f.min, f.median, f.max, f.user, f.kernel)]
    name = one.row.name if one.row.unit == "instructions" else f"{one.row.name} ({one.row.unit})"
    return [name, one.personality, *figures, _reference(one)]


def _reference(one: Measured) -> str:
    if one.change is None:
        return "none"
    return "same" if not one.change else f"{one.change:+.1%}"


def explanation(measured: list[Measured]) -> list[str]:
    """Where the instructions of one operation are, function by function in the order of their first."""
    lines = []
    for one in measured:
        lines.append(f"{one.row.name} on {one.personality}")
        lines += [f"{part.instructions:>8,}  {part.level:6}  {part.function:36}  {part.file}" for part in one.figures.parts]
        if not one.figures.parts:
            lines.append("          no phase of it is marked")
    return lines


def notes(measured: list[Measured]) -> list[str]:
    """What the table cannot hold: rows in which clock and instructions differ, wall time, the longest stretch."""
    lines = []
    for one in measured:
        f, name = one.figures, f"{one.row.name} on {one.personality}"
        if f.idle:
            lines.append(f"{name}: {f.idle:,} ticks an operation besides instructions (idle, or of accesses that fault if negative)")
        if f.wall_seconds is not None:
            lines.append(f"{name}: {f.wall_seconds:.2f} s of wall time from QEMU's start to its end, which is no figure")
    return lines + _longest_stretch(measured)


def _longest_stretch(measured: list[Measured]) -> list[str]:
    stretches = [(one.figures.irqoff.length, one) for one in measured if one.figures.irqoff]
    if not stretches:
        return []
    length, one = max(stretches, key=lambda pair: pair[0])
    assert one.figures.irqoff
    where = f"from {one.figures.irqoff.begin} to {one.figures.irqoff.end}, in {one.row.name} on {one.personality}"
    return [f"longest stretch with interrupts off: {length:,} instructions, {where}"]


def dearer(measured: list[Measured]) -> list[str]:
    return [
        f"{one.row.name} on {one.personality} became dearer: {one.reference:,} to {one.figures.median:,}"
        for one in measured
        if one.is_dearer
    ]


_MACHINE = ("version", "machine", "cpu", "memory", "processors", "icount", "seed", "clock")


def conditions_lines(conditions: Conditions) -> list[str]:
    machine = [f"{key} {conditions.machine[key]}" for key in _MACHINE if key in conditions.machine]
    return [
        f"machine   {'; '.join(machine)}",
        f"compiler  {conditions.compiler} {conditions.flags}",
        f"commit    {conditions.commit}",
    ]
