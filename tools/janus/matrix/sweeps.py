# SPDX-License-Identifier: BSD-2-Clause
"""Rows of the benchmark that differ in one size alone, as lines: [[sweep]] of bench/matrix.toml."""

from __future__ import annotations

from typing import Any

from janus.matrix.plan import described_sweeps
from janus.matrix.results import Result


def of(whole: Result) -> list[dict[str, Any]]:
    """Those of which this run has at least two points of a line."""
    figures = _by_source(whole)
    found = []
    for sweep in described_sweeps():
        lines = [_line(series, figures) for series in sweep["series"]]
        lines = [line for line in lines if len(line["x"]) >= 2]
        if lines:
            found.append({"title": sweep["title"], "x": sweep["x"], "lines": lines})
    return found


def _line(series: dict[str, Any], figures: dict[tuple[str, str], float]) -> dict[str, Any]:
    """Points are [size, row of the benchmark]."""
    points = [(x, figures[source, series["system"]]) for x, source in series["points"] if (source, series["system"]) in figures]
    return {"title": series["title"], "x": [x for x, _ in points], "y": [y for _, y in points]}


def _by_source(whole: Result) -> dict[tuple[str, str], float]:
    return {
        (cell["source"], system): cell["figures"]["median"]
        for row in whole["rows"]
        for system, cell in row["cells"].items()
        if cell["status"] == "measured"
    }
