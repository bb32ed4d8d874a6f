# SPDX-License-Identifier: BSD-2-Clause
"""Registers and a symbolised backtrace of a machine that stands still.

The walk follows the compiler's unwind rules, so nothing needs a frame pointer.
Several user programs may be linked at one address, so the program of a user
address is found by comparing its code with the guest's memory.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from janus.symbols import Symbols

DEPTH = 64  # frames
COMPARED = 16  # bytes of code that decide which program an address belongs to

# In the order of their numbers in unwind rules.
REGISTERS = "ax dx cx bx si di bp sp 8 9 10 11 12 13 14 15 ip".split()
STACK, INSTRUCTION = REGISTERS.index("sp"), REGISTERS.index("ip")

# QEMU lists RAX=0 and R8 =0, Bochs rax: 00000000_00000000; in 32-bit code QEMU lists EAX=0.
_REGISTER = re.compile(r"\b[re](\w\w?) *[=:] *([0-9a-f_]+)", re.IGNORECASE)

Values = dict[int, int]  # of registers, by those numbers


class Machine(Protocol):
    """What an emulator shows of a machine that stands still."""

    def registers(self) -> str:
        """All of them, one or more on a line, as the emulator lists them."""

    def memory(self, address: int, size: int) -> bytes:
        """The bytes at a virtual address, fewer where nothing is mapped."""


@dataclass
class Frame:
    address: int  # of the instruction, in the first frame; where it returns to, in the others
    name: str  # of the kernel or program
    image: Symbols
    within: int  # an address of the instruction: that before `address`, in a caller


class Backtrace:
    def __init__(self, machine: Machine, kernel: Path, programs: dict[str, Path]) -> None:
        self._machine = machine
        self._kernel = Symbols(kernel)
        self._programs = {name: Symbols(path) for name, path in programs.items()}

    def report(self) -> str:
        listing = self._machine.registers()
        values = _values(listing)
        lines = ["registers", *(f"  {line}" for line in listing.splitlines()), "backtrace"]
        frames = list(self._walk(values))
        if not frames:
            lines.append(f"  {values.get(INSTRUCTION, 0):016x}  in no known program")
        for frame in frames:
            lines.append(f"  {frame.address:016x}  {frame.name}: {frame.image.function(frame.within) or '?'}")
            lines += (f"  {'':16}    {line}" for line in frame.image.lines([frame.within])[frame.within])
        return "\n".join(lines) + "\n"

    def _walk(self, values: Values) -> Iterator[Frame]:
        """The frames from the innermost on, as long as they are in known programs."""
        for depth in range(DEPTH):
            address = values.get(INSTRUCTION, 0)
            # A call may be its function's last instruction, so a return address may lie behind it.
            within = address - 1 if depth else address
            found = self._image(within)
            if not found:
                return
            yield Frame(address, *found, within)
            caller = self._caller(values, found[1], within, depth == 0)
            if not caller or caller[STACK] <= values[STACK]:
                return
            values = caller

    def _caller(self, values: Values, image: Symbols, within: int, innermost: bool) -> Values | None:
        """The caller's registers; None at the outermost frame."""
        rules = image.rules(within)
        if STACK not in values:
            return None
        if not rules:
            # Assembler without rules: if it has called nothing, its return address is on top.
            return self._returned(values, values[STACK] + 8) if innermost else None
        if rules["cfa"].reg not in values:
            return None
        frame = values[rules["cfa"].reg] + rules["cfa"].offset
        caller = self._returned(values, frame)
        for register, rule in rules.items():
            if caller and isinstance(register, int) and rule.type == "OFFSET" and register != INSTRUCTION:
                caller[register] = self._word(frame + rule.arg)
        return caller

    def _returned(self, values: Values, frame: int) -> Values:
        """The registers after a return to the address just below `frame`."""
        return {**values, STACK: frame, INSTRUCTION: self._word(frame - 8)}

    def _word(self, address: int) -> int:
        return int.from_bytes(self._machine.memory(address, 8), "little")

    def _image(self, address: int) -> tuple[str, Symbols] | None:
        if self._kernel.holds(address):
            return "kernel", self._kernel
        holders = [(name, image) for name, image in self._programs.items() if image.holds(address)]
        for name, image in holders:
            code = image.code(address, COMPARED)
            if self._machine.memory(address, len(code)) == code:
                return name, image
        return holders[0] if holders else None


def _values(listing: str) -> Values:
    found = ((name.lower(), value) for name, value in _REGISTER.findall(listing))
    return {REGISTERS.index(name): int(value.replace("_", ""), 16) for name, value in found if name in REGISTERS}
