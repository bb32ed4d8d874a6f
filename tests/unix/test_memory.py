# SPDX-License-Identifier: BSD-2-Clause
"""What /proc/meminfo calls free is what processes take of: their pages and the kernel's for them, all of which comes back."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SLEEPERS = 20
SCRIPT = f"""
free() {{ busybox grep MemFree /proc/meminfo; }}
sleepers() {{ for i in $(busybox seq {SLEEPERS}); do busybox sleep 1000 & all="$all $!"; done; }}
ended() {{ kill $all; wait; all=; }} 2>/dev/null
sleepers; ended; free; sleepers; free; ended; free; exit 0
"""
KERNEL_LEAST = 40  # KiB: a space has four levels of tables, a thread its page


@pytest.mark.parametrize("personality", ("l4", "exo"))
def test_a_process_takes_memory_and_gives_it_back(personality: str, tmp_path: Path) -> None:
    (tmp_path / "script").write_text(SCRIPT)
    words = ["./janus", "run", personality, "--timeout", "50", "--with", "/bin/busybox", "--with", f"{tmp_path}/script:script"]
    words += ["--", "/bin/busybox", "sh", "/script"]
    result = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=100)
    before, during, after = (int(kilobytes) for kilobytes in re.findall(r"MemFree: +(\d+) kB", result.stdout))
    assert before - during > SLEEPERS * KERNEL_LEAST
    assert before - after < (before - during) // 20  # the shell has grown
