# SPDX-License-Identifier: BSD-2-Clause
"""What a kernel of personality l4 holds: spaces, capabilities and their derivation, threads, and who mapped what to whom."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from janus.show.core import Core, Space
from janus.show.memory import Memory

KERNEL_STRUCTS = ["capability", "cap_table", "endpoint", "l4_thread"]
KERNEL_ENUMS = ["kind", "l4_state"]
ROOT_STRUCTS = ["root", "program", "instance", "plan", "plan_program", "manifest_program"]
RIGHTS = "rwxsdcSR"  # of a capability, from bit 0: read, write, execute, share, destroy, control, send, receive


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


# What is not waiting for a partner at an endpoint.
WAITS = {"reply": "waits for a reply", "bits": "waits for a notification"}


class Kernel(Core):
    """A snapshot. `programs` are the archive's, by name: the root task's tells the names of spaces and services."""

    def __init__(self, memory: Memory, cr3: int, kernel: Path, programs: dict[str, Path]) -> None:
        super().__init__(memory, cr3, kernel, KERNEL_STRUCTS, KERNEL_ENUMS)
        self.capabilities: dict[int, Capability] = {}
        self.threads: dict[int, Thread] = {}
        self.services: dict[int, str] = {}  # endpoints
        for space in list(self.spaces.values()):
            self._table(space)
            self._threads(space)
        self._derive()
        if "root" in programs:
            self._names(self.spaces[self.first], programs["root"])

    # --- spaces, tables, threads ---

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
                WAITS.get(state, f"waits to {state}") if number >= 2 else state,
                at("l4_thread", own, "own_priority"), bool(at("thread", thread, "suspended")), at("thread", thread, "ticks"),
                at("thread", thread, "switches"), at("l4_thread", own, "endpoint") if number >= 2 and state not in WAITS else 0,
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

    # --- names, from the root task's memory ---

    def _names(self, first: Space, program: Path) -> None:
        view = self.space_view(first, program, ROOT_STRUCTS)
        layouts = view.layouts
        root = layouts.symbols["root"]
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
