# SPDX-License-Identifier: BSD-2-Clause
"""The command's terminal as the guest's: keys go through one by one, and all is restored at the end."""

from __future__ import annotations

import contextlib
import os
import sys
import termios
import tty
from collections.abc import Iterator

from janus.guest import Terminal


@contextlib.contextmanager
def opened() -> Iterator[Terminal]:
    """Standard input and output as a guest's serial port. Ctrl-C stays the command's own."""
    keyboard, screen = sys.stdin.fileno(), sys.stdout.fileno()

    def show(received: bytes) -> None:
        while received:
            received = received[os.write(screen, received) :]

    terminal = Terminal(keyboard=keyboard, screen=show)
    if not os.isatty(keyboard):
        yield terminal
        return
    before = termios.tcgetattr(keyboard)
    try:
        tty.setcbreak(keyboard)
        yield terminal
    finally:
        termios.tcsetattr(keyboard, termios.TCSADRAIN, before)
