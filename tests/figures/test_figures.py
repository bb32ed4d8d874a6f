# SPDX-License-Identifier: BSD-2-Clause
"""From the guest's line and the plugin's counts to figures, and from figures to references and reports."""

from __future__ import annotations

import dataclasses
import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import compiled
import pytest

from janus.errors import JanusError, UsageError
from janus.figures import counts, explain, measure, reference, report, rows
from janus.figures.counts import Counts, Split, Stretch
from janus.figures.measure import Figures
from janus.figures.release import Release
from janus.figures.report import Conditions, Measured
from janus.symbols import Symbols

LINE = {
    "row": "null-call-fast",
    "kind": "batch",
    "batch": 1000,
    "repetitions": 21,
    "units": 1,
    "counter": 3,
    "loop": 2000,
    "first": 93,
    "min": 43_000,
    "median": 43_000,
    "max": 43_500,
    "marked": 45_000,
}
COUNTED = Counts(phases={1: Split(14, 40), 2: Split(5014, 40_040)})


@pytest.fixture
def row() -> rows.Row:
    return rows.find("null-call-fast")


@pytest.fixture
def figures(row: rows.Row) -> Figures:
    return measure.figures(row, LINE, COUNTED)


def test_figures_are_of_one_operation(figures: Figures) -> None:
    assert (figures.first, figures.min, figures.median, figures.max) == (93, 43, 43, 43.5)
    assert (figures.user, figures.kernel, figures.idle) == (3, 40, 0)


def test_units_divide_too(row: rows.Row) -> None:
    figures = measure.figures(row, {**LINE, "units": 100}, COUNTED)
    assert (figures.median, figures.kernel) == (0.43, 0.4)


def test_ticks_without_instructions_are_told(row: rows.Row) -> None:
    assert measure.figures(row, {**LINE, "marked": 52_000}, COUNTED).idle == 7


def test_of_a_sample_the_kernel_part_is_the_operations(row: rows.Row) -> None:
    line = {**LINE, "kind": "sample", "batch": 1, "loop": 0, "marked": 300}
    figures = measure.figures(row, line, Counts(phases={1: Split(99_999, 280)}))
    assert (figures.user, figures.kernel, figures.idle) == (20, 280, 0)


def test_a_whole_programs_own_instructions_are_left_out(row: rows.Row) -> None:
    whole = dataclasses.replace(row, image="bash")
    line = {**LINE, "kind": "sample", "batch": 1, "loop": 0, "marked": 43_000}
    counted = Counts(phases={1: Split(40_500, 2_500, 40_000)})
    figures = measure.figures(whole, measure._without_program(whole, {**line, "first": 43_100}, counted), counted)
    assert (figures.first, figures.median, figures.max, figures.own) == (3_100, 3_000, 3_500, 40_000)
    assert (figures.user, figures.kernel) == (500, 2_500)
    with pytest.raises(JanusError, match="is for a row that is a sample"):
        measure._without_program(whole, LINE, counted)


def test_a_lost_phase_is_an_error(row: rows.Row) -> None:
    with pytest.raises(JanusError, match=r"the phases \[2\] instead of \[1, 2\]"):
        measure.figures(row, LINE, Counts(phases={2: Split(1, 1)}))


class Labels(Symbols):
    def address(self, name: str) -> int:
        return {"begin": 0x10, "end": 0x20}[name]


def test_between_two_labels_each_way_is_counted(row: rows.Row) -> None:
    row = dataclasses.replace(row, between=["begin", "end"])
    path = [0x8, 0x10, 0x11, 0x20, 0x21, 0x20, 0x10, 0x12, 0x13, 0x20, 0x10]  # the last is not ended
    found = measure.spans(row, path, Labels(Path()))
    assert found == [[0x10, 0x11], [0x10, 0x12, 0x13]]
    figures = measure.between_figures(row, {**LINE, "batch": 1}, found, None)
    assert (figures.min, figures.median, figures.max, figures.user, figures.kernel, figures.repetitions) == (2, 2, 3, 0, 2, 2)
    with pytest.raises(JanusError, match="2 of 3 operations went from begin to end"):
        measure.between_figures(row, {**LINE, "batch": 2}, found, None)


def test_the_guests_line_is_found_among_others(row: rows.Row) -> None:
    console = f"janus: boot\n{json.dumps({**LINE, 'row': 'other'})}\n{json.dumps(LINE, separators=(',', ':'))}\nend\n"
    assert measure.said(row, console) == LINE


def test_a_guest_without_figures_is_an_error(row: rows.Row) -> None:
    with pytest.raises(JanusError, match="0 lines of figures instead of one"):
        measure.said(row, "janus: boot\n")


def test_counts_are_read(tmp_path: Path) -> None:
    file = tmp_path / "counts"
    file.write_text(
        "insn 2 0x10\ninsn 2 0x10\nphase 2 user 3 kernel 4\nphase 3 user 5 kernel 6 image 4\nfirmware 5\nboot 6\ntotal user 7 kernel 8\nirqoff 9 begin 0xa end 0xb\n"
    )
    expected = Counts({2: Split(3, 4), 3: Split(5, 6, 4)}, 5, 6, Split(7, 8), Stretch(9, 10, 11), {2: Counter({16: 2})})
    assert counts.read(file) == expected


def test_a_foreign_line_among_the_counts_is_an_error(tmp_path: Path) -> None:
    file = tmp_path / "counts"
    file.write_text("phase two\n")
    with pytest.raises(JanusError, match='"phase two"'):
        counts.read(file)


