# SPDX-License-Identifier: BSD-2-Clause
"""Reference figures: medians in bench/reference/COMPILER.json, moved on purpose only."""

from __future__ import annotations

import json
from pathlib import Path

from janus.figures.explain import Number
from janus.paths import ROOT

FOLDER = ROOT / "bench" / "reference"

TOLERANCE = 0.02  # a row that becomes dearer by more than this is named

Medians = dict[str, dict[str, Number]]  # row: personality: median


def path(compiler: str) -> Path:
    return FOLDER / f"{compiler}.json"


def load(compiler: str) -> Medians:
    """Empty for a compiler that has no reference."""
    file = path(compiler)
    return dict(json.loads(file.read_text())) if file.is_file() else {}


def update(compiler: str, measured: Medians) -> None:
    """Put the measured rows in place of theirs; the others stay."""
    medians = load(compiler)
    for row, figures in measured.items():
        medians.setdefault(row, {}).update(figures)
    path(compiler).parent.mkdir(exist_ok=True)
    path(compiler).write_text(json.dumps(medians, indent=2, sort_keys=True) + "\n")


def change(reference: Number | None, median: Number) -> float | None:
    """By which part the median is dearer than its reference; None where there is nothing to compare."""
    if not reference:
        return None
    return median / reference - 1


def is_dearer(reference: Number | None, median: Number) -> bool:
    by = change(reference, median)
    return by is not None and by > TOLERANCE
