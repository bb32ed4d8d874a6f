# SPDX-License-Identifier: BSD-2-Clause
"""The page on what each optimisation of l4 is worth says what is measured."""

from __future__ import annotations

import re
import subprocess

import pytest

from janus.paths import ROOT


def cells(kernel: str) -> list[float]:
    (line,) = re.findall(rf"^\| {kernel}: .*$", (ROOT / "docs/l4/optimisations.md").read_text(), re.MULTILINE)
    return [float(cell) for cell in line.split("|")[2:-1]]


def test_each_optimisation_moves_rows() -> None:
    """Whatever is left out, a round trip costs more; what goes beyond another costs no less than that."""
    everything, names = cells("l4"), ["l4-memory", "l4-eager", "l4-full-save", "l4-apart", "l4-ordinary", "l4-scheduled", "l4-plain"]
    for name in names:
        assert all(one < other for one, other in zip(everything[:4], cells(name)[:4], strict=True))
    assert all(one <= other for one, other in zip(cells("l4-ordinary"), cells("l4-scheduled"), strict=True))
    assert all(one < other for one, other in zip(cells("l4-scheduled")[:4], cells("l4-plain")[:4], strict=True))


def test_one_column_is_what_is_measured() -> None:
    subprocess.run(["./janus", "build", "--release"], cwd=ROOT, check=True, capture_output=True)
    said = subprocess.run(["tools/optimisations.py", "check", "ipc-two-spaces"], cwd=ROOT, capture_output=True, text=True)
    assert said.returncode == 0, said.stdout + said.stderr


@pytest.mark.slow
def test_the_page_is_what_is_measured() -> None:
    subprocess.run(["./janus", "build", "--release"], cwd=ROOT, check=True, capture_output=True)
    said = subprocess.run(["tools/optimisations.py", "check"], cwd=ROOT, capture_output=True, text=True)
    assert said.returncode == 0, said.stdout + said.stderr
