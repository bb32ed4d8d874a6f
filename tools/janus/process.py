# SPDX-License-Identifier: BSD-2-Clause
"""Children that never outlive the command."""

from __future__ import annotations

import subprocess
from typing import Any


def start(argv: list[str], **options: Any) -> subprocess.Popen[bytes]:
    """Start a program that the kernel kills when this thread ends, however it ends.

    It gets a session of its own, so that Ctrl-C on the terminal reaches only the command.
    """
    return subprocess.Popen(["setpriv", "--pdeathsig", "KILL", *argv], start_new_session=True, **options)


def following(argv: list[str]) -> list[str]:
    """A program that is asked to end when its parent has, for those that clear up behind themselves."""
    return ["setpriv", "--pdeathsig", "TERM", *argv]


def end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.kill()
    process.wait()
