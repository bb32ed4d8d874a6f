# SPDX-License-Identifier: BSD-2-Clause
"""The report's charts, as Plotly figures. Colours that depend on light and dark are set where the page is read."""

from __future__ import annotations

import math
from typing import Any

from janus.matrix.results import Result

# Told apart also by readers who do not see all colours (Okabe and Ito); in the order of the columns.
PALETTE = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#999999", "#f0e442")

Figure = dict[str, Any]  # Plotly's "data" and "layout"


def of_instructions(row: dict[str, Any]) -> bool:
    """Sizes are of another kind."""
    return all(cell["definition"]["unit"] == "instructions" for cell in row["cells"].values() if cell["status"] == "measured")


def ratios(whole: Result) -> Figure:
    """How many times the fewest instructions each system needs, row by row, on a logarithmic scale."""
    rows = [row for row in whole["rows"] if row["ratios"] and of_instructions(row)]
    data = []
    for number, system in enumerate(whole["systems"]):
        points = [(row["ratios"][system["name"]], row) for row in rows if system["name"] in row["ratios"]]
        if points:
            data.append({
                "type": "scatter", "mode": "markers", "name": system["title"], "marker": {"size": 11, "color": _colour(number)},
                "x": [ratio for ratio, _ in points], "y": [row["title"] for _, row in points],
                "hovertext": [f"{row['cells'][system['name']]['figures']['median']:,}" for _, row in points],
            })  # fmt: skip
    layout = {
        "xaxis": {"type": "log", "title": {"text": "times the fewest instructions of the row"}},
        "yaxis": {"autorange": "reversed", "automargin": True},
        "height": 140 + 26 * len(rows),
    }
    return {"data": data, "layout": layout}


def split(whole: Result) -> Figure:
    """User and kernel instructions of the rows that several systems have."""
    rows = [row for row in whole["rows"] if row["winners"] and of_instructions(row)]
    label, user, kernel = [], [], []
    for row in rows:
        for system in whole["systems"]:
            cell = row["cells"][system["name"]]
            if cell["status"] == "measured":
                label.append(f"{row['title']} - {system['title']}")
                user.append(cell["figures"]["user"])
                kernel.append(cell["figures"]["kernel"])
    data = [
        {"type": "bar", "orientation": "h", "name": name, "y": label, "x": values, "marker": {"color": _colour(number)}}
        for number, (name, values) in enumerate((("user", user), ("kernel", kernel)))
    ]
    layout = {
        "barmode": "stack",
        "xaxis": {"type": "log", "title": {"text": "instructions"}},
        "yaxis": {"autorange": "reversed", "automargin": True},
        "height": 140 + 22 * len(label),
    }
    return {"data": data, "layout": layout}


def sweep(what: dict[str, Any]) -> Figure:
    data = [
        {"type": "scatter", "mode": "lines+markers", "name": line["title"], "x": line["x"], "y": line["y"], "line": {"color": _colour(number)}}
        for number, line in enumerate(what["lines"])
    ]
    layout = {"xaxis": {"type": "log", "title": {"text": what["x"]}}, "yaxis": {"type": "log", "title": {"text": "instructions"}}, "height": 420}
    return {"data": data, "layout": layout}


def headline(row: dict[str, Any], systems: list[dict[str, Any]]) -> Figure:
    """One row as bars."""
    found = [(number, system, row["cells"][system["name"]]) for number, system in enumerate(systems)]
    shown = [(number, system, cell["figures"]["median"]) for number, system, cell in found if cell["status"] == "measured"]
    data = [{
        "type": "bar", "x": [system["title"] for _, system, _ in shown], "y": [median for _, _, median in shown],
        "text": [f"{median:,}" for _, _, median in shown], "textposition": "auto",
        "marker": {"color": [_colour(number) for number, _, _ in shown]},
    }]  # fmt: skip
    top = max(math.log10(max(median, 1)) for _, _, median in shown)
    axis = {"type": "log", "range": [0, top + 0.2]}  # from one instruction on
    return {"data": data, "layout": {"yaxis": axis, "height": 260, "showlegend": False}}


def _colour(number: int) -> str:
    return PALETTE[number % len(PALETTE)]
