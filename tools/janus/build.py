# SPDX-License-Identifier: BSD-2-Clause
"""Meson and Ninja: the two build folders, and what is built in them."""

from __future__ import annotations

import fcntl
import json
import os
import re
import subprocess
import time
from collections.abc import Iterable
from pathlib import Path
from typing import IO, Any

from janus import output, packages, process
from janus.errors import JanusError, UsageError
from janus.paths import BUILD, ROOT, shown

# The folders below build/ and what makes them differ.
KINDS: dict[str, dict[str, Any]] = {
    "debug": {"checks": True},
    "release": {"checks": False, "buildtype": "release"},
    "release-pti": {"checks": False, "buildtype": "release", "pti": True},
}

# These two are in every build; the others are the choices of the option `personality`.
ALWAYS = ("null", "probe")

CONFIGURED = 300.0  # seconds in which Meson is done
OTHERS = 3600.0  # seconds that one waits for another's build
POLL = 0.2  # seconds between two looks whether it has ended

_STEP = re.compile(r"\[(\d+)/(\d+)\] (.*)")


def personalities() -> list[str]:
    """The kernel structures in this tree."""
    folders = (ROOT / "personalities").glob("*/meson.build")
    return sorted(path.parent.name for path in folders)


def check_names(names: list[str]) -> None:
    for name in names:
        if name not in personalities():
            raise UsageError(f'there is no personality "{name}": choose from {", ".join(personalities())}')


def included(kind: str) -> list[str]:
    """The personalities that a build folder has; none where it is not configured."""
    options = _options(folder(kind))
    return sorted({*ALWAYS, *options["personality"]}) if options else []


def folder(kind: str) -> Path:
    return BUILD / kind


def kernel(name: str, kind: str) -> Path:
    return target(folder(kind), f"janus-{name}")


def makes(path: Path) -> set[Path]:
    """All files that a build folder makes; none where it is not configured."""
    return {Path(file) for row in _targets(path) for file in row["filename"]}


def _targets(path: Path) -> list[dict[str, Any]]:
    listed = path / "meson-info" / "intro-targets.json"
    return list(json.loads(listed.read_text())) if listed.is_file() else []


def target(path: Path, name: str) -> Path:
    """The file that a configured build folder makes of a target."""
    for row in _targets(path):
        if row["name"] == name:
            return Path(row["filename"][0])
    raise JanusError(f"{shown(path)} does not build {name}")


def build(kind: str, only: list[str] | None = None, including: str | None = None) -> Path:
    """Bring all of a build folder up to date and return it; its personalities as for `configure`."""
    path = configure(kind, only, including)
    make(path)
    return path


def configure(kind: str, only: list[str] | None = None, including: str | None = None) -> Path:
    """Configure a build folder and return it.

    `only` are the personalities it has from now on. Without, it keeps those that
    it has (at first all), and takes up `including` where it has not.
    """
    packages.require("build")
    path = folder(kind)
    present = _options(path)
    had = present.get("personality", personalities())
    chosen = set(only or had) | ({including} if including else set())
    wanted: dict[str, Any] = {**KINDS[kind], "personality": sorted(chosen - set(ALWAYS))}
    if os.environ.get("CI") == "true":
        wanted["werror"] = True
    _configure(path, present, wanted)
    return path


def make(path: Path, files: Iterable[Path] = ()) -> None:
    """Bring these files of a configured build folder up to date, or all that it has; one command at a time."""
    with (path / "lock").open("w") as lock:
        _take(lock, path)
        _ninja(path, [str(file.relative_to(path)) for file in files])


def _take(lock: IO[str], path: Path) -> None:
    """Wait for another command that builds there, and say so."""
    deadline, told = time.monotonic() + OTHERS, False
    while True:
        try:
            return fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if not told:
                output.note(f"waiting for another command that builds in {shown(path)}")
            told = True
        if time.monotonic() > deadline:
            raise JanusError(f"waited {OTHERS:g} seconds in vain for another command that builds in {shown(path)}")
        time.sleep(POLL)


def _options(path: Path) -> dict[str, Any]:
    """The options of a configured build folder; none where it is not configured."""
    if not (path / "build.ninja").is_file():
        return {}
    rows = json.loads((path / "meson-info" / "intro-buildoptions.json").read_text())
    return {row["name"]: row["value"] for row in rows}


def _configure(path: Path, present: dict[str, Any], wanted: dict[str, Any]) -> None:
    changes = [f"-D{name}={_meson(value)}" for name, value in wanted.items() if _differ(present.get(name), value)]
    if not changes:
        return
    if present:
        argv = ["meson", "configure", str(path), *changes]
    else:
        argv = ["meson", "setup", str(path), str(ROOT), *changes]
    result = process.run(argv, CONFIGURED, cwd=ROOT)
    if result.returncode:
        output.note(result.stdout + result.stderr)
        raise JanusError(f"meson could not configure {shown(path)}; where it is stale, `./janus clean` removes it")


def _differ(one: Any, other: Any) -> bool:
    """Lists differ by what is in them, not by its order."""
    return bool(set(one) != set(other) if isinstance(one, list) else one != other)


def _meson(value: Any) -> str:
    if isinstance(value, list):
        return ",".join(value)
    return str(value).lower() if isinstance(value, bool) else str(value)


def _ninja(path: Path, targets: list[str]) -> None:
    """Compile. Shown are the step on a terminal, and whatever the compilers say."""
    argv = process.following(["ninja", "-C", str(path), *targets])
    environment = {**os.environ, "NINJA_STATUS": "[%f/%t] "}
    unsaid: list[str] = []  # ninja's own and Meson's words, of interest after a failure alone
    compiling = False
    with (
        output.progress(f"building {shown(path)}") as advance,
        subprocess.Popen(argv, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as ninja,
    ):
        for line in process.lines(ninja, f"ninja in {shown(path)}"):
            if step := _STEP.match(line):
                advance(int(step[1]), int(step[2]), step[3])
                compiling = not step[3].startswith("Regenerating")
            elif compiling and not line.startswith("ninja: "):
                output.note(line.rstrip())
            else:
                unsaid.append(line)
    if ninja.returncode:
        output.note("".join(unsaid).rstrip())
        raise JanusError(f"the build in {shown(path)} failed; the reason is above")
