# SPDX-License-Identifier: BSD-2-Clause
"""Kernels of l4 with and without each of its optimisations do the same."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))

from janus import qemu  # noqa: E402
from janus.archive import Entry, host_file, pack  # noqa: E402

BUILD = ROOT / "build" / "debug"


def transcript(kernel: str, program_name: str, folder: Path) -> list[str]:
    archive = folder / "boot.cpio"
    program = host_file(BUILD / "tests/kernel/l4" / program_name, "bin/test")
    archive.write_bytes(pack([program, Entry("manifest", b"program test bin/test\n")]))
    result = qemu.boot(BUILD / "personalities" / kernel, archive=archive, timeout=100)
    assert result.code == 0, str(result)
    assert "not ok" not in result.console
    return [line for line in result.console.splitlines() if line.startswith(("transcript", "ok"))]


# Kernels that lack something (personalities/l4/meson.build), and names that one has of what another lacks.
KERNELS = ("l4-ordinary", "l4-full-save", "l4-memory", "l4-eager", "l4-apart", "l4-scheduled", "l4-plain")


@pytest.fixture(scope="module", params=["l4-conversations", "l4-troubles"])
def program(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, list[str]]:
    """A program of random conversations, and what it writes down on the kernel that has everything."""
    said = transcript("janus-l4", request.param, tmp_path_factory.mktemp("l4"))
    assert len(said) >= 8
    return request.param, said


@pytest.mark.parametrize("kernel", KERNELS)
def test_same_transcripts(kernel: str, program: tuple[str, list[str]], tmp_path: Path) -> None:
    name, said = program
    assert transcript(f"janus-{kernel}", name, tmp_path) == said


# Where two threads of a level are told apart by who came first, a kernel may differ: l4-apart does.
@pytest.mark.parametrize("kernel", ["l4-full-save", "l4-memory", "l4-eager"])
@pytest.mark.parametrize("name", ["l4-ipc", "l4-message", "l4-exceptions", "l4-notifications", "l4-schedule"])
def test_programs_pass(kernel: str, name: str, tmp_path: Path) -> None:
    assert transcript(f"janus-{kernel}", name, tmp_path)


def symbols(kernel: str) -> set[str]:
    said = subprocess.run(["nm", BUILD / "personalities" / kernel], capture_output=True, text=True, check=True).stdout
    return {line.split()[-1] for line in said.splitlines()}


def code(kernel: str, symbol: str) -> str:
    said = subprocess.run(
        ["objdump", "-d", "--no-show-raw-insn", f"--disassemble={symbol}", BUILD / "personalities" / kernel],
        capture_output=True, text=True, check=True,
    ).stdout
    return said[said.index(f"<{symbol}>:") :]


def test_each_is_a_choice_at_link() -> None:
    """One kernel has it and the other has not: or the comparison would say nothing."""
    everything = symbols("janus-l4")
    assert {"is_it_reply_wait", "is_it_notification", "fault_reply"} <= everything
    assert not {"is_it_reply_wait", "is_it_notification", "fault_reply"} & symbols("janus-l4-ordinary")
    assert "reply_apart" not in everything
    assert "fault_reply" not in symbols("janus-l4-apart") and "reply_apart" in symbols("janus-l4-apart")
    begin = "personality_syscall_fast"
    assert "push" not in code("janus-l4", begin) and "push" in code("janus-l4-full-save", begin)
    assert "btr" not in code("janus-l4", begin) and "btr" in code("janus-l4-eager", begin)
    assert code("janus-l4-memory", begin).count("r13") > code("janus-l4", begin).count("r13")
    assert "thread_switch" in code("janus-l4-ordinary", "schedule_at_once")
    assert "thread_switch" not in code("janus-l4-scheduled", "schedule_at_once")
