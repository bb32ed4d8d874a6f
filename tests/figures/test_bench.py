# SPDX-License-Identifier: BSD-2-Clause
"""./janus bench: what it refuses, and that its rows give the figures that they should."""

from __future__ import annotations

import itertools
import json
import re
import shlex
import subprocess
from pathlib import Path
from typing import Any

import pytest

from janus.figures import rows
from janus.paths import ROOT

pytestmark = pytest.mark.timeout(1260)  # all rows are measured once, for all the tests here

DOCUMENTED_COMPILER = "gcc-12.2.0"
DOCUMENTED_CALLS = [  # whose parts are the same in each repetition
    *("cap-lookup", "cap-copy", "cap-mint", "cap-move", "cap-delete", "protect-1"),
    *("token-seal", "token-open", "token-open-bound", "token-derive"),
]


def bench(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["./janus", "bench", *words], cwd=ROOT, capture_output=True, text=True, timeout=1200, stdin=subprocess.DEVNULL
    )


def complaint(*words: str) -> str:
    """The one line by which a wrong command line is refused."""
    result = bench(*words)
    assert result.returncode == 2
    assert result.stdout == ""
    (line,) = result.stderr.splitlines()
    return line


def test_an_unknown_row_is_refused() -> None:
    assert 'there is no row "nul-call-fast": did you mean null-call-fast' in complaint("nul-call-fast")


def test_an_unknown_personality_is_refused() -> None:
    assert 'there is no personality "mach"' in complaint("null-call-fast", "--personality", "mach")


def test_without_a_row_all_are_listed() -> None:
    result = bench()
    assert result.returncode == 0
    assert [line.split()[0] for line in result.stdout.splitlines()] == rows.names()


@pytest.fixture(scope="module")
def measured() -> dict[str, Any]:
    result = bench("all", "--json", "--explain")
    assert result.stdout, result.stderr
    whole = json.loads(result.stdout)
    assert result.returncode == 0, result.stderr  # names the rows that became dearer
    return dict(whole)


def figures(measured: dict[str, Any], row: str) -> list[dict[str, Any]]:
    return [one for one in measured["rows"] if one["row"] == row]


def test_every_row_is_measured_on_every_personality_that_has_it(measured: dict[str, Any]) -> None:
    expected = {(name, personality) for name in rows.names() for personality in rows.find(name).personalities}
    assert {(one["row"], one["personality"]) for one in measured["rows"]} == expected


def test_what_figures_depend_on_is_told(measured: dict[str, Any]) -> None:
    assert measured["machine"]["version"].startswith("QEMU emulator version")
    assert "-O2" in measured["flags"].split()
    assert measured["compiler"]
    assert measured["commit"]


def test_an_exception_is_within_its_bar_in_the_kernel(measured: dict[str, Any]) -> None:
    (one,) = (one for one in figures(measured, "exception") if one["personality"] == "exo")
    assert one["kernel"] <= 40 and one["median"] <= 90


def in_stubs(one: dict[str, Any]) -> float:
    """Instructions of an operation in the kernel's vectors: two for the fault of a page, whose error code the processor itself pushes, else three."""
    return sum(part["instructions"] for part in one["parts"] if part["function"] == "vector_stubs")


def page_faults(one: dict[str, Any]) -> int:
    """Of an operation: 0 or 1. An access that faults has begun for the plugin, and the clock takes it back; an undefined instruction counts for both."""
    return int(in_stubs(one) == 2)


def slack(one: dict[str, Any]) -> float:
    """By how much the batch that the plugin counted may differ from all others, in instructions an operation.

    A batch may take a new table, and the timer may interrupt it where it does no other. A sample of irq-to-driver has up to a turn of the loop
    in which it waits (its comment says so), which has ten instructions.
    """
    if one["batch"] == 1:
        return 10 if one["row"] == "irq-to-driver" else 0
    interrupts = in_stubs(one) * one["batch"] / 3 if in_stubs(one) < 1 else 0
    return (100 + 300 * interrupts) / one["batch"]


def test_the_parts_make_the_whole(measured: dict[str, Any]) -> None:
    """An access that faults is in the parts, and `idle` takes it out again."""
    for one in measured["rows"]:
        assert one["idle"] == -page_faults(one), one
        assert one["min"] - slack(one) <= one["user"] + one["kernel"] + one["idle"] <= one["max"] + slack(one), one


@pytest.mark.parametrize("row", ["null-call-fast", "null-call-full", "exception"])
def test_an_operation_that_is_always_the_same_has_no_spread(measured: dict[str, Any], row: str) -> None:
    for one in figures(measured, row):
        assert one["min"] == one["median"] == one["max"] == round(one["median"]), one


@pytest.mark.parametrize(
    ("row", "most"),
    [
        *(("null-call-fast", 45), ("null-call-full", 110), ("boot", 30_000_000)),
        *(("map-1", 250), ("unmap-1", 250), ("protect-1", 250)),
        *(("transfer", 110), ("page-fault-refill", 120), ("page-fault-bind", 340), ("page-fault-bind-slot", 220)),
        *(("prot100", 1500), ("unprot100", 1500), ("frame-alloc-token", 350), ("bind-open", 150), ("yield-to", 60)),
    ],
)
def test_what_a_row_may_cost_at_most(measured: dict[str, Any], row: str, most: int) -> None:
    for one in figures(measured, row):
        assert one["median"] <= most, one


