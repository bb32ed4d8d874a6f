# SPDX-License-Identifier: BSD-2-Clause
"""Each program and script has the result that it has on Linux.  One boot runs all of an area."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))

import run  # noqa: E402


def of_area(name: str) -> tuple[str, ...]:
    area = name.partition("_")[0]
    return tuple(other for other in run.sources() if other.partition("_")[0] == area)


@pytest.mark.parametrize("name", list(run.sources()))
def test_linux_runs_it(name: str) -> None:
    """To its end, and twice with the same result: else it could not be compared."""
    first, again = (run.on_linux(of_area(name), attempt)[name] for attempt in range(2))
    assert "@status time" not in first
    assert first == again


@pytest.mark.timeout(run.BOOT_LIMIT + 60)
@pytest.mark.parametrize("name", list(run.sources()))
@pytest.mark.parametrize("personality", run.PERSONALITIES)
def test_same_as_on_linux(personality: str, name: str) -> None:
    found = run.difference(personality, of_area(name), name)
    assert not found, found
