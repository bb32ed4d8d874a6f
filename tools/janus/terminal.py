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


INTERRUPT = b"\x1d"  # Ctrl-]
NONE = b"\0"


def _all_to_the_guest(keyboard: int) -> None:
    """Every key but Ctrl-], which is what Ctrl-C is else."""
    settings = termios.tcgetattr(keyboard)
    settings[tty.IFLAG] &= ~(termios.ICRNL | termios.IXON)
    settings[tty.LFLAG] &= ~termios.IEXTEN
    settings[tty.CC][termios.VINTR] = INTERRUPT
    settings[tty.CC][termios.VQUIT] = settings[tty.CC][termios.VSUSP] = NONE
    termios.tcsetattr(keyboard, termios.TCSANOW, settings)


@contextlib.contextmanager
def opened(has_terminal: bool = False) -> Iterator[Terminal]:
    """Standard input and output as a guest's serial port. Ctrl-C stays the command's own, but for a guest that has terminals itself: then it is Ctrl-]."""
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
        if has_terminal:
            _all_to_the_guest(keyboard)
        yield terminal
    finally:
        termios.tcsetattr(keyboard, termios.TCSADRAIN, before)
