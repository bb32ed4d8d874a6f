# SPDX-License-Identifier: BSD-2-Clause
"""results.json: all that a run of the matrix found, of which every other form is made (bench/results.schema.json)."""

from __future__ import annotations

import dataclasses
import functools
import json
from typing import Any

from janus.matrix.plan import Cell, Line, groups
from janus.matrix.systems import System
from janus.matrix import systems as columns
from janus.paths import ROOT

SCHEMA = 3  # the version, one more whenever a reader of the last one could go wrong
PEERS = ROOT / "bench" / "peers.json"

Result = dict[str, Any]


def gather(lines: list[Line], systems: dict[str, System], cells: list[dict[str, Any]], conditions: dict[str, Any]) -> Result:
    by_place = {Cell(cell["system"], cell["source"]): cell for cell in cells}
    return {
        "schema": SCHEMA,
        "conditions": conditions,
        "systems": [dataclasses.asdict(system) for system in systems.values()],
        "groups": groups(),
        "rows": [_row(line, systems, by_place) for line in lines],
        "cycles": [],
        "failures": [f"{cell['source']} on {cell['system']}: {cell['error']}" for cell in cells if cell["status"] == "failed"],
    }


def _row(line: Line, systems: dict[str, System], by_place: dict[Cell, dict[str, Any]]) -> Result:
    cells = {name: _cell(line, system, by_place) for name, system in systems.items()}
    medians = {name: cell["figures"]["median"] for name, cell in cells.items() if cell["status"] == "measured"}
    kinds = sorted({system.compared for system in systems.values() if system.compared})
    row = {key: getattr(line, key) for key in ("name", "title", "group", "differs")}
    return {
        **row,
        "cells": cells,
        "reported": list(line.reported),
        "peers": [_peer(name, key) for name, key in line.peers.items()],
        **_rankings([{name: median for name, median in medians.items() if systems[name].compared == kind} for kind in kinds]),
    }


def _cell(line: Line, system: System, by_place: dict[Cell, dict[str, Any]]) -> Result:
    source = line.source(system)
    if source is None:
        return {"status": "absent", "reason": line.reason(system)}
    found = {key: value for key, value in by_place[Cell(system.name, source)].items() if key != "system"}
    row = columns.row_of(source)
    if found.get("figures", {}).get("user", 0) < 0:  # a sample, whose phase holds more of the kernel than what its clock saw
        found["figures"] = {**found["figures"], "user": None, "kernel": None}
    keys = ("title", "operation", "direction", "semantics", "payload", "fpu", "trust", "paper", "expectation", "unit")
    return {**found, "definition": {key: " ".join(getattr(row, key).split()) for key in keys}}


def _rankings(fields: list[dict[str, float]]) -> Result:
    """Those that protect against the same are compared, each kind for itself."""
    found = [_ranking(field) for field in fields]
    ratios = {name: ratio for one in found for name, ratio in one["ratios"].items()}
    return {**{key: [name for one in found for name in one[key]] for key in ("winners", "losers")}, "ratios": ratios}


def _ranking(medians: dict[str, float]) -> Result:
    """Who does it in the fewest instructions and who in the most, and how many times that of the fewest each needs."""
    if len(medians) < 2:
        return {"winners": [], "losers": [], "ratios": {}}
    least, most = min(medians.values()), max(medians.values())
    winners, losers = ([name for name, median in medians.items() if median == extreme] for extreme in (least, most))
    ratios = {name: round(median / least, 2) for name, median in medians.items()} if least > 0 else {}
    return {"winners": winners, "losers": losers if most > least else [], "ratios": ratios}


@functools.cache
def _stored() -> dict[str, Any]:
    return {system["system"]: system for system in json.loads(PEERS.read_text())["systems"]}


def _peer(name: str, key: str) -> Result:
    """Another kernel's figure, measured once under the same emulator, with what it was."""
    system = _stored()[name]
    configuration, figure = next(iter(system["rows"][key].items()))
    meaning = system["configurations"]
    about = meaning[configuration] if isinstance(meaning, dict) else configuration
    return {"system": name, "commit": system["commit"], "configuration": about, "figure": figure, "notes": system["notes"]}


def brief(value: float) -> str:
    """A figure as it is read aloud, in three places at least; exact ones stand in the rows' definitions and in the files."""
    if value >= 100 or value == int(value):
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def failed(whole: Result) -> bool:
    return bool(whole["failures"])


def medians(whole: Result) -> dict[tuple[str, str], float]:
    """By row and system."""
    return {
        (row["name"], system): cell["figures"]["median"]
        for row in whole["rows"]
        for system, cell in row["cells"].items()
        if cell["status"] == "measured"
    }
