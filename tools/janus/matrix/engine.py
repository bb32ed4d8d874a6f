# SPDX-License-Identifier: BSD-2-Clause
"""Runs the graph: Snakemake does, in parallel, here or on a cluster; this shows each row as it comes."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from janus import process
from janus.errors import JanusError, UsageError
from janus.matrix.plan import Cell
from janus.paths import ROOT, shown

TOOLS = ROOT / "tools"
PROFILES = TOOLS / "janus" / "matrix" / "profiles"
POLL = 0.3  # seconds between two looks for new figures

Told = Callable[[dict[str, Any]], None]


def run(folder: Path, plan: dict[str, Any], cells: list[Cell], *, jobs: int, profile: Path | None, tell: Told) -> list[dict[str, Any]]:
    """Measure what is missing or old, telling each figure that is new; returns all of them, in the order of `cells`."""
    folder.mkdir(parents=True, exist_ok=True)
    with _alone(folder):
        _write_if_changed(folder / "plan.json", json.dumps({**plan, "cells": [vars(cell) for cell in cells]}, indent=1))
        _forget(folder, plan, cells)
        before = {cell: _stamp(folder, cell) for cell in cells}
        log = folder / "snakemake.log"
        with log.open("w") as output:
            graph = process.start(_command(folder, jobs, profile), stdout=output, stderr=subprocess.STDOUT)
            try:
                _watch(graph, folder, cells, before, tell)
            finally:
                _stop(graph)
        missing = [cell for cell in cells if not file(folder, cell).is_file()]
        if missing:
            raise JanusError(f"{len(missing)} figures are missing, the first {missing[0].source} on {missing[0].system}: {_reason(log)}")
        return [read(folder, cell) for cell in cells]


def file(folder: Path, cell: Cell) -> Path:
    return folder / "cells" / cell.system / f"{cell.source}.json"


def read(folder: Path, cell: Cell) -> dict[str, Any]:
    return dict(json.loads(file(folder, cell).read_text()))


def _command(folder: Path, jobs: int, profile: Path | None) -> list[str]:
    argv = ["snakemake", "--snakefile", str(TOOLS / "janus" / "matrix" / "Snakefile"), "--directory", str(folder)]
    argv += ["--config", f"tools={TOOLS}", "--rerun-triggers", "mtime", "--rerun-incomplete", "--keep-going", "--nolock"]
    return [*argv, "--profile", str(profile)] if profile else [*argv, "--cores", str(jobs)]


def profile(name: str) -> Path:
    """The folder of a profile, one of ours or the user's."""
    path = PROFILES / name if (PROFILES / name).is_dir() else Path(name)
    if not path.is_dir():
        raise UsageError(f"there is no profile {name}: name one of {', '.join(sorted(p.name for p in PROFILES.iterdir()))}, or a folder")
    return path.resolve()


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Two runs in one folder would write the same files."""
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise JanusError(f"another ./janus matrix works in {shown(folder)}: wait for it, or choose another --folder") from None
        yield


def _write_if_changed(path: Path, text: str) -> None:
    if not path.is_file() or path.read_text() != text:
        path.write_text(text)


def _forget(folder: Path, plan: dict[str, Any], cells: list[Cell]) -> None:
    """Figures that failed are tried again; so is everything, when what all depend on has changed."""
    key, stamp = folder / "measured-with", json.dumps([plan["settings"], plan["plain"], plan["variants"], plan["machine"]])
    fresh = not key.is_file() or key.read_text() != stamp
    for path in (folder / "cells").glob("*/*.json"):
        if fresh or not _is_measured(path):
            path.unlink()
    key.write_text(stamp)


def _is_measured(path: Path) -> bool:
    """Of what may be no file of ours, or a damaged one."""
    try:
        return bool(json.loads(path.read_text())["status"] == "measured")
    except (ValueError, KeyError, TypeError):
        return False


def _stamp(folder: Path, cell: Cell) -> int:
    path = file(folder, cell)
    return path.stat().st_mtime_ns if path.is_file() else 0


def _watch(graph: subprocess.Popen[bytes], folder: Path, cells: list[Cell], before: dict[Cell, int], tell: Told) -> None:
    """A figure is told once, though Snakemake touches its file again when its job has ended."""
    ended, waiting = False, set(cells)
    while not ended:
        ended = graph.poll() is not None
        for cell in sorted(waiting):
            if _stamp(folder, cell) > before[cell]:
                waiting.remove(cell)
                tell(read(folder, cell))
        if not ended:
            time.sleep(POLL)


def _stop(graph: subprocess.Popen[bytes]) -> None:
    """Whatever ended us ends its jobs: the graph is a session of its own."""
    if graph.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(graph.pid, signal.SIGTERM)
    try:
        graph.wait(process.GOING)
    except subprocess.TimeoutExpired:  # Snakemake waits for jobs that run
        with contextlib.suppress(ProcessLookupError):
            os.killpg(graph.pid, signal.SIGKILL)
        graph.wait()


def _reason(log: Path) -> str:
    said = [line.strip() for line in log.read_text(errors="replace").splitlines()]
    lines = [line.removeprefix("janus: ") for line in said if line.startswith("janus: ")] or [line for line in said if "rror" in line]
    return f"{lines[0] if lines else 'Snakemake gave no reason'} (the whole is in {shown(log)})"
