# SPDX-License-Identifier: BSD-2-Clause
"""How a boot ended. All machines share this, and one agreement on verdicts.

A guest ends by writing 0x10 + code to the debug-exit port, after it has said
`janus: exit CODE` on a line of its own: the only verdict where no such port is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

TIME_LIMIT = 60.0  # seconds, of a run that does not say otherwise

SUCCESS = 0
PROGRAM_FAILED = 1
PANIC = 2
BOOT_REFUSED = 3

MEANINGS = {
    SUCCESS: "success",
    PROGRAM_FAILED: "the program reported failure",
    PANIC: "the kernel panicked",
    BOOT_REFUSED: "the kernel refused to boot",
}

# Firmware and GRUB move the cursor and set colours.
_CONTROL = re.compile(r"\x1b\[[0-9;=?]*[A-Za-z]|\r")

_STATUS = re.compile(r"^janus: status (\d+)$", re.MULTILINE)
_SAID = re.compile(rb"^janus: exit (\d+)\r?\n", re.MULTILINE)


def said_verdict(output: bytes) -> int | None:
    """The code of a verdict in the serial output."""
    found = _SAID.search(output)
    return int(found[1]) if found else None


def plain(output: bytes) -> str:
    """Serial output as text, with \\n as line ends and without control sequences."""
    return _CONTROL.sub("", output.decode(errors="replace"))


@dataclass
class Result:
    console: str  # all that came from the serial port, as plain() makes it
    code: int | None  # the guest's verdict, one of the above; None where it gave none
    timed_out: bool
    backtrace: str  # registers and a symbolised backtrace, where the guest gave no verdict
    command: str  # boots the same again
    seconds: float  # of wall time

    @property
    def status(self) -> int | None:
        """The exit status of a program that failed with another than 1."""
        found = _STATUS.search(self.console) if self.code == PROGRAM_FAILED else None
        return int(found[1]) & 0xFF if found else None

    @property
    def ending(self) -> str:
        if self.timed_out:
            return f"time limit, after {self.seconds:.0f} s"
        if self.code is None:
            return "the guest reset or switched off the machine without a verdict"
        return MEANINGS.get(self.code, f"unknown verdict {self.code}")

    def __str__(self) -> str:
        """All of it, for the message of a failed test."""
        return f"{self.console}\n[{self.ending}]\n{self.backtrace}replay: {self.command}"
