# SPDX-License-Identifier: BSD-2-Clause
"""The matrix on a terminal."""

from __future__ import annotations

import sys
from typing import Any

from janus.matrix.results import brief

WIDTH = 160  # where it does not go to a terminal


def show(whole: dict[str, Any]) -> None:
    from rich.console import Console

    console = Console(highlight=False, width=None if sys.stdout.isatty() else WIDTH)
    console.print(_table(whole))
    for cycles in whole["cycles"]:
        console.print(_cycles(cycles))
    for line in whole["failures"]:
        console.print(f"failed: {line}", markup=False, soft_wrap=True)


def _table(whole: dict[str, Any]) -> Any:
    from rich.markup import escape
    from rich.table import Table

    table = Table(caption="guest instructions an operation, or what the row says, median; green the fewest, red the most of the row, * one that failed")
    table.add_column("row", no_wrap=True)
    for system in whole["systems"]:
        table.add_column(system["title"], justify="right", no_wrap=True)
    for group in whole["groups"]:
        rows = [row for row in whole["rows"] if row["group"] == group]
        if rows:
            table.add_section()
            table.add_row(group, style="bold")
        for row in rows:
            table.add_row(f"  {escape(row['title'])}", *(_text(row, system["name"]) for system in whole["systems"]))
    return table


def _cycles(table: dict[str, Any]) -> Any:
    from rich.table import Table

    shown = Table(title=f"cycles of {table['processor']} ({table['how']})")
    for title in ("row", "system", "first", "min", "median", "max"):
        shown.add_column(title, justify="left" if title in ("row", "system") else "right")
    for figure in table["figures"]:
        numbers = (f"{figure[key]:,}" if key in figure else "*" for key in ("first", "min", "median", "max"))
        shown.add_row(figure["row"], figure.get("system", ""), *numbers)
    return shown


def _text(row: dict[str, Any], system: str) -> str:
    cell = row["cells"][system]
    if cell["status"] == "absent":
        return ""
    if cell["status"] == "failed":
        return "*"
    figure = brief(cell["figures"]["median"])
    if system in row["winners"]:
        return f"[green]{figure}[/]"
    return f"[red]{figure}[/]" if system in row["losers"] else figure
