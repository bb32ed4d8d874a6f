# SPDX-License-Identifier: BSD-2-Clause
"""Children that never outlive the command, and that it does not wait for without end."""

from __future__ import annotations

import os
import select
import shlex
import subprocess
from collections.abc import Iterator
from typing import Any

from janus.errors import JanusError, SetupError

GOING = 10.0  # seconds in which a process that was told to end, or has closed its output, is gone
QUIET = 900.0  # seconds without a word after which a program that reports each step hangs
CHUNK = 65536  # bytes


def start(argv: list[str], **options: Any) -> subprocess.Popen[bytes]:
    """Start a program that the kernel kills when this thread ends, however it ends.

    It gets a session of its own, so that Ctrl-C on the terminal reaches only the command.
    """
    return subprocess.Popen(["setpriv", "--pdeathsig", "KILL", *argv], start_new_session=True, **options)


def following(argv: list[str]) -> list[str]:
    """A program that is asked to end when its parent has, for those that clear up behind themselves."""
    return ["setpriv", "--pdeathsig", "TERM", *argv]


def run(argv: list[str], limit: float, **options: Any) -> subprocess.CompletedProcess[str]:
    """Run a program to its end, without a keyboard, and take what it says; after `limit` seconds it is ended, and an error names it."""
    taken = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options}
    try:
        return subprocess.run(argv, text=True, check=False, timeout=limit, **taken)
    except subprocess.TimeoutExpired:
        raise SetupError(f"waited {limit:g} seconds in vain for the end of: {shlex.join(argv)[:200]}") from None


def lines(process: subprocess.Popen[bytes], name: str, limit: float = QUIET) -> Iterator[str]:
    """What a program says, line by line, until it ends; one that is silent for so many seconds is ended, and an error says so."""
    assert process.stdout
    descriptor, rest = process.stdout.fileno(), b""
    while select.select([descriptor], [], [], limit)[0]:
        said = os.read(descriptor, CHUNK)
        *whole, rest = (rest + said).split(b"\n")
        yield from (f"{line.decode(errors='replace')}\n" for line in whole)
        if not said:
            if rest:
                yield rest.decode(errors="replace")
            ended(process, name)
            return
    end(process)
    raise JanusError(f"waited {limit:g} seconds in vain for a word of {name}")


def ended(process: subprocess.Popen[bytes], name: str) -> int:
    """The exit status of a program that is about to end."""
    try:
        return process.wait(GOING)
    except subprocess.TimeoutExpired:
        end(process)
        raise JanusError(f"waited {GOING:g} seconds in vain for the end of {name}, which has closed its output") from None


def end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.kill()
    process.wait()
