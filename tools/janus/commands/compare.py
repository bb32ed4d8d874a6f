# SPDX-License-Identifier: BSD-2-Clause
"""./janus compare"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from janus import errors, options, packages
from janus.errors import UsageError
from janus.figures.reference import TOLERANCE
from janus.matrix import results

DESCRIPTION = """\
Shows what moved between two results of ./janus matrix, row by row: the medians,
and by how much they differ. The exit code is 1 if a figure of B is dearer than
in A by more than the threshold, or is missing where A has one."""

CONDITIONS = ("compiler", "machine")  # on which all figures depend

Moved = tuple[str, str, float | None, float | None, float | None]  # row, system, A, B, change


def add_parser(subparsers: Any) -> None:
    parser = options.command(subparsers, "compare", "show what moved between two results of the matrix", DESCRIPTION)
    parser.add_argument("a", type=Path, metavar="A.json")
    parser.add_argument("b", type=Path, metavar="B.json")
    parser.add_argument("--threshold", type=_percent, default=TOLERANCE, metavar="PERCENT", help=f"what may be dearer (default {TOLERANCE:.0%}%)")


def _percent(text: str) -> float:
    return options.not_negative(text.removesuffix("%"), f'"{text}" is not a percentage') / 100


def run(args: argparse.Namespace) -> int:
    packages.require()
    a, b = _read(args.a), _read(args.b)
    for key in CONDITIONS:
        if a["conditions"][key] != b["conditions"][key]:
            print(f"note: they differ in {key}, so figures may move without a change of the code")
    moved = differences(results.medians(a), results.medians(b))
    _show(moved)
    return errors.FAILED if any(is_worse(one, args.threshold) for one in moved) else errors.OK


def _read(path: Path) -> dict[str, Any]:
    try:
        whole = json.loads(path.read_text())
        found = whole["schema"]
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}") from None
    except (ValueError, KeyError, TypeError):
        raise UsageError(f"{path} is no result of ./janus matrix") from None
    if found != results.SCHEMA:
        raise UsageError(f"{path} has version {found} of the schema, and this reads {results.SCHEMA}")
    try:
        results.medians(whole), [whole["conditions"][key] for key in CONDITIONS]
    except (KeyError, TypeError, AttributeError):
        raise UsageError(f"{path} is damaged: it is not as its schema has it") from None
    return dict(whole)


def differences(a: dict[tuple[str, str], float], b: dict[tuple[str, str], float]) -> list[Moved]:
    """Only what is not equal, the dearest first."""
    moved: list[Moved] = []
    for row, system in sorted(a.keys() | b.keys()):
        before, after = a.get((row, system)), b.get((row, system))
        if before != after:
            change = after / before - 1 if before and after is not None else None
            moved.append((row, system, before, after, change))
    return sorted(moved, key=lambda one: -(one[4] or 0))


def is_worse(one: Moved, threshold: float) -> bool:
    _, _, before, after, change = one
    return before is not None and (after is None or (change is not None and change > threshold))


def _show(moved: list[Moved]) -> None:
    for row, system, before, after, change in moved:
        if before is None:
            said = f"new, {after:,}"
        elif after is None:
            said = f"missing, was {before:,}"
        else:
            said = f"{before:,} to {after:,}" + (f" ({change:+.1%})" if change is not None else "")
        print(f"{row:28} {system:14} {said}")
    print(f"{len(moved)} figures moved" if moved else "nothing moved")
