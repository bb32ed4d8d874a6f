# SPDX-License-Identifier: BSD-2-Clause
"""The files on which a figure depends: when one is newer, the figure is measured again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from janus.figures import linux
from janus.figures.release import Release
from janus.matrix import systems
from janus.paths import ROOT


def of(plan: dict[str, Any], system: str, source: str) -> list[str]:
    release = Release(Path(plan["release"]))
    chosen = systems.choose([system], plan["settings"])[system]
    files = [release.plugin, systems.row_of(chosen, source).folder / "row.toml", ROOT / "tools" / "janus" / "machine.toml"]
    if chosen.linux:
        files += [linux.kernel(chosen.linux).image, *linux.guest_files(systems.row_of(chosen, source), release).values()]
    else:
        files += [release.kernel(chosen.kernel or chosen.personality), release.program(source, chosen.personality)]
    return [str(file) for file in files]
