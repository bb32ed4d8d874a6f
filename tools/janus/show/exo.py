# SPDX-License-Identifier: BSD-2-Clause
"""What a kernel of personality exo holds: who has which frames, whose turn each slice is, what is bound where."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from janus.show.core import Core, Space
from janus.show.memory import Memory

KERNEL_STRUCTS = ["environment", "holdings", "slot", "share"]
INIT_STRUCTS = ["program", "environment", "plan_program", "manifest_program"]
IN_USE = ("FRAME_KMEM", "FRAME_TABLE", "FRAME_COMPANION", "FRAME_OBJECTS", "FRAME_PAGE")  # donated: some pool's


@dataclass
class Holder:
    space: Space
    held: int  # pages, those donated to pools among them
    kernel: int  # of these: donated
    allowance: int
    given: int


@dataclass
class Slice:
    position: int
    owner: Space | None
    state: str
    charged: int  # ticks
    forfeited: int


@dataclass
class Page:
    """What one page of RAM is: a holder's, or one of the three others."""

    space: Space | None
    what: str  # "held", "kernel memory", "free", "boot", "none"


class Exo(Core):
    """A snapshot. `programs` are the archive's, by name: init's tells the names of environments."""

    def __init__(self, memory: Memory, cr3: int, kernel: Path, programs: dict[str, Path]) -> None:
        super().__init__(memory, cr3, kernel, KERNEL_STRUCTS, [])
        if "init" in programs:
            self._names(programs["init"])

    # --- environments ---

    def _thread(self, space: Space) -> int:
        return self.view.at("holdings", self.view.address("space", space.address, "personality"), "environment")

    def _environment(self, thread: int) -> int:
        return self.view.address("thread", thread, "personality")

    def _names(self, program: Path) -> None:
        """Of programs that init started, by the names that the kernel gave their environments."""
        view = self.space_view(self.spaces[self.first], program, INIT_STRUCTS)
        size, array = view.layouts.structs["program"].size, view.layouts.symbols["program"]
        known = {self.view.at("environment", self._environment(t), "name"): s for s in self.spaces.values() if (t := self._thread(s))}
        for entry in range(array, array + 16 * size, size):
            space = known.get(view.at("program", entry, "environment.name"))
            plan = view.at("program", entry, "plan")
            if space and plan and view.at("program", entry, "alive"):
                space.name = view.string(view.at("plan_program", plan, "text.name"))

    # --- frames ---

    def pages(self) -> list[Page]:
        """Each page of RAM, in order."""
        at, size = self.view.layouts.member, self.view.layouts.structs["frame"].size
        state, owner, order = at("frame", "state").offset, at("frame", "owner").offset, at("frame", "order").offset
        names = self.view.layouts.enums["frame_state"]
        records, found = self.records(), list[Page]()
        while len(found) * size < len(records):
            here = len(found) * size
            name = names.get(records[here + state], "")
            large = name in ("FRAME_FREE", "FRAME_USER")
            space = self.spaces.get(int.from_bytes(records[here + owner : here + owner + 8], "little"))
            found += [_page(name, space)] * (1 << records[here + order] if large else 1)
        return found

    def holders(self) -> list[Holder]:
        donated: dict[int, int] = {}
        for page in self.pages():
            if page.space and page.what == "kernel memory":
                donated[page.space.address] = donated.get(page.space.address, 0) + 1
        found = []
        for space in self.spaces.values():
            own = self.view.address("space", space.address, "personality")
            allowance, given = self.view.at("holdings", own, "allowance"), self.view.at("holdings", own, "given")
            found.append(Holder(space, space.frames, donated.get(space.address, 0), allowance, given))
        return found

    # --- slices ---

    def ticks(self) -> int:
        """Of a slice."""
        return self.view.number(self.view.layouts.symbols["slice"])

    def slices(self) -> list[Slice]:
        array, found = self.view.layouts.symbols["slots"], []
        for position in range(256):
            slot = self.view.number(array + position * 8)
            if slot:
                charged, forfeited = self.view.at("slot", slot, "charged"), self.view.at("slot", slot, "forfeited")
                found.append(self._slice(position, self.view.at("slot", slot, "owner"), charged, forfeited))
        return found

    def _slice(self, position: int, thread: int, charged: int, forfeited: int) -> Slice:
        if not thread:
            return Slice(position, None, "nobody's", charged, forfeited)
        state = self.view.layouts.enums["thread_state"].get(self.view.at("thread", thread, "state"), "")
        owner = self.spaces.get(self.view.at("thread", thread, "space"))
        return Slice(position, owner, "ready" if state == "THREAD_RUNNABLE" else "waits", charged, forfeited)


def _page(name: str, space: Space | None) -> Page:
    if name in IN_USE:
        return Page(space, "kernel memory")
    return Page(space, {"FRAME_USER": "held", "FRAME_FREE": "free", "FRAME_BOOT": "boot"}.get(name, "none"))
