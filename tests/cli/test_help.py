# SPDX-License-Identifier: BSD-2-Clause
"""Help is complete, and there on a machine that lacks everything else."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from command import ROOT, janus

COMMANDS = sorted(path.stem for path in (ROOT / "tools/janus/commands").glob("[a-z]*.py"))


def test_help_lists_every_command_and_exit_code() -> None:
    said = janus("--help").stdout
    assert COMMANDS == ["bench", "build", "clean", "compare", "explain", "gdb", "iso", "matrix", "run", "setup", "show", "test"]
    assert all(f"\n    {name} " in said for name in COMMANDS)
    assert all(f"\n  {code} " in said for code in (0, 1, 2, 3, 124, 130))


@pytest.mark.parametrize("name", COMMANDS)
def test_help_of_each_command(name: str) -> None:
    result = janus(name, "--help")
    assert result.returncode == 0
    assert result.stdout.startswith(f"usage: ./janus {name}")


def test_help_without_any_package() -> None:
    program = f"""
import sys
sys.path.insert(0, {str(ROOT / 'tools')!r})
for name in ("rich", "elftools", "pytest"):
    sys.modules[name] = None
from janus.cli import main
main(["--help"])
"""
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (result.returncode, result.stderr) == (0, "")


def test_a_reader_that_goes_away_is_no_error(tmp_path: Path) -> None:
    result = subprocess.run(
        f"{ROOT}/janus --help | true", shell=True, cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert "Traceback" not in result.stderr
