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
    everything, ordinary, scheduled = cells("l4"), cells("l4-ordinary"), cells("l4-scheduled")
    assert all(one < other for one, other in zip(everything, ordinary, strict=True))
    assert all(one <= other for one, other in zip(ordinary, scheduled, strict=True))
    assert scheduled != ordinary


@pytest.mark.slow
def test_the_page_is_what_is_measured() -> None:
    subprocess.run(["./janus", "build", "--release"], cwd=ROOT, check=True, capture_output=True)
    said = subprocess.run(["tools/optimisations.py", "check"], cwd=ROOT, capture_output=True, text=True)
    assert said.returncode == 0, said.stdout + said.stderr
