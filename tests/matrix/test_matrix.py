# SPDX-License-Identifier: BSD-2-Clause
"""The matrix's plan, results, claims and comparison, without a measurement; and one small run of it."""

from __future__ import annotations

import csv
import json
import subprocess
from pathlib import Path
from typing import Any

import example
import jsonschema
import pytest

from janus.errors import JanusError, UsageError
from janus.commands import compare
from janus.figures import rows
from janus.matrix import claims, page, plan, report, results, systems
from janus.paths import ROOT


def row(whole: results.Result, name: str) -> dict[str, Any]:
    return next(one for one in whole["rows"] if one["name"] == name)


def test_every_row_of_the_benchmark_is_in_the_matrix() -> None:
    columns = systems.load().values()
    shown = {source for line in plan.lines() for system in columns if (source := line.source(system))}
    assert shown == {*rows.names(), *rows.unix_names(), *rows.size_names()}


def test_meson_builds_every_unix_row() -> None:
    text = (ROOT / "bench" / "unix" / "meson.build").read_text()
    block = text.partition("unix_rows = [")[2].partition("]")[0]
    assert [word.strip(" \n'") for word in block.split(",") if word.strip()] == rows.unix_names()


def test_a_row_that_a_system_cannot_have_is_one_that_its_family_has() -> None:
    for name, without in plan._file()["without"].items():
        system = systems.load()[name]
        known = {line._source(system): line for line in plan.lines()}
        for source in without["rows"]:
            assert known[source].source(system) is None and known[source].reason(system) == without["reason"]


def test_names_of_rows_are_unique() -> None:
    names = [line.name for line in plan.lines()]
    assert len(names) == len(set(names))


def test_an_absent_cell_says_why() -> None:
    for one in example.whole()["rows"]:
        for system, cell in one["cells"].items():
            assert cell["status"] != "absent" or len(cell["reason"]) > 10, (one["name"], system)


def test_results_follow_the_schema() -> None:
    schema = json.loads((ROOT / "bench" / "results.schema.json").read_text())
    whole = json.loads(json.dumps(example.whole(broken=("l4", "ipc-two-spaces"))))
    jsonschema.Draft202012Validator(schema).validate(whole)
    assert schema["properties"]["schema"]["const"] == results.SCHEMA
    del whole["rows"][0]["cells"]["l4"]["status"]
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(schema).validate(whole)


def test_shares_that_cannot_be_told_are_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """A sample's phase may hold more of the kernel than what its clock saw."""
    monkeypatch.setitem(example.FIGURES, "user", -3)
    whole = example.whole()
    assert row(whole, "null-call")["cells"]["l4"]["figures"]["kernel"] is None
    assert "<td>21</td><td>–</td><td>–</td>" in page.render(whole)


def test_winner_and_loser_are_of_the_systems_that_are_compared() -> None:
    whole = example.whole({"null-call-fast": 10, "unix-getppid": 300})
    found = row(whole, "null-call")
    assert "probe" not in found["winners"]
    assert {"l4", "exo"} <= set(found["winners"])
    assert found["losers"] == ["linux"]
    assert found["ratios"]["linux"] == 30


def test_a_failure_is_told_and_the_others_stand() -> None:
    whole = example.whole(broken=("l4", "ipc-two-spaces"))
    assert results.failed(whole)
    assert whole["failures"] == ['ipc-two-spaces on l4: it said <b>"no"</b>']
    assert ("protected-call", "l4") not in results.medians(whole)
    assert ("protected-call", "exo") in results.medians(whole)
    assert "it said &lt;b&gt;" in page.render(whole)


def test_verdicts_follow_the_figures() -> None:
    def verdict(source: str, whole: results.Result) -> str:
        return next(one["verdict"] for one in claims.judge(whole) if "order of magnitude" in one["text"])

    assert verdict("exception", example.whole({"exception": 45, "unix-illegal": 3000})) == claims.HOLDS
    assert verdict("exception", example.whole({"exception": 45, "unix-illegal": 100})) == claims.FAILS
    assert verdict("exception", example.whole(broken=("exo", "exception"))) == claims.OPEN


def test_whole_programs_are_judged_with_their_own_instructions() -> None:
    """What is done for a program may be half as much again, where the program itself does most."""
    whole = example.whole({name: 100 for name in claims.WHOLE})
    for line in whole["rows"]:
        if line["name"] in claims.WHOLE:
            line["cells"]["l4"] = example.cell("l4", line["name"], 150)
            for system in ("l4", "linux"):
                line["cells"][system]["figures"]["own"] = 1000
    judged = next(one for one in claims.judge(whole) if "within 5 to 10 %" in one["text"])
    assert (judged["verdict"], judged["because"].rpartition(", ")[2]) == (claims.HOLDS, "the geometric mean 1.05")


def test_every_claim_names_rows_of_the_matrix() -> None:
    known = {line.name for line in plan.lines()}
    assert {name for claim in claims.CLAIMS for name in claim.rows} <= known


def test_csv_has_a_line_for_each_cell(tmp_path: Path) -> None:
    whole = example.whole()
    report.write(tmp_path, whole)
    lines = list(csv.DictReader((tmp_path / "results.csv").open()))
    assert len(lines) == len(whole["rows"]) * len(whole["systems"])


