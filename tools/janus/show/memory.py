# SPDX-License-Identifier: BSD-2-Clause
"""The memory of a machine that stands still: physical, and as a page table shows it."""

from __future__ import annotations

from janus.show.layout import Layouts

_PAGE = 4096
_ADDRESS = 0x000F_FFFF_FFFF_F000
_PRESENT, _LARGE = 1, 1 << 7


class Memory:
    """All of physical memory as one string of bytes."""

    def __init__(self, content: bytes) -> None:
        self.content = content

    def word(self, address: int) -> int:
        return int.from_bytes(self.content[address : address + 8], "little")

    def translate(self, root: int, address: int) -> int | None:
        """The physical address; None where nothing is mapped."""
        table = root & _ADDRESS
        for level in (39, 30, 21, 12):
            entry = self.word(table + (address >> level & 511) * 8)
            if not entry & _PRESENT:
                return None
            if level == 12 or (entry & _LARGE and level < 39):
                mask = (1 << level) - 1
                return (entry & _ADDRESS & ~mask) | (address & mask)
            table = entry & _ADDRESS
        return None


class View:
    """Memory as one space sees it, with the structures of one program in it."""

    def __init__(self, memory: Memory, root: int, layouts: Layouts) -> None:
        self._memory = memory
        self._root = root
        self.layouts = layouts

    def read(self, address: int, size: int) -> bytes:
        parts = []
        while size > 0:
            step = min(size, _PAGE - address % _PAGE)
            physical = self._memory.translate(self._root, address)
            parts.append(bytes(step) if physical is None else self._memory.content[physical : physical + step])
            address += step
            size -= step
        return b"".join(parts)

    def number(self, address: int, size: int = 8) -> int:
        return int.from_bytes(self.read(address, size), "little")

    def at(self, struct: str, address: int, path: str, index: int = 0) -> int:
        """The number in a member, or in one element of it."""
        member = self.layouts.member(struct, path)
        return self.number(address + member.offset + index * member.size, member.size)

    def address(self, struct: str, address: int, path: str, index: int = 0) -> int:
        member = self.layouts.member(struct, path)
        return address + member.offset + index * member.size

    def text(self, struct: str, address: int, path: str) -> str:
        member = self.layouts.member(struct, path)
        return self.read(address + member.offset, member.count).partition(b"\0")[0].decode(errors="replace")

    def string(self, address: int) -> str:
        return self.read(address, 64).partition(b"\0")[0].decode(errors="replace")
