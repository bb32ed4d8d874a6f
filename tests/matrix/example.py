# SPDX-License-Identifier: BSD-2-Clause
"""A run of the matrix with made-up figures."""

from __future__ import annotations

from typing import Any

from janus.matrix import plan, results, systems

FIGURES = {
    "first": 30, "min": 20, "median": 20, "max": 21, "user": 4, "kernel": 16, "idle": 0,
    "repetitions": 21, "batch": 1000, "counter": 5, "loop": 2000, "variants": [20],
}  # fmt: skip

CONDITIONS: dict[str, Any] = {
    "machine": {"version": "QEMU emulator version 7.2", "memory": 128},
    "compiler": "gcc-12.2.0", "flags": "-O2", "commit": "0123456789ab", "variants": 1, "settings": [], "versions": {},
}  # fmt: skip


def cell(system: str, source: str, median: float) -> dict[str, Any]:
    return {"system": system, "source": source, "status": "measured", "figures": {**FIGURES, "median": median}}


def failed(system: str, source: str) -> dict[str, Any]:
    words = {"error": 'it said <b>"no"</b>', "log": "line 1\nline 2", "replay": "./janus run --kernel x"}
    return {"system": system, "source": source, "status": "failed", **words}


def whole(medians: dict[str, float] | None = None, broken: tuple[str, str] | None = None) -> results.Result:
    """Every row on every system that is not optional; a system's figures are all the same unless a row's source has one."""
    chosen = systems.choose(None, [])
    lines = plan.choose(None)
    found = []
    for number, one in enumerate(plan.cells(lines, chosen)):
        if broken == (one.system, one.source):
            found.append(failed(one.system, one.source))
        else:
            found.append(cell(one.system, one.source, (medians or {}).get(one.source, 100 + number)))
    return results.gather(lines, chosen, found, CONDITIONS)
