# SPDX-License-Identifier: BSD-2-Clause
"""The release build, of which alone figures are told, and what they depend on: compiler, flags, commit."""

from __future__ import annotations

import functools
import json
import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from janus import build, process
from janus.errors import JanusError, UsageError
from janus.paths import ROOT, shown

# Options that change what is measured.
_NOT_MEASURED = {"checks": "kernel self-checks", "trace": "trace records", "pti": "page-table isolation"}

LIMIT = 60.0  # seconds in which a compiler says its name, and git its commit

_SHOWN_FLAGS = ("-O", "-m", "-f", "-std=")


@dataclass(frozen=True)
class Release:
    folder: Path

    def __post_init__(self) -> None:
        options = self._options
        for name, what in _NOT_MEASURED.items():
            if options.get(name):
                raise UsageError(f"{shown(self.folder)} has {what} (-D{name}=true): figures come from a build without")
        if options["buildtype"] != "release":
            raise UsageError(f"{shown(self.folder)} is a {options['buildtype']} build: figures come from a release build")

    @functools.cached_property
    def _options(self) -> dict[str, Any]:
        path = self.folder / "meson-info" / "intro-buildoptions.json"
        if not path.is_file():
            raise JanusError(f"{shown(self.folder)} is no build folder: run ./janus build --release")
        return {option["name"]: option["value"] for option in json.loads(path.read_text())}

    @property
    def personalities(self) -> set[str]:
        return {*build.ALWAYS, *self._options["personality"]}

    def kernel(self, personality: str) -> Path:
        return build.target(self.folder, f"janus-{personality}")

    def program(self, row: str, personality: str) -> Path:
        return self.folder / "bench" / f"{row}-{personality}"

    def unix(self, name: str) -> Path:
        """A program for Linux's system-call interface, such as a Unix row's."""
        return self.folder / "bench" / "unix" / name

    @property
    def plugin(self) -> Path:
        return self.folder / "tools" / "qemu-plugin" / "count.so"

    def _compile_command(self) -> list[str]:
        """Of a file of core: its compiler and flags are those of everything measured."""
        commands = json.loads((self.folder / "compile_commands.json").read_text())
        return next(shlex.split(unit["command"]) for unit in commands if unit["file"].endswith("core/cpu.c"))

    def describe(self) -> dict[str, str]:
        command = self._compile_command()
        compiler = next(word for word in command if word != "ccache" and ("cc" in word or "clang" in word))
        flags = [word for word in command if word.startswith(_SHOWN_FLAGS) and word != "-fdiagnostics-color=always"]
        return {"compiler": compiler_name(compiler), "flags": " ".join(flags), "commit": commit()}


def compiler_name(compiler: str) -> str:
    """"gcc-12.2.0": names the file of reference figures too."""
    version = _output(compiler, "-dumpfullversion") or _output(compiler, "-dumpversion")
    family = "clang" if "clang" in _output(compiler, "--version") else "gcc"
    return f"{family}-{version}"


def commit() -> str:
    """The commit measured; with a `+` when the tree has changes beside it."""
    changed = "+" if _output("git", "-C", str(ROOT), "status", "--porcelain") else ""
    return _output("git", "-C", str(ROOT), "rev-parse", "--short=12", "HEAD") + changed


def _output(*argv: str) -> str:
    return process.run(list(argv), LIMIT).stdout.strip()
