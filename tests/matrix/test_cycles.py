# SPDX-License-Identifier: BSD-2-Clause
"""Cycles: what a console says is read back, and a machine whose KVM is emulated is found out."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import example
import jsonschema
import pytest

from janus import qemu
from janus.errors import JanusError, SetupError, UsageError
from janus.figures.release import Release
from janus.machine import Boot, argv
from janus.matrix import cycles, page
from janus.paths import BUILD, ROOT

LINE = {
    "row": "ipc-two-spaces", "kind": "batch", "batch": 1000, "repetitions": 21, "units": 1,
    "counter": 40, "loop": 1100, "first": 9000, "min": 411000, "median": 412500, "max": 500000, "marked": 413000,
}  # fmt: skip


def console(tmp_path: Path, *lines: str) -> str:
    path = tmp_path / "console"
    path.write_text("\n".join(("janus: 32000 MiB of RAM, 8 CPUs", *lines, "janus: exit 0", "")))
    return f"Some CPU 9000={path}"


def test_a_console_is_read_back(tmp_path: Path) -> None:
    table = cycles.read_back(console(tmp_path, json.dumps(LINE, separators=(",", ":")), '{"row":"yield","error":"no memory"}'))
    assert (table["processor"], table["how"]) == ("Some CPU 9000", "console")
    assert table["figures"] == [
        {"row": "ipc-two-spaces", "first": 9000, "min": 411, "median": 412.5, "max": 500},
        {"row": "yield", "error": "no memory"},
    ]


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ([], "has no line with figures of a row"),
        (['{"row":"yield","batch":0}'], "has a damaged line"),
        (['{"row":"yield",}'], "has a damaged line"),
    ],
)
def test_a_console_without_figures_is_refused(tmp_path: Path, lines: list[str], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        cycles.read_back(console(tmp_path, *lines))


@pytest.mark.parametrize(("request_", "said"), [("console", "name the processor"), ("Some CPU=/nowhere/x", "No such file or directory")])
def test_a_wrong_request_is_refused(request_: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        cycles.read_back(request_)


def test_cycles_are_a_table_of_their_own(tmp_path: Path) -> None:
    whole = example.whole()
    rows = json.dumps(whole["rows"])
    whole["cycles"] = [cycles.read_back(console(tmp_path, json.dumps(LINE, separators=(",", ":"))))]
    jsonschema.Draft202012Validator(json.loads((ROOT / "bench" / "results.schema.json").read_text())).validate(json.loads(json.dumps(whole)))
    assert json.dumps(whole["rows"]) == rows
    assert "Cycles of Some CPU 9000" in page.render(whole)


class Said:
    """A boot that ended well."""

    def __init__(self, line: dict[str, Any]) -> None:
        self.code, self.console = 0, json.dumps(line, separators=(",", ":"))


@pytest.fixture
def release() -> Release:
    return Release(BUILD / "release")


def test_an_emulated_kvm_is_found_out(monkeypatch: pytest.MonkeyPatch, release: Release) -> None:
    monkeypatch.setattr(qemu, "run", lambda *_: Said({**LINE, "row": "null-call-fast", "loop": 2_500_000}))
    with pytest.raises(SetupError, match="no cycle figures here: a decrement and a branch take 2,500 cycles"):
        cycles._calibrate(release)
    monkeypatch.setattr(qemu, "run", lambda *_: Said({**LINE, "row": "null-call-fast"}))
    cycles._calibrate(release)


def test_a_machine_without_kvm_says_so(monkeypatch: pytest.MonkeyPatch, release: Release) -> None:
    def fails(*_: object) -> None:
        raise JanusError("qemu-system-x86_64: Could not access KVM kernel module\nand more")

    monkeypatch.setattr(qemu, "run", fails)
    with pytest.raises(SetupError, match="^no cycle figures here: qemu-system-x86_64: Could not access KVM kernel module$"):
        cycles._calibrate(release)


def test_kvm_counts_no_instructions() -> None:
    words = argv(Boot(Path("k"), kvm=True))
    assert words[words.index("-accel") + 1] == "kvm" and words[words.index("-cpu") + 1] == "host"
    assert "-icount" not in words


def test_images_of_rows_can_be_booted_and_read_back(tmp_path: Path) -> None:
    """By an emulator here, in place of a machine."""
    words = ["./janus", "matrix", "--isos", str(tmp_path), "--row", "null-call", "--system", "probe"]
    result = subprocess.run(words, cwd=ROOT, env=os.environ, capture_output=True, text=True, timeout=200)
    assert result.returncode == 0, result.stderr
    image = tmp_path / "probe-null-call-fast.iso"
    machine = ["qemu-system-x86_64", "-display", "none", "-accel", "tcg", "-icount", "shift=0,sleep=off", "-cpu", "max", "-cdrom", str(image)]
    said = subprocess.run([*machine, "-serial", "stdio", "-device", "isa-debug-exit,iobase=0xf4,iosize=4"], capture_output=True, text=True, timeout=100).stdout
    (tmp_path / "said").write_text(said)
    (figure,) = cycles.read_back(f"TCG={tmp_path / 'said'}")["figures"]
    assert figure["row"] == "null-call-fast" and 10 < figure["median"] < 100
