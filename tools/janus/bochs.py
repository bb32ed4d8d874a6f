# SPDX-License-Identifier: BSD-2-Clause
"""Guests under Bochs, whose CPU has what QEMU's emulation lacks (PCID, INVPCID, x2APIC).

Debian's Bochs always runs under its debugger, which is driven here through a
terminal of its own; the guest's serial port is a second terminal. There is no
debug-exit port, so a guest's verdict is the line that it says.
"""

from __future__ import annotations

import contextlib
import os
import re
import select
import signal
import time
from pathlib import Path

from janus import iso, machine, process
from janus.errors import SetupError, UsageError
from janus.guest import CHUNK, Ending, Guest, Terminal
from janus.machine import Boot
from janus.result import said_verdict

ANSWER_LIMIT = 10.0  # seconds

_PROMPT = re.compile(rb"<bochs:\d+> ")
_VALUE = re.compile(r"\t0x([0-9a-f]+)")
_LAST = re.compile(r"^\(0\)\.\[\d+\] \[0x([0-9a-f]+)\]", re.MULTILINE)  # the instruction before a reset
_PANIC = re.compile(rb"Bochs is exiting with the following message:\s*(.*)")


class Bochs(Guest):
    """A context; its configuration, image and log are in `folder`, which outlives it."""

    def __init__(self, what: Boot, terminal: Terminal, folder: Path) -> None:
        super().__init__(terminal)
        if what.processors or what.cpu or what.icount is not None or what.options:
            raise UsageError("--smp, --cpu, --icount and --qemu are for QEMU: Bochs has one processor of one model")
        self._what = what
        self._folder = folder
        self._said = b""  # by the debugger, up to its next prompt
        self._reset = ""  # by the debugger, when the machine reset itself

    def __enter__(self) -> Bochs:
        with contextlib.ExitStack() as resources:
            serial, serial_slave = _terminal_pair(resources)
            self._debugger, debugger_slave = _terminal_pair(resources)
            self._process = process.start(
                self._command(os.ttyname(serial_slave)),
                stdin=debugger_slave,
                stdout=debugger_slave,
                stderr=debugger_slave,
                # Bochs 2.7 relies on fresh memory being zero, which Meson sees to that it is not.
                env={**os.environ, "TERM": "dumb", "MALLOC_PERTURB_": "0"},
            )
            resources.callback(process.end, self._process)
            self._answer()
            os.write(self._debugger, b"continue\n")
            self.connect(serial, os.dup(serial))
            self.watch(self._debugger, self._debugger_speaks)
            self._resources = resources.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._resources.close()

    def _command(self, serial: str) -> list[str]:
        image, configuration = self._folder / "janus.iso", self._folder / "bochsrc"
        iso.write(image, self._what.kernel, self._what.archive, self._what.append)
        configuration.write_text(machine.bochs_configuration(self._what, image, serial, self._folder / "log"))
        return [machine.definition()["bochs"]["program"], "-q", "-f", str(configuration)]

    def heard(self) -> Ending | None:
        return Ending.EXIT if said_verdict(self.output) is not None else None

    def verdict(self, ending: Ending) -> int | None:
        return said_verdict(self.output)

    def stop(self) -> None:
        self._process.send_signal(signal.SIGINT)
        self._answer()

    def registers(self) -> str:
        if fault := _LAST.search(self._reset):
            return f"rip: {fault[1]}  (Bochs has reset the other registers)"
        return "\n".join(self._ask(command) for command in ("registers", "sreg", "creg", "dreg"))

    def memory(self, address: int, size: int) -> bytes:
        listing = self._ask(f"x /{size}bx {address:#x}")
        return bytes(int(value, 16) for value in _VALUE.findall(listing))

    def _debugger_speaks(self) -> Ending | None:
        """While the guest runs, the debugger speaks only when the machine cannot go on."""
        self._said += self._read()
        if not _PROMPT.search(self._said):
            return None
        self._reset = self._answer()
        return Ending.STOPPED

    def _ask(self, command: str) -> str:
        os.write(self._debugger, command.encode() + b"\n")
        _, _, answer = self._answer().partition("\n")
        return answer.rstrip()

    def _answer(self) -> str:
        """What the debugger says up to its prompt."""
        deadline = time.monotonic() + ANSWER_LIMIT
        while not (prompt := _PROMPT.search(self._said)):
            if not select.select([self._debugger], [], [], max(0.0, deadline - time.monotonic()))[0]:
                raise SetupError("the debugger of Bochs does not answer")
            self._said += self._read()
        answer, self._said = self._said[: prompt.start()], self._said[prompt.end() :]
        return answer.decode(errors="replace").replace("\r", "")

    def _read(self) -> bytes:
        with contextlib.suppress(OSError):  # the terminal of a process that has gone
            received = os.read(self._debugger, CHUNK)
            if received:
                return received
        panic = _PANIC.search(self._said)
        raise SetupError(f"Bochs ended: {panic[1].decode(errors='replace').strip() if panic else 'it said nothing'}")


def _terminal_pair(resources: contextlib.ExitStack) -> tuple[int, int]:
    master, slave = os.openpty()
    resources.callback(os.close, master)
    resources.callback(os.close, slave)
    return master, slave
