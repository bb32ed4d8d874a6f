# SPDX-License-Identifier: BSD-2-Clause
"""Registers and a symbolised backtrace of a machine that stands still.

The walk follows frame pointers, as the kernels and user programs are compiled
with them. Several user programs may be linked at one address, so the program
of a user address is found by comparing its code with the guest's memory.
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


class Machine(Protocol):
    """What an emulator shows of a machine that stands still."""

    def registers(self) -> str:
        """All of them, one or more on a line, as the emulator lists them."""

    def memory(self, address: int, size: int) -> bytes:
        """The bytes at a virtual address, fewer where nothing is mapped."""


@dataclass
class Images:
    """The ELF files whose code may be running."""

    kernel: Symbols
    programs: dict[str, Symbols]


def report(machine: Machine, kernel: Path, programs: dict[str, Path]) -> str:
    images = Images(Symbols(kernel), {name: Symbols(path) for name, path in programs.items()})
    registers = machine.registers()
    walk = _walk(machine, _register(registers, "ip"), _register(registers, "bp"))
    lines = ["registers", *(f"  {line}" for line in registers.splitlines()), "backtrace"]
    for number, address in enumerate(walk):
        # A return address may lie behind the last instruction of its function.
        lines += _frame(machine, images, address, address - 1 if number else address)
    return "\n".join(lines) + "\n"


def _register(listing: str, name: str) -> int:
    """A register of QEMU's list (RIP=...) or Bochs's (rip: ...)."""
    found = re.search(rf"\b[re]{name} *[=:] *([0-9a-f_]+)", listing, re.IGNORECASE)
    return int(found[1].replace("_", ""), 16) if found else 0


def _walk(machine: Machine, instruction: int, frame: int) -> Iterator[int]:
    """The instruction pointer, then each return address."""
    yield instruction
    for _ in range(DEPTH):
        words = machine.memory(frame, 16) if frame else b""
        caller, address = int.from_bytes(words[:8], "little"), int.from_bytes(words[8:], "little")
        if len(words) < 16 or not address:
            return
        yield address
        if caller <= frame:
            return
        frame = caller


def _frame(machine: Machine, images: Images, address: int, within: int) -> list[str]:
    found = _image(machine, images, within)
    if found is None:
        return [f"  {address:016x}  in no known program"]
    name, symbols = found
    first = f"  {address:016x}  {name}: {symbols.function(within)}"
    return [first, *(f"  {'':16}    {line}" for line in symbols.lines(within))]


def _image(machine: Machine, images: Images, address: int) -> tuple[str, Symbols] | None:
    if images.kernel.holds(address):
        return "kernel", images.kernel
    holders = [(name, program) for name, program in images.programs.items() if program.holds(address)]
    for name, program in holders:
        code = program.code(address, COMPARED)
        if machine.memory(address, len(code)) == code:
            return name, program
    return holders[0] if holders else None
