# SPDX-License-Identifier: BSD-2-Clause
"""What docs/benchmarks.md and docs/teaching.md show works as it is written there."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
from pathlib import Path

import pytest

from janus.cli import _commands, _parse, _parser
from janus.paths import ROOT

PAGES = ("docs/benchmarks.md", "docs/teaching.md", "README.md")


def command_lines(page: str) -> list[str]:
    lines = (ROOT / page).read_text().splitlines()
    return [line.strip().partition("  ")[0].partition(" #")[0] for line in lines if line.startswith("    ./janus")]


@pytest.mark.parametrize(("page", "line"), [(page, line) for page in PAGES for line in command_lines(page)])
def test_command_lines_are_ones(page: str, line: str) -> None:
    _parse(_parser(_commands()), shlex.split(line)[1:])


def test_the_row_in_ten_lines_gives_its_figure(tmp_path: Path) -> None:
    """In a copy of the tree, with nothing but what the page says."""
    page = (ROOT / "docs" / "benchmarks.md").read_text()
    tree = tmp_path / "tree"
    subprocess.run(["git", "clone", "--quiet", "--shared", str(ROOT), str(tree)], check=True)
    tracked = subprocess.run(["git", "-C", str(ROOT), "diff", "HEAD", "--binary"], capture_output=True, check=True).stdout
    if tracked:
        subprocess.run(["git", "-C", str(tree), "apply"], input=tracked, check=True)
    files = re.findall(r"`(bench/rows/null-call-twice/\S+)`:\n\n```\w+\n(.*?)```", page, re.DOTALL)
    assert len(files) == 2
    for name, text in files:
        path = tree / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    meson = tree / "bench" / "meson.build"
    meson.write_text(meson.read_text().replace("  'null-call-full',\n", "  'null-call-full',\n  'null-call-twice',\n"))
    words = ["./janus", "bench", "null-call-fast", "null-call-twice", "--personality", "probe", "--json"]
    result = subprocess.run(words, cwd=tree, capture_output=True, text=True, timeout=280)
    assert result.returncode == 0, result.stderr
    once, twice = (row["median"] for row in json.loads(result.stdout)["rows"])
    assert twice == 2 * once
