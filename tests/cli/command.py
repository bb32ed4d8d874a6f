# SPDX-License-Identifier: BSD-2-Clause
"""Running ./janus as a user does."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def janus(
    *args: object, tree: Path = ROOT, typed: str = "", **variables: str
) -> subprocess.CompletedProcess[str]:
    """Run the command of a tree, with more environment variables."""
    return subprocess.run(
        [tree / "janus", *map(str, args)],
        cwd=tree,
        input=typed,
        env={**os.environ, "CI": "", **variables},
        capture_output=True,
        text=True,
        timeout=250,
        check=False,
    )


def one_line(result: subprocess.CompletedProcess[str]) -> str:
    """The single line that a command said on standard error, without its start."""
    lines = result.stderr.splitlines()
    assert len(lines) == 1, result.stderr
    assert lines[0].startswith("janus: ")
    return lines[0].removeprefix("janus: ")
