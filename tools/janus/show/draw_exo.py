# SPDX-License-Identifier: BSD-2-Clause
"""What a kernel of exo holds, as text for a terminal and as a graph for Graphviz."""

from __future__ import annotations

from collections import Counter

from janus.show.core import Space
from janus.show.drawing import graph, mapping_lines, mapping_totals, size
from janus.show.exo import Exo, Page

COLUMNS, ROWS = 64, 32  # of the map of frames, at most
LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
OTHERS = {"free": ".", "boot": "#", "none": " "}  # anything else is of a space that is gone: "-"


def frames_text(exo: Exo) -> str:
    lines = ["   holder                pages  kernel memory  allowance   given to others"]
    letters = dict(zip(exo.spaces, LETTERS, strict=False))
    for holder in exo.holders():
        name = f"{letters.get(holder.space.address, '?')}  {holder.space.name}"
        lines.append(f"{name:<24}{holder.held:>6}{holder.kernel:>15}{holder.allowance:>11}{holder.given:>18}")
    pages = exo.pages()
    counts = Counter(page.what for page in pages)
    lines += [f".  free{counts['free']:>23}", f"#  boot{counts['boot']:>23}", ""]
    return "\n".join([*lines, *_map(pages, letters)]) + "\n"


def _map(pages: list[Page], letters: dict[int, str]) -> list[str]:
    """A character for so many pages: who has most of them; a free one only where all are free."""
    each = 1
    while each * COLUMNS * ROWS < len(pages):
        each *= 2
    lines = [f"a character is {size(each << 12)}"]
    for row in range(0, len(pages), each * COLUMNS):
        text = "".join(_letter(pages[at : at + each], letters) for at in range(row, min(row + each * COLUMNS, len(pages)), each))
        lines.append(f"{row << 12:#012x}  {text}".rstrip())
    return lines


def _letter(pages: list[Page], letters: dict[int, str]) -> str:
    counts = Counter(letters.get(page.space.address, "?") if page.space else OTHERS.get(page.what, "-") for page in pages)
    taken = [pair for pair in counts.most_common() if pair[0] != "."]
    return taken[0][0] if taken else "."


def frames_graph(exo: Exo) -> str:
    """Who made whom, with what each holds and how much it may."""
    lines = []
    for holder in exo.holders():
        space = holder.space
        label = f"{space.name}\\n{holder.held} pages, {holder.kernel} of them kernel memory\\nallowance {holder.allowance}, given {holder.given}"
        lines.append(f'  s{space.address:x} [label="{label}"];')
        if space.parent:
            lines.append(f"  s{space.parent.address:x} -> s{space.address:x};")
    return graph("frames", lines)


def _owner(space: Space | None) -> str:
    return space.name if space else "-"


def slices_text(exo: Exo) -> str:
    lines = [f"a slice is {exo.ticks():,} ticks", "position  owner                 state     charged  forfeited"]
    lines += [f"{s.position:>8}  {_owner(s.owner):<22}{s.state:<8}{s.charged:>9}{s.forfeited:>11}" for s in exo.slices()]
    return "\n".join(lines) + "\n"


def slices_graph(exo: Exo) -> str:
    """The vector as one row of fields, round about; each points to whose turn it is there."""
    slices = exo.slices()
    fields = "|".join(f"<p{s.position}> {s.position}" for s in slices)
    lines = [f'  vector [shape=record, label="{fields}"];']
    for space in {s.owner.address: s.owner for s in slices if s.owner}.values():
        state = next(s.state for s in slices if s.owner is space)
        lines.append(f'  s{space.address:x} [label="{space.name}\\n{state}"];')
    lines += [f"  vector:p{s.position} -> s{s.owner.address:x};" for s in slices if s.owner]
    return graph("slices", lines)


def bindings_text(exo: Exo) -> str:
    lines = ["who has what bound, and with whom it is shared"]
    return "\n".join([*lines, *mapping_lines(exo.mappings())]) + "\n"


def bindings_graph(exo: Exo) -> str:
    lines = [f'  s{space.address:x} [label="{space.name}\\n{space.tables} page tables"];' for space in exo.spaces.values()]
    for above, below, rights, count in mapping_totals(exo.mappings()):
        lines.append(f'  s{above.address:x} -> s{below.address:x} [label="{size(count)} {rights}"];')
    return graph("bindings", lines)


TEXT = {"frames": frames_text, "slices": slices_text, "bindings": bindings_text}
GRAPH = {"frames": frames_graph, "slices": slices_graph, "bindings": bindings_graph}
