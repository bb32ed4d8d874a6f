# SPDX-License-Identifier: BSD-2-Clause
"""The report's charts, as Plotly figures. Colours that depend on light and dark are set where the page is read."""

from __future__ import annotations

import math
from typing import Any

from janus.matrix.results import Result, brief

# Told apart also by readers who do not see all colours (Okabe and Ito); in the order of the columns.
PALETTE = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#999999", "#f0e442")

LEGEND = {"orientation": "h", "x": 0, "y": 0, "yanchor": "top"}  # below: beside the chart it would take a phone's width

Figure = dict[str, Any]  # Plotly's "data" and "layout"


def of_instructions(row: dict[str, Any]) -> bool:
    """Sizes are of another kind."""
    return all(cell["definition"]["unit"] == "instructions" for cell in row["cells"].values() if cell["status"] == "measured")


def ratios(whole: Result) -> Figure:
    """How many times the fewest instructions each system needs, row by row, on a logarithmic scale; where two need as many, the smaller mark is within the larger."""
    rows = [row for row in whole["rows"] if row["ratios"] and of_instructions(row)]
    data = []
    for number, system in enumerate(whole["systems"]):
        points = [(row["ratios"][system["name"]], row) for row in rows if system["name"] in row["ratios"]]
        if points:
            data.append({
                "type": "scatter", "mode": "markers", "name": system["title"], "marker": {"size": 18 - 2 * number, "color": _colour(number)},
                "x": [ratio for ratio, _ in points], "y": [row["title"] for _, row in points],
                "hovertext": [brief(row["cells"][system["name"]]["figures"]["median"]) for _, row in points],
            })  # fmt: skip
    layout = {
        "xaxis": {"type": "log", "title": {"text": "times the fewest"}, "dtick": 1, "side": "top"},
        "yaxis": _down([row["title"] for row in rows]),
        "legend": LEGEND,
        "height": 140 + 26 * len(rows),
    }
    return {"data": data, "layout": layout}


def split(whole: Result) -> Figure:
    """User and kernel shares of the rows that several systems have; a system that has both as another before it is left out."""
    rows = [row for row in whole["rows"] if row["winners"] and of_instructions(row)]
    label, user, kernel = [], [], []
    for row in rows:
        seen = set()
        for system in whole["systems"]:
            cell = row["cells"][system["name"]]
            parts = (cell["figures"]["user"], cell["figures"]["kernel"]) if cell["status"] == "measured" else (None, None)
            if parts[0] is not None and system["compared"] and parts not in seen:
                seen.add(parts)
                label.append(f"{row['title']} - {system['title']}")
                user.append(parts[0])
                kernel.append(parts[1])
    data = [
        {"type": "bar", "orientation": "h", "name": name, "y": label, "x": values, "hovertext": [brief(value) for value in values], "marker": {"color": _colour(number)}}
        for number, (name, values) in enumerate((("user", user), ("kernel", kernel)))
    ]
    layout = {
        "barmode": "stack",
        "barnorm": "percent",
        "xaxis": {"range": [0, 100], "ticksuffix": " %", "title": {"text": "of the instructions"}, "side": "top"},
        "yaxis": _down(label),
        "legend": LEGEND,
        "height": 140 + 22 * len(label),
    }
    return {"data": data, "layout": layout}


def _down(labels: list[str]) -> Figure:
    """An axis with these from the top on."""
    return {"categoryorder": "array", "categoryarray": labels, "range": [len(labels) - 0.5, -0.5], "automargin": True}


def sweep(what: dict[str, Any]) -> Figure:
    data = [
        {"type": "scatter", "mode": "lines+markers", "name": line["title"], "x": line["x"], "y": line["y"], "line": {"color": _colour(number)}}
        for number, line in enumerate(what["lines"])
    ]
    axes = {"xaxis": {"type": "log", "title": {"text": what["x"]}, "dtick": 1}, "yaxis": {"type": "log", "title": {"text": "instructions"}}}
    layout = {**axes, "height": 420, "legend": {**LEGEND, "y": -0.25}, "showlegend": True}
    return {"data": data, "layout": layout}


def headline(row: dict[str, Any], systems: list[dict[str, Any]]) -> Figure:
    """One row as bars."""
    found = [(number, system, row["cells"][system["name"]]) for number, system in enumerate(systems)]
    shown = [(number, system, cell["figures"]["median"]) for number, system, cell in found if cell["status"] == "measured"]
    data = [{
        "type": "bar", "x": [_narrow(system["title"]) for _, system, _ in shown], "y": [median for _, _, median in shown],
        "text": [brief(median) for _, _, median in shown], "textposition": "outside", "cliponaxis": False, "hoverinfo": "x+text",
        "marker": {"color": [_colour(number) for number, _, _ in shown]},
    }]  # fmt: skip
    top = max(math.log10(max(median, 1)) for _, _, median in shown)
    axis = {"type": "log", "range": [0, top + 0.4], "dtick": 1}  # from one instruction on
    return {"data": data, "layout": {"yaxis": axis, "xaxis": {"tickangle": 0, "tickfont": {"size": 10}}, "height": 230, "showlegend": False}}


def _narrow(title: str) -> str:
    """In lines of a word, for the foot of a bar."""
    return title.replace(", ", ",<br>").replace(" alone", "<br>alone")


def _colour(number: int) -> str:
    return PALETTE[number % len(PALETTE)]
