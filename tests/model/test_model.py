# SPDX-License-Identifier: BSD-2-Clause
"""The rendezvous of l4's IPC, modelled in Promela: Spin looks at every state that can be reached.  docs/l4/model.md."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

MODEL = Path(__file__).with_name("rendezvous.pml")
LEAST_STATES = 1_000_000  # fewer would mean that the model does not do much any more


def verify(folder: Path, *mistake: str) -> tuple[int, int, str]:
    """Errors, states and all that was said of a complete search."""
    subprocess.run(["spin", *mistake, "-a", MODEL], cwd=folder, check=True, capture_output=True)
    compiled = ["gcc", "-O2", "-w", "-DSAFETY", "-DVECTORSZ=1024", "-o", "pan", "pan.c"]
    subprocess.run(compiled, cwd=folder, check=True, capture_output=True)
    said = subprocess.run(["./pan", "-m100000"], cwd=folder, check=True, capture_output=True, text=True, timeout=200).stdout
    errors = re.search(r"errors: (\d+)", said)
    states = re.search(r"(\d+) states, stored", said)
    assert errors and states, said
    return int(errors[1]), int(states[1]), said


def test_every_state_is_in_order_and_nobody_hangs(tmp_path: Path) -> None:
    errors, states, said = verify(tmp_path)
    assert errors == 0, said
    assert states > LEAST_STATES
    assert "max search depth too small" not in said


@pytest.mark.parametrize("mistake", ["FORGET_CALLER", "FORGET_QUEUE", "STALE_CALLER"])
def test_mistakes_are_found(tmp_path: Path, mistake: str) -> None:
    errors, _, said = verify(tmp_path, f"-D{mistake}")
    assert errors == 1, said
