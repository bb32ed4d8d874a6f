# SPDX-License-Identifier: BSD-2-Clause
"""The columns: bench/systems.toml, and what each can be asked to run."""

from __future__ import annotations

import difflib
import functools
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from janus.errors import UsageError
from janus import archive, build
from janus.figures import linux, musl, rows, unix
from janus.figures.measure import Subject, own
from janus.figures.release import Release
from janus.figures.rows import Row
from janus.paths import ROOT

FILE = ROOT / "bench" / "systems.toml"
TRUSTED = "trusted-lines"


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
    build: str = "release"  # the kind of build that its kernel is of
    boot: str = "unix.boot"  # of the personality, what is booted where programs for Linux are served
    trusted: tuple[str, ...] = ()  # of the build, what a Unix program must trust for a file beside the kernel
    compared: str = "open"  # with those of the same word; nothing: with none
    native: bool = True  # whether rows beside those of programs for Linux are measured: another column's kernel has the same figures
    optional: bool = False
    set: tuple[str, ...] = field(default=())  # settings that changed it

    @property
    def serves_unix(self) -> bool:
        return bool(self.linux or self.boot and _can_be_booted(_specification(self)))

    @property
    def family(self) -> str:
        """Under which name rows speak of it."""
        return self.personality or "linux"


# What `--set` can change: the setting, the family it is of, and how its systems differ then.
SETTINGS = {
    "l4.fastpath=false": ("l4", {"kernel": "l4-ordinary"}),
    "l4.registers=false": ("l4", {"kernel": "l4-memory"}),
    "l4.queueing=false": ("l4", {"kernel": "l4-eager"}),
    "l4.fastentry=false": ("l4", {"kernel": "l4-full-save"}),
    "l4.replywait=false": ("l4", {"kernel": "l4-apart"}),
    "l4.directswitch=false": ("l4", {"kernel": "l4-scheduled"}),
    "exo.caps=slot": ("exo", {"append": "exo.caps=slot", "suffix": "-slot"}),
    "exo.caps=sealed": ("exo", {"append": "exo.caps=sealed", "suffix": ""}),
}


def load() -> dict[str, System]:
    return {name: _system(name, data) for name, data in tomllib.loads(FILE.read_text()).items()}


def _system(name: str, data: dict[str, Any]) -> System:
    return System(name, **{key: tuple(value) if isinstance(value, list) else value for key, value in data.items()})


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
    """Fetch or configure what the systems need; returns what each one is, beyond its name: the version of its kernel."""
    for kind in {system.build for system in chosen.values() if system.build != "release"}:
        build.configure(kind)
    return {name: linux.kernel(system.linux).version for name, system in chosen.items() if system.linux}


def row_of(name: str) -> Row:
    """Of whichever kind it is: names are unique among all."""
    if name in rows.size_names():
        return rows.find_size(name)
    return rows.find_unix(name) if name in rows.unix_names() else rows.find(name)


def has(system: System, name: str) -> bool:
    """Whether a row that its family has can be measured on the system now."""
    return system.serves_unix or name not in (*rows.unix_names(), TRUSTED)


def kernel(system: System, release: Release) -> Path:
    """The image of one of ours; of another build, that build is configured when `prepare` is called."""
    name = system.kernel or system.personality
    return release.kernel(name) if system.build == "release" else build.kernel(name, system.build)


def _specification(system: System) -> Path:
    return ROOT / "personalities" / system.personality / system.boot


@functools.cache
def _can_be_booted(specification: Path) -> bool:
    """Whether it is there, and the build makes all that it wants from it."""
    folder = build.folder("release")
    wanted = archive.sources(specification, folder) if specification.is_file() else []
    return bool(wanted) and {path for path in wanted if path.is_relative_to(folder)} <= build.makes(folder)


def trusted(system: System, release: Release) -> list[Path]:
    """What a Unix program trusts for what it reads from a file, beside the kernel."""
    return [release.folder / path for path in system.trusted]


def files(system: System, name: str, release: Release) -> list[Path]:
    """What a figure is measured with; what is in the release build may have to be built yet."""
    row = row_of(name)
    image = linux.kernel(system.linux).image if system.linux else kernel(system, release)
    if row.source == "tree":
        return [image, *trusted(system, release)] if name == TRUSTED and not system.linux else [image]
    if system.linux:
        return [release.plugin, image, *linux.guest_files(row, release).values()]
    if name in rows.unix_names():
        return [release.plugin, image, *archive.sources(_specification(system), release.folder), *unix.programs(row, release).values()]
    return [release.plugin, image, release.program(name, system.personality)]


def make(files: Iterable[Path], release: Release) -> None:
    """Build those of the files that we make: nobody waits for rows that are not measured."""
    wanted = set(files)
    for folder in {release.folder, *(build.folder(kind) for kind in build.KINDS)}:
        if below := sorted(file for file in wanted if file.is_relative_to(folder)):
            build.make(folder, below)
    for file in wanted:
        if file.parent == musl.FOLDER:
            musl.link(file, release)


def subject(system: System, name: str, release: Release) -> Subject:
    row = row_of(name)
    if system.linux:
        return linux.subject(row, release, linux.kernel(system.linux), system.append)
    if name in rows.unix_names():
        return unix.subject(row, _specification(system), release, kernel(system, release), system.append)
    return own(row, system.personality, release, kernel=kernel(system, release), append=system.append)
