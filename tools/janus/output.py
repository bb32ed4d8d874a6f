# SPDX-License-Identifier: BSD-2-Clause
"""What the command itself says, on standard error; standard output is the guest's or a result's."""

from __future__ import annotations

import contextlib
import functools
import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console


@functools.cache
def console() -> Console:
    from rich.console import Console  # may have to be installed first

    return Console(stderr=True, highlight=False, soft_wrap=True)


def error(text: str) -> None:
    """One line that says what is wrong. Plain: rich may be what is missing."""
    print(f"janus: {text}", file=sys.stderr, flush=True)


def note(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


@contextlib.contextmanager
def progress(title: str) -> Iterator[Callable[[int, int, str], None]]:
    """A bar on a terminal, nothing elsewhere; it is told (done, of, what is being done)."""
    if not sys.stderr.isatty():
        yield lambda done, total, text: None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TextColumn("{task.fields[text]}", markup=False))
    with Progress(TextColumn("{task.description}"), *columns, console=console(), transient=True) as bar:
        task = bar.add_task(title, total=None, text="")

        def advance(done: int, total: int, text: str) -> None:
            bar.update(task, completed=done, total=total, text=text[-60:])

        yield advance
