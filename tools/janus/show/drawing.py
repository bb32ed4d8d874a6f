# SPDX-License-Identifier: BSD-2-Clause
"""What drawings of all kernels share: graphs, sizes, and the tree of mappings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from janus.show.core import Mapping, Space

RANGES = 3  # that a line of the mapping tree names
_GRAPH = 'digraph "{0}" {{\n  rankdir=LR; node [shape=box, fontname="monospace", fontsize=10]; edge [fontname="monospace", fontsize=9];\n{1}}}\n'


def graph(name: str, lines: list[str]) -> str:
    return _GRAPH.format(name, "".join(line + "\n" for line in lines))


def size(count: int) -> str:
    for unit, shift in (("GiB", 30), ("MiB", 20)):
        if count >= 1 << shift and count % (1 << shift) == 0:
            return f"{count >> shift} {unit}"
    return f"{count >> 10} KiB"


# --- the mapping tree: mappings of one space with the same rights, below the same place, are one node --------------


@dataclass
class Node:
    space: Space
    rights: str
    total: int = 0  # bytes
    ranges: list[tuple[int, int]] = field(default_factory=list)  # first, end
    children: dict[tuple[int, str], Node] = field(default_factory=dict)


def _add(nodes: dict[tuple[int, str], Node], mapping: Mapping) -> None:
    node = nodes.setdefault((mapping.space.address, mapping.rights), Node(mapping.space, mapping.rights))
    node.total += 1 << mapping.bits
    node.ranges.append((mapping.address, mapping.address + (1 << mapping.bits)))
    for child in mapping.children:
        _add(node.children, child)


def mapping_tree(mappings: list[Mapping]) -> list[Node]:
    nodes: dict[tuple[int, str], Node] = {}
    for mapping in mappings:
        _add(nodes, mapping)
    return list(nodes.values())


def _ranges(node: Node) -> str:
    merged: list[tuple[int, int]] = []
    for first, end in sorted(node.ranges):
        if merged and merged[-1][1] == first:
            merged[-1] = (merged[-1][0], end)
        else:
            merged.append((first, end))
    shown = ", ".join(f"{first:#x}..{end:#x}" for first, end in merged[:RANGES])
    more = len(merged) - RANGES
    return shown + (f" and {more} more" if more > 0 else "")


def _node_lines(nodes: list[Node], depth: int) -> Iterator[str]:
    for node in nodes:
        yield f"{'  ' * depth}{node.space.name:<{24 - 2 * depth}} {node.rights}  {size(node.total):>9}  {_ranges(node)}"
        yield from _node_lines(list(node.children.values()), depth + 1)


def mapping_lines(mappings: list[Mapping]) -> Iterator[str]:
    return _node_lines(mapping_tree(mappings), 1)


def mapping_totals(mappings: list[Mapping]) -> list[tuple[Space, Space, str, int]]:
    """From whom, to whom, with which rights, how many bytes."""
    total: dict[tuple[int, int, str], tuple[Space, Space, str, int]] = {}

    def walk(nodes: list[Node], above: Space | None) -> None:
        for node in nodes:
            if above:
                key = (above.address, node.space.address, node.rights)
                total[key] = (above, node.space, node.rights, node.total + (total[key][3] if key in total else 0))
            walk(list(node.children.values()), node.space)

    walk(mapping_tree(mappings), None)
    return list(total.values())
