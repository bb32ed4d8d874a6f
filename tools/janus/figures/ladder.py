# SPDX-License-Identifier: BSD-2-Clause
"""One operation's path: from the addresses that it executed to the functions it entered, the modes and the spaces between."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape

from janus.figures.explain import Images
from janus.symbols import Symbols

USER, KERNEL = "user", "kernel"

_UPPER_HALF = 1 << 63


@dataclass(frozen=True)
class Run:
    """Consecutive instructions of one function."""

    level: str
    function: str
    file: str
    instructions: int
    entered: bool  # it begins with the function's first instruction
    loads_space: bool  # among them is a load of the page-table base


@dataclass
class Node:
    """A function where it was called from. Inlined functions count for the one that they are in."""

    level: str
    function: str
    file: str
    instructions: int = 0
    called: list[Node] = field(default_factory=list)

    def total(self) -> int:
        return self.instructions + sum(node.total() for node in self.called)


def runs(addresses: list[int], images: Images) -> Iterator[Run]:
    names = images.functions(set(addresses))
    places = [names[address] for address in addresses]
    start = 0
    for end in range(1, len(places) + 1):
        if end == len(places) or places[end] != places[start]:
            part = addresses[start:end]
            entered = _offset(part[0], images) == 0
            yield Run(*places[start], len(part), entered, any(_loads_space(address, images) for address in part))
            start = end


def _symbols(address: int, images: Images) -> Symbols:
    return images.kernel if address & _UPPER_HALF else images.program


def _offset(address: int, images: Images) -> int:
    return int(_symbols(address, images).function(address).rpartition("+")[2] or "1", 16)


def _loads_space(address: int, images: Images) -> bool:
    """mov %reg, %cr3 is 0f 22 d8 to df."""
    code = images.kernel.code(address, 3) if address & _UPPER_HALF else b""
    return code[:2] == b"\x0f\x22" and code[2:] >= b"\xd8"


def tree(found: list[Run]) -> list[Node]:
    """Who called whom: a run that begins a function is a call, one in the midst of a function that is open is a return to it."""
    roots: list[Node] = []
    open_nodes: list[Node] = []
    left: dict[str, list[Node]] = {}  # user functions that the kernel took the processor from, with who had called them
    for run in found:
        at = _open_at(open_nodes, run)
        if at is not None:
            del open_nodes[at + 1 :]
        else:
            if run.level == USER and open_nodes and open_nodes[-1].level == KERNEL:
                users = [node for node in open_nodes if node.level == USER]
                left.update((node.function, users[: number + 1]) for number, node in enumerate(users))
                open_nodes = list(left.get(run.function, ()))  # another program, its handler, or one that goes on
            elif run.level == USER and run.function in left and not run.entered:
                open_nodes = list(left[run.function])  # a handler that went back without the kernel
        if not open_nodes or at is None and open_nodes[-1].function != run.function:
            node = Node(run.level, run.function, run.file)
            (open_nodes[-1].called if open_nodes else roots).append(node)
            open_nodes.append(node)
        open_nodes[-1].instructions += run.instructions
    return roots


def _open_at(open_nodes: list[Node], run: Run) -> int | None:
    """The innermost open function that the run goes on with."""
    if run.entered and run.level == KERNEL:
        return None
    for at in range(len(open_nodes) - 1, -1, -1):
        if (open_nodes[at].level, open_nodes[at].function) == (run.level, run.function):
            return at
    return None


def lines(roots: list[Node]) -> Iterator[str]:
    """The tree as text: instructions of the function alone, and with what it called."""
    for root in roots:
        yield from _lines(root, 0)


def _lines(node: Node, depth: int) -> Iterator[str]:
    total = f"{node.total():,}" if node.called else ""
    name = "  " * depth + node.function
    yield f"{node.instructions:>7,} {total:>8}  {node.level:6}  {name:48} {node.file}".rstrip()
    for child in node.called:
        yield from _lines(child, depth + 1)


def summary(found: list[Run]) -> str:
    user = sum(run.instructions for run in found if run.level == USER)
    kernel = sum(run.instructions for run in found if run.level == KERNEL)
    changes = sum(a.level != b.level for a, b in zip(found, found[1:], strict=False))
    spaces = sum(run.loads_space for run in found)
    return f"{user + kernel:,} instructions: {user:,} user, {kernel:,} kernel; {changes} changes of mode, {spaces} of the address space"


_LANES = {USER: 60, KERNEL: 420}
_WIDTH, _BOX, _TOP = 800, 320, 60
_STEP, _HEIGHT = 8, 26  # between two boxes, and the least height of one


def svg(title: str, found: list[Run]) -> str:
    """A ladder: time goes down, user code stands left, the kernel right; a box is a function, its height its instructions."""
    parts, y, before = [], _TOP, None
    for run in found:
        height = _HEIGHT + min(run.instructions, 120) // 3
        x = _LANES[run.level]
        if before and before != run.level:
            parts.append(_arrow(_LANES[before] + (_BOX if before == USER else 0), x + (0 if run.level == KERNEL else _BOX), y))
        parts.append(_box(run, x, y, height))
        y, before = y + height + _STEP, run.level
    style = (
        "text{font:13px sans-serif;fill:#1b1b1b} .user{fill:#cfe3f5;stroke:#0072b2} .kernel{fill:#f7d9c4;stroke:#d55e00} "
        ".space{stroke-width:3} line{stroke:#1b1b1b;marker-end:url(#to)} rect.paper{fill:#fff}"
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{y + 20}" viewBox="0 0 {_WIDTH} {y + 20}">\n'
        f"<title>{escape(title)}</title><style>{style}</style>\n"
        '<defs><marker id="to" markerWidth="8" markerHeight="8" refX="7" refY="3" orient="auto"><path d="M0,0 L7,3 L0,6 z"/></marker></defs>\n'
        f'<rect class="paper" width="{_WIDTH}" height="{y + 20}"/>\n'
        f'<text x="20" y="24" font-weight="bold">{escape(title)}</text>\n'
        f'<text x="{_LANES[USER]}" y="48">user</text><text x="{_LANES[KERNEL]}" y="48">kernel</text>\n' + "\n".join(parts) + "\n</svg>\n"
    )


def _box(run: Run, x: int, y: int, height: int) -> str:
    space = " space" if run.loads_space else ""
    note = ", another space" if run.loads_space else ""
    return (
        f'<rect class="{run.level}{space}" x="{x}" y="{y}" width="{_BOX}" height="{height}" rx="3"/>'
        f'<text x="{x + 8}" y="{y + 17}">{escape(run.function)}</text>'
        f'<text x="{x + _BOX - 8}" y="{y + 17}" text-anchor="end">{run.instructions:,}{note}</text>'
    )


def _arrow(x1: int, x2: int, y: int) -> str:
    return f'<line x1="{x1}" y1="{y - _STEP // 2}" x2="{x2}" y2="{y + 8}"/>'
