# SPDX-License-Identifier: BSD-2-Clause
"""Rows that are counted in files and not in a run (bench/sizes): how large a kernel is, and what must be trusted."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from janus import process, symbols
from janus.errors import JanusError
from janus.figures import linux
from janus.figures.lines import code_lines
from janus.figures.measure import Figures
from janus.figures.release import Release
from janus.matrix import systems
from janus.matrix.systems import System
from janus.paths import ROOT

LIMIT = 60.0  # seconds in which ninja says of what something is made


def measure(system: System, name: str, release: Release) -> Figures:
    """One number, the same however often it is counted."""
    count = _COUNTS[name](system, release)
    return Figures(count, count, count, count, 0, 0, 0, 1, 1, 0, 0, variants=(count,))


def _kernel_bytes(system: System, release: Release) -> int:
    if system.linux:
        return linux.kernel_bytes(linux.kernel(system.linux))
    return symbols.load_size(release.kernel(system.kernel or system.personality))


def _kernel_lines(system: System, release: Release) -> int:
    if system.linux:
        return linux.kernel(system.linux).lines
    return _lines(release, [release.kernel(system.kernel or system.personality)])


def _trusted_lines(system: System, release: Release) -> int:
    if system.linux:
        return _kernel_lines(system, release)
    return _lines(release, [release.kernel(system.kernel or system.personality), *systems.trusted(system, release)])


_COUNTS = {"kernel-bytes": _kernel_bytes, "kernel-lines": _kernel_lines, "trusted-lines": _trusted_lines}


def _lines(release: Release, targets: list[Path]) -> int:
    """Of the tree's files that these are compiled from, each once."""
    return sum(code_lines(path.read_text()) for path in sorted(_sources(release.folder, targets)))


def _sources(folder: Path, targets: list[Path]) -> set[Path]:
    inputs = _ninja(folder, "inputs", targets)
    objects = [name for name in inputs if name.endswith(".o")]
    read = {line.strip() for line in _ninja(folder, "deps", objects) if line.startswith(" ")}
    files = {(folder / name).resolve() for name in {*inputs, *read}}
    return {file for file in files if file.is_relative_to(ROOT) and not file.is_relative_to(folder) and file.suffix in (".c", ".h", ".S", ".def")}


def _ninja(folder: Path, tool: str, targets: Iterable[Path | str]) -> list[str]:
    names = [str(target.relative_to(folder)) if isinstance(target, Path) else target for target in targets]
    result = process.run(["ninja", "-C", str(folder), "--quiet", "-t", tool, *names], LIMIT)
    if result.returncode:
        raise JanusError(f"ninja cannot tell what {' '.join(names[:3])} is made of: {result.stderr.strip()}")
    return result.stdout.splitlines()
