# SPDX-License-Identifier: BSD-2-Clause
"""Trace is a choice of the build: a kernel without it has none of its code, one with it shows its records to user level."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
WITHOUT = ROOT / "build" / "debug"
WITH = ROOT / "build" / "trace"
OF_TRACE = {"trace", "trace_init"}


def run(*words: object) -> str:
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def functions(kernel: Path) -> set[str]:
    """The names of a kernel's functions, without what the compiler adds to those of parts."""
    lines = run("nm", "--defined-only", kernel).splitlines()
    return {line.split()[2].split(".")[0] for line in lines if line.split()[1] in "tT"}


def boot(build: Path, folder: Path) -> str:
    return run(
        ROOT / "tests/kernel/run.py", "--kernel", build / "personalities/janus-probe", "--archive", folder / "boot.cpio",
        "--program", build / "tests/kernel/probe/probe-trace",
    )


@pytest.fixture(scope="module")
def traced() -> Path:
    if not (WITH / "build.ninja").exists():
        run("meson", "setup", WITH, ROOT, "-Dchecks=true", "-Dtrace=true")
    run("ninja", "-C", WITH, "personalities/janus-probe", "tests/kernel/probe/probe-trace")
    return WITH


@pytest.mark.parametrize("personality", ["null", "probe", "l4", "exo"])
def test_no_code_without_trace(personality: str) -> None:
    assert not functions(WITHOUT / f"personalities/janus-{personality}") & OF_TRACE


def test_code_with_trace(traced: Path) -> None:
    """What the test above looks for is there when it should be."""
    assert functions(traced / "personalities/janus-probe") >= OF_TRACE


def test_records(traced: Path, tmp_path: Path) -> None:
    """The same program as in the row probe-trace, in a kernel that has something to show."""
    assert "call leaves two records" in boot(traced, tmp_path)


@pytest.mark.parametrize("program", ["exceptions", "contexts", "slices", "transfer"])
def test_exo(traced: Path, tmp_path: Path, program: str) -> None:
    """exo leaves its path for exceptions out of such a kernel: what it promises is the same."""
    run("ninja", "-C", traced, "personalities/janus-exo", f"tests/kernel/exo/exo-{program}")
    run(
        ROOT / "tests/kernel/run.py", "--kernel", traced / "personalities/janus-exo", "--archive", tmp_path / "boot.cpio",
        "--program", traced / f"tests/kernel/exo/exo-{program}", "--append", "exo.slice=1000",
    )
