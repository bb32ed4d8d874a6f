# SPDX-License-Identifier: BSD-2-Clause
"""Kernels of l4 with and without the fast path do the same."""

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
    return [line for line in result.console.splitlines() if line.startswith(("transcript", "ok"))]


@pytest.mark.parametrize("program", ["l4-conversations", "l4-troubles"])
def test_same_transcripts(program: str, tmp_path: Path) -> None:
    ordinary = transcript("janus-l4-ordinary", program, tmp_path)
    assert len(ordinary) >= 8
    assert transcript("janus-l4", program, tmp_path) == ordinary
    assert transcript("janus-l4-scheduled", program, tmp_path) == ordinary


def test_fast_path_is_a_choice_at_link() -> None:
    """One kernel has it and the other has not: or the comparison would say nothing."""
    names = {
        kernel: subprocess.run(["nm", BUILD / "personalities" / kernel], capture_output=True, text=True, check=True).stdout
        for kernel in ("janus-l4", "janus-l4-ordinary")
    }
    for entry in ("is_it_reply_wait", "is_it_notification"):
        assert entry in names["janus-l4"]
        assert entry not in names["janus-l4-ordinary"]
