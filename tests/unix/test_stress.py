# SPDX-License-Identifier: BSD-2-Clause
"""When there is no more of something, who asks is told, the others go on, and all of it is there again afterwards."""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))

import run  # noqa: E402

LIMIT = 200  # seconds


def test_a_program_is_killed_at_every_call() -> None:
    """Those two tests make all calls that there are."""
    tables = "".join(table.read_text() for table in (run.ROOT / "lib/unix").glob("*/calls.def"))
    calls = {name for name in re.findall(r"^(\w+) \|", tables, re.MULTILINE)}
    made = "".join((run.HERE / f"programs/{name}.c").read_text() for name in ("stress_killed", "stress_killed_others"))
    missing = {name for name in calls if not re.search(rf"\b(SYS_)?{name}\b", made)}
    assert not missing


def said(what: str, memory: int, system: str = "l4") -> list[str]:
    """What stress.c says, with so many MiB; what is logged beside it is left out."""
    with tempfile.TemporaryDirectory(prefix="janus-stress-") as folder:
        program = Path(folder) / "stress"
        run.compile_program(run.HERE / "stress.c", program)
        words = ["run", system, f"--timeout={LIMIT}", f"--memory={memory}", "--with", f"{program}:stress", "--", "/stress", what]
        done = subprocess.run([run.ROOT / "janus", *words], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    return [line for line in done.stdout.splitlines() if not line.startswith(("janus: ", "unix: ", "stress: "))]


@pytest.mark.timeout(LIMIT + 60)
@pytest.mark.parametrize("system", ["l4", "exo"])
def test_a_thousand_processes_live_in_256_mib(system: str) -> None:
    assert said("thousand", 256, system) == ["1000 made, 1000 ended"] * 3


def processes_end(memory: int, system: str = "l4") -> None:
    lines = ["fork: Resource temporarily unavailable", "goes on: 1", "all ended: 1", "as many as before: 1"]
    assert said("processes", memory, system) == lines * 3


@pytest.mark.timeout(LIMIT + 60)
@pytest.mark.parametrize(("system", "memory"), [("l4", 64), ("exo", 128)])
def test_as_many_as_there_can_be(system: str, memory: int) -> None:
    processes_end(memory, system)


@pytest.mark.slow
@pytest.mark.timeout(LIMIT + 60)
@pytest.mark.parametrize(("system", "memory"), [("l4", 128), ("l4", 1024), ("exo", 256)])
def test_as_many_as_there_can_be_in_more(system: str, memory: int) -> None:
    processes_end(memory, system)


@pytest.mark.timeout(LIMIT + 60)
@pytest.mark.parametrize("system", ["l4", "exo"])
def test_memory_ends(system: str) -> None:
    lines = ["mlock(p, TOO_MUCH): Out of memory", "goes on: 1", "status 0x9", "goes on: 1"]
    assert said("memory", 64, system) == lines * 3


@pytest.mark.timeout(LIMIT + 60)
@pytest.mark.parametrize("system", ["l4", "exo"])
def test_open_files_end(system: str) -> None:
    lines = ["open: Too many open files in system", "pipe: Too many open files in system", "goes on: 1", "all ended: 1", "goes on: 1", "as many as before: 1"]
    assert said("files", 64, system) == lines * 2
