# SPDX-License-Identifier: BSD-2-Clause
"""Where things are in the tree."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build"


def shown(path: Path) -> str:
    """The path as a user in the tree's root would type it."""
    path = path.resolve()
    return str(path.relative_to(ROOT) if path.is_relative_to(ROOT) else path)
