# SPDX-License-Identifier: BSD-2-Clause
"""./janus gdb"""

from __future__ import annotations

import subprocess
from pathlib import Path

from command import ROOT, janus


def test_stops_at_the_entry_with_all_symbols(kernel: Path, built: Path) -> None:
    asked = ["info symbol $pc", "info symbol work", "break guest_main", "continue", "backtrace 1"]
    commands = [word for command in asked for word in ("-ex", command)]
    result = janus("gdb", "--kernel", kernel, "--with", f"{built}/program", "--", "-batch", *commands)
    assert result.returncode == 0
    assert "start in section .text" in result.stdout
    assert "work in section .text" in result.stdout
    assert "#0  guest_main" in result.stdout


def test_two_at_once(kernel: Path) -> None:
    argv = [ROOT / "janus", "gdb", "--kernel", kernel, "--append=exit=1", "--", "-batch", "-ex", "continue"]
    runs = [subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    for run in runs:
        assert "janus: exit 1" in run.communicate(timeout=60)[0]


def test_qemu_cannot_start(kernel: Path) -> None:
    result = janus("gdb", "--kernel", kernel, "--qemu=-nosuch")
    assert result.returncode == 3
    assert "-nosuch: invalid option" in result.stderr
    assert result.stderr.endswith("janus: QEMU did not start; its words are above\n")