def test_the_plugin_is_told_where_the_kernel_begins(tmp_path: Path) -> None:
    kernel = compiled.bare_kernel(tmp_path)
    option = counts.option(Path("/a,b/count.so"), Path("/tmp/out"), kernel, irqoff=True)
    assert option == f"/a,,b/count.so,out=/tmp/out,entry={compiled.symbol(kernel, 'start'):#x},irqoff=on"


class Named:
    """Symbols of an image in which each function has 16 bytes."""

    def __init__(self, *names: str) -> None:
        self._names = names

    def function(self, address: int) -> str:
        return f"{self._names[(address & 0xFFF) // 16]}+{address % 16:#x}"

    def lines(self, addresses: list[int]) -> dict[int, list[str]]:
        return {address: [f"inlined at inlined.c:1 at {self._names[(address & 0xFFF) // 16]}.c:7"] for address in addresses}


IMAGES = explain.Images(Named("entry", "exit"), Named("main", "run"))
UPPER = 0xFFFFFFFF80000000


def test_an_operation_is_explained_function_by_function() -> None:
    single = Counter({0x100C: 1, 0x1010: 2, UPPER: 3, UPPER + 4: 3, UPPER + 16: 1})
    batch = Counter({0x100C: 1, 0x1010: 5, 0x1012: 5, UPPER: 15, UPPER + 4: 15, UPPER + 16: 5, UPPER + 18: 2})
    line = {**LINE, "batch": 4, "loop": 8 - 4}
    counted = Counts(trace={1: single, 2: batch})
    assert list(explain.parts(line, counted, IMAGES)) == [
        explain.Part(1, "user", "run", "run.c"),
        explain.Part(6, "kernel", "entry", "entry.c"),
        explain.Part(1.5, "kernel", "exit", "exit.c"),
    ]


def test_of_a_sample_the_kernel_is_explained() -> None:
    line = {**LINE, "kind": "sample", "batch": 1, "loop": 0, "marked": 7}
    counted = Counts(trace={1: Counter({0x1000: 500, UPPER: 3})})
    assert list(explain.parts(line, counted, IMAGES)) == [
        explain.Part(3, "kernel", "entry", "entry.c"),
        explain.Part(4, "user", "sample", ""),
    ]


@pytest.fixture
def measured(row: rows.Row, figures: Figures) -> Callable[[float | None], Measured]:
    return lambda known: Measured(row, "probe", figures, known)


@pytest.mark.parametrize(("known", "dearer"), [(None, False), (43, False), (42.5, False), (42, True), (50, False)])
def test_dearer_is_more_than_two_percent(
    measured: Callable[[float | None], Measured], known: float | None, dearer: bool
) -> None:
    one = measured(known)
    assert one.is_dearer == dearer
    assert report.dearer([one]) == (["null-call-fast on probe became dearer: 42 to 43"] if dearer else [])


def test_references_move_row_by_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reference, "FOLDER", tmp_path / "reference")
    assert reference.load("gcc-1") == {}
    reference.update("gcc-1", {"a": {"l4": 1, "exo": 2}, "b": {"l4": 3}})
    reference.update("gcc-1", {"a": {"l4": 4}})
    assert reference.load("gcc-1") == {"a": {"l4": 4, "exo": 2}, "b": {"l4": 3}}
    assert reference.load("gcc-2") == {}


def test_json_says_what_the_figures_depend_on(measured: Callable[[float | None], Measured]) -> None:
    conditions = Conditions({"version": "QEMU 7.2"}, "gcc-12", "-O2", "abc+")
    whole = json.loads(json.dumps(report.as_json([measured(42)], conditions)))
    assert (whole["machine"], whole["compiler"], whole["commit"]) == ({"version": "QEMU 7.2"}, "gcc-12", "abc+")
    (one,) = whole["rows"]
    assert (one["row"], one["personality"], one["median"], one["direction"]) == ("null-call-fast", "probe", 43, "round-trip")
    assert one["change"] == pytest.approx(1 / 42)


def test_notes_name_idle_rows_and_wall_time(row: rows.Row, figures: Figures) -> None:
    odd = dataclasses.replace(figures, idle=7, wall_seconds=0.25)
    idle, wall = report.notes([Measured(row, "l4", odd, None)])
    assert idle.startswith("null-call-fast on l4: 7 ticks")
    assert "0.25 s of wall time" in wall


def test_the_longest_stretch_of_all_rows_is_named(row: rows.Row, figures: Figures) -> None:
    stretches = [measure.Stretch(length, f"f+{length:#x}", "g+0x0") for length in (90, 1200, 300)]
    measured = [Measured(row, "l4", dataclasses.replace(figures, irqoff=one), None) for one in stretches]
    assert report.notes(measured) == [
        "longest stretch with interrupts off: 1,200 instructions, from f+0x4b0 to g+0x0, in null-call-fast on l4"
    ]


@pytest.mark.parametrize(
    ("checks", "buildtype", "complaint"),
    [(True, "release", "has kernel self-checks"), (False, "debug", "is a debug build")],
)
def test_only_a_release_build_gives_figures(tmp_path: Path, checks: bool, buildtype: str, complaint: str) -> None:
    options = {"checks": checks, "buildtype": buildtype, "personality": ["l4"]}
    (tmp_path / "meson-info").mkdir()
    (tmp_path / "meson-info" / "intro-buildoptions.json").write_text(
        json.dumps([{"name": name, "value": value} for name, value in options.items()])
    )
    with pytest.raises(UsageError, match=complaint):
        Release(tmp_path)
