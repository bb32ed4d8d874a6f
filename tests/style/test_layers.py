# SPDX-License-Identifier: BSD-2-Clause
"""Who may include whom, and no variant by conditional."""

from __future__ import annotations

import graphlib
from pathlib import PurePosixPath

import pytest
from source import CONDITIONAL, KERNEL, ROOT, includes, sources, text

# Where an include word may be found, in the order of the build's include paths.
ROOTS = ("", "arch/x86/inline/", "core/uapi/", "arch/x86/uapi/")
TWINS = ("arch/x86/pti/on/", "core/check/on/", "core/trace/on/")


def layer(name: str) -> str:
    parts = PurePosixPath(name).parts
    if "uapi" in parts:
        return "uapi" if parts[0] != "personalities" else f"uapi {parts[1]}"
    if parts[0] == "personalities":
        return f"personality {parts[1]}"
    if name == "core/arch.h" or name.startswith("arch/x86/inline/") or name.endswith("/pti_space.h"):
        return "seam"
    return parts[0]


def found(word: str) -> str | None:
    """The file of the tree that an include word means; None for a compiler's, a library's or a generated one."""
    for root in (*ROOTS, *TWINS):
        if (ROOT / root / word).is_file():
            return root + word
    return None


def allowed(source: str, target: str) -> bool:
    to = layer(target)
    if to == "uapi":
        return True
    match layer(source).split():
        case ["core"]:
            return to in ("core", "seam")
        case ["seam"]:
            return to in ("core", "seam") or target == "arch/x86/layout.h"
        case ["arch"]:
            return to in ("core", "seam", "arch")
        case ["personality", own]:
            return to in ("core", "seam", f"personality {own}", f"uapi {own}")
        case ["uapi", own]:
            return to == f"uapi {own}"
        case _:
            return to not in ("core", "arch", "seam") and not to.startswith("personality")


@pytest.mark.parametrize("name", sources(*KERNEL, "lib", "servers", "libos", "bench", "tests/kernel"))
def test_layers(name: str) -> None:
    wrong = [word for word in includes(name) if (target := found(word)) and not allowed(name, target)]
    assert not wrong, f"{name} ({layer(name)}) may not include {wrong}"


def test_no_include_cycles() -> None:
    headers = sources(*KERNEL, "lib", endings=(".h",))
    graph = {name: {target for word in includes(name) if (target := found(word))} for name in headers}
    graphlib.TopologicalSorter(graph).prepare()  # raises CycleError, which names the cycle


@pytest.mark.parametrize("name", sources(*KERNEL))
def test_no_conditionals(name: str) -> None:
    wrong = [found for found in CONDITIONAL.findall(text(name)) if "__ASSEMBLER__" not in found]
    assert not wrong, f"{name}: a variant is another file with the same name, not a conditional: {wrong}"
