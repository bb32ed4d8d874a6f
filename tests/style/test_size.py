# SPDX-License-Identifier: BSD-2-Clause
"""Sizes as a reader would like them: STYLE's bounds, and the exceptions of ratchet.toml, which may only shrink."""

from __future__ import annotations

import statistics
import tomllib
from pathlib import Path

from source import KERNEL, USER, functions, includes, sources, text

RATCHET = tomllib.loads((Path(__file__).parent / "ratchet.toml").read_text())


def hold(kind: str, values: dict[str, int], bound: int) -> None:
    exceptions = RATCHET[kind]
    over = {name: value for name, value in values.items() if value > exceptions.get(name, bound)}
    assert not over, f"over the bound of {bound}: {over}"
    slack = {name: value for name, value in exceptions.items() if values.get(name, 0) < value}
    assert not slack, f"lower these in ratchet.toml, or take them out: {slack}"


def test_function_length() -> None:
    hold("functions", {str(function): function.lines for function in functions()}, 100)


def test_function_length_in_general() -> None:
    lengths = [function.lines for function in functions() if function.file.startswith(KERNEL)]
    assert statistics.median(lengths) <= 15
    assert statistics.quantiles(lengths, n=10)[8] <= 40


def test_file_length() -> None:
    hold("files", {name: text(name).count("\n") for name in sources(*KERNEL, *USER, "tools", "tests")}, 500)


def test_includes() -> None:
    hold("includes", {name: len(includes(name)) for name in sources(*KERNEL, *USER)}, 10)
