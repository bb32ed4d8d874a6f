# SPDX-License-Identifier: BSD-2-Clause
"""Guests under QEMU: start, talk, time limit, verdict, and what a hang looked like."""

from __future__ import annotations

import contextlib
import enum
import os
import select
import selectors
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from janus import archive, backtrace, bochs, iso, machine, process
from janus.errors import SetupError
from janus.machine import Boot
from janus.qmp import Gone, Monitor
from janus.result import TIME_LIMIT, Result, said_verdict

CHUNK = 4096


class Ending(enum.Enum):
    EXIT = "QEMU ended"
    STOPPED = "the guest reset or switched off the machine"
    TIME_LIMIT = "time limit"


@dataclass
class Terminal:
    """What stands at the other end of the guest's serial port."""

    typed: bytes = b""  # received by the guest first
    keyboard: int | None = None  # a descriptor whose bytes it receives after that
    screen: Callable[[bytes], None] = lambda output: None  # is shown what it sends


def boot(
    kernel: Path,
    *,
    archive: Path | None = None,
    append: str = "",
    firmware: str | None = None,
    memory: int | None = None,
    processors: int | None = None,
    cpu: str = "",
    icount: bool | None = None,
    plugins: tuple[str, ...] = (),
    options: tuple[str, ...] = (),
    timeout: float = TIME_LIMIT,
    typed: bytes = b"",
) -> Result:
    """Boot a kernel, wait for its verdict, and print the command line that does it again.

    `firmware` is None (QEMU loads the kernel), "bios", "uefi" or "bochs"; `memory` is in MiB;
    `cpu` adds features to the standard machine's, such as "-nx"; `plugins` are values of QEMU's
    -plugin and `options` more of its arguments; `typed` arrives on the guest's serial port.
    """
    options = (*options, *(word for plugin in plugins for word in ("-plugin", plugin)))
    what = Boot(kernel, archive, append, firmware, memory, processors, cpu, icount, options)
    print(f"replay: {what.command(timeout)}", flush=True)
    return run(what, Terminal(typed), timeout)


def run(what: Boot, terminal: Terminal, timeout: float | None = TIME_LIMIT) -> Result:
    """Boot, serve the terminal, and wait until the guest ends or `timeout` seconds have passed."""
    if what.firmware == "bochs":
        return bochs.run(what, terminal.screen, timeout)
    started = time.monotonic()
    with _arguments(what) as argv, Guest(argv, terminal) as guest:
        ending = guest.wait(None if timeout is None else started + timeout)
        code = guest.verdict(ending)
        report = _report(what, guest) if code is None else ""
    console = guest.output.decode(errors="replace").replace("\r\n", "\n")
    seconds = time.monotonic() - started
    return Result(console, code, ending is Ending.TIME_LIMIT, report, what.command(timeout), seconds)


@contextlib.contextmanager
def _arguments(what: Boot) -> Iterator[list[str]]:
    """QEMU's arguments, with the files that live as long as the run."""
    with tempfile.TemporaryDirectory(prefix="janus-") as folder:
        image, variables = Path(folder, "janus.iso"), Path(folder, "variables.fd")
        if what.firmware:
            iso.write(image, what.kernel, what.archive, what.append)
        if what.firmware == "uefi":
            variables.write_bytes(Path(machine.definition()["qemu"]["uefi"]["variables"]).read_bytes())
        yield machine.argv(what, iso=image, variables=variables)


def _report(what: Boot, guest: Guest) -> str:
    with tempfile.TemporaryDirectory(prefix="janus-") as folder:
        programs = archive.extract_programs(what.archive, Path(folder)) if what.archive else {}
        known = backtrace.images(what.kernel, programs)
        return backtrace.attempt(guest.monitor, known, what.processors or 1)


