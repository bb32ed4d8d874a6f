# SPDX-License-Identifier: BSD-2-Clause
"""Registers and a symbolised backtrace of a guest that QEMU has stopped.

The walk follows frame pointers, as the kernels and user programs are compiled
with them. Several user programs may be linked at one address, so the program
of a user address is found by comparing its code with the guest's memory.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from janus.qmp import Gone, Monitor
from janus.symbols import Symbols

DEPTH = 64  # frames
COMPARED = 16  # bytes of code that decide which program an address belongs to

_VALUE = re.compile(r"0x([0-9a-f]+)")


@dataclass
class Images:
    """The ELF files whose code may be running."""

    kernel: Symbols
    programs: dict[str, Symbols]


def images(kernel: Path, programs: dict[str, Path]) -> Images:
    return Images(Symbols(kernel), {name: Symbols(path) for name, path in programs.items()})


def report(monitor: Monitor, known: Images, processors: int = 1) -> str:
    """Registers and backtrace of each CPU."""
    parts = []
    for number in range(processors):
        monitor.human(f"cpu {number}")
        registers = _registers(monitor)
        trace = _backtrace(monitor, known, registers)
        title = f"CPU {number}: " if processors > 1 else ""
        parts.append(f"{title}registers\n{registers}\n{title}backtrace\n{trace}\n")
    return "\n".join(parts)


def _registers(monitor: Monitor) -> str:
    listing = monitor.human("info registers").replace("\r", "")
    kept = (line for line in listing.splitlines() if line and not line.startswith("CPU#"))
    return "\n".join("  " + line for line in _before(kept, "FCW="))


def _before(lines: Iterator[str], start: str) -> Iterator[str]:
    for line in lines:
        if line.startswith(start):
            return
        yield line


def _register(listing: str, name: str) -> int:
    """A register by its name without the letter for its width."""
    found = re.search(rf"\b[RE]{name} *=([0-9a-f]+)", listing)
    return int(found[1], 16) if found else 0


def _backtrace(monitor: Monitor, known: Images, registers: str) -> str:
    lines = []
    walk = _walk(monitor, _register(registers, "IP"), _register(registers, "BP"))
    for number, address in enumerate(walk):
        # A return address may lie behind the last instruction of its function.
        lines.extend(_frame(monitor, known, address, address - 1 if number else address))
    return "\n".join(lines)


def _walk(monitor: Monitor, instruction: int, frame: int) -> Iterator[int]:
    """The instruction pointer, then each return address."""
    yield instruction
    for _ in range(DEPTH):
        words = _memory(monitor, frame, 2) if frame else []
        if len(words) < 2 or not words[1]:
            return
        yield words[1]
        if words[0] <= frame:
            return
        frame = words[0]


def _frame(monitor: Monitor, known: Images, address: int, within: int) -> list[str]:
    found = _image(monitor, known, within)
    if found is None:
        return [f"  {address:016x}  in no known program"]
    name, symbols = found
    first = f"  {address:016x}  {name}: {symbols.function(within)}"
    return [first, *(f"  {'':16}    {line}" for line in symbols.lines(within))]


def _image(monitor: Monitor, known: Images, address: int) -> tuple[str, Symbols] | None:
    if known.kernel.holds(address):
        return "kernel", known.kernel
    holders = [(name, program) for name, program in known.programs.items() if program.holds(address)]
    same = [(name, program) for name, program in holders if _same_code(monitor, program, address)]
    return (same or holders or [None])[0]


def _same_code(monitor: Monitor, program: Symbols, address: int) -> bool:
    code = program.code(address, COMPARED)
    listing = monitor.human(f"x /{len(code)}xb {address:#x}")
    return code == bytes(int(value, 16) for line in listing.splitlines() for value in _VALUE.findall(line.partition(":")[2]))


def _memory(monitor: Monitor, address: int, count: int) -> list[int]:
    listing = monitor.human(f"x /{count}xg {address:#x}")
    return [int(value, 16) for line in listing.splitlines() for value in _VALUE.findall(line.partition(":")[2])]


def attempt(monitor: Monitor, known: Images, processors: int = 1) -> str:
    """The report, or why there is none."""
    try:
        return report(monitor, known, processors)
    except Gone as error:
        return f"no registers: QEMU does not answer ({error})\n"
