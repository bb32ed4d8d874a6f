# SPDX-License-Identifier: BSD-2-Clause
"""The columns: bench/systems.toml, and what each can be asked to run."""

from __future__ import annotations

import difflib
import tomllib
from dataclasses import dataclass, field, replace
from pathlib import Path

from janus.errors import UsageError
from janus.figures import linux, rows
from janus.figures.measure import Subject, own
from janus.figures.release import Release
from janus.figures.rows import Row
from janus.paths import ROOT

FILE = ROOT / "bench" / "systems.toml"


@dataclass(frozen=True)
class System:
    name: str
    title: str
    about: str
    personality: str = ""
    kernel: str = ""  # of the same build, where it is not the personality's own
    linux: str = ""  # "stock" or "lean"
    append: str = ""
    suffix: str = ""
    compared: bool = True
    optional: bool = False
    set: tuple[str, ...] = field(default=())  # settings that changed it

    @property
    def family(self) -> str:
        """Under which name rows speak of it."""
        return self.personality or "linux"


# What `--set` can change: the setting, the family it is of, and how its systems differ then.
SETTINGS = {
    "l4.fastpath=false": ("l4", {"kernel": "l4-ordinary"}),
    "exo.caps=slot": ("exo", {"append": "exo.caps=slot", "suffix": "-slot"}),
    "exo.caps=sealed": ("exo", {"append": "exo.caps=sealed", "suffix": ""}),
}


def load() -> dict[str, System]:
    return {name: System(name, **data) for name, data in tomllib.loads(FILE.read_text()).items()}


def choose(names: list[str] | None, settings: list[str]) -> dict[str, System]:
    """The systems asked for, or all that are not optional; with the settings."""
    known = load()
    for name in names or []:
        if name not in known:
            raise UsageError(f'there is no system "{name}": {_hint(name, list(known))}')
    chosen = {name: system for name, system in known.items() if (name in names if names else not system.optional)}
    for setting in settings:
        _set(chosen, setting)
    return chosen


def _set(chosen: dict[str, System], setting: str) -> None:
    if setting not in SETTINGS:
        raise UsageError(f'there is no setting "{setting}": {_hint(setting, list(SETTINGS))}')
    family, changes = SETTINGS[setting]
    for name, system in chosen.items():
        if system.family == family:
            chosen[name] = replace(system, set=(*system.set, setting), **changes)


def _hint(name: str, known: list[str]) -> str:
    close = difflib.get_close_matches(name, known, n=2, cutoff=0.5)
    return f"did you mean {' or '.join(close)}?" if close else f"choose from {', '.join(known)}"


def prepare(chosen: dict[str, System]) -> dict[str, str]:
    """Fetch what the systems need; returns what each one is, beyond its name: the version of its kernel."""
    return {name: linux.kernel(system.linux).version for name, system in chosen.items() if system.linux}


def row_of(system: System, name: str) -> Row:
    return rows.find_unix(name) if system.linux else rows.find(name)


def files(system: System, name: str, release: Release) -> list[Path]:
    """What a figure is measured with; what is in the release build may have to be built yet."""
    if system.linux:
        return [release.plugin, linux.kernel(system.linux).image, *linux.guest_files(row_of(system, name), release).values()]
    return [release.plugin, release.kernel(system.kernel or system.personality), release.program(name, system.personality)]


def subject(system: System, name: str, release: Release) -> Subject:
    row = row_of(system, name)
    if system.linux:
        return linux.subject(row, release, linux.kernel(system.linux), system.append)
    return own(row, system.personality, release, kernel=system.kernel, append=system.append)
