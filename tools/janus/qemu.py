# SPDX-License-Identifier: BSD-2-Clause
"""Guests under QEMU: start, talk, time limit, verdict, and what a hang looked like."""

from __future__ import annotations

import contextlib
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

from janus import archive, bochs, iso, machine, process, symbols
from janus.backtrace import Backtrace
from janus.errors import SetupError
from janus.guest import Ending, Guest, Terminal
from janus.machine import Boot
from janus.qmp import Gone, Monitor
from janus.result import TIME_LIMIT, Result, plain, said_verdict

ROOM = 1 << 20  # bytes that the guest may be ahead of us: while it waits for room it executes, and what it executes is counted


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
    what = Boot(kernel, archive, append, firmware, memory, processors, cpu, icount, options=options)
    print(f"replay: {what.command(timeout)}", flush=True)
    return run(what, Terminal(typed), timeout)


def run(what: Boot, terminal: Terminal, timeout: float | None = TIME_LIMIT) -> Result:
    """Boot, serve the terminal, and wait until the guest ends or `timeout` seconds have passed."""
    started = time.monotonic()
    emulator: type[bochs.Bochs | Qemu] = bochs.Bochs if what.firmware == "bochs" else Qemu
    with tempfile.TemporaryDirectory(prefix="janus-") as name, emulator(what, terminal, Path(name)) as guest:
        ending = guest.wait(None if timeout is None else started + timeout)
        code, report = guest.verdict(ending), ""
        if code is None and symbols.is_elf(what.kernel):  # a Linux kernel is packed
            programs = archive.extract_programs(what.archive, Path(name)) if what.archive else {}
            report = Backtrace(guest, what.kernel, programs).report()
    timed_out, seconds = ending is Ending.TIME_LIMIT, time.monotonic() - started
    return Result(plain(guest.output), code, timed_out, report, what.command(timeout), seconds)


class Qemu(Guest):
    """A context; its serial port is QEMU's standard input and output, its files are in `folder`."""

    def __init__(self, what: Boot, terminal: Terminal, folder: Path) -> None:
        super().__init__(terminal)
        self._what = what
        self._folder = folder
        self._monitor = Monitor()

    def __enter__(self) -> Qemu:
        with contextlib.ExitStack() as resources:
            resources.callback(self._monitor.close)
            self._errors = resources.enter_context(tempfile.TemporaryFile())
            self._process = process.start(
                self._command(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                pipesize=ROOM,
                stderr=self._errors,
                pass_fds=[self._monitor.remote.fileno()],
            )
            resources.callback(process.end, self._process)
            try:
                self._monitor.open()
            except Gone:
                raise self._own_error() from None
            assert self._process.stdin and self._process.stdout
            self.connect(self._process.stdout.fileno(), self._process.stdin.fileno())
            self.watch(self._monitor.fileno(), self._events)
            self._resources = resources.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._resources.close()

    def _command(self) -> list[str]:
        image, variables = self._folder / "janus.iso", self._folder / "variables.fd"
        if self._what.firmware:
            iso.write(image, self._what.kernel, self._what.archive, self._what.append)
        if self._what.firmware == "uefi":
            shutil.copy(machine.definition()["qemu"]["uefi"]["variables"], variables)
        argv = machine.argv(self._what, iso=image, variables=variables)
        return [*argv, *self._monitor.arguments(), "-serial", "stdio"]

    def stop(self) -> None:
        self._monitor.execute("stop")

    def registers(self) -> str:
        return self._monitor.registers()

    def memory(self, address: int, size: int) -> bytes:
        return self._monitor.memory(address, size)

    def sleeps(self) -> bool:
        """Whether the processor waits for an interrupt."""
        return self._monitor.register("HLT") == 1

    def page_table(self) -> int:
        return self._monitor.register("CR3")

    def physical_memory(self) -> bytes:
        """All of it, from address 0 on."""
        path = self._folder / "memory"
        return self._monitor.physical_memory(path)

    def verdict(self, ending: Ending) -> int | None:
        if ending is Ending.TIME_LIMIT:
            return None
        if ending is Ending.STOPPED:
            return said_verdict(self.output)
        code = machine.verdict(process.ended(self._process, "QEMU"))
        if code is None:
            raise self._own_error()
        return code

    def _events(self) -> Ending | None:
        try:
            if "SHUTDOWN" not in self._monitor.events():
                return None
        except Gone:  # QEMU is ending; what it wrote before is still to be read
            self.forget(self._monitor.fileno())
            return None
        self.drain()
        return Ending.STOPPED

    def _own_error(self) -> SetupError:
        """What made QEMU end on its own, in one line."""
        program, status = machine.definition()["qemu"]["program"], process.ended(self._process, "QEMU")
        self._errors.seek(0)
        said = self._errors.read().decode(errors="replace").strip().splitlines()
        if status < 0:
            said.append(f"ended by {signal.Signals(-status).name}")
        line = said[-1].removeprefix(f"{program}: ") if said else f"exit status {status} without a message"
        return SetupError(f"{program}: {line}")
