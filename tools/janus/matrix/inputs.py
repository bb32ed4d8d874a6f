# SPDX-License-Identifier: BSD-2-Clause
"""The files on which a figure depends: when one is newer, the figure is measured again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from janus.figures.release import Release
from janus.matrix import systems
from janus.paths import ROOT


def of(plan: dict[str, Any], system: str, source: str) -> list[str]:
    chosen = systems.choose([system], plan["settings"])[system]
    files = systems.files(chosen, source, Release(Path(plan["release"])))
    return [str(file) for file in (*files, systems.row_of(source).folder / "row.toml", ROOT / "tools" / "janus" / "machine.toml")]
