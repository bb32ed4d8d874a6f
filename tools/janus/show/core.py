# SPDX-License-Identifier: BSD-2-Clause
"""What every kernel holds, whatever its personality: spaces, frames, and who mapped what to whom."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from janus.show.layout import Layouts
from janus.show.memory import Memory, View

FRAMES = 0xFFFF_C000_0000_0000  # arch/x86/layout.h: the frame records
STRUCTS = ["space", "thread", "map", "map_link", "frame", "object"]
ENUMS = ["frame_state", "thread_state"]
_WRITABLE, _NO_EXECUTE, _ADDRESS = 1 << 1, 1 << 63, 0x000F_FFFF_FFFF_F000
_PAGE_BITS = 12
_LIST_LIMIT = 1 << 20  # a list that is longer is damaged


@dataclass
class Space:
    address: int
    id: int
    name: str
    parent: Space | None
    tables: int = 0
    frames: int = 0


@dataclass
class Mapping:
    space: Space
    address: int
    bits: int  # logarithm of its bytes
    rights: str
    physical: int
    children: list[Mapping] = field(default_factory=list)


class Core:
    """A snapshot, with structures and enumerations of the personality beside core's own."""

    def __init__(self, memory: Memory, cr3: int, kernel: Path, structs: list[str], enums: list[str]) -> None:
        self._memory = memory
        self.view = View(memory, cr3, Layouts(kernel, STRUCTS + structs, ENUMS + enums))
        self.spaces: dict[int, Space] = {}
        self.first = self.view.number(self.view.layouts.symbols["first_space"])
        self._spaces(self.first, None)

    def _spaces(self, address: int, parent: Space | None) -> None:
        at, text = self.view.at, self.view.text
        space = Space(address, at("space", address, "id"), text("space", address, "name"), parent)
        space.tables, space.frames = at("space", address, "tables"), at("space", address, "frames_held")
        self.spaces[address] = space
        child = at("space", address, "children")
        while child:
            self._spaces(child, space)
            child = at("space", child, "sibling_next")

    def space_view(self, space: Space, program: Path, structs: list[str]) -> View:
        """The memory of SPACE, as its program sees it."""
        return View(self._memory, self.view.at("space", space.address, "root"), Layouts(program, structs))

    def records(self) -> bytes:
        """The records of all frames."""
        size = self.view.layouts.structs["frame"].size
        return self.view.read(FRAMES, (len(self._memory.content) >> _PAGE_BITS) * size)

    def _list(self, link: int) -> Iterator[int]:
        for _ in range(_LIST_LIMIT):
            if not link:
                return
            yield link
            link = self.view.at("map_link", link, "next")  # struct cap_link is laid out alike

    # --- mappings: brackets in one list a frame (core/map.h) ---

    def mappings(self) -> list[Mapping]:
        """Those that derive from none, in the order of frames."""
        maps = self.view.layouts.member("frame", "maps").offset
        size = self.view.layouts.structs["frame"].size
        records = self.records()
        found: list[Mapping] = []
        state = self.view.layouts.member("frame", "state").offset
        mapped = [number for number, name in self.view.layouts.enums["frame_state"].items() if name in ("FRAME_USER", "FRAME_BOOT")]
        for at in range(0, len(records), size):
            link = int.from_bytes(records[at + maps : at + maps + 8], "little")
            if link and records[at + state] in mapped:
                found += self._frame_mappings(link)
        return found

    def _frame_mappings(self, first: int) -> list[Mapping]:
        originals: list[Mapping] = []
        nested: list[Mapping] = []
        closing = self.view.layouts.member("map", "close").offset
        for link in self._list(first):
            place = link % 64  # a record is one cache line, and begins with its opening bracket
            if place == 0:
                mapping = self._mapping(link)
                (nested[-1].children if nested else originals).append(mapping)
                nested.append(mapping)
            elif place == closing and nested:
                nested.pop()
        return originals

    def _mapping(self, record: int) -> Mapping:
        at = self.view.at
        entry = self.view.number(at("map", record, "pte"))
        rights = "r" + ("w" if entry & _WRITABLE else "-") + ("-" if entry & _NO_EXECUTE else "x")
        bits = _PAGE_BITS + at("map", record, "order")
        return Mapping(self.spaces[at("map", record, "space")], at("map", record, "vaddr"), bits, rights, entry & _ADDRESS)
