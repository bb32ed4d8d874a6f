# SPDX-License-Identifier: BSD-2-Clause
"""Form: licence line, function names that start their line, nothing left open."""

from __future__ import annotations

import re

import pytest
from source import KERNEL, USER, sources, text, tracked

LICENSED = (".c", ".h", ".S", ".py", ".build", ".toml", ".ld")
DEFINITION = re.compile(r"^[a-z]\w*[\w *]*[ *](?!__attribute__)(\w+)\([^;\n]*\)\n\{", re.MULTILINE)
OPEN = re.compile(r"\b(?:TODO|FIXME|XXX)\b")


@pytest.mark.parametrize("name", [name for name in tracked() if name.endswith(LICENSED)])
def test_licence(name: str) -> None:
    head = "\n".join(text(name).splitlines()[:2])
    assert not text(name) or "SPDX-License-Identifier: BSD-2-Clause" in head


@pytest.mark.parametrize("name", sources(*KERNEL, *USER, endings=(".c", ".h")))
def test_function_names_start_their_line(name: str) -> None:
    assert not DEFINITION.findall(text(name))


@pytest.mark.parametrize("name", [name for name in sources() if not name.startswith("tests/style/")])
def test_nothing_left_open(name: str) -> None:
    assert not OPEN.findall(text(name))
