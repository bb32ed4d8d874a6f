# SPDX-License-Identifier: BSD-2-Clause
"""The rows of bench/rows, and what is said of a wrong one."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from janus.errors import JanusError, UsageError
from janus.figures import rows
from janus.paths import ROOT

TEXT = """
title = "A row"
operation = "one"
direction = "one-way"
semantics = "full"
payload = "none"
fpu = "eager"
trust = "none"
paper = "none"
expectation = "1, for it is one"
unit = "instructions"

[lacks]
l4 = "cannot"
exo = "will not"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "row.toml").write_text(TEXT)
    (tmp_path / "probe.c").touch()
    return tmp_path


@pytest.mark.parametrize("name", rows.names())
def test_every_row_is_complete(name: str) -> None:
    row = rows.find(name)
    assert {*row.personalities, *row.lacks} == set(rows.MATRIX)
    empty = [key for key, value in tomllib.loads((row.folder / "row.toml").read_text()).items() if not value]
    assert not empty


def test_meson_builds_every_row() -> None:
    text = (ROOT / "bench" / "meson.build").read_text()
    (block,) = re.findall(r"bench_rows = \[(.*?)\]", text, re.DOTALL)
    assert re.findall(r"'([^']+)'", block) == rows.names()


def test_an_unknown_row_is_named_with_close_ones() -> None:
    with pytest.raises(UsageError) as error:
        rows.find("null-cal-fast")
    assert str(error.value).startswith('there is no row "null-cal-fast": did you mean null-call-fast')
    assert error.value.exit_code == 2


def test_where_no_row_is_close_all_are_named() -> None:
    with pytest.raises(UsageError) as error:
        rows.find("zzz")
    assert all(name in str(error.value) for name in rows.names())


def test_a_row_is_read(folder: Path) -> None:
    row = rows.load(folder)
    assert (row.name, row.title, row.source) == (folder.name, "A row", "guest")
    assert row.personalities == ["probe"]
    assert row.lacks == {"l4": "cannot", "exo": "will not"}


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('title = "A row"', "", '"title" is missing'),
        ('unit = "instructions"', 'unit = "instructions"\ncolour = "red"', '"colour" is not a key of a row'),
        ('"one-way"', '"sideways"', '"direction" is one of one-way, round-trip'),
        ('exo = "will not"', "", "exo needs a program in this folder or a reason under [lacks]"),
        ('exo = "will not"', 'exo = "will not"\nprobe = "?"', "probe needs a program in this folder or a reason"),
        ('unit = "instructions"', 'unit = "instructions"\nbetween = ["one"]', '"between" is a list of two labels'),
        ("title = ", "title ", "Expected '=' after a key"),
    ],
)
def test_a_wrong_row_is_refused(folder: Path, old: str, new: str, complaint: str) -> None:
    (folder / "row.toml").write_text(TEXT.replace(old, new))
    with pytest.raises(JanusError) as error:
        rows.load(folder)
    assert complaint in str(error.value)
    assert "row.toml" in str(error.value)
