# SPDX-License-Identifier: BSD-2-Clause
"""What a kernel of l4 holds, as text for a terminal and as a graph for Graphviz."""

from __future__ import annotations

from collections.abc import Iterator

from janus.show.drawing import graph, mapping_lines, mapping_totals, size
from janus.show.l4 import RIGHTS, Capability, Kernel, Thread



def rights(bits: int) -> str:
    return "".join(letter if bits >> number & 1 else "-" for number, letter in enumerate(RIGHTS))


def spaces_text(kernel: Kernel) -> str:
    lines = ["spaces: who pays for whom"]
    for space in kernel.spaces.values():
        depth, above = 0, space.parent
        while above:
            depth, above = depth + 1, above.parent
        lines.append(f"  {'  ' * depth}{space.name:<{24 - 2 * depth}} {space.tables:>4} tables, {space.frames:>6} pages owned")
    lines += ["", "mappings: who has what from whom"]
    return "\n".join([*lines, *mapping_lines(kernel.mappings())]) + "\n"


def spaces_graph(kernel: Kernel) -> str:
    lines = [f'  s{space.address:x} [label="{space.name}\\n{space.frames} pages owned"];' for space in kernel.spaces.values()]
    for above, below, rights, count in mapping_totals(kernel.mappings()):
        lines.append(f'  s{above.address:x} -> s{below.address:x} [label="{size(count)} {rights}"];')
    return graph("spaces", lines)


# --- capabilities ---------------------------------------------------------------------------------------------------


def object_name(kernel: Kernel, capability: Capability) -> str:
    target = capability.object
    if target in kernel.spaces:
        return f"space {kernel.spaces[target].name}"
    if target in kernel.threads:
        return f"thread {kernel.threads[target].id} of {kernel.threads[target].space.name}"
    if target in kernel.services:
        return f"endpoint {kernel.services[target]}"
    return f"{capability.kind} {target & 0xFFFFFFFF:x}"


def _place(capability: Capability) -> str:
    return f"{capability.space.name}:{capability.slot}" if capability.space else "held by a thread"


def _line(capability: Capability) -> str:
    badge = f", badge {capability.badge}" if capability.badge else ""
    return f"{_place(capability):<20} {rights(capability.rights)}{badge}"


def _below(kernel: Kernel, parent: Capability | None, target: int, depth: int) -> Iterator[str]:
    for capability in kernel.capabilities.values():
        if capability.object == target and capability.parent is parent:
            yield "  " * depth + _line(capability)
            yield from _below(kernel, capability, target, depth + 1)


def caps_text(kernel: Kernel) -> str:
    lines = []
    for target, capability in {c.object: c for c in kernel.capabilities.values()}.items():
        lines += [object_name(kernel, capability), *_below(kernel, None, target, 1)]
    return "\n".join(lines) + "\n"


def caps_graph(kernel: Kernel) -> str:
    lines = [f'  s{space.address:x} [label="{space.name}", style=bold];' for space in kernel.spaces.values()]
    for target, capability in {c.object: c for c in kernel.capabilities.values()}.items():
        if target not in kernel.spaces:
            lines.append(f'  o{target:x} [label="{object_name(kernel, capability)}", shape=ellipse];')
    for capability in kernel.capabilities.values():
        if capability.space:
            to = f"s{capability.object:x}" if capability.object in kernel.spaces else f"o{capability.object:x}"
            badge = f" #{capability.badge}" if capability.badge else ""
            lines.append(f'  s{capability.space.address:x} -> {to} [label="{rights(capability.rights)}{badge}"];')
    return graph("caps", lines)


# --- threads --------------------------------------------------------------------------------------------------------


def _waits(kernel: Kernel, thread: Thread) -> str:
    where = f" at {kernel.services.get(thread.endpoint, 'an endpoint')}" if thread.endpoint else ""
    server = kernel.threads.get(thread.server)
    return thread.state + where + (f" of {server.space.name}" if server else "") + (", suspended" if thread.suspended else "")


def threads_text(kernel: Kernel) -> str:
    lines = ["  id  space             priority         ticks  state"]
    for thread in sorted(kernel.threads.values(), key=lambda thread: thread.id):
        lines.append(f"{thread.id:>4}  {thread.space.name:<18}{thread.priority:>8}  {thread.ticks:>12}  {_waits(kernel, thread)}")
    return "\n".join(lines) + "\n"


def threads_graph(kernel: Kernel) -> str:
    lines, named = [], dict(kernel.services)
    for thread in kernel.threads.values():
        lines.append(f'  t{thread.address:x} [label="{thread.space.name}\\nthread {thread.id}, priority {thread.priority}\\n{_waits(kernel, thread)}"];')
        if thread.server:
            lines.append(f'  t{thread.address:x} -> t{thread.server:x} [label="called"];')
        if thread.endpoint:
            named.setdefault(thread.endpoint, "endpoint")
            lines.append(f'  t{thread.address:x} -> e{thread.endpoint:x} [label="{thread.state}"];')
    waited = {thread.endpoint for thread in kernel.threads.values()}
    lines += [f'  e{address:x} [label="{name}", shape=ellipse];' for address, name in named.items() if address in waited]
    return graph("threads", lines)


TEXT = {"spaces": spaces_text, "caps": caps_text, "threads": threads_text}
GRAPH = {"spaces": spaces_graph, "caps": caps_graph, "threads": threads_graph}
