# SPDX-License-Identifier: BSD-2-Clause
"""What a kernel of personality l4 holds: spaces, capabilities and their derivation, threads, and who mapped what to whom."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from janus.show.layout import Layouts
from janus.show.memory import Memory, View

FRAMES = 0xFFFF_C000_0000_0000  # arch/x86/layout.h: the frame records
KERNEL_STRUCTS = ["space", "thread", "capability", "cap_table", "map", "map_link", "frame", "object", "endpoint", "l4_thread"]
KERNEL_ENUMS = ["kind", "l4_state", "thread_state", "frame_state"]
ROOT_STRUCTS = ["root", "program", "instance", "plan", "plan_program", "manifest_program"]
RIGHTS = "rwxsdcSR"  # of a capability, from bit 0: read, write, execute, share, destroy, control, send, receive
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
class Capability:
    address: int
    space: Space | None  # None: the kernel's own, held for a thread
    slot: int
    object: int
    kind: str
    rights: int
    badge: int
    parent: Capability | None = None


@dataclass
class Thread:
    address: int
    id: int
    name: str
    space: Space
    state: str
    priority: int
    suspended: bool
    ticks: int
    switches: int
    endpoint: int  # where it waits; 0
    server: int  # for whose reply it waits: a thread; 0


@dataclass
class Mapping:
    space: Space
    address: int
    bits: int  # logarithm of its bytes
    rights: str
    physical: int
    children: list[Mapping] = field(default_factory=list)


class Kernel:
    """A snapshot. `programs` are the archive's, by name: the root task's tells the names of spaces and services."""

    def __init__(self, memory: Memory, cr3: int, kernel: Path, programs: dict[str, Path]) -> None:
        self._memory = memory
        self.view = View(memory, cr3, Layouts(kernel, KERNEL_STRUCTS, KERNEL_ENUMS))
        self.spaces: dict[int, Space] = {}
        self.capabilities: dict[int, Capability] = {}
        self.threads: dict[int, Thread] = {}
        self.services: dict[int, str] = {}  # endpoints
        first = self.view.number(self.view.layouts.symbols["first_space"])
        self._spaces(first, None)
        for space in list(self.spaces.values()):
            self._table(space)
            self._threads(space)
        self._derive()
        if "root" in programs:
            self._names(self.spaces[first], programs["root"])

    # --- spaces, tables, threads ---

    def _spaces(self, address: int, parent: Space | None) -> None:
        at, text = self.view.at, self.view.text
        space = Space(address, at("space", address, "id"), text("space", address, "name"), parent)
        space.tables, space.frames = at("space", address, "tables"), at("space", address, "frames_held")
        self.spaces[address] = space
        child = at("space", address, "children")
        while child:
            self._spaces(child, space)
            child = at("space", child, "sibling_next")

    def _table(self, space: Space) -> None:
        size = self.view.layouts.structs["capability"].size
        pages = self.view.layouts.member("space", "caps.page")
        empty = self.view.layouts.symbols["cap_no_slots"]
        table = self.view.read(space.address + pages.offset, pages.count * 8)
        for number in range(pages.count):
            page = int.from_bytes(table[number * 8 : number * 8 + 8], "little")
            for slot in range(4096 // size) if page != empty else ():
                self._capability(page + slot * size, space, number * (4096 // size) + slot)

    def _capability(self, address: int, space: Space | None, slot: int) -> None:
        kind_and_rights = self.view.at("capability", address, "type")
        if not kind_and_rights:
            return
        number = kind_and_rights >> 8
        kind = self.view.layouts.enums["kind"].get(number, "").removeprefix("KIND_").lower()
        kind = {"personality": "endpoint"}.get(kind, kind) or f"kind {number}"
        badge, target = self.view.at("capability", address, "badge"), self.view.at("capability", address, "object")
        if kind == "thread":  # the header is inside
            target -= self.view.layouts.member("thread", "object").offset
        self.capabilities[address] = Capability(address, space, slot, target, kind, kind_and_rights & 0xFF, badge)

    def _threads(self, space: Space) -> None:
        at = self.view.at
        thread = at("space", space.address, "threads")
        while thread:
            own = self.view.address("thread", thread, "personality")
            number = at("thread", thread, "state")
            names = self.view.layouts.enums["thread_state"] | self.view.layouts.enums["l4_state"]
            state = names.get(number, str(number)).removeprefix("THREAD_").removeprefix("WAIT_").lower()
            self.threads[thread] = Thread(
                thread, at("thread", thread, "id"), self.view.text("thread", thread, "name"), space,
                "waits to " + state if number >= 2 and state != "reply" else "waits for a reply" if number >= 2 else state,
                at("l4_thread", own, "own_priority"), bool(at("thread", thread, "suspended")), at("thread", thread, "ticks"),
                at("thread", thread, "switches"), at("l4_thread", own, "endpoint") if number >= 2 and state != "reply" else 0,
                at("l4_thread", own, "server") if state == "reply" else 0,
            )  # fmt: skip
            for name, member in self.view.layouts.structs["l4_thread"].members.items():
                if member.struct == "capability":
                    self._capability(own + member.offset, None, 0)
            thread = at("thread", thread, "space_next")

    # --- derivation: brackets in one list an object (core/cap.h) ---

    def _derive(self) -> None:
        opens = {self.view.address("capability", address, "open"): c for address, c in self.capabilities.items()}
        closes = {self.view.address("capability", address, "close"): c for address, c in self.capabilities.items()}
        starts = {c.object: self._first(c) for c in self.capabilities.values() if c.kind != "frame"}
        for link in starts.values():
            nested: list[Capability] = []
            for link in self._list(link):
                if link in opens:
                    opens[link].parent = nested[-1] if nested else None
                    nested.append(opens[link])
                elif link in closes and nested:
                    nested.pop()

    def _first(self, capability: Capability) -> int:
        """The list of capabilities to its object."""
        inside = self.view.layouts.member("thread", "object").offset if capability.kind == "thread" else 0
        return self.view.at("object", capability.object + inside, "caps")

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
        records = self.view.read(FRAMES, len(self._memory.content) >> _PAGE_BITS << 6) if size == 64 else b""
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

    # --- names, from the root task's memory ---

    def _names(self, first: Space, program: Path) -> None:
        layouts = Layouts(program, ROOT_STRUCTS)
        root = layouts.symbols["root"]
        view = View(self._memory, self.view.at("space", first.address, "root"), layouts)
        slots = {c.slot: c.object for c in self.capabilities.values() if c.space is first}
        for index in range(view.at("root", root, "plan.programs")):
            entry = view.address("root", root, "program", index)
            space = self.spaces.get(slots.get(view.at("program", entry, "instance.space"), 0))
            if space is not None and view.at("program", entry, "running"):
                plan = view.at("program", entry, "plan")
                space.name = view.string(view.at("plan_program", plan, "text.name"))
        names = layouts.member("plan", "service")
        width = names.count // layouts.member("root", "service").count
        for index in range(view.at("root", root, "plan.services")):
            endpoint = slots.get(view.at("root", root, "service", index))
            if endpoint:
                at = view.address("root", root, "plan") + names.offset + index * width
                self.services[endpoint] = view.string(at)
        own = slots.get(view.at("root", root, "endpoint"))
        if own:
            self.services[own] = "root"
