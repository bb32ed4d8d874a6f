# SPDX-License-Identifier: BSD-2-Clause
"""Addresses of an ELF file as function names and source lines (binutils does the reading)."""

from __future__ import annotations

import bisect
import functools
import re
import subprocess
from pathlib import Path

from janus.errors import UsageError
from janus.paths import ROOT, shown

_PVH_ENTRY = re.compile(r"Xen .*\(0x0*12\)\s+description data: ([0-9a-f ]+)")


class Symbols:
    def __init__(self, elf: Path) -> None:
        self.elf = elf

    @functools.cached_property
    def _functions(self) -> list[tuple[int, str]]:
        listing = _run("nm", "--numeric-sort", "--defined-only", str(self.elf))
        rows = (line.split(maxsplit=2) for line in listing.splitlines())
        return [(int(row[0], 16), row[2]) for row in rows if len(row) == 3 and row[1] in "tTwW"]

    @functools.cached_property
    def _segments(self) -> list[tuple[int, int, int]]:
        """(address, size in the file, offset) of what is loaded and executable."""
        listing = _run("readelf", "--segments", "--wide", str(self.elf))
        rows = (line.split() for line in listing.splitlines())
        return [
            (int(row[2], 16), int(row[4], 16), int(row[1], 16))
            for row in rows
            if row and row[0] == "LOAD" and "E" in row[6:-1]
        ]

    def holds(self, address: int) -> bool:
        """Whether the address is in the code of this file."""
        return any(start <= address < start + size for start, size, _ in self._segments)

    def code(self, address: int, size: int) -> bytes:
        """The file's bytes for an address that it holds."""
        for start, length, offset in self._segments:
            if start <= address < start + length:
                at = offset + address - start
                return self.elf.read_bytes()[at : at + min(size, start + length - address)]
        return b""

    def function(self, address: int) -> str:
        """`name+0x12`, or nothing where no function of the file can hold the address."""
        index = bisect.bisect_right(self._functions, (address, "\uffff")) - 1
        if index < 0 or not self.holds(address):
            return ""
        start, name = self._functions[index]
        return f"{name}+{address - start:#x}"

    def lines(self, address: int) -> list[str]:
        """`function at file:line`, the innermost of inlined functions first."""
        listing = _run("addr2line", "--exe", str(self.elf), "--functions", "--inlines", f"{address:#x}")
        found = listing.splitlines()
        pairs = zip(found[::2], found[1::2], strict=True)
        return [f"{name} at {_place(place)}" for name, place in pairs if not place.startswith("?")]


def pvh_entry(elf: Path) -> int:
    """Where QEMU enters a kernel: the address in its PVH note."""
    found = _PVH_ENTRY.search(_run("readelf", "--notes", "--wide", str(elf)))
    if not found:
        raise UsageError(f"{shown(elf)} has no PVH note, so QEMU cannot load it as a kernel")
    return int.from_bytes(bytes.fromhex(found[1])[:4], "little")


def _place(place: str) -> str:
    """A source line as a path from the tree's root, without a note on discriminators."""
    path, _, line = place.partition(" (")[0].rpartition(":")
    resolved = Path(path)
    if resolved.is_relative_to(ROOT):
        path = str(resolved.relative_to(ROOT))
    return f"{path}:{line}"


def _run(*argv: str) -> str:
    result = subprocess.run(argv, capture_output=True, text=True, check=False)
    return result.stdout