def test_settings_change_their_systems_alone() -> None:
    chosen = systems.choose(None, ["l4.fastpath=false"])
    assert chosen["l4"].kernel == "l4-ordinary"
    assert chosen["exo"] == systems.choose(None, [])["exo"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--row", "nul-call"], 'there is no row "nul-call": did you mean null-call'),
        (["--system", "mach"], 'there is no system "mach"'),
        (["--set", "l4.fastpath=no"], 'there is no setting "l4.fastpath=no"'),
        (["--profile", "nowhere", "--row", "null-call", "--system", "probe"], "there is no profile nowhere"),
        (["--folder", "/proc/matrix"], "cannot write into /proc/matrix: No such file or directory: name another --folder"),
        (["--isos", "/proc/matrix"], "cannot write into /proc/matrix: No such file or directory: name another --isos"),
    ],
)
def test_what_is_wrong_gets_one_line(words: list[str], said: str) -> None:
    result = subprocess.run(["./janus", "matrix", *words], cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert result.returncode in (1, 2)
    assert said in result.stderr.splitlines()[-1]
    assert "Traceback" not in result.stderr


def test_a_small_matrix_is_measured_and_goes_on_where_it_was(tmp_path: Path) -> None:
    words = ["./janus", "matrix", "--quick", "--row", "null-call", "--system", "probe", "--system", "l4", "--folder", str(tmp_path)]

    def measured() -> tuple[dict[str, Any], str]:
        result = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=300)
        assert result.returncode == 0, result.stderr
        return json.loads((tmp_path / "results.json").read_text()), result.stderr

    first, said = measured()
    assert "null-call-fast" in said
    (tmp_path / "cells" / "l4" / "null-call-fast.json").unlink()
    second, said = measured()
    assert "l4 " in said and "probe " not in said
    assert results.medians(first) == results.medians(second)


def test_compare_names_what_moved(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def write(name: str, whole: results.Result) -> str:
        path = tmp_path / name
        path.write_text(json.dumps(whole))
        return str(path)

    a = write("a.json", example.whole({"ipc-two-spaces": 100}))
    b = write("b.json", example.whole({"ipc-two-spaces": 103}))

    def run(*words: str) -> tuple[int, str]:
        result = subprocess.run(["./janus", "compare", *words], cwd=ROOT, capture_output=True, text=True, timeout=60)
        return result.returncode, result.stdout + result.stderr

    assert run(a, a) == (0, "nothing moved\n")
    code, said = run(a, b)
    assert code == 1 and "100 to 103 (+3.0%)" in said
    assert run(a, b, "--threshold", "5%")[0] == 0
    assert run(b, a)[0] == 0
    assert run(a, str(tmp_path / "none.json"))[0] == 2
    (tmp_path / "bad.json").write_text("{}")
    assert run(a, str(tmp_path / "bad.json")) == (2, f"janus: {tmp_path / 'bad.json'} is no result of ./janus matrix\n")


def test_a_missing_figure_is_worse_whatever_the_threshold() -> None:
    (moved,) = compare.differences({("row", "l4"): 10}, {})
    assert compare.is_worse(moved, 1000)
    (moved,) = compare.differences({}, {("row", "l4"): 10})
    assert not compare.is_worse(moved, 0)


def test_an_unknown_peer_group_or_row_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    bad = {"group": {"Known": ["*"]}, "row": [{"name": "x", "title": "X", "group": "Unknown", "on": {"l4": "ipc-two-spaces"}}]}
    monkeypatch.setattr(plan, "_file", lambda: bad)
    with pytest.raises(JanusError, match="there is no group"):
        plan.lines()
    bad["row"][0].update(group="Known", on={"exo": "ipc-two-spaces"})  # type: ignore[index, union-attr]
    with pytest.raises(JanusError, match="is not there on exo"):
        plan.lines()


def test_unknown_settings_are_refused() -> None:
    with pytest.raises(UsageError):
        systems.choose(None, ["exo.caps=none"])


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_two_runs_of_all_rows_give_equal_figures(tmp_path: Path) -> None:
    """The whole quick matrix, twice from nothing; wall time alone may differ."""

    def measured(name: str) -> dict[str, Any]:
        words = ["./janus", "matrix", "--quick", "--folder", str(tmp_path / name)]
        result = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=1700)
        assert result.returncode == 0, result.stderr
        cells = {str(path.relative_to(tmp_path / name)): json.loads(path.read_text()) for path in (tmp_path / name).glob("cells/*/*.json")}
        for cell in cells.values():
            cell["figures"].pop("wall_seconds")
        return cells

    first, second = measured("first"), measured("second")
    assert len(first) > 250
    assert {name: cell for name, cell in first.items() if second[name] != cell} == {}


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_linux_is_measured_as_shipped_and_lean(tmp_path: Path) -> None:
    """The lean one is built from source where it is not there: minutes."""
    words = ["./janus", "matrix", "--quick", "--row", "null-call", "--system", "linux", "--system", "linux-lean", "--folder", str(tmp_path)]
    result = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=3600)
    assert result.returncode == 0, result.stderr
    medians = results.medians(json.loads((tmp_path / "results.json").read_text()))
    assert 100 < medians["null-call", "linux-lean"] < medians["null-call", "linux"] < 1000
