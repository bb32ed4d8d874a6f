# SPDX-License-Identifier: BSD-2-Clause
"""A running guest, whatever emulates it: its serial port, its time limit, its end."""

from __future__ import annotations

import abc
import contextlib
import enum
import os
import select
import selectors
import time
from collections.abc import Callable
from dataclasses import dataclass

END_OF_INPUT = b"\x04"  # as a terminal's user types it: a file or pipe says so to the guest, too
CHUNK = 4096  # bytes; a pipe that is ready takes as many whole


class Ending(enum.Enum):
    EXIT = "it gave its verdict, or the emulator ended"
    STOPPED = "it reset or switched off the machine, which stands still"
    TIME_LIMIT = "its time was up, and the machine stands still"


@dataclass
class Terminal:
    """What stands at the other end of the guest's serial port."""

    typed: bytes = b""  # received by the guest first
    keyboard: int | None = None  # a descriptor whose bytes it receives after that
    screen: Callable[[bytes], None] = lambda output: None  # is shown what it sends


class Guest(abc.ABC):
    """A context in which the guest runs. An emulator adds starting, stopping, and its own signs of an end."""

    def __init__(self, terminal: Terminal) -> None:
        self.output = bytearray()
        self._terminal = terminal
        self._pending = terminal.typed  # on its way to the guest
        self._selector = selectors.PollSelector()  # unlike epoll, takes plain files

    def connect(self, receive: int, send: int) -> None:
        """Take the descriptors of the serial port."""
        self._receive, self._send = receive, send
        self.watch(receive, self._listen)
        self._expect_typing()

    def watch(self, descriptor: int, act: Callable[[], Ending | None]) -> None:
        """Call `act` whenever the descriptor is readable; an Ending ends the wait."""
        self._selector.register(descriptor, selectors.EVENT_READ, act)

    def forget(self, descriptor: int) -> None:
        self._selector.unregister(descriptor)

    def wait(self, deadline: float | None, stop: bool = True) -> Ending:
        """Serve the serial port until the guest ends or its time is up, when it is made to stand still."""
        while deadline is None or time.monotonic() < deadline:
            left = None if deadline is None else max(0.0, deadline - time.monotonic())
            for key, _ in self._selector.select(left):
                ending: Ending | None = key.data()
                if ending:
                    return ending
        if stop:
            self.stop()
        self.drain()
        return Ending.TIME_LIMIT

    @abc.abstractmethod
    def __enter__(self) -> Guest:
        """Start it."""

    @abc.abstractmethod
    def __exit__(self, *_: object) -> None:
        """End the emulator, whatever it does."""

    @abc.abstractmethod
    def stop(self) -> None:
        """Make the machine stand still, so that it can be examined."""

    @abc.abstractmethod
    def verdict(self, ending: Ending) -> int | None:
        """The guest's code; None where it gave none."""

    @abc.abstractmethod
    def registers(self) -> str:
        """As janus.backtrace.Machine; of a machine that stands still."""

    @abc.abstractmethod
    def memory(self, address: int, size: int) -> bytes:
        """As janus.backtrace.Machine."""

    def heard(self) -> Ending | None:
        """Called after output; whether it is a sign of the end."""
        return None

    def drain(self) -> None:
        """Take the output that is already there."""
        while select.select([self._receive], [], [], 0)[0] and self._listen() is None:
            pass

    def _listen(self) -> Ending | None:
        try:
            received = os.read(self._receive, CHUNK)
        except OSError:  # the other end of a terminal was closed
            received = b""
        self.output += received
        self._terminal.screen(received)
        return self.heard() if received else Ending.EXIT

    def _expect_typing(self) -> None:
        """Watch the keyboard, or the guest's readiness while there is something to pass on."""
        if self._pending:
            self._selector.register(self._send, selectors.EVENT_WRITE, self._pass_on)
        elif self._terminal.keyboard is not None:
            self.watch(self._terminal.keyboard, self._type)

    def _type(self) -> None:
        keyboard = self._terminal.keyboard
        assert keyboard is not None
        self.forget(keyboard)
        try:
            self._pending = os.read(keyboard, CHUNK)
        except OSError:  # the terminal has gone
            self._pending = b""
        if self._pending:
            self._expect_typing()
        elif not os.isatty(keyboard):
            self._pending, self._terminal.keyboard = END_OF_INPUT, None
            self._expect_typing()

    def _pass_on(self) -> None:
        with contextlib.suppress(BrokenPipeError):
            os.write(self._send, self._pending[:CHUNK])
        self._pending = self._pending[CHUNK:]
        self.forget(self._send)
        self._expect_typing()