class Guest:
    """A running QEMU whose serial port is its standard input and output."""

    def __init__(self, argv: list[str], terminal: Terminal) -> None:
        self.output = bytearray()
        self.monitor = Monitor()
        self._terminal = terminal
        self._pending = terminal.typed  # on its way to the guest
        self._argv = [*argv, *self.monitor.arguments(), "-serial", "stdio"]
        self._selector = selectors.PollSelector()  # unlike epoll, takes plain files
        self._errors = tempfile.TemporaryFile()

    def __enter__(self) -> Guest:
        self._process = process.start(
            self._argv,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            pass_fds=[self.monitor.remote.fileno()],
        )
        assert self._process.stdin and self._process.stdout
        self._input, self._serial = self._process.stdin.fileno(), self._process.stdout.fileno()
        try:
            self.monitor.open()
        except Gone:
            error = self._own_error()
            self.__exit__()
            raise error from None
        self._selector.register(self._serial, selectors.EVENT_READ, self._listen)
        self._selector.register(self.monitor, selectors.EVENT_READ, self._events)
        self._expect_typing()
        return self

    def __exit__(self, *_: object) -> None:
        process.end(self._process)
        self._selector.close()
        self.monitor.close()
        for file in (self._process.stdin, self._process.stdout, self._errors):
            assert file
            file.close()

    def wait(self, deadline: float | None) -> Ending:
        """Serve the serial port until the guest ends or its time is up; then it stands still."""
        while deadline is None or time.monotonic() < deadline:
            left = None if deadline is None else max(0.0, deadline - time.monotonic())
            for key, _ in self._selector.select(left):
                ending = key.data()
                if ending:
                    return ending
        with contextlib.suppress(Gone):
            self.monitor.execute("stop")
        self._drain()
        return Ending.TIME_LIMIT

    def verdict(self, ending: Ending) -> int | None:
        """The guest's code; None where it gave none."""
        if ending is Ending.TIME_LIMIT:
            return None
        if ending is Ending.STOPPED:
            return said_verdict(self.output)
        code = machine.verdict(self._process.wait())
        if code is None:
            raise self._own_error()
        return code

    def _listen(self) -> Ending | None:
        received = os.read(self._serial, CHUNK)
        self.output += received
        self._terminal.screen(received)
        return None if received else Ending.EXIT

    def _drain(self) -> None:
        while select.select([self._serial], [], [], 0)[0] and self._listen() is None:
            pass

    def _events(self) -> Ending | None:
        try:
            if "SHUTDOWN" not in self.monitor.events():
                return None
        except Gone:  # QEMU is ending; what it wrote before is still to be read
            self._selector.unregister(self.monitor)
            return None
        self._drain()
        return Ending.STOPPED

    def _expect_typing(self) -> None:
        """Watch the keyboard, or the guest's readiness while there is something to pass on."""
        if self._pending:
            self._selector.register(self._input, selectors.EVENT_WRITE, self._pass_on)
        elif self._terminal.keyboard is not None:
            self._selector.register(self._terminal.keyboard, selectors.EVENT_READ, self._type)

    def _type(self) -> None:
        keyboard = self._terminal.keyboard
        assert keyboard is not None
        self._selector.unregister(keyboard)
        self._pending = os.read(keyboard, CHUNK)
        if self._pending:
            self._expect_typing()

    def _pass_on(self) -> None:
        # A pipe that is ready takes a chunk of at most PIPE_BUF bytes whole.
        with contextlib.suppress(BrokenPipeError):
            os.write(self._input, self._pending[:CHUNK])
        self._pending = self._pending[CHUNK:]
        self._selector.unregister(self._input)
        self._expect_typing()

    def _own_error(self) -> SetupError:
        """What made QEMU end on its own, in one line."""
        status = self._process.wait()
        self._errors.seek(0)
        said = self._errors.read().decode(errors="replace").strip().splitlines()
        if status < 0:
            said.append(f"ended by {signal.Signals(-status).name}")
        program = self._argv[0]
        line = said[-1].removeprefix(f"{program}: ") if said else f"exit status {status} without a message"
        return SetupError(f"{program}: {line}")
