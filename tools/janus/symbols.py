# SPDX-License-Identifier: BSD-2-Clause
"""ELF files as a backtrace needs them: code, function names, source lines and unwind rules.

Function names and unwind rules are read by pyelftools, which is imported where it is
used because it may have to be installed first, and source lines by binutils.
"""

from __future__ import annotations

import bisect
import functools
import io
import os
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING, Any

from janus import process
from janus.errors import UsageError
from janus.paths import ROOT, shown

LIMIT = 120.0  # seconds in which binutils find the lines of a backtrace

if TYPE_CHECKING:
    from elftools.dwarf.callframe import FDE
    from elftools.elf.elffile import ELFFile

_EXECUTABLE = 1  # p_flags
_PVH_ENTRY = 18  # type of the note XEN_ELFNOTE_PHYS32_ENTRY

# One row of a table of unwind rules: how to find the caller's frame from a place in the code.
Rules = dict[Any, Any]


class Symbols:
    """A program or kernel, by its ELF file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @functools.cached_property
    def _elf(self) -> ELFFile:
        return _elf_file(self.path)

    @functools.cached_property
    def _code(self) -> list[tuple[int, bytes]]:
        """Addresses and bytes of what is loaded and executable."""
        segments = (segment for segment in self._elf.iter_segments("PT_LOAD"))
        return [(segment["p_vaddr"], segment.data()) for segment in segments if segment["p_flags"] & _EXECUTABLE]

    def holds(self, address: int) -> bool:
        """Whether the address is in the code of this file."""
        return bool(self.code(address, 1))

    def code(self, address: int, size: int) -> bytes:
        """The bytes from an address on, fewer where the code ends."""
        for start, data in self._code:
            if start <= address < start + len(data):
                return data[address - start : address - start + size]
        return b""

    @functools.cached_property
    def _functions(self) -> list[tuple[int, str]]:
        table = self._elf.get_section_by_name(".symtab")
        symbols = table.iter_symbols() if table else ()
        # What assembler sources define is often without a type; a function that is one wins over a label where it begins.
        kinds = ("STT_NOTYPE", "STT_FUNC")
        found = ((symbol["st_value"], symbol["st_info"]["type"], symbol.name) for symbol in symbols)
        ranked = sorted((at, kinds.index(kind), name) for at, kind, name in found if kind in kinds and name and self.holds(at))
        return [(at, name) for at, _, name in ranked]

    def function(self, address: int) -> str:
        """`name+0x12`, or nothing where no function of the file can hold the address."""
        index = bisect.bisect_right(self._functions, address, key=lambda function: function[0]) - 1
        if index < 0 or not self.holds(address):
            return ""
        start, name = self._functions[index]
        return f"{name}+{address - start:#x}"

    def address(self, name: str) -> int:
        """Where a function or label is."""
        found = {at for at, known in self._functions if known == name}
        if len(found) != 1:
            raise UsageError(f'{shown(self.path)} has {len(found)} places called "{name}"')
        return found.pop()

    def lines(self, addresses: Collection[int]) -> dict[int, list[str]]:
        """For each address `function at file:line`, the innermost of inlined functions first; one call of addr2line for all."""
        argv = ["addr2line", "--exe", str(self.path), "--addresses", "--functions", "--inlines"]
        wanted = "".join(f"{address:#x}\n" for address in addresses)
        said = process.run(argv, LIMIT, stdin=None, input=wanted).stdout.splitlines()
        found: dict[int, list[str]] = {}
        places: list[str] = []
        for line in said:
            if line.startswith("0x"):
                places = found.setdefault(int(line, 16), [])
            else:
                places.append(line)
        return {address: _named_places(found.get(address, [])) for address in addresses}

    @functools.cached_property
    def _frames(self) -> list[FDE]:
        """A description of the frame of each function."""
        from elftools.dwarf.callframe import FDE

        dwarf = self._elf.get_dwarf_info()
        entries = dwarf.CFI_entries() if dwarf.has_CFI() else []
        entries += dwarf.EH_CFI_entries() if dwarf.has_EH_CFI() else []
        return [entry for entry in entries if isinstance(entry, FDE)]

    def rules(self, address: int) -> Rules | None:
        """The unwind rules that hold at an address; None where the compiler gave none."""
        for frame in self._frames:
            if 0 <= address - frame["initial_location"] < frame["address_range"]:
                rows = [row for row in frame.get_decoded().table if row["pc"] <= address]
                return rows[-1] if rows else None
        return None


def pvh_entry(kernel: Path) -> int:
    """Where QEMU enters a kernel: the address in its PVH note."""
    for segment in _elf_file(kernel).iter_segments("PT_NOTE"):
        for note in segment.iter_notes():
            if note["n_name"] == "Xen" and note["n_type"] == _PVH_ENTRY:
                return int.from_bytes(note["n_descdata"][:4], "little")
    raise UsageError(f"{shown(kernel)} has no PVH note, so QEMU cannot load it as a kernel")


def load_end(kernel: Path) -> int:
    """The physical address behind everything that a loader places for a kernel."""
    segments = _elf_file(kernel).iter_segments("PT_LOAD")
    return max((segment["p_paddr"] + segment["p_memsz"] for segment in segments), default=0)


def is_elf(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4) == b"\x7fELF"


def load_size(kernel: Path) -> int:
    """The bytes that a kernel has in memory when it has been loaded."""
    return int(sum(segment["p_memsz"] for segment in _elf_file(kernel).iter_segments("PT_LOAD")))


def _elf_file(path: Path) -> ELFFile:
    from elftools.common.exceptions import ELFError
    from elftools.elf.elffile import ELFFile

    try:
        return ELFFile(io.BytesIO(path.read_bytes()))
    except ELFError as error:
        raise UsageError(f"{shown(path)} is not an ELF file: {error}") from None


def _named_places(lines: list[str]) -> list[str]:
    """Of pairs of lines, a function and its place, those whose place is known."""
    pairs = zip(lines[::2], lines[1::2], strict=True)
    return [f"{name} at {_place(place)}" for name, place in pairs if not place.startswith("?")]


def _place(place: str) -> str:
    """A source line as a path from the tree's root, without a note on discriminators."""
    path, _, line = place.partition(" (")[0].rpartition(":")
    resolved = Path(os.path.normpath(path))  # compilers write paths by way of the build folder
    return f"{resolved.relative_to(ROOT) if resolved.is_relative_to(ROOT) else path}:{line}"