@pytest.mark.parametrize("row", ["cap-copy", "cap-delete"])
def test_what_a_call_on_capabilities_may_cost_at_most(measured: dict[str, Any], row: str) -> None:
    """On l4, too, which looks for its IPC first, and at who waits through what goes."""
    assert {one["personality"]: one["median"] <= 150 for one in figures(measured, row)} == {"probe": True, "l4": True}


@pytest.mark.parametrize(
    ("beside", "alone"),
    [("victim-beside", "victim-alone"), ("victim-exception", "exception"), ("victim-fault", "page-fault-bind"), ("victim-transfer", "transfer")],
)
def test_neighbours_cost_a_victim_nothing(measured: dict[str, Any], beside: str, alone: str) -> None:
    """A batch in which the timer comes for an earlier turn's end has that interrupt more, and no batch has anything else."""
    victim, one = (next(one for one in figures(measured, row) if one["personality"] == "exo") for row in (beside, alone))
    assert (victim["min"], victim["median"]) == (one["min"], one["median"])
    assert victim["max"] - one["max"] <= 300 / victim["batch"]


def test_a_second_run_gives_the_same_figures(measured: dict[str, Any]) -> None:
    again = json.loads(bench("null-call-full", "--json", "--repeat", "2").stdout)
    first = [{**one, "parts": []} for one in figures(measured, "null-call-full")]  # explained only once
    assert again["rows"] == first


def test_the_functions_of_an_operation_make_the_whole(measured: dict[str, Any]) -> None:
    for one in measured["rows"]:
        levels = {level: sum(p["instructions"] for p in one["parts"] if p["level"] == level) for level in ("user", "kernel")}
        # Each figure is rounded to three places, the sum's too.
        expected = pytest.approx({"user": one["user"], "kernel": one["kernel"]}, rel=0, abs=0.0005 * (len(one["parts"]) + 1))
        assert levels == expected or one["source"] == "boot", one


def documented(row: str) -> list[tuple[str, int]]:
    """Functions and their instructions, as the row's table in docs/figures.md has them."""
    text = (ROOT / "docs" / "figures.md").read_text()
    (section,) = re.findall(rf"^## {row}$(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    return [(name, int(count)) for name, count in re.findall(r"^\| `(\w+)` \| (\d+) \|", section, re.MULTILINE)]


def counted(measured: dict[str, Any], row: str) -> list[tuple[str, int]]:
    """The same, as probe was measured."""
    if measured["compiler"] != DOCUMENTED_COMPILER:
        pytest.skip(f"docs/figures.md is of {DOCUMENTED_COMPILER}, not of {measured['compiler']}")
    (one,) = (one for one in figures(measured, row) if one["personality"] == "probe")
    return [(part["function"], part["instructions"]) for part in one["parts"]]


@pytest.mark.parametrize("row", ["null-call-fast", "null-call-full"])
def test_the_documents_account_for_each_instruction(measured: dict[str, Any], row: str) -> None:
    assert documented(row) == counted(measured, row)


@pytest.mark.parametrize("row", DOCUMENTED_CALLS)
def test_the_documents_account_for_what_a_call_adds(measured: dict[str, Any], row: str) -> None:
    every_call = [part for part in counted(measured, "null-call-full") if not part[0].endswith("null_full") and part[0] != "run"]
    assert sum(instructions for _, instructions in every_call) == 73
    assert [part for part in counted(measured, row) if part not in every_call] == documented(row)


@pytest.mark.parametrize(("row", "counts"), [("cap-revoke", [1, 10, 100, 1000, 10000]), ("revoke-wide", [1, 10, 100, 1000])])
def test_revocation_is_linear(measured: dict[str, Any], row: str, counts: list[int]) -> None:
    """The slopes between neighbouring rows differ by what a look for interrupts costs, which the first rows are too short for."""
    cost = {count: figures(measured, f"{row}-{count}")[0]["median"] for count in counts}
    slopes = [(cost[more] - cost[less]) / (more - less) for less, more in itertools.pairwise(counts)]
    assert max(slopes) - min(slopes) < 6, slopes
    assert slopes[-1] == pytest.approx(slopes[-2], rel=0.01), slopes


LOOKUP = """
#include "core/cap.h"
enum status named(const struct cap_table *t, u64 index, struct capability **out);
enum status
named(const struct cap_table *t, u64 index, struct capability **out)
{
	return cap_lookup(t, index, KIND_THREAD, RIGHT_CONTROL, out);
}
"""


def test_a_lookup_is_as_long_as_documented(tmp_path: Path) -> None:
    """Up to its last branch, in a function that is nothing else, compiled as the kernel is."""
    commands = json.loads((ROOT / "build/release/compile_commands.json").read_text())
    command = next(shlex.split(unit["command"]) for unit in commands if unit["file"].endswith("core/cap_calls.c"))
    source, compiled = tmp_path / "named.c", tmp_path / "named.o"
    source.write_text(LOOKUP)
    words = [word for word in command if word.startswith(("-I", "-O", "-f", "-m", "-std")) or "cc" in word]
    subprocess.run([*words, "-g0", "-c", source, "-o", compiled], cwd=ROOT / "build/release", check=True)
    listing = subprocess.run(["objdump", "-d", "--no-show-raw-insn", compiled], capture_output=True, text=True, check=True).stdout
    code = [line.split("\t")[1].split()[0] for line in listing.splitlines() if line.startswith(" ")]
    branches = [index for index, word in enumerate(code) if word in ("ja", "jne")]
    assert branches[1] + 1 <= 15
    assert f"{branches[1] + 1} | inlined" in (ROOT / "docs/objects/capability.md").read_text()
