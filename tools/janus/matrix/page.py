# SPDX-License-Identifier: BSD-2-Clause
"""report.html: one page with its scripts and styles inside, from the template beside this file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from janus.matrix import charts, claims, sweeps
from janus.matrix.results import Result, brief

SCRIPTS = (Path("/usr/share/javascript/jquery/jquery.min.js"), Path("/usr/share/javascript/jquery-datatables/jquery.dataTables.min.js"))

# Rows that a class sees first; those that the run does not have are left out.
HEADLINES = ("null-call", "exception-to-handler", "protected-call", "page-fault", "foreign-system-call", "protect-hundred", "pipe", "interrupt-to-user")


def render(whole: Result) -> str:
    import jinja2
    import plotly.offline

    folder = Path(__file__).parent
    environment = jinja2.Environment(loader=jinja2.FileSystemLoader(folder), autoescape=True, trim_blocks=True, lstrip_blocks=True)
    environment.filters.update(figure=_figure, brief=brief)
    return environment.get_template("report.html.jinja").render(
        whole=whole,
        systems=whole["systems"],
        rows=whole["rows"],
        conditions=whole["conditions"],
        claims=claims.judge(whole),
        charts=_charts(whole),
        scripts=[plotly.offline.get_plotlyjs(), *(_script(path) for path in SCRIPTS)],
        style=(folder / "report.css").read_text(),
        script=(folder / "report.js").read_text(),
    )


def _script(path: Path) -> str:
    return path.read_text(encoding="utf-8").replace("</script", "<\\/script")


def _charts(whole: Result) -> list[dict[str, Any]]:
    """In their order on the page, each with its place."""
    by_name = {row["name"]: row for row in whole["rows"]}
    found = [
        {"place": "summary", "title": by_name[name]["title"], "figure": charts.headline(by_name[name], whole["systems"])}
        for name in HEADLINES
        if name in by_name and _measured(by_name[name])
    ]
    found.append({"place": "charts", "title": "Ratios", "figure": charts.ratios(whole)})
    found += [{"place": "charts", "title": one["title"], "figure": charts.sweep(one)} for one in sweeps.of(whole)]
    found.append({"place": "charts", "title": "User and kernel", "figure": charts.split(whole)})
    for number, chart in enumerate(found):
        chart["id"] = f"chart-{number}"
        chart["json"] = json.dumps(chart.pop("figure")).replace("</", "<\\/")
    return found


def _measured(row: dict[str, Any]) -> bool:
    return any(cell["status"] == "measured" for cell in row["cells"].values())


def _figure(value: float | None) -> str:
    """Exact; None where it cannot be told."""
    return "–" if value is None else f"{value:,}"
