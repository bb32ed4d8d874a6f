# SPDX-License-Identifier: BSD-2-Clause
"""For gdb: stops at stores that make a site a jump, and prints what user level's page tables map before it, behind it, and when the call is served."""

import struct
from collections.abc import Iterator

import gdb  # type: ignore[import]

PATCHES = 8
PRESENT, WRITE, USER, LARGE, NO_EXECUTE = 1, 2, 4, 1 << 7, 1 << 63
ADDRESS = 0xFFFFFFFFFF000


def bindings(table: int, level: int = 3, base: int = 0) -> Iterator[tuple[int, int]]:
    """Addresses of user level's half, and the entries that map them: large pages as one."""
    words = struct.unpack("<512Q", bytes(gdb.selected_inferior().read_memory(table & ADDRESS, 4096)))
    for index, word in enumerate(words[: 256 if level == 3 else 512]):
        address = base + (index << 12 + 9 * level)
        if word & PRESENT and (level == 0 or word & LARGE):
            yield address, word
        elif word & PRESENT:
            yield from bindings(word, level - 1, address)


def tell(when: str, site: int) -> None:
    root = int(gdb.parse_and_eval("$cr3"))
    gdb.execute("maintenance packet Qqemu.PhyMemMode:1", to_string=True)
    for address, word in bindings(root):
        if word & USER:
            rights = ("w" if word & WRITE else "-") + ("-" if word & NO_EXECUTE else "x")
            print(f"{when} {site:#x}: {address:#x} is {word & ADDRESS:#x} {rights}")
    gdb.execute("maintenance packet Qqemu.PhyMemMode:0", to_string=True)


def patches() -> None:
    for _ in range(PATCHES):
        gdb.execute("continue", to_string=True)
        site = int(gdb.parse_and_eval("site"))
        tell("before", site)
        gdb.execute("stepi", to_string=True)
        tell("written", site)
        served = gdb.Breakpoint(f"*{site + 7:#x}", type=gdb.BP_HARDWARE_BREAKPOINT, temporary=True)
        served.silent = True
        gdb.execute("continue", to_string=True)
        tell("served", site)


gdb.execute(f"hbreak {gdb.parse_and_eval('$where').string()}")
patches()
gdb.execute("kill")
